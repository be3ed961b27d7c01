"""The do-no-harm review: whoever writes, signs or publishes looks; each signs by the own role."""

from tests.permissions.lines import GONE, MISSING, OK, REFUSED, UNPROCESSABLE, WRONG_METHOD, Line, World, signed_in


def module(world: World) -> dict:
    return {"course": "t1", "unit": "m1", "language": "en"}


def nowhere(world: World) -> dict:
    return {"course": "t1", "unit": "none", "language": "en"}


def check(number: int):
    return lambda world: {**module(world), "number": number}


LOOKS = signed_in(REFUSED, rso=OK, trainer=OK, admin=OK)
LOOKS_IN_VAIN = signed_in(REFUSED, rso=MISSING, trainer=MISSING, admin=MISSING)
#: `requires` stands before the method: who may not ask at all is told so first.
WRITES_WRONGLY = signed_in(REFUSED, trainer=WRONG_METHOD, admin=WRONG_METHOD)
SIGNS_WRONGLY = signed_in(REFUSED, trainer=WRONG_METHOD, rso=WRONG_METHOD)

LINES = [
    Line("review:queue", "get", LOOKS),
    Line("review:course", "get", LOOKS, lambda world: {"course": "t1"}),
    Line("review:course", "get", LOOKS_IN_VAIN, lambda world: {"course": "none"}, note="that there is not"),
    Line("review:unit", "get", LOOKS, module),
    Line("review:unit", "get", LOOKS_IN_VAIN, nowhere, note="that there is not"),
    Line("review:submit", "get", WRITES_WRONGLY, module),
    Line("review:submit", "post", signed_in(REFUSED, trainer=GONE, admin=GONE), module),
    Line("review:sign", "get", SIGNS_WRONGLY, check(1)),
    Line(
        "review:sign",
        "post",
        signed_in(REFUSED),
        check(1),
        data={"sign-1-digest": "0" * 64},
        note="a check of another role",
    ),
    Line("review:sign", "post", signed_in(REFUSED, trainer=UNPROCESSABLE, rso=UNPROCESSABLE), check(6), note="empty"),
    Line("review:return", "get", SIGNS_WRONGLY, module),
    Line("review:return", "post", signed_in(REFUSED, trainer=UNPROCESSABLE, rso=UNPROCESSABLE), module, note="empty"),
    Line("review:take_back", "get", SIGNS_WRONGLY, check(1)),
    Line("review:take_back", "post", signed_in(REFUSED, trainer=MISSING, rso=MISSING), check(1), note="not signed"),
    Line("review:publish", "get", WRITES_WRONGLY, module),
    Line("review:publish", "post", signed_in(REFUSED, trainer=GONE, admin=GONE), module, note="that lacks signatures"),
]
