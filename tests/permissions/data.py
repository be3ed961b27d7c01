"""One's own data, erasure and retention."""

import datetime as dt
import uuid

from django.utils import timezone

from accounts.models import RetentionReport
from tests.permissions.lines import (
    GONE,
    MISSING,
    OK,
    POST_ONLY,
    REFUSED,
    SECOND_STEP,
    UNPROCESSABLE,
    Line,
    World,
    everybody,
    signed_in,
)

#: Whoever holds the right over people, with what they get who have the officer in their scope, and who have not.
_COORDINATORS = ("coordinator", "foreign_coordinator", "agency_coordinator")


def prepare(world: World) -> None:
    RetentionReport.objects.create(rule="answers", rows=1, applies_on=timezone.localdate() + dt.timedelta(days=30))


def officer(world: World) -> dict:
    return {"person": world.cast.officer.uuid}


def stranger(world: World) -> dict:
    return {"person": uuid.uuid4()}


def rule(world: World) -> dict:
    return {"rule": "answers"}


OF_THE_OWN = {"foreign_coordinator": MISSING, "agency_coordinator": MISSING}
ADMIN_ONLY = signed_in(REFUSED, admin=OK)

LINES = [
    Line("data:overview", "get", signed_in(OK)),
    # Whoever passed a second step a moment ago has shown who it is; the others are asked once more.
    Line("data:download", "get", signed_in(GONE, but=SECOND_STEP, then=OK), note="fresh or not"),
    Line("data:correct", "get", signed_in(OK)),
    Line("data:correct", "post", signed_in(UNPROCESSABLE), note="without a name"),
    Line("data:erasure", "get", signed_in(OK)),
    Line("data:erasure", "post", signed_in(UNPROCESSABLE), note="without the user name"),
    Line("data:cancel", "get", POST_ONLY),
    Line("data:cancel", "post", signed_in(GONE)),
    Line("data:requests", "get", signed_in(REFUSED, but=_COORDINATORS, then=OK)),
    Line("data:erasure_of", "get", signed_in(REFUSED, coordinator=OK, **OF_THE_OWN), officer),
    Line("data:erasure_of", "get", signed_in(REFUSED, but=_COORDINATORS, then=MISSING), stranger, note="of nobody"),
    Line(
        "data:erasure_of",
        "post",
        signed_in(REFUSED, coordinator=UNPROCESSABLE, **OF_THE_OWN),
        officer,
        note="without a reason",
    ),
    Line("data:cancel_of", "get", everybody(405), officer),
    Line("data:cancel_of", "post", signed_in(REFUSED, coordinator=GONE, **OF_THE_OWN), officer),
    Line("data:retention", "get", ADMIN_ONLY),
    Line("data:approve", "get", POST_ONLY, rule),
    Line("data:approve", "post", signed_in(REFUSED, admin=GONE), rule),
    Line(
        "data:approve",
        "post",
        signed_in(REFUSED, admin=MISSING),
        lambda world: {"rule": "none"},
        note="that there is not",
    ),
]
