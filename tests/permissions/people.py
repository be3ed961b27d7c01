"""The people desk: a coordinator's own officers, and the service desk."""

import uuid

from accounts.models import Agency, Posting, User
from accounts.roles import Role
from tests.cast import make_person
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

#: Known beforehand, so that a line can name them in its form.
TARGET, BORDER, ROYAL = (uuid.UUID(f"00000000-0000-4000-8000-00000000000{place}") for place in (1, 2, 3))


def prepare(world: World) -> None:
    """An officer of the home's police, on whom everybody tries; her agency is not that of the agency's coordinator."""
    police = Agency.objects.get(member=world.cast.home, name="Police")
    target = make_person("target", Role.OFFICER, world.cast.home, police)
    User.objects.filter(pk=target.pk).update(uuid=TARGET)
    Agency.objects.filter(member=world.cast.home, name="Border").update(uuid=BORDER)
    Agency.objects.create(member=world.cast.away, name="Border of another", uuid=ROYAL)
    world.more["target"] = Posting.objects.get(user=target)


def target(world: World) -> dict:
    return {"person": TARGET}


def posting(world: World) -> dict:
    return {"person": TARGET, "posting": world.more["target"].uuid}


def posting_of_another(world: World) -> dict:
    return {"person": TARGET, "posting": Posting.objects.get(user=world.cast.colleague).uuid}


def coordinators(answer: int, foreign: int = MISSING, agency: int | None = None) -> dict:
    """The coordinator of the member; one of another member or agency, for whom the person is not there."""
    agency = foreign if agency is None else agency
    return signed_in(REFUSED, coordinator=answer, foreign_coordinator=foreign, agency_coordinator=agency)


FINDERS = ("coordinator", "foreign_coordinator", "agency_coordinator", "service_desk")
NEW = {"full_name": "New Officer", "place": "ID"}

LINES: list[Line] = [
    Line("people:list", "get", coordinators(OK, OK)),
    Line("people:add", "get", coordinators(OK, OK)),
    Line("people:add", "post", coordinators(GONE, UNPROCESSABLE), data=NEW),
    Line(
        "people:add", "post", coordinators(GONE, UNPROCESSABLE, GONE), data=NEW | {"place": str(BORDER)}, note="there"
    ),
    Line("people:add", "post", coordinators(UNPROCESSABLE, GONE, UNPROCESSABLE), data=NEW | {"place": str(ROYAL)}),
    Line("people:person", "get", coordinators(OK), target),
    Line("people:person", "get", coordinators(MISSING), lambda world: {"person": uuid.uuid4()}, note="not there"),
    Line("people:correct", "get", coordinators(OK), target),
    Line("people:correct", "post", coordinators(GONE), target, data={"full_name": "Other Name"}),
    Line("people:correct", "post", coordinators(UNPROCESSABLE), target, data={"email": "no address"}, note="badly"),
    Line("people:restricted", "get", POST_ONLY, target),
    Line("people:restricted", "post", coordinators(GONE), target, data={"on": "yes"}),
    Line("people:use", "get", POST_ONLY, target),
    Line("people:use", "post", coordinators(GONE), target, data={"on": "no"}),
    Line("people:post", "get", POST_ONLY, target),
    Line("people:post", "post", coordinators(GONE), target, data={"role": "agency_verifier", "place": "ID"}),
    Line("people:post", "post", coordinators(UNPROCESSABLE), target, data={"role": "coordinator", "place": "ID"}),
    Line("people:post", "post", coordinators(UNPROCESSABLE), target, data={"role": "officer", "place": str(ROYAL)}),
    Line("people:move", "get", POST_ONLY, posting),
    Line("people:move", "post", coordinators(GONE), posting, data={"place": str(BORDER)}),
    Line("people:move", "post", coordinators(UNPROCESSABLE), posting, data={"place": str(ROYAL)}, note="to another's"),
    Line("people:move", "post", coordinators(MISSING), posting_of_another, data={"place": str(BORDER)}, note="mixed"),
    Line("people:end", "get", POST_ONLY, posting),
    Line("people:end", "post", coordinators(GONE), posting),
    Line("people:end", "post", coordinators(MISSING), posting_of_another, note="mixed"),
    Line("people:out_of_use", "get", POST_ONLY),
    Line("people:out_of_use", "post", coordinators(OK, GONE), data={"people": str(TARGET)}, note="asked first"),
    Line(
        "people:out_of_use",
        "post",
        coordinators(GONE, GONE),
        data={"people": str(TARGET), "confirmed": "yes"},
    ),
    # the service desk finds anyone, a coordinator the own; neither finds by a part
    Line("people:find", "get", signed_in(REFUSED, but=FINDERS, then=OK)),
    Line("people:find", "post", coordinators(OK, UNPROCESSABLE) | {"service_desk": OK}, data={"typed": "target"}),
    Line("people:find", "post", signed_in(REFUSED, but=FINDERS, then=UNPROCESSABLE), data={"typed": "targ"}),
    # the coordinator's desk
    Line("portal:officer", "get", coordinators(OK), target),
    Line("portal:officer", "get", coordinators(MISSING), lambda world: {"person": uuid.uuid4()}, note="not there"),
]
