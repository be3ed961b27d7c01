"""Certificates in numbers: jobs for many, the own transcript, the ledger, certificates of other bodies."""

import datetime as dt
import uuid

from certificates.selectors.batches import Chosen
from certificates.services.batches import make_batch
from certificates.services.recognitions import Shown, Written, recognise, record_recognition, submit_recognition
from tests.permissions.lines import (
    GONE,
    MISSING,
    OK,
    REFUSED,
    UNPROCESSABLE,
    WRONG_METHOD,
    Line,
    World,
    everybody,
    signed_in,
)


def prepare(world: World) -> None:
    """Home's coordinator asked for a job of which no file is made, and put forward the officer's of another body."""
    cast = world.cast
    world.more["batch"] = make_batch(by=cast.coordinator, what="print", form="zip", wanted=Chosen())
    written = Written(title="Border course", body="Academy", awarded_on=dt.date(2025, 1, 2))
    shown = Shown(b"%PDF-1.4 x", "application/pdf")
    whose = {"by": cast.coordinator, "user": cast.officer, "written": written}
    world.more["other"] = record_recognition(**whose, shown=shown)
    world.more["submitted_other"] = submit_recognition(by=cast.officer, written=written)
    world.more["recognised_other"] = recognise(by=cast.rso, recognition=record_recognition(**whose))


def batch(world: World) -> dict:
    return {"batch": world.more["batch"].uuid}


def no_batch(world: World) -> dict:
    return {"batch": uuid.UUID(int=7)}


def other(world: World) -> dict:
    return {"recognition": world.more["other"].uuid}


def no_other(world: World) -> dict:
    return {"recognition": uuid.UUID(int=7)}


def officer(world: World) -> dict:
    return {"person": world.cast.officer.uuid}


COORDINATORS = {"coordinator": OK, "foreign_coordinator": OK, "agency_coordinator": OK}
IN_NUMBERS = signed_in(REFUSED, **COORDINATORS, rso=OK)
#: Nobody's of a batch but whose it is.
OF_HOME = {"foreign_coordinator": MISSING, "agency_coordinator": MISSING, "rso": MISSING}
NOT_POLICE = {"foreign_coordinator": MISSING, "agency_coordinator": MISSING}
WRITES_WRONGLY = everybody(WRONG_METHOD)

LINES = [
    Line("certificates:transcript", "get", signed_in(OK)),
    Line("certificates:transcript_json", "get", signed_in(GONE), note="with nothing in force"),
    Line("portal:ledger", "get", signed_in(REFUSED, rso=OK)),
    Line("portal:ledger", "post", signed_in(REFUSED, rso=UNPROCESSABLE), note="without a reason"),
    Line("recognitions:own", "get", signed_in(OK)),
    Line("recognitions:own", "post", signed_in(UNPROCESSABLE), note="empty"),
    Line("recognitions:officers", "get", signed_in(REFUSED, **COORDINATORS)),
    Line("recognitions:decide", "get", signed_in(REFUSED, rso=OK)),
    Line("recognitions:record", "get", signed_in(REFUSED, **{**COORDINATORS, **NOT_POLICE}), officer),
    Line(
        "recognitions:record",
        "post",
        signed_in(REFUSED, **{**COORDINATORS, **NOT_POLICE, "coordinator": UNPROCESSABLE}),
        officer,
        note="empty",
    ),
    Line("recognitions:one", "get", signed_in(MISSING, officer=OK, coordinator=OK, rso=OK), other),
    Line("recognitions:one", "get", signed_in(MISSING), no_other, note="that there is not"),
    Line(
        "recognitions:one",
        "post",
        signed_in(MISSING, officer=REFUSED, coordinator=REFUSED, rso=GONE),
        other,
        data={"action": "recognise"},
        note="to recognise",
    ),
    Line("recognitions:propose", "get", signed_in(REFUSED, **{**COORDINATORS, **NOT_POLICE}), other),
    Line(
        "recognitions:propose",
        "post",
        signed_in(REFUSED, **{**COORDINATORS, **NOT_POLICE, "coordinator": UNPROCESSABLE}),
        other,
        note="empty",
    ),
    Line("recognitions:file", "get", everybody(WRONG_METHOD), other),
    Line("recognitions:file", "post", signed_in(MISSING, officer=OK, coordinator=OK), other),
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
