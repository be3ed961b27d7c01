"""The smallest valid objects, made through the same services as real ones."""

import uuid
from dataclasses import dataclass

from wagtail.models import Locale, Page

from accounts.models import User
from assessments.models import Attempt
from assessments.services import (
    bank_of,
    record_attempt,
    save_answer,
    save_item,
    save_wording,
    start_attempt,
    submit_attempt,
)
from courses.pages.models import CourseIndexPage, CoursePage, LessonPage, ModulePage
from courses.pages.services import publish_course
from courses.pages.services.reviewing import take_over_review
from learning.models import Course, EditionRevision, Enrolment, ReviewState
from learning.selectors import shown
from learning.services import enrol, finish_lesson


@dataclass
class SmallCourse:
    """One module of two lessons (the first with a knowledge check), a pre-test of one and a final test of three."""

    course: Course
    page: CoursePage
    revision: EditionRevision


def make_item(
    course: Course,
    key: str,
    pool: str,
    *,
    type: str = "single",
    must: bool = False,
    module: str = "m1",
    scenario: str = "",
):
    """An item with a fixed key: single and truefalse “a”, multiple “a b”, ordering “b a c”, matching 1b 2a."""
    structure = {"options": ["a", "b", "c"]}
    answer_key: object = ["a"]
    if type == "multiple":
        answer_key = ["a", "b"]
    elif type == "truefalse":
        structure = {"options": ["a", "b"]}
    elif type == "ordering":
        answer_key = ["b", "a", "c"]
    elif type == "matching":
        structure = {"left": ["1", "2"], "options": ["a", "b", "c"]}
        answer_key = {"1": "b", "2": "a"}
    version = save_item(
        bank=bank_of(course),
        key=key,
        type=type,
        pool=pool,
        structure=structure,
        answer_key=answer_key,
        must_be_right=must,
        module=module,
        scenario=scenario,
        source="L1 3(a)",
    )
    text = {
        "stem": f"Stem of {key}",
        "options": {each: f"{key} option {each}" for each in structure["options"]},
        "feedback": f"Feedback of {key}",
    }
    if "left" in structure:
        text["left"] = {each: f"{key} left {each}" for each in structure["left"]}
    save_wording(version=version, language="en", text=text)
    return version


def make_course(
    code: str = "T1", *, review_state: str = ReviewState.DRAFT, final_draw: int = 3, publish: bool = True
) -> SmallCourse:
    course = Course.objects.create(
        code=code, slug=code.lower(), pillar="prevention", uuid=uuid.uuid5(uuid.NAMESPACE_DNS, code)
    )
    practice = make_item(course, "P1", "practice", type="multiple")
    make_item(course, "B1", "pretest")
    make_item(course, "F1", "test", must=True)
    make_item(course, "F2", "test", type="matching")
    make_item(course, "F3", "test", type="ordering")
    make_item(course, "F4", "test", type="truefalse")

    locale = Locale.objects.get_or_create(language_code="en")[0]
    index = CourseIndexPage.objects.first()
    if index is None:
        root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root")
        index = root.add_child(instance=CourseIndexPage(title="Courses", slug="courses", locale=locale))
    page = index.add_child(
        instance=CoursePage(
            title=f"Course {code}",
            slug=code.lower(),
            course=course,
            summary="What it is about.",
            audience="all",
            outcomes="name it\nexplain it",
            design_minutes=90,
            final_draw=final_draw,
            locale=locale,
        )
    )
    module = page.add_child(
        instance=ModulePage(title="Module one", slug="m1", key="m1", level="W1", objectives="name it", locale=locale)
    )
    module.add_child(
        instance=LessonPage(
            title="First lesson",
            slug="m1-l1",
            key="m1-l1",
            locale=locale,
            body=[
                {"id": "kp-1", "type": "key_point", "value": {"text": "Act, means, purpose.", "source": "L1 3(a)"}},
                {"id": "check-1", "type": "check", "value": {"item": str(practice.item.uuid)}},
            ],
        )
    )
    module.add_child(
        instance=LessonPage(
            title="Second lesson",
            slug="m1-l2",
            key="m1-l2",
            level="W1",
            locale=locale,
            body=[{"id": "scenario", "type": "scenario", "value": {"text": "Mina agrees to hotel work."}}],
        )
    )
    if review_state == ReviewState.REVIEWED:
        take_over_review(source=page, languages=["en"])
    revision = publish_course(by=None, page=page)[0] if publish else None
    return SmallCourse(course, page, revision)


def finish_lessons(enrolment: Enrolment, keys: tuple[str, ...] = ("m1-l1", "m1-l2")) -> None:
    """Go through lessons as the player does."""
    for key in keys:
        now = shown(enrolment, key, "en")
        finish_lesson(
            enrolment=enrolment,
            revision=now.revision,
            activity_uuid=uuid.UUID(now.node.uuid),
            language="en",
            content=now.content,
        )


def take_test(
    user: User, enrolment: Enrolment, key: str = "final-test", *, wrong: tuple[str, ...] = (), hand_in: bool = True
) -> Attempt:
    """Sit a test as the views do, right except for the items named in `wrong`."""
    attempt = start_attempt(by=user, enrolment=enrolment, key=key, language="en")
    for response in attempt.responses.select_related("version__item"):
        answer = response.version.answer_key
        if response.version.item.key in wrong:
            answer = wrong_answer(response.version)
        save_answer(
            by=user,
            attempt_uuid=attempt.uuid,
            position=response.position,
            answer=answer,
            seen=response.edits,
            language="en",
            content=attempt.revision.items.filter(version=response.version).first().content_id,
        )
    if not hand_in:
        return attempt
    attempt = submit_attempt(by=user, attempt_uuid=attempt.uuid, language="en")
    record_attempt(attempt.pk)
    return attempt


def wrong_answer(version) -> object:
    """An answer that is possible and not right."""
    if version.item.type == "matching":
        return {"1": "c", "2": "c"}
    if version.item.type == "ordering":
        return list(reversed(version.answer_key))
    return [next(each for each in version.structure["options"] if each not in version.answer_key)]


def complete(user: User, course: Course) -> Enrolment:
    """Enrol, read everything, pass."""
    enrolment = enrol(by=user, course=course)
    finish_lessons(enrolment)
    take_test(user, enrolment)
    return enrolment
