"""What the tests of attempts and exams share: rules of a test as an author might set them, and failing quickly."""

import sys
from dataclasses import replace

from django.utils import timezone

from accounts.models import User
from assessments.models import Attempt
from assessments.rules import rules_of as frozen_rules
from learning.models import Activity, Enrolment
from learning.selectors import latest_revision
from learning.services import enrol
from tests.factories import finish_lessons


def set_rules(monkeypatch, key: str, **changes) -> None:
    """Let one test have other rules than usual, wherever they are asked for."""

    def rules_of(node):
        return replace(frozen_rules(node), **changes) if node.key == key else frozen_rules(node)

    for name, module in list(sys.modules.items()):
        if name.startswith(("assessments.", "courses.")) and getattr(module, "rules_of", None) is frozen_rules:
            monkeypatch.setattr(module, "rules_of", rules_of)


def ready(user: User, course) -> Enrolment:
    """Enrolled, with every lesson done: the final test stands open."""
    enrolment = enrol(by=user, course=course)
    finish_lessons(enrolment)
    return enrolment


def fail(enrolment: Enrolment, times: int = 1, *, key: str = "final-test") -> list[Attempt]:
    """So many attempts that were handed in just now and not passed, without the work of answering."""
    revision = latest_revision(enrolment.edition_id)
    activity = Activity.objects.get(course=enrolment.course, key=key)
    now = timezone.now()
    return [
        Attempt.objects.create(
            enrolment=enrolment,
            activity=activity,
            revision=revision,
            language="en",
            started_at=now,
            submitted_at=now,
            right=0,
            total=3,
            pass_mark=80,
            passed=False,
            digest="0" * 64,
        )
        for _each in range(times)
    ]
