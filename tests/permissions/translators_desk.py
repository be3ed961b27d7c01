"""The translator's desk: whoever writes courses types; nobody else."""

from tests.permissions.lines import GONE, MISSING, OK, REFUSED, WRONG_METHOD, Line, World, signed_in


def unit(world: World) -> dict:
    return {"course": "t1", "unit": "m1", "language": "id"}


def nowhere(world: World) -> dict:
    return {"course": "t1", "unit": "none", "language": "id"}


def source(world: World) -> dict:
    return {"course": "t1", "unit": "m1", "language": "en"}


WRITES = signed_in(REFUSED, trainer=OK)
IN_VAIN = signed_in(REFUSED, trainer=MISSING)
WRONGLY = signed_in(REFUSED, trainer=WRONG_METHOD)
DONE = signed_in(REFUSED, trainer=GONE)

LINES = [
    Line("translate:queue", "get", WRITES),
    Line("translate:unit", "get", WRITES, unit),
    Line("translate:unit", "get", IN_VAIN, nowhere, note="that there is not"),
    Line("translate:unit", "get", IN_VAIN, source, note="in the language of the course"),
    Line("translate:save", "get", WRONGLY, unit),
    Line("translate:save", "post", DONE, unit, note="nothing"),
    Line("translate:save", "post", IN_VAIN, nowhere, note="where there is nothing"),
    Line("translate:hand_in", "get", WRONGLY, unit),
    Line("translate:hand_in", "post", DONE, unit, note="with nothing accepted"),
    Line("translate:hand_in", "post", IN_VAIN, nowhere, note="where there is nothing"),
]
