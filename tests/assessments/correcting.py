"""A paper with a question that will be corrected, for the tests of corrections."""

from assessments.models import Attempt, Correction, ItemVersion
from assessments.services.corrections import correct_item
from learning.services import enrol
from tests.factories import finish_lessons, take_test

DROP, ACCEPT, KEY = Correction.Kind.DROP, Correction.Kind.ACCEPT, Correction.Kind.KEY


def sat(user, course, *, wrong=(), hand_in=True) -> Attempt:
    """A paper of the final test; F1 is on every one, its key is “a”, a wrong answer “b”."""
    enrolment = enrol(by=user, course=course.course)
    finish_lessons(enrolment)
    return take_test(user, enrolment, wrong=wrong, hand_in=hand_in)


def faulty() -> ItemVersion:
    return ItemVersion.objects.select_related("item").get(item__key="F1")


def correct(cast, kind=ACCEPT, keys=(["b"],), reason="Two answers are right.", **more) -> Correction:
    return correct_item(by=cast.trainer, version=faulty(), kind=kind, keys=keys, reason=reason, **more)
