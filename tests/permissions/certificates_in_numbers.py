"""Certificates in numbers: jobs for many, the own transcript, the ledger, certificates of other bodies."""

import uuid

from certificates.selectors.batches import Chosen
from certificates.services.batches import make_batch
from tests.permissions.lines import GONE, MISSING, OK, REFUSED, UNPROCESSABLE, WRONG_METHOD, Line, World, signed_in


def prepare(world: World) -> None:
    """Home's coordinator asked for a job, of which no file is made yet."""
    world.more["batch"] = make_batch(by=world.cast.coordinator, what="print", form="zip", wanted=Chosen())


def batch(world: World) -> dict:
    return {"batch": world.more["batch"].uuid}


def no_batch(world: World) -> dict:
    return {"batch": uuid.UUID(int=7)}


COORDINATORS = {"coordinator": OK, "foreign_coordinator": OK, "agency_coordinator": OK}
IN_NUMBERS = signed_in(REFUSED, **COORDINATORS, rso=OK)
#: Nobody's of a batch but whose it is.
OF_HOME = {"foreign_coordinator": MISSING, "agency_coordinator": MISSING, "rso": MISSING}
WRITES_WRONGLY = dict.fromkeys(signed_in(OK), WRONG_METHOD)

LINES = [
    Line("batches:index", "get", IN_NUMBERS),
    Line(
        "batches:index",
        "post",
        signed_in(REFUSED, **dict.fromkeys([*COORDINATORS, "rso"], UNPROCESSABLE)),
        note="empty",
    ),
    Line("batches:one", "get", signed_in(REFUSED, coordinator=OK, **OF_HOME), batch),
    Line("batches:one", "get", signed_in(REFUSED, coordinator=MISSING, **OF_HOME), no_batch, note="that there is not"),
    Line("batches:take", "get", WRITES_WRONGLY, batch),
    Line("batches:take", "post", signed_in(REFUSED, coordinator=GONE, **OF_HOME), batch, note="not made yet"),
    Line("batches:drop", "get", WRITES_WRONGLY, batch),
    Line("batches:drop", "post", signed_in(REFUSED, coordinator=GONE, **OF_HOME), batch),
]
