"""Writes of the people desk: a coordinator's own officers."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Agency, Member, Merge, Posting, User
from accounts.permissions import Refused, Right, may_change_account, may_give, scope_of
from accounts.roles import Role
from accounts.selectors import people_seen_by
from accounts.services.appointments import HasItAlready, NotInUse, require_looks_not_across
from accounts.services.audit import audit
from accounts.services.people import (
    MayNotGive,
    NotYours,
    WrongPlace,
    create_person,
    end_posting,
    new_username,
    post_person,
    target_of,
)


class WasMerged(Refused):
    """The account is one of two that were found to be one person's, and the other one is in use."""


class ServesElsewhere(Refused):
    """The account is not `by`'s alone to change: it is one's own, or the person holds a role that `by` may not give."""


class UserNameTaken(Exception):
    """There is an account of this user name."""


@transaction.atomic
def make_officer(
    *,
    by: User,
    member: Member,
    agency: Agency | None,
    full_name: str,
    username: str = "",
    rank_band: str = "",
    **fields: Any,
) -> User:
    """Make an account for an officer and post it.

    Arguments:
        full_name: empty for a pseudonymous account, whose learner code stands where the name would.
        username: empty for one that says nothing about the person.
        fields: ``latin_name``, ``email``, ``language``.

    Raises:
        MayNotGive: `by` does not manage the people of this member or agency.
        UserNameTaken: there is such an account.
        WrongPlace, OverThere: the agency is another member's or closed, or the member's entry has ended.
    """
    if not may_give(by, Role.OFFICER, member=member.pk, agency=agency.pk if agency else None):
        raise MayNotGive(_("Your role does not let you give or end this role here."))
    try:
        with transaction.atomic():
            user = create_person(
                by=by,
                username=username or new_username(member),
                full_name=full_name,
                password=None,
                member=member,
                **fields,
            )
    except IntegrityError as problem:
        raise UserNameTaken(_("This user name is taken.")) from problem
    post_person(by=by, user=user, role=Role.OFFICER, member=member, agency=agency, rank_band=rank_band)
    return user


@transaction.atomic
def post_officer(
    *, by: User, user: User, role: Role, member: Member, agency: Agency | None, rank_band: str = ""
) -> Posting:
    """Give a person of the own desk one more posting from today.

    Raises:
        NotYours: the person is not on the desk of `by`.
        MayNotGive: `by` may not give this role there, or would give it to oneself.
        LooksAcross: a deputy who looks across members for the RSO.
        HasItAlready, NotInUse, OverThere, WrongPlace: the posting cannot be.
    """
    user = _lock(by, user)
    if not user.is_active:
        raise NotInUse(_("This account is out of use. Put it to use again first."))
    if Posting.objects.filter(user=user, role=role, member=member, agency=agency).open().exists():
        raise HasItAlready(_("This person holds this role here already."))
    if role in (Role.COORDINATOR, Role.DEPUTY_COORDINATOR):
        require_looks_not_across(user)
    return post_person(by=by, user=user, role=role, member=member, agency=agency, rank_band=rank_band)


@transaction.atomic
def move_posting(*, by: User, posting: Posting, agency: Agency | None) -> Posting:
    """Let somebody serve another agency of the same member from today, in the same role.

    The old posting ends and a new one begins, so that what was learned stays counted where it happened.

    Raises:
        NotYours: the person is not on the desk of `by`.
        MayNotGive: `by` may not end the one or give the other.
        HasItAlready: that is where the person serves.
        OverThere, WrongPlace: the agency is closed or another member's, or the posting has ended.
    """
    user = _lock(by, posting.user)
    posting = Posting.objects.select_related("member").get(pk=posting.pk)
    if posting.member is None or not Posting.objects.filter(pk=posting.pk).open().exists():
        raise WrongPlace(_("This posting has ended; add a new one."))
    role = Role(posting.role)
    if Posting.objects.filter(user=user, role=role, member=posting.member, agency=agency).open().exists():
        raise HasItAlready(_("This person serves there already."))
    end_posting(by=by, posting=posting)
    return post_person(by=by, user=user, role=role, member=posting.member, agency=agency, rank_band=posting.rank_band)


@transaction.atomic
def end_service(*, by: User, posting: Posting) -> Posting:
    """End a posting of a person of the own desk at once.

    The posting of a coordinator is ended by the RSO, who also gave it: so no member is left without one by its own
    mistake.

    Raises:
        NotYours: the person is not on the desk of `by`.
        MayNotGive: `by` may not end this role there, or it is one's own.
    """
    _lock(by, posting.user)
    if posting.user_id == by.pk:
        raise MayNotGive(_("Nobody ends a role of one's own here. Ask somebody else who may end it."))
    return end_posting(by=by, posting=posting)


