"""The rules of tests: whoever writes, reviews or publishes looks; only who publishes saves."""

from tests.permissions.lines import GONE, MISSING, OK, REFUSED, UNPROCESSABLE, Line, World, signed_in

SENT = {
    "edits": "0",
    "sections": "0",
    "minutes": "20",
    "grace_seconds": "60",
    "attempts": "3",
    "pause_after": "2",
    "pause_hours": "24",
    "markers": "1",
    "marks_apart": "20",
    "feedback": "passed",
    "do": "save",
}


def course(world: World) -> dict:
    return {"course": "t1"}


def final(world: World) -> dict:
    return {"course": "t1", "purpose": "final"}


def none(world: World) -> dict:
    return {"course": "t1", "purpose": "other"}


LOOKS = signed_in(REFUSED, rso=OK, trainer=OK, admin=OK)
LOOKS_IN_VAIN = signed_in(REFUSED, rso=MISSING, trainer=MISSING, admin=MISSING)

LINES = [
    Line("quizzes:course", "get", LOOKS, course),
    Line("quizzes:course", "get", LOOKS_IN_VAIN, lambda world: {"course": "none"}, note="that there is not"),
    Line("quizzes:edit", "get", LOOKS, final),
    Line("quizzes:edit", "get", LOOKS_IN_VAIN, none, note="of a test without rules of its own"),
    Line("quizzes:edit", "post", signed_in(REFUSED, trainer=GONE), final, data=SENT),
    Line(
        "quizzes:edit",
        "post",
        signed_in(REFUSED, rso=UNPROCESSABLE, trainer=UNPROCESSABLE, admin=UNPROCESSABLE),
        final,
        data={"do": "save"},
        note="empty",
    ),
    Line("quizzes:paper", "get", LOOKS, final),
    Line("quizzes:edit", "get", LOOKS, lambda world: {"course": "t1", "purpose": "delta"}, note="of a refresher"),
    Line("quizzes:paper", "get", LOOKS_IN_VAIN, none, note="of a test without rules of its own"),
]
