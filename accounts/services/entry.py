"""Invitations by link, and registrations that somebody verifies."""

import datetime as dt
import hashlib
import secrets
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agency, Invitation, Member, Posting, Registration, User
from accounts.permissions import Right, scope_of
from accounts.roles import Role
from accounts.services.audit import audit
from accounts.services.people import NotYours, create_person, new_username, post_person, target_of

MOST_USES = 500
LONGEST_DAYS = 90
REFUSED_DAYS = 30


class NoSuchInvitation(Exception):
    """The link is forged: there never was such an invitation."""


class InvitationOver(Exception):
    """There was such an invitation: it is used up, withdrawn, or its last day is past."""


class CannotInvite(Exception):
    """An invitation that cannot be: for nobody, for too many, for too long, for another member's agency."""


class NotOpen(Exception):
    """The member takes no registrations, or the agency is not one of its own."""


class AlreadyDecided(Exception):
    """Somebody decided on the registration before."""


def token_digest(token: str) -> str:
    """What is stored of the token of an invitation. The token is random, so a plain hash of it tells nothing."""
    return hashlib.sha256(f"accounts.invitation:{token}".encode()).hexdigest()


def _require(by: User, right: Right, member: Member, agency: Agency | None) -> None:
    if not scope_of(by, right).covers(member=member.pk, agency=agency.pk if agency else None):
        raise NotYours(_("These are not your people."))


def _invitation_target(invitation: Invitation) -> str:
    return f"accounts.invitation:{invitation.uuid}"


@transaction.atomic
def make_invitation(
    *, by: User, member: Member, agency: Agency | None, uses: int, last_day: dt.date
) -> tuple[Invitation, str]:
    """Make a link with which officers open an account, and return it with its token, which is not kept.

    Arguments:
        agency: where whoever comes by it will serve; None lets them choose an agency of the member.
        uses: 1 opens the account at once; more than 1 puts each account before a verifier.

    Raises:
        NotYours: the member or the agency is not in the scope of `by`.
        CannotInvite: the number or the day is out of bounds.
    """
    _require(by, Right.MANAGE_PEOPLE, member, agency)
    today = timezone.localdate()
    if agency is not None and (agency.member_id != member.pk or not agency.is_open):
        raise CannotInvite(_("“%(agency)s” is no agency of %(member)s.") % {"agency": agency, "member": member})
    if not 1 <= uses <= MOST_USES:
        raise CannotInvite(_("A link is for 1 to %(most)s officers.") % {"most": MOST_USES})
    if not today <= last_day <= today + dt.timedelta(days=LONGEST_DAYS):
        raise CannotInvite(_("The last day is today or within %(days)s days.") % {"days": LONGEST_DAYS})
    token = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        member=member, agency=agency, digest=token_digest(token), uses=uses, last_day=last_day, made_by=by
    )
    audit(
        by=by,
        action="invitation.made",
        target=_invitation_target(invitation),
        member=member,
        details={"uses": uses, "until": last_day.isoformat(), "agency": str(agency.uuid) if agency else None},
    )
    return invitation, token


