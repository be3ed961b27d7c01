"""Corrections and appeals: trainers make and answer them, the RSO looks, nobody else."""

import uuid

from accounts.roles import Role
from assessments.models import Correction
from assessments.services import start_attempt, submit_attempt
from assessments.services.appeals import make_appeal
from assessments.services.corrections import correct_item, draw_up_correction
from learning.services import enrol
from tests.cast import make_person
from tests.permissions.lines import GONE, MISSING, OK, POST_ONLY, REFUSED, UNPROCESSABLE, Line, World, signed_in


def prepare(world: World) -> None:
    """Of the final test of T1 one question is corrected, another is to be, and somebody of Away appealed a third."""
    by = world.cast.trainer
    first, second = [response.version for response in world.closed.responses.order_by("position")[:2]]
    more = {"by": by, "kind": Correction.Kind.DROP, "keys": [], "reason": "Faulty."}
    world.more["correction"] = correct_item(version=first, **more)
    world.more["run"] = draw_up_correction(version=second, **more)
    world.more["appealed"] = _appeal(world)


def _appeal(world: World):
    officer = make_person("appellant", Role.OFFICER, world.cast.away)
    enrolment = enrol(by=officer, course=world.award.course)
    attempt = start_attempt(by=officer, enrolment=enrolment, key="pre-test", language="en")
    submit_attempt(by=officer, attempt_uuid=attempt.uuid, language="en")
    return make_appeal(by=officer, response=attempt.responses.get(), text="It is right.")


def question(world: World) -> dict:
    version = world.more["correction"].version
    return {"item": version.item.uuid, "number": version.number}


def run(world: World) -> dict:
    return {"run": world.more["run"].uuid}


def correction(world: World) -> dict:
    return {"correction": world.more["correction"].uuid}


def appeal(world: World) -> dict:
    return {"appeal": world.more["appealed"].uuid}


def none(name: str):
    return lambda world: {name: uuid.UUID(int=7)}


LOOKS = signed_in(REFUSED, rso=OK, trainer=OK)
LOOKS_IN_VAIN = signed_in(REFUSED, rso=MISSING, trainer=MISSING)
TRAINER = signed_in(REFUSED, trainer=OK)
TRAINER_ON = signed_in(REFUSED, trainer=GONE)
WRITES_IN_VAIN = signed_in(REFUSED, trainer=UNPROCESSABLE)
IN_VAIN = signed_in(REFUSED, trainer=MISSING)

LINES = [
    Line("corrections:index", "get", LOOKS),
    Line("corrections:new", "get", TRAINER, question),
    Line(
        "corrections:new",
        "get",
        IN_VAIN,
        lambda world: {"item": uuid.UUID(int=7), "number": 1},
        note="that there is not",
    ),
    Line("corrections:new", "post", WRITES_IN_VAIN, question, note="empty"),
    Line("corrections:preview", "get", LOOKS, run),
    Line("corrections:preview", "get", LOOKS_IN_VAIN, none("run"), note="that there is not"),
    Line("corrections:apply", "get", POST_ONLY, run),
    Line("corrections:apply", "post", TRAINER_ON, run),
    Line("corrections:drop", "get", POST_ONLY, run),
    Line("corrections:drop", "post", TRAINER_ON, run),
    Line("corrections:correction", "get", LOOKS, correction),
    Line("corrections:correction", "get", LOOKS_IN_VAIN, none("correction"), note="that there is not"),
    Line("corrections:take_back", "get", POST_ONLY, correction),
    Line("corrections:take_back", "post", WRITES_IN_VAIN, correction, note="empty"),
    Line("corrections:in_question", "get", signed_in(REFUSED, rso=OK)),
    Line("corrections:appeals", "get", TRAINER),
    Line("corrections:appeal", "get", TRAINER, appeal),
    Line("corrections:appeal", "get", IN_VAIN, none("appeal"), note="that there is not"),
    Line("corrections:appeal", "post", WRITES_IN_VAIN, appeal, note="empty"),
]
