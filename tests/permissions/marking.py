"""Marking essays: who teaches, and nobody else; nobody an essay of one's own."""

from assessments.models import Essay
from assessments.services.marking import take_essay
from tests.assessments.marking import essay_course, final_test, handed_in
from tests.permissions.lines import GONE, MISSING, OK, REFUSED, UNPROCESSABLE, WRONG_METHOD, Line, World, signed_in

NOBODYS = "3f0b3c4e-0000-4000-8000-000000000000"
TEACHES = signed_in(REFUSED, trainer=OK)
IN_VAIN = signed_in(REFUSED, trainer=MISSING)
GOES_ON = signed_in(REFUSED, trainer=GONE)
WRONGLY = signed_in(REFUSED, trainer=WRONG_METHOD)
EMPTY = signed_in(REFUSED, trainer=UNPROCESSABLE)


def prepare(world: World) -> None:
    course = essay_course(code="T9")
    handed_in(world.cast.officer, course)
    world.more["essay test"] = final_test(course)
    world.more["taken"] = take_essay(by=world.cast.trainer, activity=final_test(course), language="en")


def queue(world: World) -> dict:
    return {"activity": world.more["essay test"].uuid, "language": "en"}


def no_queue(world: World) -> dict:
    return {**queue(world), "activity": NOBODYS}


def mark(world: World) -> dict:
    return {"mark": world.more["taken"].uuid}


def essay(world: World) -> dict:
    return {"essay": Essay.objects.get(pk=world.more["taken"].essay_id).uuid}


LINES = [
    Line("marking:index", "get", TEACHES),
    Line("marking:mine", "get", TEACHES),
    Line("marking:take", "get", WRONGLY, queue),
    Line("marking:take", "post", GOES_ON, queue),
    Line("marking:take", "post", IN_VAIN, no_queue, note="that there is not"),
    Line("marking:essay", "get", TEACHES, mark),
    Line("marking:essay", "get", IN_VAIN, lambda world: {"mark": NOBODYS}, note="that there is not"),
    Line("marking:essay", "post", EMPTY, mark, note="empty"),
    Line("marking:give_back", "get", WRONGLY, mark),
    Line("marking:give_back", "post", GOES_ON, mark),
    Line("marking:release", "get", TEACHES, queue),
    Line("marking:release", "get", IN_VAIN, no_queue, note="that there is not"),
    Line("marking:release", "post", EMPTY, queue, note="nothing is marked"),
    Line("marking:anew", "get", GOES_ON, essay, note="not released"),
    Line("marking:anew", "get", IN_VAIN, lambda world: {"essay": NOBODYS}, note="that there is not"),
    Line("marking:anew", "post", GOES_ON, essay, note="not released"),
]
