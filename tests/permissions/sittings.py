"""Tests that were taken: one's own, and those of a class of T1 that the trainer teaches, in which the officer sits."""

from django.utils import timezone

from assessments.services import share_sitting
from learning.models import Course
from learning.services import add_trainer, make_class
from tests.permissions.lines import GONE, MISSING, OK, POST_ONLY, REFUSED, Line, World, signed_in

NOBODYS = "3f0b3c4e-0000-4000-8000-000000000000"
OWN_ON = signed_in(MISSING, officer=GONE)
TEACHES = signed_in(REFUSED, trainer=OK)
TEACHES_IN_VAIN = signed_in(REFUSED, trainer=MISSING)


def prepare(world: World) -> None:
    cast, today = world.cast, timezone.localdate()
    make = {"by": cast.rso, "course": Course.objects.get(slug="t1"), "starts_on": today}
    world.more["taught"] = make_class(title="Taught", **make)
    world.more["not taught"] = make_class(title="Not taught", **make)
    add_trainer(by=cast.rso, klass=world.more["taught"], username="trainer", starts_on=today)
    enrolment = world.closed.enrolment
    enrolment.klass = world.more["taught"]
    enrolment.save()
    share_sitting(by=cast.officer, attempt_uuid=world.closed.uuid)


def own(world: World) -> dict:
    return {"attempt": world.closed.uuid}


def question(world: World) -> dict:
    return {**own(world), "position": 1}


def taught(name: str = "taught"):
    return lambda world: {"klass": world.more[name].uuid}


def paper(world: World) -> dict:
    return {**taught()(world), **own(world)}


LINES = [
    Line("sittings:history", "get", signed_in(OK)),
    Line("sittings:appeal", "get", OWN_ON, question, note="that was right"),
    Line("sittings:appeal", "post", OWN_ON, question, data={"text": "It is right."}, note="that was right"),
    Line("sittings:appeal", "get", signed_in(MISSING), lambda world: {**question(world), "attempt": world.open.uuid}),
    Line("sittings:share", "get", POST_ONLY, own),
    Line("sittings:share", "post", OWN_ON, own, note="that is shared already"),
    Line("sittings:end_share", "get", POST_ONLY, own),
    Line("sittings:end_share", "post", OWN_ON, own),
    Line("sittings:live", "get", TEACHES, taught()),
    Line("sittings:live", "get", TEACHES_IN_VAIN, taught("not taught"), note="not one's own"),
    Line("sittings:live", "get", TEACHES_IN_VAIN, lambda world: {"klass": NOBODYS}, note="that there is not"),
    Line("sittings:paper", "get", TEACHES, paper),
    Line(
        "sittings:paper",
        "get",
        TEACHES_IN_VAIN,
        lambda world: {**paper(world), **taught("not taught")(world)},
        note="of a class of others",
    ),
    Line(
        "sittings:paper",
        "get",
        TEACHES_IN_VAIN,
        lambda world: {**paper(world), "attempt": world.open.uuid},
        note="that is not shared",
    ),
]
