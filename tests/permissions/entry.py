"""Ways in: lists, slips, links, registrations, and the pages of whoever comes by them."""

import datetime as dt
import uuid

from django.utils import timezone

from accounts.exchange import take_file
from accounts.services import make_invitation, register
from tests.permissions.lines import (
    GONE,
    MISSING,
    OK,
    POST_ONLY,
    REFUSED,
    SIGN_IN,
    Line,
    World,
    everybody,
    signed_in,
)

COORDINATORS = {"coordinator": OK, "foreign_coordinator": OK, "agency_coordinator": OK}
#: Another coordinator finds nothing of the owner's there.
OWN = {"coordinator": OK, "foreign_coordinator": MISSING, "agency_coordinator": MISSING}


def prepare(world: World) -> None:
    cast = world.cast
    cast.home.takes_registrations = True
    cast.home.save()
    agency = cast.officer.postings.get().agency
    made = {"member": cast.home, "agency": agency}
    last_day = timezone.localdate() + dt.timedelta(days=3)
    world.more["file"] = take_file(by=cast.coordinator, member=cast.home, data=b"Full name,Agency\nAni,Police\n")
    world.more["invitation"], world.more["token"] = make_invitation(
        by=cast.coordinator, uses=5, last_day=last_day, **made
    )
    world.more["registration"] = register(full_name="Ani", password="seven wooden bridges", **made).registration


def of(name: str, what: str):
    return lambda world: {what: world.more[name].uuid}


def no(what: str):
    return lambda world: {what: uuid.uuid4()}


LINES = [
    # whoever comes
    Line("entry:code", "get", everybody(OK)),
    Line("entry:code", "post", everybody(OK), data={"username": "officer", "code": "x"}, note="without a password"),
    Line("entry:registrations_open", "get", everybody(OK)),
    Line("entry:register", "get", everybody(OK), lambda world: {"code": "ID"}),
    Line("entry:register", "get", everybody(MISSING), lambda world: {"code": "TH"}, note="of a member without"),
    Line("entry:welcome", "get", everybody(GONE, stranger=SIGN_IN), note="without having joined"),
    Line("entry:waiting", "get", everybody(GONE, stranger=SIGN_IN), note="without having registered"),
    Line("entry:invited", "get", everybody(OK), lambda world: {"token": world.more["token"]}),
    Line("entry:invited", "get", everybody(MISSING), lambda world: {"token": "forged"}, note="that is forged"),
    # lists
    Line("people:import", "get", signed_in(REFUSED, **COORDINATORS)),
    Line("people:import", "post", signed_in(REFUSED, **COORDINATORS), note="without a file"),
    Line("people:import_file", "get", signed_in(REFUSED, **OWN), of("file", "file")),
    Line(
        "people:import_file",
        "post",
        signed_in(REFUSED, **OWN | {"coordinator": GONE}),
        of("file", "file"),
        data={"action": "none"},
        note="with an unknown wish",
    ),
    Line(
        "people:import_file",
        "post",
        signed_in(REFUSED, **dict.fromkeys(OWN, MISSING) | {"coordinator": REFUSED}),
        of("file", "file"),
        data={"action": "apply"},
        note="before it is checked",
    ),
    Line("people:import_file", "get", signed_in(REFUSED, **dict.fromkeys(OWN, MISSING)), no("file"), note="none"),
    # slips
    Line("people:slips", "get", signed_in(REFUSED, **COORDINATORS, service_desk=OK)),
    Line(
        "people:slips",
        "post",
        signed_in(REFUSED, **dict.fromkeys(OWN, GONE) | {"coordinator": OK, "service_desk": OK}),
        data={"username": "officer"},
        note="for the officer",
    ),
    Line(
        "people:slips",
        "post",
        signed_in(REFUSED, **dict.fromkeys(OWN, MISSING), service_desk=MISSING),
        data={"people": str(uuid.uuid4())},
        note="for nobody that there is",
    ),
    # links
    Line("people:invitations", "get", signed_in(REFUSED, **COORDINATORS)),
    Line("people:invitations", "post", signed_in(REFUSED, **COORDINATORS), note="that is empty"),
    Line("people:withdraw_invitation", "get", POST_ONLY, of("invitation", "invitation")),
    Line(
        "people:withdraw_invitation",
        "post",
        signed_in(REFUSED, **OWN | {"coordinator": GONE}),
        of("invitation", "invitation"),
    ),
    # registrations
    Line("people:registrations", "get", signed_in(REFUSED, **COORDINATORS, verifier=OK)),
    Line("people:accept_registration", "get", POST_ONLY, of("registration", "registration")),
    Line(
        "people:accept_registration",
        "post",
        signed_in(REFUSED, **OWN | {"coordinator": GONE}, verifier=GONE),
        of("registration", "registration"),
    ),
    Line("people:refuse_registration", "get", POST_ONLY, of("registration", "registration")),
    Line(
        "people:refuse_registration",
        "post",
        signed_in(REFUSED, **OWN | {"coordinator": GONE}, verifier=GONE),
        of("registration", "registration"),
        data={"reason": "Not of ours"},
    ),
    Line("people:open_registrations", "get", POST_ONLY, lambda world: {"code": "ID"}),
    Line(
        "people:open_registrations",
        "post",
        signed_in(REFUSED, **OWN | {"coordinator": GONE}),
        lambda world: {"code": "ID"},
        data={"taken": "no"},
    ),
]
