"""Writes about moving on: to another agency, to another member, from one coordinator to the next."""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agency, Member, Posting, Transfer, User
from accounts.permissions import Refused, Right, may_give, scope_of
from accounts.roles import Role
from accounts.selectors.moving import COORDINATING, officer_postings, successors
from accounts.services.appointments import require_looks_not_across
from accounts.services.audit import actor_of, audit
from accounts.services.people import MayNotGive, WrongPlace, create_person, end_posting, new_username, post_person
from accounts.services.people import target_of as person_target

#: What ends when somebody leaves an agency: a right over its people would otherwise stay behind.
_OF_AN_AGENCY = (Role.OFFICER, Role.AGENCY_VERIFIER)
_A_YEAR = dt.timedelta(days=366)
_A_DAY = dt.timedelta(days=1)


class NotTheirOfficer(Refused):
    """The person is no officer whom this coordinator may move."""


class AlreadyThere(Exception):
    """The person serves in this agency already."""


class WrongDay(Exception):
    """A day on which this cannot begin."""


class StillCoordinates(Exception):
    """The person is a coordinator, and first hands over."""


class AlreadyOffered(Exception):
    """The person is offered to a member, and nobody has answered yet."""


class NotOpenAnyMore(Exception):
    """The offer was answered, withdrawn or has run out, or the officer has left."""


class NoSuccessor(Exception):
    """Nobody who may take over a coordinator's posting."""


def _require_near(on: dt.date, *, earliest: dt.date) -> None:
    if on < earliest:
        raise WrongDay(_("Choose a day from %(day)s on.") % {"day": earliest.isoformat()})
    if on > timezone.localdate() + _A_YEAR:
        raise WrongDay(_("Choose a day within a year."))


# --- within the member


@transaction.atomic
def move_person(*, by: User, user: User, to_agency: Agency, on: dt.date | None = None) -> Posting:
    """Move an officer to an agency of the same member from a day (today), in one step: what ran there ends the day
    before, what would have begun later never begins. A posting as verifier of another agency ends with it.

    Enrolments and certificates stay counted where they were begun.

    Raises:
        NotTheirOfficer: no officer of this member in the viewer's scope.
        MayNotGive: the agency is out of scope.
        AlreadyThere: nothing would change.
        WrongDay: before the present posting began, or more than a year away.
        WrongPlace: the agency is closed.
    """
    on = on or timezone.localdate()
    if not to_agency.is_open:
        raise WrongPlace(_("%(agency)s is no longer in use.") % {"agency": to_agency})
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    here = list(officer_postings(by).filter(user=user, member=to_agency.member_id))
    if not here:
        raise NotTheirOfficer(_("This person is not an officer whom you can move."))
    if not may_give(by, Role.OFFICER, member=to_agency.member_id, agency=to_agency.pk):
        raise MayNotGive(_("Your role does not let you give or end this role here."))
    today = timezone.localdate()
    began = [each.starts_on for each in here if each.starts_on <= today and each.agency_id != to_agency.pk]
    _require_near(on, earliest=max([*began, today - _A_YEAR]))
    stays = next((each for each in here if each.agency_id == to_agency.pk and each.runs(on)), None)
    leaves = [each for each in here if each.agency_id != to_agency.pk and (each.ends_on is None or each.ends_on >= on)]
    if stays is not None and not leaves:
        raise AlreadyThere(_("%(code)s is in this agency already.") % {"code": user.learner_code})
    verifies = (
        Posting.objects.open()
        .filter(user=user, role=Role.AGENCY_VERIFIER, member=to_agency.member_id)
        .exclude(agency=to_agency)
    )
    rank_band = max(here, key=lambda each: (each.starts_on, each.pk)).rank_band
    for each in [*leaves, *verifies]:
        end_posting(by=by, posting=each, on=on - _A_DAY)
    moved = stays or post_person(
        by=by,
        user=user,
        role=Role.OFFICER,
        member=to_agency.member,
        agency=to_agency,
        starts_on=on,
        rank_band=rank_band,
    )
    audit(
        by=by,
        action="person.moved",
        target=person_target(user),
        member=to_agency.member,
        details={"posting": str(moved.uuid), "agency": str(to_agency.uuid), "from": on.isoformat()},
    )
    return moved


@transaction.atomic
def move_people(*, by: User, users: Iterable[User], to_agency: Agency, on: dt.date | None = None) -> list[Posting]:
    """Move several officers to one agency, all or none; whoever is there already stays and is not counted.

    Raises:
        NotTheirOfficer, MayNotGive, WrongDay, WrongPlace: see `move_person`; nobody is moved.
    """
    moved = []
    for user in users:
        try:
            with transaction.atomic():
                moved.append(move_person(by=by, user=user, to_agency=to_agency, on=on))
        except AlreadyThere:
            continue
    return moved


# --- to another member


