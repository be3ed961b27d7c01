"""Certificates: who certifies looks after all of them by number, a coordinator after those of the own officers, and a
holder reads the own."""

import uuid

from django.utils import timezone

from certificates.models import Award
from tests.permissions.lines import (
    GONE,
    MISSING,
    OK,
    POST_ONLY,
    REFUSED,
    UNPROCESSABLE,
    Line,
    World,
    signed_in,
)

NUMBER = "SLH-0000-0000-0000"
NONE = "that there is not"


def prepare(world: World) -> None:
    """Beside the officer's certificate of completion, two more that do not hold: suspended and long revoked."""
    for state in (Award.State.SUSPENDED, Award.State.REVOKED):
        world.more[state] = Award.objects.create(
            kind=Award.Kind.PARTICIPATION,
            state=state,
            actor=world.award.actor,
            course=world.award.course,
            member=world.award.member,
            holder_name=world.award.holder_name,
            edition=1,
            revision=1,
            language="en",
            content=world.award.content,
            is_specimen=True,
            snapshot=world.award.snapshot,
            valid_until=world.award.valid_until,
        )


def number(world: World) -> dict:
    return {"number": world.award.number}


def no_number(world: World) -> dict:
    return {"number": NUMBER}


def suspended(world: World) -> dict:
    return {"number": world.more["suspended"].number}


def revoked(world: World) -> dict:
    return {"number": world.more["revoked"].number}


def act(action: str, of=number):
    return lambda world: {**of(world), "action": action}


def klass(world: World) -> dict:
    return {"klass": world.more["class"].uuid}


def looks_after(answer: int, *, coordinator: int | None = None) -> dict:
    """Who certifies, and the officer's own coordinator; for those of others it is not there."""
    answers = {"coordinator": answer if coordinator is None else coordinator}
    return signed_in(REFUSED, rso=answer, foreign_coordinator=MISSING, agency_coordinator=MISSING, **answers)


CERTIFIES = signed_in(REFUSED, rso=OK)
CERTIFIES_ON = signed_in(REFUSED, rso=GONE)
CERTIFIES_NOT = signed_in(REFUSED, rso=UNPROCESSABLE)
COORDINATES = signed_in(REFUSED, coordinator=OK, foreign_coordinator=OK, agency_coordinator=OK)
IN_VAIN = signed_in(REFUSED, rso=MISSING)
REASON = {"reason": "looked into"}
TODAY = timezone.localdate().isoformat()

LINES = [
    Line("awards:own", "get", signed_in(OK)),
    Line("awards:find", "get", CERTIFIES),
    Line("awards:officers", "get", COORDINATES),
    Line("awards:award", "get", looks_after(OK), number),
    Line("awards:award", "get", looks_after(MISSING), no_number, note=NONE),
    Line("awards:holder", "get", POST_ONLY, number),
    Line("awards:holder", "post", IN_VAIN, number, data=REASON, note="of a member that shares no names"),
    Line("awards:reissue", "get", looks_after(OK), number),
    Line("awards:reissue", "get", looks_after(MISSING), no_number, note=NONE),
    # The member shares no names, so who certifies writes none.
    Line(
        "awards:reissue",
        "post",
        looks_after(REFUSED, coordinator=GONE),
        number,
        data={"name": "Officer Another", **REASON},
    ),
    Line("awards:reissue", "post", looks_after(UNPROCESSABLE), number, note="empty"),
    Line("awards:trainer", "get", CERTIFIES, number),
    Line("awards:trainer", "get", IN_VAIN, no_number, note=NONE),
    Line("awards:trainer", "post", CERTIFIES_ON, number, data={"practised_on": TODAY, "reviewed_on": TODAY, **REASON}),
    Line("awards:trainer", "post", CERTIFIES_NOT, number, note="empty"),
    Line("awards:change", "get", CERTIFIES, act("suspend")),
    Line("awards:change", "get", IN_VAIN, act("burn"), note="in no way that there is"),
    Line("awards:change", "get", IN_VAIN, act("suspend", no_number), note=NONE),
    Line("awards:change", "post", CERTIFIES_ON, act("suspend"), data=REASON, note="suspended"),
    Line("awards:change", "post", CERTIFIES_ON, act("revoke"), data=REASON, note="revoked"),
    Line("awards:change", "post", CERTIFIES_ON, act("reinstate", suspended), data=REASON, note="reinstated"),
    Line("awards:change", "post", CERTIFIES_ON, act("replace", revoked), data=REASON, note="replaced"),
    Line("awards:change", "post", CERTIFIES_NOT, act("suspend", revoked), data=REASON, note="that is revoked"),
    Line("awards:participation", "get", CERTIFIES, klass),
    Line("awards:participation", "get", IN_VAIN, lambda world: {"klass": uuid.UUID(int=7)}, note=NONE),
    Line("awards:participation", "post", CERTIFIES_ON, klass, note="of a class that still runs"),
]
