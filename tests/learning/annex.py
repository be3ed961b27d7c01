"""What tests of the national annex share: a course with a country box, and texts in every state."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import Member, User
from accounts.roles import Role
from courses.pages.models import LessonPage
from courses.pages.services import publish_course
from learning.models import AnnexText
from learning.services import approve_annex_text, save_annex_draft, submit_annex_text
from tests.cast import make_person
from tests.factories import SmallCourse

BOX = {
    "id": "law-1",
    "type": "country",
    "value": {
        "kind": "law",
        "title": "The law in your country",
        "guidance": "Name the act and its articles.",
        "fallback": "Ask the legal unit of your service.",
    },
}
CONTACT = {
    "name": "Referral desk",
    "number": "+62 21 555",
    "hours": "day and night",
    "languages": "Indonesian",
    "tested_on": "2026-11-01",
}
LESSON = "m1-l2"


def add_box(course: SmallCourse, *, lesson: str = LESSON, box: dict[str, Any] = BOX) -> None:
    """Put a country box into a lesson, or change the one with its id, and publish."""
    page = LessonPage.objects.descendant_of(course.page).get(key=lesson)
    page.body = [raw for raw in page.body.get_prep_value() if raw["id"] != box["id"]] + [box]
    page.save()
    course.revision = publish_course(by=None, page=course.page)[0]


def save(course: SmallCourse, by: User, member: Member, text: str = "Act 21, article 2.", **fields: Any) -> AnnexText:
    """A draft of the box."""
    return save_annex_draft(
        by=by,
        member=member,
        course=course.course,
        **{
            "lesson": LESSON,
            "block": "law-1",
            "language": "en",
            "text": text,
            "contacts": [CONTACT],
            "valid_from": timezone.localdate(),
        }
        | fields,
    )


def hand_in(
    course: SmallCourse, by: User, member: Member, text: str = "Act 21, article 2.", **fields: Any
) -> AnnexText:
    """A text of the box that waits for the review."""
    return submit_annex_text(by=by, text=save(course, by, member, text, **fields))


def reviewer() -> User:
    """A legal reviewer of the RSO."""
    return User.objects.filter(username="lawyer").first() or make_person("lawyer", Role.LEGAL_REVIEWER)


def fill(course: SmallCourse, by: User, member: Member, text: str = "Act 21, article 2.", **fields: Any) -> AnnexText:
    """A text of the box that officers read."""
    return approve_annex_text(by=reviewer(), text=hand_in(course, by, member, text, **fields))


def days(number: int) -> dt.date:
    """A day counted from today."""
    return timezone.localdate() + dt.timedelta(days=number)
