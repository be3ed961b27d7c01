"""Item analysis: whoever writes courses or teaches looks, and asks the translator; nobody else."""

import uuid

from assessments.services.analysing import work_out
from tests.permissions.lines import GONE, MISSING, OK, REFUSED, WRONG_METHOD, Line, World, signed_in


def prepare(world: World) -> None:
    """Of the final test of T1 one paper is handed in."""
    work_out(activity=world.closed.activity_id)
    world.more["analysed"] = world.closed.responses.order_by("position")[0].version


def course(world: World) -> dict:
    return {"course": "t1"}


def no_course(world: World) -> dict:
    return {"course": "none"}


def test(world: World) -> dict:
    return {"course": "t1", "key": world.closed.activity.key}


def no_test(world: World) -> dict:
    return {"course": "t1", "key": "none"}


def item(world: World) -> dict:
    return {"course": "t1", "item": world.more["analysed"].item.uuid}


def no_item(world: World) -> dict:
    return {"course": "t1", "item": uuid.UUID(int=7)}


def version(world: World) -> dict:
    return {**item(world), "number": world.more["analysed"].number}


LOOKS = signed_in(REFUSED, trainer=OK)
IN_VAIN = signed_in(REFUSED, trainer=MISSING)
WRONGLY = signed_in(REFUSED, trainer=WRONG_METHOD)
DOES = signed_in(REFUSED, trainer=GONE)
NONE = "that there is not"

LINES = [
    Line("statistics:courses", "get", LOOKS),
    Line("statistics:course", "get", DOES, course),
    Line("statistics:course", "get", IN_VAIN, no_course, note=NONE),
    Line("statistics:test", "get", LOOKS, test),
    Line("statistics:test", "get", IN_VAIN, no_test, note=NONE),
    Line("statistics:questions_csv", "get", LOOKS, test),
    Line("statistics:questions_csv", "get", IN_VAIN, no_test, note=NONE),
    Line("statistics:refresh", "get", WRONGLY, test),
    Line("statistics:refresh", "post", DOES, test),
    Line("statistics:refresh", "post", IN_VAIN, no_test, note=NONE),
    Line("statistics:item", "get", LOOKS, item),
    Line("statistics:item", "get", IN_VAIN, no_item, note=NONE),
    Line("statistics:translator", "get", WRONGLY, version),
    Line(
        "statistics:translator", "post", IN_VAIN, version, data={"test": "none"}, note="of a test that did not ask it"
    ),
]
