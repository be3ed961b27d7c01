"""Effect: the forms are their officer's, the figures those of who sees counts or teaches."""

import uuid

from tests.permissions.lines import GONE, MISSING, OK, REFUSED, WRONG_METHOD, Line, World, everybody, signed_in


def own(world: World) -> dict:
    """T1, which the officer completed."""
    return {"enrolment": world.award.enrolment.uuid}


def not_completed(world: World) -> dict:
    return {"enrolment": world.open.enrolment.uuid}


def none(world: World) -> dict:
    return {"enrolment": uuid.UUID(int=7)}


def of_kind(kind: str):
    return lambda world: {**own(world), "kind": kind}


def course(world: World) -> dict:
    return {"course": "t1"}


def code(world: World) -> dict:
    return {"code": "ABCD-EFGH-2345"}


OWNER = signed_in(MISSING, officer=OK)
LOOKS = signed_in(REFUSED, rso=OK, analyst=OK, trainer=OK)
NONE = "that there is not"

LINES = [
    Line("effect:figures", "get", LOOKS),
    Line("effect:gains_csv", "get", LOOKS),
    Line("effect:answers_csv", "get", LOOKS),
    Line("effect:course", "get", LOOKS, course),
    Line(
        "effect:course",
        "get",
        signed_in(REFUSED, rso=MISSING, analyst=MISSING, trainer=MISSING),
        lambda world: {"course": "none"},
        note=NONE,
    ),
    Line("effect:reaction", "get", OWNER, own),
    Line("effect:reaction", "get", signed_in(MISSING), not_completed, note="of a course that is not completed"),
    Line("effect:reaction", "get", signed_in(MISSING), none, note=NONE),
    Line("effect:reaction", "post", signed_in(MISSING, officer=GONE), own, data={"useful": "4"}),
    Line("effect:follow_up", "get", signed_in(MISSING, officer=GONE), own, note="that is not asked yet"),
    Line("effect:follow_up", "get", signed_in(MISSING), none, note=NONE),
    Line("effect:supervisor_link", "get", signed_in(MISSING), own, note="of a course whose follow-up is not asked yet"),
    Line(
        "effect:supervisor_link", "post", signed_in(MISSING), own, note="of a course whose follow-up is not asked yet"
    ),
    Line("effect:supervisor_link", "get", signed_in(MISSING), none, note=NONE),
    Line("effect:supervisor", "get", everybody(MISSING), code, note="that nobody was given"),
    Line(
        "effect:supervisor",
        "post",
        everybody(MISSING),
        code,
        data={"is_confirmed": "yes"},
        note="that nobody was given",
    ),
    Line("effect:decline", "get", everybody(WRONG_METHOD), of_kind("reaction")),
    Line("effect:decline", "post", signed_in(MISSING, officer=GONE), of_kind("reaction")),
    Line("effect:decline", "post", signed_in(MISSING), of_kind("none"), note="of a form that there is not"),
]
