"""Going on with an attempt on another device, and with an answer that did not count: only its officer."""

from tests.permissions.lines import GONE, MISSING, WRONG_METHOD, Line, World, everybody, signed_in


def attempt(world: World) -> dict:
    return {"attempt": world.open.uuid}


def stray(world: World) -> dict:
    return {"attempt": world.open.uuid, "position": 1, "stray": 1}


LINES = [
    Line("assessments:take_over", "get", everybody(WRONG_METHOD), attempt),
    Line("assessments:take_over", "post", signed_in(MISSING, officer=GONE), attempt),
    Line("assessments:take_stray", "get", everybody(WRONG_METHOD), stray),
    Line("assessments:take_stray", "post", signed_in(MISSING), stray, note="that there is not"),
]
