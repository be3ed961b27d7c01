"""Moving on: moves, offers to other members, hand-over, accounts that look alike."""

from django.utils import timezone

from accounts.models import Agency, Posting
from accounts.roles import Role
from accounts.services.merging import merge_people
from accounts.services.moving import offer_transfer
from tests.cast import make_person
from tests.permissions.lines import GONE, MISSING, OK, POST_ONLY, REFUSED, UNPROCESSABLE, Line, World, signed_in


def prepare(world: World) -> None:
    """Home offers a mover to Away; two Border accounts look alike, and two others were merged."""
    cast = world.cast
    border, police = Agency.objects.get(name="Border"), Agency.objects.get(name="Police")
    mover = make_person("mover", Role.OFFICER, cast.home, police)
    offered = offer_transfer(by=cast.coordinator, user=mover, to_member=cast.away)
    one, two = (make_person(f"one{n}", Role.OFFICER, cast.home, border, full_name="One Person") for n in (1, 2))
    kept, closed = (make_person(f"was{n}", Role.OFFICER, cast.home, police, full_name="Was Two") for n in (1, 2))
    merge = merge_people(by=cast.coordinator, kept=kept, closed=closed)
    world.more |= {"mover": mover, "offered": offered, "one": one, "two": two, "merge": merge}


def transfer(world: World) -> dict:
    return {"transfer": world.more["offered"].uuid}


def alike(world: World) -> dict:
    return {"kept": world.more["one"].uuid, "closed": world.more["two"].uuid}


def told_apart(world: World) -> dict:
    return {"first": world.more["one"].uuid, "second": world.more["two"].uuid}


def own_work(world: World) -> dict:
    return {"posting": Posting.objects.get(user=world.cast.coordinator).uuid}


def officer(world: World) -> dict:
    return {"person": world.cast.officer.uuid}


DESK = signed_in(REFUSED, coordinator=OK, foreign_coordinator=OK, agency_coordinator=OK)
#: What Home's coordinator alone may touch, and what Away's alone may: the others' desks say that there is none.
OF_HOME = {"coordinator": OK, "foreign_coordinator": MISSING, "agency_coordinator": MISSING}
TODAY = {"on": timezone.localdate().isoformat()}

LINES = [
    Line("portal:register", "get", DESK),
    Line("portal:register_file", "get", DESK, lambda world: {"kind": "csv"}),
    Line("portal:register_file", "get", DESK, lambda world: {"kind": "xlsx"}, note="for Excel"),
    Line("moving:index", "get", DESK),
    Line("moving:move_several", "get", DESK),
    Line(
        "moving:move_several",
        "post",
        signed_in(
            REFUSED,
            coordinator=UNPROCESSABLE,
            foreign_coordinator=UNPROCESSABLE,
            agency_coordinator=UNPROCESSABLE,
        ),
        data=TODAY,
        note="without a choice",
    ),
    Line("moving:offer", "get", signed_in(REFUSED, **OF_HOME), officer),
    Line(
        "moving:offer",
        "post",
        signed_in(REFUSED, **OF_HOME | {"coordinator": GONE}),
        officer,
        data={"to_member": "TH"},
    ),
    Line("moving:transfer", "get", signed_in(REFUSED, **OF_HOME | {"foreign_coordinator": OK}), transfer),
    Line("moving:accept", "get", POST_ONLY, transfer),
    Line(
        "moving:accept",
        "post",
        signed_in(REFUSED, coordinator=MISSING, foreign_coordinator=GONE, agency_coordinator=MISSING),
        transfer,
        data=TODAY,
    ),
    Line("moving:decline", "get", POST_ONLY, transfer),
    Line(
        "moving:decline",
        "post",
        signed_in(REFUSED, coordinator=MISSING, foreign_coordinator=GONE, agency_coordinator=MISSING),
        transfer,
    ),
    Line("moving:withdraw", "get", POST_ONLY, transfer),
    Line("moving:withdraw", "post", signed_in(REFUSED, **OF_HOME | {"coordinator": GONE}), transfer),
    Line(
        "moving:hand_overs",
        "get",
        signed_in(REFUSED, coordinator=OK, foreign_coordinator=OK, agency_coordinator=OK, rso=OK, admin=OK),
    ),
    Line("moving:hand_over", "get", signed_in(MISSING, coordinator=OK, rso=OK, admin=OK), own_work),
    Line(
        "moving:hand_over",
        "post",
        signed_in(MISSING, coordinator=UNPROCESSABLE, rso=UNPROCESSABLE, admin=UNPROCESSABLE),
        own_work,
        data=TODAY | {"username": "outsider", "confirmed": "1"},
        note="to somebody of another member",
    ),
    Line("moving:duplicates", "get", DESK),
    Line(
        "moving:merge",
        "get",
        signed_in(REFUSED, coordinator=OK, foreign_coordinator=MISSING, agency_coordinator=OK),
        alike,
    ),
    Line(
        "moving:merge",
        "post",
        signed_in(REFUSED, **OF_HOME | {"coordinator": GONE}),
        alike,
        note="which the first who may has done",
    ),
    Line("moving:two_people", "get", POST_ONLY, told_apart),
    Line(
        "moving:two_people",
        "post",
        signed_in(REFUSED, coordinator=GONE, foreign_coordinator=MISSING, agency_coordinator=GONE),
        told_apart,
    ),
    Line("moving:undo", "get", POST_ONLY, lambda world: {"merge": world.more["merge"].uuid}),
    Line(
        "moving:undo",
        "post",
        signed_in(REFUSED, **OF_HOME | {"coordinator": GONE}),
        lambda world: {"merge": world.more["merge"].uuid},
    ),
]