@transaction.atomic
def correct_person(
    *, by: User, user: User, full_name: str, latin_name: str, email: str, rank_band: str | None = None
) -> User:
    """Correct what is said of a person. Certificates that were issued keep the name that they were issued to.

    Arguments:
        full_name: empty makes the account pseudonymous: the learner code stands where the name stood.
        rank_band: of the posting as officer that runs and is in scope; None leaves it.

    Raises:
        NotYours, ServesElsewhere: the account is not `by`'s to change.
    """
    user = _lock(by, user)
    _require_account(by, user)
    new = {"full_name": full_name or user.learner_code, "latin_name": latin_name, "email": email}
    changed = [key for key, value in new.items() if getattr(user, key) != value]
    for key in changed:
        setattr(user, key, new[key])
    if changed:
        user.save(update_fields=changed)
    member, band = None, _officer_posting(by, user)
    if band is not None:
        member = band.member
        if rank_band is not None and band.rank_band != rank_band:
            band.rank_band = rank_band
            band.save(update_fields=["rank_band"])
            changed.append("rank_band")
    if changed:
        audit(by=by, action="person.corrected", target=target_of(user), member=member, details={"changed": changed})
    return user


@transaction.atomic
def set_restricted(*, by: User, user: User, is_restricted: bool) -> User:
    """Say that a person serves in a sensitive post, or no longer does. No reason is asked for, none is kept.

    Whoever has the person on the desk may set it; taking it back needs all of the person's postings in one's scope, so
    that nobody uncovers an officer whom another member or agency covered.

    Raises:
        NotYours, ServesElsewhere: it is not `by`'s to change.
    """
    user = _lock(by, user)
    scope = scope_of(by, Right.MANAGE_PEOPLE)
    postings = list(Posting.objects.filter(user=user).open().select_related("member"))
    if not is_restricted and not all(scope.covers(member=p.member_id, agency=p.agency_id) for p in postings):
        raise ServesElsewhere(_("This person also serves where you may not change anything."))
    if user.is_restricted != is_restricted:
        user.is_restricted = is_restricted
        user.save(update_fields=["is_restricted"])
        action = "person.restricted" if is_restricted else "person.unrestricted"
        audit(by=by, action=action, target=target_of(user), member=_member_of(by, user))
    return user


@transaction.atomic
def put_out_of_use(*, by: User, users: Sequence[User]) -> int:
    """Put accounts out of use, all or none: nobody signs in to them, and running sessions end with the next request.

    Returns how many were in use.

    Raises:
        NotYours, ServesElsewhere: one of them is not `by`'s to change, or is `by`.
    """
    return sum(_set_active(by, user, False) for user in users)


@transaction.atomic
def put_to_use(*, by: User, user: User) -> User:
    """Let a person whose account was put out of use sign in again, with the postings that still run.

    Raises:
        NotYours, ServesElsewhere: it is not `by`'s to change.
    """
    _set_active(by, user, True)
    return user


def _set_active(by: User, user: User, is_active: bool) -> bool:
    user = _lock(by, user)
    _require_account(by, user)
    if user.is_active == is_active:
        return False
    if is_active and Merge.objects.filter(closed=user, undone_at=None).exists():
        raise WasMerged(_("This account was merged with another one. Take the merge back first, under Moves."))
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    action = "person.put_to_use" if is_active else "person.put_out_of_use"
    audit(by=by, action=action, target=target_of(user), member=_member_of(by, user))
    return True


def _lock(by: User, user: User) -> User:
    """The person's row, locked, if `by` has the person on the desk."""
    found = people_seen_by(by, Right.MANAGE_PEOPLE).select_for_update(of=("self",)).filter(pk=user.pk).first()
    if found is None:
        raise NotYours(_("This person is not among those whom you look after."))
    return found


def _require_account(by: User, user: User) -> None:
    if by == user:
        raise ServesElsewhere(_("Nobody does this to one's own account. Ask another coordinator or the RSO."))
    if not may_change_account(by, user):
        raise ServesElsewhere(_("This person also holds a role that you may not give, so the account is not yours."))


def _in_scope(by: User, user: User) -> list[Posting]:
    inside = scope_of(by, Right.MANAGE_PEOPLE).q(member="member_id", agency="agency_id")
    return list(Posting.objects.filter(inside, user=user).select_related("member"))


def _member_of(by: User, user: User) -> Member | None:
    """For whose log a change of a whole account is: the member of the newest posting in scope."""
    found = _in_scope(by, user)
    return found[0].member if found else None


def _officer_posting(by: User, user: User) -> Posting | None:
    inside = scope_of(by, Right.MANAGE_PEOPLE).q(member="member_id", agency="agency_id")
    rows = Posting.objects.filter(inside, user=user, role=Role.OFFICER).open().select_related("member")
    return rows.first()