@transaction.atomic
def withdraw_invitation(*, by: User, invitation: Invitation) -> Invitation:
    """Let a link work no longer. Accounts that were opened by it stay.

    Raises:
        NotYours: it leads to other people's member or agency.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",)).select_related("member", "agency").get(pk=invitation.pk)
    )
    _require(by, Right.MANAGE_PEOPLE, invitation.member, invitation.agency)
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
        audit(by=by, action="invitation.withdrawn", target=_invitation_target(invitation), member=invitation.member)
    return invitation


def find_invitation(*, token: str, lock: bool = False) -> Invitation:
    """The invitation of a link that still works.

    Raises:
        NoSuchInvitation: forged.
        InvitationOver: used up, withdrawn or too old.
    """
    rows = Invitation.objects.select_related("member", "agency")
    if lock:
        rows = rows.select_for_update(of=("self",))
    invitation = rows.filter(digest=token_digest(token)).first()
    if invitation is None:
        raise NoSuchInvitation
    if invitation.state != "open":
        raise InvitationOver
    return invitation


def record_refused_link(*, token: str) -> None:
    """Write down that a link did not open: which one, where there was such a link."""
    invitation = Invitation.objects.filter(digest=token_digest(token)).select_related("member").first()
    audit(
        by=None,
        action="invitation.refused",
        target=_invitation_target(invitation) if invitation else "accounts.invitation:unknown",
        member=invitation.member if invitation else None,
        details={"state": invitation.state if invitation else "unknown"},
    )


@transaction.atomic
def accept_invitation(
    *, token: str, full_name: str, password: str, agency: Agency | None = None, language: str = ""
) -> User:
    """Open an account by a link: active at once for a single use, else waiting to be verified.

    The user name is given by the system, so that no form tells which names there are.

    Raises:
        NoSuchInvitation, InvitationOver: the link does not work, or works no longer.
        NotOpen: the agency is not one of the member's, or none was chosen.
    """
    invitation = find_invitation(token=token, lock=True)
    agency = invitation.agency or agency
    _require_agency(invitation.member, agency)
    invitation.used += 1
    invitation.save(update_fields=["used"])
    user = _open_account(invitation.member, full_name, password, language, is_active=invitation.opens_at_once)
    if invitation.opens_at_once:
        post_person(by=None, user=user, role=Role.OFFICER, member=invitation.member, agency=agency)
    else:
        Registration.objects.create(user=user, member=invitation.member, agency=agency, invitation=invitation)
    audit(
        by=None,
        action="invitation.used",
        target=target_of(user),
        member=invitation.member,
        details={"invitation": str(invitation.uuid)},
    )
    return user


@transaction.atomic
def register(*, member: Member, agency: Agency | None, full_name: str, password: str, language: str = "") -> User:
    """Ask for an account without having been invited. It is not active until somebody of the member accepts it.

    Raises:
        NotOpen: the member takes no registrations, or the agency is not one of its own.
    """
    member = Member.objects.select_for_update().get(pk=member.pk)
    if not member.takes_registrations:
        raise NotOpen(_("%(member)s takes no registrations.") % {"member": member})
    _require_agency(member, agency)
    user = _open_account(member, full_name, password, language, is_active=False)
    registration = Registration.objects.create(user=user, member=member, agency=agency)
    audit(
        by=None,
        action="registration.made",
        target=target_of(user),
        member=member,
        details={"registration": str(registration.uuid)},
    )
    return user


def _require_agency(member: Member, agency: Agency | None) -> None:
    if agency is None:
        if member.agencies.filter(is_open=True).exists():
            raise NotOpen(_("Choose your agency."))
    elif agency.member_id != member.pk or not agency.is_open:
        raise NotOpen(_("Choose an agency of your own member."))


def _open_account(member: Member, full_name: str, password: str, language: str, *, is_active: bool) -> User:
    fields: dict[str, Any] = {"language": language, "is_active": is_active}
    user = User(username=new_username(member), full_name=full_name)
    validate_password(password, user)
    return create_person(
        by=None, username=user.username, full_name=full_name, password=password, member=member, **fields
    )


def _decide(by: User, registration: Registration, state: str, reason: str = "") -> Registration:
    registration = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("user", "member", "agency")
        .get(pk=registration.pk)
    )
    _require(by, Right.VERIFY_PEOPLE, registration.member, registration.agency)
    if registration.state != Registration.State.WAITING:
        raise AlreadyDecided(_("Somebody decided on this registration before you. Nothing was changed."))
    registration.state, registration.reason = state, reason
    registration.decided_at, registration.decided_by = timezone.now(), by
    registration.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    return registration


@transaction.atomic
def accept_registration(*, by: User, registration: Registration) -> Posting:
    """Let in somebody who registered: the account opens, with a posting as officer.

    Raises:
        NotYours: it is not for `by` to verify.
        AlreadyDecided: somebody was quicker.
    """
    registration = _decide(by, registration, Registration.State.ACCEPTED)
    user = registration.user
    user.is_active = True
    user.save(update_fields=["is_active"])
    # by=None: that this person may verify was checked above; giving roles at will is another right.
    posting = post_person(by=None, user=user, role=Role.OFFICER, member=registration.member, agency=registration.agency)
    audit(
        by=by,
        action="registration.accepted",
        target=target_of(user),
        member=registration.member,
        details={"registration": str(registration.uuid), "posting": str(posting.uuid)},
    )
    return posting


@transaction.atomic
def refuse_registration(*, by: User, registration: Registration, reason: str) -> Registration:
    """Turn away somebody who registered. The person reads the reason; all of it is deleted after 30 days.

    Raises:
        NotYours: it is not for `by` to verify.
        AlreadyDecided: somebody was quicker.
    """
    registration = _decide(by, registration, Registration.State.REFUSED, reason)
    audit(
        by=by,
        action="registration.refused",
        target=target_of(registration.user),
        member=registration.member,
        details={"registration": str(registration.uuid)},
    )
    return registration


@transaction.atomic
def set_registrations(*, by: User, member: Member, are_taken: bool) -> Member:
    """Let officers of a member register themselves, or no longer. What waits already stays in the queue.

    Raises:
        NotYours: `by` is not responsible for all people of the member.
    """
    _require(by, Right.MANAGE_PEOPLE, member, None)
    member = Member.objects.select_for_update().get(pk=member.pk)
    if member.takes_registrations != are_taken:
        member.takes_registrations = are_taken
        member.save(update_fields=["takes_registrations"])
        audit(
            by=by,
            action="member.registrations",
            target=f"accounts.member:{member.code}",
            member=member,
            details={"taken": are_taken},
        )
    return member


@transaction.atomic
def delete_refused_registrations() -> int:
    """Delete what was refused 30 days ago, with the account that never opened; returns how many."""
    before = timezone.now() - dt.timedelta(days=REFUSED_DAYS)
    old = Registration.objects.filter(state=Registration.State.REFUSED, decided_at__lt=before)
    people = list(User.objects.filter(registration__in=old, is_active=False))
    for user in people:
        target = target_of(user)
        user.delete()
        audit(by=None, action="registration.deleted", target=target)
    return len(people)


def delete_old_invitations() -> int:
    """Delete links whose last day is 30 days past; returns how many."""
    before = timezone.localdate() - dt.timedelta(days=REFUSED_DAYS)
    return Invitation.objects.filter(last_day__lt=before).delete()[0]