@transaction.atomic
def offer_transfer(*, by: User, user: User, to_member: Member, kind: str = "", note: str = "") -> Transfer:
    """Offer an officer to another member. Nothing changes for the officer until that member accepts.

    Arguments:
        kind: the kind of agency that is asked for (`Agency.Kind`), or empty.
        note: what the receiving coordinator has to know; no name and nothing about cases.

    Raises:
        NotTheirOfficer: no officer in the viewer's scope.
        MayNotGive: the officer holds a role with the member that `by` may not end, such as one of another agency.
        StillCoordinates: a coordinator hands over first.
        AlreadyOffered: an offer waits.
        WrongPlace: the own member, or one that is no longer there.
    """
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    posting = officer_postings(by).filter(user=user).first() if user.is_active else None
    if posting is None or posting.member is None:
        raise NotTheirOfficer(_("This person is not an officer whom you can move."))
    if to_member == posting.member:
        raise WrongPlace(_("The officer serves this member already. Move the officer to another agency instead."))
    if to_member.valid_to is not None and to_member.valid_to < timezone.localdate():
        raise WrongPlace(_("%(member)s is no longer a member.") % {"member": to_member})
    if Posting.objects.open().filter(user=user, member=posting.member, role__in=COORDINATING).exists():
        raise StillCoordinates(_("This person is a coordinator. Hand over first, then offer the move."))
    for each in Posting.objects.open().filter(user=user, member=posting.member):
        # All of them end when the offer is accepted, on the word of whoever made it.
        if not may_give(by, Role(each.role), member=each.member_id, agency=each.agency_id):
            raise MayNotGive(_("Your role does not let you give or end this role here."))
    waiting = Transfer.objects.filter(person=user, state=Transfer.State.OFFERED)
    if waiting.open().exists():
        raise AlreadyOffered(_("This officer is offered to a member already. Withdraw that offer first."))
    waiting.update(state=Transfer.State.EXPIRED)
    try:
        with transaction.atomic():
            transfer = Transfer.objects.create(
                person=user,
                from_member=posting.member,
                from_agency=posting.agency,
                to_member=to_member,
                kind=kind,
                note=note,
                offered_by=actor_of(by),
            )
    except IntegrityError as error:
        raise AlreadyOffered(_("This officer is offered to a member already. Withdraw that offer first.")) from error
    _audit_transfer(by, transfer, "transfer.offered", [transfer.from_member])
    return transfer


@transaction.atomic
def accept_transfer(*, by: User, transfer: Transfer, agency: Agency | None, on: dt.date | None = None) -> Posting:
    """Take over an officer whom another member offers, from a day (today). All postings there end the day before.

    What was learned there stays there; a restricted officer stays restricted.

    Raises:
        MayNotGive: `by` does not coordinate the whole member.
        NotOpenAnyMore: answered, withdrawn, run out, or the officer left.
        WrongDay: before the offer, or more than a year away.
        WrongPlace: an agency of another member, or a closed one.
    """
    on = on or timezone.localdate()
    transfer = _locked(transfer)
    _require_receiving(by, transfer)
    _require_open(transfer)
    if agency is not None and not agency.is_open:
        raise WrongPlace(_("%(agency)s is no longer in use.") % {"agency": agency})
    _require_near(on, earliest=timezone.localdate(transfer.offered_at))
    person = User.objects.select_for_update(of=("self",)).get(pk=transfer.person_id)
    there = list(Posting.objects.open().filter(user=person, member=transfer.from_member_id))
    if (
        not person.is_active
        or not any(each.role == Role.OFFICER for each in there)
        or any(each.role in COORDINATING for each in there)
    ):
        raise NotOpenAnyMore(_("The officer has left the member that made this offer. Ask its coordinator."))
    rank_band = max(there, key=lambda each: (each.role == Role.OFFICER, each.starts_on)).rank_band
    # The right to end these was the offering coordinator's, who used it by making the offer.
    for each in there:
        end_posting(by=None, posting=each, on=on - _A_DAY, reason="transfer")
    posting = post_person(
        by=by,
        user=person,
        role=Role.OFFICER,
        member=transfer.to_member,
        agency=agency,
        starts_on=on,
        rank_band=rank_band,
    )
    transfer.agency, transfer.starts_on = agency, on
    _answer(by, transfer, Transfer.State.ACCEPTED)
    _audit_transfer(by, transfer, "transfer.accepted", [transfer.from_member, transfer.to_member])
    return posting


@transaction.atomic
def decline_transfer(*, by: User, transfer: Transfer) -> Transfer:
    """Say no to an offer; the officer stays where the officer is.

    Raises:
        MayNotGive: `by` does not coordinate the whole member.
        NotOpenAnyMore: answered, withdrawn or run out.
    """
    transfer = _locked(transfer)
    _require_receiving(by, transfer)
    _require_open(transfer)
    _answer(by, transfer, Transfer.State.DECLINED)
    _audit_transfer(by, transfer, "transfer.declined", [transfer.from_member, transfer.to_member])
    return transfer


