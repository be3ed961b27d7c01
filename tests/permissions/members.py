"""Members and their agencies, what they share, who coordinates them, and the staff of the RSO."""

import uuid

from accounts.models import Agency, Member, Posting
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


def prepare(world: World) -> None:
    """A deputy, to be ended, and a translator of the RSO."""
    deputy = make_person("deputy", Role.DEPUTY_COORDINATOR, world.cast.home)
    translator = make_person("translator", Role.TRANSLATOR)
    world.more |= {"deputy": Posting.objects.get(user=deputy), "translator": Posting.objects.get(user=translator)}


def home(world: World) -> dict:
    return {"code": "ID"}


def nowhere(world: World) -> dict:
    return {"code": "ZZ"}


def police(world: World) -> dict:
    return {"code": "ID", "agency": Agency.objects.get(member=world.cast.home, name="Police").uuid}


def police_of_another(world: World) -> dict:
    return {"code": "ID", "agency": Agency.objects.create(member=world.cast.away, name="Royal Police").uuid}


def deputy(world: World) -> dict:
    return {"code": "ID", "posting": world.more["deputy"].uuid}


def deputy_of_another(world: World) -> dict:
    return {"code": "TH", "posting": world.more["deputy"].uuid}


def keepers(answer: int, **others: int) -> dict:
    """Those who keep members, and nobody else."""
    return signed_in(REFUSED, **({"rso": answer, "admin": answer} | others))


def keepers_of_agencies(answer: int, **others: int) -> dict:
    """Those who keep members, and the coordinator of all of this one; one of an agency or another member finds none."""
    mine = {"coordinator": answer, "foreign_coordinator": MISSING, "agency_coordinator": MISSING}
    return keepers(answer, **(mine | others))


ENTRY = {"code": "XB", "name": "Example Body", "kind": "organisation", "status": "observer", "languages": "en"}
AGENCY = {"name": "Coast guard", "kind": "coast_guard"}
NEW_PERSON = {"full_name": "New Person", "role": "coordinator"}
POLICY = {"sharing": Member.Sharing.NAMES, "takes_registrations": "on"}
OWN_POLICY = {"coordinator": GONE, "foreign_coordinator": MISSING, "agency_coordinator": MISSING}

LINES = [
    Line("members:list", "get", keepers(OK)),
    Line("members:add", "get", keepers(OK)),
    Line("members:add", "post", keepers(GONE, admin=UNPROCESSABLE), data=ENTRY, note="once, then its code is taken"),
    Line("members:add", "post", keepers(UNPROCESSABLE), data=ENTRY | {"languages": "english!"}, note="with a bad tag"),
    Line("members:member", "get", keepers(OK), home),
    Line("members:member", "get", keepers(MISSING), nowhere, note="that there is not"),
    Line("members:edit", "get", keepers(OK), home),
    Line("members:edit", "post", keepers(GONE), home, data=ENTRY),
    Line("members:edit", "post", keepers(MISSING), nowhere, data=ENTRY, note="that there is not"),
    Line("members:checked", "get", POST_ONLY, home),
    Line("members:checked", "post", keepers(GONE), home),
    # what a member shares is the member's own to choose: not the RSO's, not that of one agency
    Line("members:policy", "get", signed_in(REFUSED, **(OWN_POLICY | {"coordinator": OK})), home),
    Line("members:policy", "post", signed_in(REFUSED, **OWN_POLICY), home, data=POLICY),
    Line(
        "members:policy",
        "post",
        signed_in(REFUSED, **(OWN_POLICY | {"coordinator": UNPROCESSABLE})),
        home,
        data={"sharing": "everything"},
        note="with what is no choice",
    ),
    Line("members:agencies", "get", keepers_of_agencies(OK), home),
    Line(
        "members:agencies",
        "post",
        keepers_of_agencies(UNPROCESSABLE, coordinator=GONE),
        home,
        data=AGENCY,
        note="once, then its name is taken",
    ),
    Line("members:agency", "get", keepers_of_agencies(OK), police),
    Line("members:agency", "post", keepers_of_agencies(GONE), police, data=AGENCY),
    Line("members:agency", "post", keepers_of_agencies(MISSING), police_of_another, data=AGENCY, note="of another"),
    Line("members:agency_use", "get", POST_ONLY, police),
    Line("members:agency_use", "post", keepers_of_agencies(GONE), police, data={"on": "no"}),
    Line("members:agency_use", "post", keepers_of_agencies(MISSING), police_of_another, data={"on": "no"}, note="of…"),
    Line("members:coordinators", "get", keepers(OK), home),
    Line("members:coordinators", "post", keepers(GONE), home, data=NEW_PERSON),
    Line(
        "members:coordinators",
        "post",
        keepers(UNPROCESSABLE),
        home,
        data={"username": "coordinator", "role": "coordinator"},
        note="who coordinates already",
    ),
    Line(
        "members:coordinators",
        "post",
        keepers(UNPROCESSABLE),
        home,
        data=NEW_PERSON | {"role": "administrator"},
        note="with a role of the RSO",
    ),
    Line("members:coordinators", "post", keepers(MISSING), nowhere, data=NEW_PERSON, note="that there is not"),
    Line("members:end_coordinator", "get", POST_ONLY, deputy),
    Line("members:end_coordinator", "post", keepers(GONE, admin=MISSING), deputy, note="once, then it has ended"),
    Line("members:end_coordinator", "post", keepers(MISSING), deputy_of_another, note="of another member"),
    # the staff of the RSO
    Line("people:staff", "get", signed_in(REFUSED, admin=OK)),
    Line("people:staff", "post", signed_in(REFUSED, admin=GONE), data={"full_name": "New Person", "role": "trainer"}),
    Line(
        "people:staff",
        "post",
        signed_in(REFUSED, admin=UNPROCESSABLE),
        data={"username": "coordinator", "role": "rso_certification"},
        note="a coordinator, who is no such person",
    ),
    Line("people:end_staff", "get", POST_ONLY, lambda world: {"posting": uuid.uuid4()}),
    Line(
        "people:end_staff",
        "post",
        signed_in(REFUSED, admin=GONE),
        lambda world: {"posting": world.more["translator"].uuid},
    ),
    Line(
        "people:end_staff",
        "post",
        signed_in(REFUSED, admin=MISSING),
        lambda world: {"posting": world.more["deputy"].uuid},
        note="of a coordinator",
    ),
]
