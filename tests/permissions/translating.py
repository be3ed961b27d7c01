"""The board of translations and assignments: whoever writes, reviews, publishes or advises looks; trainers assign."""

import datetime as dt

from django.utils import timezone

from courses.pages.models import TranslationAssignment
from tests.permissions.lines import GONE, MISSING, OK, REFUSED, UNPROCESSABLE, WRONG_METHOD, Line, World, signed_in


def prepare(world: World) -> None:
    """The trainer has the module of T1 in Indonesian."""
    world.more["assignment"] = TranslationAssignment.objects.create(
        course=world.award.enrolment.course,
        unit="m1",
        language="id",
        translator=world.cast.trainer,
        due_on=timezone.localdate() + dt.timedelta(days=7),
    )


def one(world: World) -> dict:
    return {"course": "t1"}


def nowhere(world: World) -> dict:
    return {"course": "none"}


def language(world: World) -> dict:
    return {"course": "t1", "language": "id"}


def assignment(world: World) -> dict:
    return {"pk": world.more["assignment"].pk}


def no_assignment(world: World) -> dict:
    return {"pk": 999_999}


LOOKS = signed_in(REFUSED, rso=OK, trainer=OK, admin=OK)
LOOKS_IN_VAIN = signed_in(REFUSED, rso=MISSING, trainer=MISSING, admin=MISSING)
ASSIGNS = signed_in(REFUSED, trainer=OK)
ASSIGNS_IN_VAIN = signed_in(REFUSED, trainer=MISSING)

LINES = [
    Line("translate:board", "get", LOOKS),
    Line("translate:board_csv", "get", LOOKS),
    Line("translate:board_course", "get", LOOKS, one),
    Line("translate:board_course", "get", LOOKS_IN_VAIN, nowhere, note="that there is not"),
    Line("translate:assign", "get", ASSIGNS, language),
    Line("translate:assign", "get", ASSIGNS_IN_VAIN, lambda world: {"course": "t1", "language": "en"}, note="its own"),
    Line("translate:assign", "post", signed_in(REFUSED, trainer=UNPROCESSABLE), language, note="empty"),
    Line("translate:change_due", "get", signed_in(REFUSED, trainer=WRONG_METHOD), assignment),
    Line("translate:change_due", "post", signed_in(REFUSED, trainer=GONE), assignment),
    Line("translate:change_due", "post", ASSIGNS_IN_VAIN, no_assignment, note="that there is not"),
    Line("translate:end_assignment", "get", signed_in(REFUSED, trainer=WRONG_METHOD), assignment),
    Line("translate:end_assignment", "post", signed_in(REFUSED, trainer=GONE), assignment),
    Line("translate:end_assignment", "post", ASSIGNS_IN_VAIN, no_assignment, note="that there is not"),
    Line("translate:hand_back", "get", ASSIGNS, assignment),
    Line("translate:hand_back", "get", ASSIGNS_IN_VAIN, no_assignment, note="that there is not"),
    Line("translate:hand_back", "post", signed_in(REFUSED, trainer=UNPROCESSABLE), assignment, note="without a reason"),
]