@transaction.atomic
def withdraw_transfer(*, by: User, transfer: Transfer) -> Transfer:
    """Take an offer back that nobody has answered.

    Raises:
        MayNotGive: the offer is not of `by`'s member or agency.
        NotOpenAnyMore: answered, withdrawn or run out.
    """
    transfer = _locked(transfer)
    if not scope_of(by, Right.MANAGE_PEOPLE).covers(member=transfer.from_member_id, agency=transfer.from_agency_id):
        raise MayNotGive(_("Only the member that made the offer can withdraw it."))
    _require_open(transfer)
    _answer(by, transfer, Transfer.State.WITHDRAWN)
    _audit_transfer(by, transfer, "transfer.withdrawn", [transfer.from_member, transfer.to_member])
    return transfer


def _locked(transfer: Transfer) -> Transfer:
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("from_member", "to_member", "person")
    return rows.get(pk=transfer.pk)


def _require_receiving(by: User, transfer: Transfer) -> None:
    # The whole member: which of its agencies takes the officer is not decided yet.
    if not scope_of(by, Right.MANAGE_PEOPLE).covers(member=transfer.to_member_id, agency=None):
        raise MayNotGive(_("Only a coordinator of the whole member answers an offer."))


def _require_open(transfer: Transfer) -> None:
    if transfer.stands != Transfer.State.OFFERED:
        raise NotOpenAnyMore(_("This offer is not open any more: it was answered or withdrawn, or it has run out."))


def _answer(by: User, transfer: Transfer, state: Transfer.State) -> None:
    transfer.state, transfer.answered_at, transfer.answered_by = state, timezone.now(), actor_of(by)
    transfer.save()


def _audit_transfer(by: User, transfer: Transfer, action: str, members: list[Member]) -> None:
    for member in members:
        audit(
            by=by,
            action=action,
            target=person_target(transfer.person),
            member=member,
            details={
                "transfer": str(transfer.uuid),
                "from": transfer.from_member.code,
                "to": transfer.to_member.code,
                "starts_on": transfer.starts_on.isoformat() if transfer.starts_on else None,
            },
        )


# --- from one coordinator to the next


@transaction.atomic
def hand_over(
    *,
    by: User,
    posting: Posting,
    to: User | None = None,
    full_name: str = "",
    on: dt.date | None = None,
    stays_deputy: bool = False,
) -> Posting:
    """Hand a coordinator's posting over from a day (today); the old one ends the day before.

    What is open belongs to the member and not to the person, so it goes on with the next coordinator.

    Arguments:
        posting: the coordinator's own, or one in the charge of whoever looks after members.
        to: who takes over, of the same member (or agency); None for somebody new of this `full_name`, who has no
            password yet.
        stays_deputy: the one before becomes deputy.

    Raises:
        MayNotGive: neither the own posting nor one in `by`'s charge; or `to` is `by`.
        LooksAcross: `to` looks across members for the RSO.
        NoSuccessor: `to` is not of the member, or coordinates already; or neither `to` nor a name.
        WrongDay: in the past, or more than a year away.
    """
    on = on or timezone.localdate()
    rows = Posting.objects.select_for_update(of=("self",)).select_related("user", "member", "agency")
    posting = rows.get(pk=posting.pk)
    member, agency = posting.member, posting.agency
    runs = posting.role == Role.COORDINATOR and posting.runs(timezone.localdate())
    in_charge = scope_of(by, Right.MANAGE_MEMBERS).covers(member=posting.member_id, agency=posting.agency_id)
    if not runs or not by.is_active or not (posting.user == by or in_charge):
        raise MayNotGive(_("You can hand over only your own posting as coordinator, and only while it runs."))
    _require_near(on, earliest=timezone.localdate())
    if to is None:
        if not full_name.strip():
            raise NoSuccessor(_("Give a user name, or the name of somebody new."))
        to = create_person(
            by=by,
            username=new_username(posting.member),
            full_name=full_name.strip(),
            password=None,
            member=posting.member,
        )
    elif not successors(posting).filter(pk=to.pk).exists():
        raise NoSuccessor(_("Nobody in use of your member has this user name."))
    elif to == by:
        raise MayNotGive(_("Nobody gives a role to oneself. Ask somebody else who may give it."))
    require_looks_not_across(to)
    same = Posting.objects.open().filter(user=to, member=member, agency=agency)
    if same.filter(role=Role.COORDINATOR).exists():
        raise NoSuccessor(_("This person is coordinator here already."))
    # Nobody may give the role of a coordinator but whoever looks after members: a hand-over is the one exception, and
    # was checked above. So the system gives it, and the last line of the log says on whose word.
    for deputy in same.filter(role=Role.DEPUTY_COORDINATOR):
        end_posting(by=None, posting=deputy, on=on - _A_DAY, reason="hand-over")
    end_posting(by=None, posting=posting, on=on - _A_DAY, reason="hand-over")
    following = post_person(by=None, user=to, role=Role.COORDINATOR, member=member, agency=agency, starts_on=on)
    if stays_deputy:
        post_person(
            by=None, user=posting.user, role=Role.DEPUTY_COORDINATOR, member=member, agency=agency, starts_on=on
        )
    audit(
        by=by,
        action="coordination.handed_over",
        target=person_target(to),
        member=posting.member,
        details={
            "posting": str(following.uuid),
            "after": str(posting.uuid),
            "from": on.isoformat(),
            "stays_deputy": stays_deputy,
        },
    )
    return following
