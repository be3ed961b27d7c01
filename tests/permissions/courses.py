"""The project, front doors, courses, tests, certificates and figures."""

import uuid

from tests.permissions.lines import (
    COUNTS,
    GONE,
    MISSING,
    NOT_LEARNING,
    OK,
    OWNER_ONLY,
    OWNER_ONLY_ON,
    POST_ONLY,
    REFUSED,
    UNPROCESSABLE,
    WRONG_METHOD,
    Line,
    World,
    everybody,
    signed_in,
)


def course(world: World) -> dict:
    return {"course": "t1"}


def lesson(world: World) -> dict:
    return {"course": "t1", "key": "m1-l1"}


def check(world: World) -> dict:
    return {"course": "t1", "key": "m1-l1", "check": "check-1"}


def open_attempt(world: World) -> dict:
    return {"attempt": world.open.uuid}


def closed_attempt(world: World) -> dict:
    return {"attempt": world.closed.uuid}


def no_attempt(world: World) -> dict:
    return {"attempt": uuid.uuid4()}


def open_question(world: World) -> dict:
    return {"attempt": world.open.uuid, "position": 1}


def closed_question(world: World) -> dict:
    return {"attempt": world.closed.uuid, "position": 1}


def award(world: World) -> dict:
    return {"award": world.award.uuid}


LINES = [
    # the project
    Line("healthz", "get", everybody(OK)),
    Line("readyz", "get", everybody(OK)),
    Line("choose_language", "get", everybody(GONE), lambda world: {"code": "ur"}, remembers=True),
    Line("choose_language", "get", everybody(MISSING), lambda world: {"code": "xx"}, note="that there is not"),
    # front doors
    Line("portal:front", "get", everybody(GONE, stranger=OK)),
    Line("portal:home", "get", signed_in(OK)),
    Line("portal:public_name", "get", POST_ONLY),
    Line("portal:public_name", "post", signed_in(GONE), data={"public_name": "full"}),
    Line("portal:public_name", "post", signed_in(GONE), data={"public_name": "rank"}, note="with a wrong choice"),
    Line(
        "portal:coordinator",
        "get",
        signed_in(REFUSED, coordinator=OK, foreign_coordinator=OK, agency_coordinator=OK),
    ),
    # figures
    Line("reports:certification", "get", COUNTS),
    Line("reports:certification_file", "get", COUNTS),
    # courses: the catalogue is open; lessons send whoever is not enrolled to the course's own page
    Line("courses:catalogue", "get", everybody(OK)),
    Line("courses:course", "get", everybody(OK), course),
    Line("courses:course", "get", everybody(MISSING), lambda world: {"course": "none"}, note="that there is not"),
    Line("courses:course", "get", everybody(MISSING), lambda world: {"course": "t3"}, note="that is not published"),
    Line("courses:enrol", "get", POST_ONLY, course),
    Line("courses:enrol", "post", signed_in(GONE, but=NOT_LEARNING, then=REFUSED), course),
    Line("courses:enrol", "post", signed_in(MISSING), lambda world: {"course": "none"}, note="that there is not"),
    Line(
        "courses:enrol",
        "post",
        signed_in(REFUSED, outsider=GONE, foreign_coordinator=GONE),
        lambda world: {"course": "t4"},
        note="for another member's officers",
    ),
    Line("courses:activity", "get", signed_in(GONE, officer=OK), lesson),
    Line(
        "courses:activity",
        "get",
        signed_in(GONE, officer=MISSING),
        lambda world: {"course": "t1", "key": "none"},
        note="that there is not",
    ),
    Line("courses:done", "get", POST_ONLY, lesson),
    Line("courses:done", "post", signed_in(GONE), lesson),
    Line("courses:check", "get", POST_ONLY, check),
    Line("courses:check", "post", signed_in(GONE, officer=UNPROCESSABLE), check, note="without an answer"),
    # tests: an attempt is its owner's alone, whoever else may see that the course was taken
    Line("assessments:start", "get", POST_ONLY, lambda world: {"course": "t2", "key": "pre-test"}),
    Line("assessments:start", "post", OWNER_ONLY_ON, lambda world: {"course": "t2", "key": "pre-test"}),
    Line("assessments:overview", "get", OWNER_ONLY_ON, open_attempt),
    Line("assessments:overview", "get", signed_in(MISSING), no_attempt, note="that there is not"),
    Line("assessments:question", "get", OWNER_ONLY, open_question),
    Line("assessments:question", "get", OWNER_ONLY_ON, closed_question, note="of a closed attempt"),
    Line("assessments:question", "post", signed_in(MISSING, officer=REFUSED), open_question, note="without our token"),
    Line("assessments:question", "put", everybody(WRONG_METHOD), open_question),
    Line("assessments:hand_in", "get", OWNER_ONLY, open_attempt),
    Line("assessments:hand_in", "post", OWNER_ONLY_ON, open_attempt),
    Line("assessments:hand_in", "post", signed_in(MISSING), no_attempt, note="that there is not"),
    Line("assessments:result", "get", OWNER_ONLY, closed_attempt),
    Line("assessments:result", "get", OWNER_ONLY_ON, open_attempt, note="of an open attempt"),
    # certificates: the paper is its holder's, the check is everybody's
    Line("certificates:pdf", "get", OWNER_ONLY, award),
    Line(
        "certificates:pdf", "get", signed_in(MISSING), lambda world: {"award": uuid.uuid4()}, note="that there is not"
    ),
    Line("certificates:verify", "get", everybody(OK)),
    Line("certificates:verify_one", "get", everybody(OK), lambda world: {"typed": world.award.number}),
    Line(
        "certificates:verify_one", "get", everybody(OK), lambda world: {"typed": str(world.award.uuid)}, note="by uuid"
    ),
    Line("certificates:verify_one", "get", everybody(MISSING), lambda world: {"typed": "SLH-0"}, note="unknown"),
]
