"""Writes about people: making them, posting them, what they choose for themselves."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Actor, Agency, ErasureRequest, Member, OneTimeCode, Posting, User, new_learner_code
from accounts.permissions import Refused, may_give
from accounts.roles import Role
from accounts.selectors.entry import people_for_codes
from accounts.selectors.own_data import may_ask_erasure
from accounts.services.audit import audit


class MayNotGive(Refused):
    """The role, or its place, is not one that this person may give or end."""


class NotYours(Refused):
    """The person, or the member or agency, is not within the scope of whoever acts."""


class WrongPlace(Exception):
    """A posting that cannot be: an agency of another member, a last day before the first."""


class OverThere(WrongPlace):
    """The member's entry has ended, or the agency is closed: nobody new is posted there."""


def target_of(user: User) -> str:
    """How the audit log names a person: never by a name."""
    return f"accounts.user:{user.uuid}"


def new_username(member: Member | None = None) -> str:
    """A user name that says nothing about the person, such as ``id-7k3m-9q2x``; free with near certainty."""
    return f"{member.code if member else 'x'}-{new_learner_code()[2:]}".lower()


@transaction.atomic
def create_person(
    *,
    by: User | None,
    username: str,
    full_name: str,
    password: str | None,
    reason: str = "",
    member: Member | None = None,
    **fields: Any,
) -> User:
    """Make an account. Without a password nobody can sign in to it until one is set or a code is used.

    Arguments:
        by: who makes it; the right was checked by whoever calls, because it follows from the posting.
        full_name: empty for a pseudonymous account, whose learner code then stands where the name would.
        member: whose officer it is to be, for the audit log.
    """
    code = fields.pop("learner_code", None) or new_learner_code()
    user = User.objects.create_user(username, password, full_name=full_name or code, learner_code=code, **fields)
    Actor.objects.create(user=user)
    audit(by=by, action="person.made", target=target_of(user), member=member, reason=reason)
    return user


@transaction.atomic
def post_person(
    *,
    by: User | None,
    user: User,
    role: Role,
    member: Member | None = None,
    agency: Agency | None = None,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    rank_band: str = "",
) -> Posting:
    """Give a person a role, for a member or one of its agencies, from a day (today) to a day (open).

    Arguments:
        by: who gives it; None for the system itself, which may give any.

    Raises:
        MayNotGive: `by` may not give this role there, or would give it to oneself.
        WrongPlace: the agency is not one of the member's, or the last day is before the first.
        OverThere: the member's entry has ended by then, or the agency is closed.
    """
    starts_on = starts_on or timezone.localdate()
    if agency is not None and agency.member_id != getattr(member, "pk", None):
        raise WrongPlace(_("%(agency)s is not an agency of %(member)s.") % {"agency": agency, "member": member})
    if ends_on is not None and ends_on < starts_on:
        raise WrongPlace(_("The last day is before the first."))
    if member is not None and member.has_ended(starts_on):
        raise OverThere(_("%(member)s takes no new people: its entry has ended.") % {"member": member})
    if agency is not None and not agency.is_open:
        raise OverThere(_("%(agency)s is closed and takes no new people.") % {"agency": agency})
    _require_giving(by, role, member, agency)
    if by == user:
        raise MayNotGive(_("Nobody gives a role to oneself. Ask somebody else who may give it."))
    posting = Posting.objects.create(
        user=user,
        role=role,
        member=member,
        agency=agency,
        starts_on=starts_on,
        ends_on=ends_on,
        rank_band=rank_band,
    )
    _take_back_codes(user)
    _take_back_erasure(by, user, member)
    audit(
        by=by,
        action="posting.made",
        target=target_of(user),
        member=member,
        details={"posting": str(posting.uuid), "role": role, "agency": str(agency.uuid) if agency else None},
    )
    return posting


def _take_back_codes(user: User) -> None:
    """Delete the open code of somebody to whom its giver could give none any more, now that there is one more posting.

    Whoever printed a slip may still have it: it must not open what its giver has no power over.
    """
    for code in OneTimeCode.objects.filter(user=user, used_at=None, made_by__isnull=False).select_related("made_by"):
        assert code.made_by is not None
        if not people_for_codes(code.made_by).filter(pk=user.pk).exists():
            code.delete()


def _take_back_erasure(by: User | None, user: User, member: Member | None) -> None:
    """Withdraw a request to erase somebody that another person made who could ask for it no more.

    Otherwise a member would erase an officer of another member, some days after the officer moved there.
    """
    request = ErasureRequest.objects.select_related("by__user").filter(user=user).first()
    asked_by = request.by.user if request and request.by else None
    if request is None or asked_by is None or asked_by == user or may_ask_erasure(asked_by, user):
        return
    request.delete()
    audit(by=by, action="erasure.withdrawn", target=target_of(user), member=member)


@transaction.atomic
def end_posting(*, by: User | None, posting: Posting, on: dt.date | None = None, reason: str = "") -> Posting:
    """Let a posting end after a day, yesterday unless told, so that the rights are gone at once.

    One that ended earlier stays as it is; one that would have begun later is over before it begins.

    Raises:
        MayNotGive: `by` may not end this role there.
    """
    posting = (
        Posting.objects.select_for_update(of=("self",)).select_related("user", "member", "agency").get(pk=posting.pk)
    )
    _require_giving(by, Role(posting.role), posting.member, posting.agency)
    on = on or timezone.localdate() - dt.timedelta(days=1)
    if posting.ends_on is not None and posting.ends_on <= on:
        return posting
    posting.ends_on = on
    posting.starts_on = min(posting.starts_on, on)
    posting.save(update_fields=["starts_on", "ends_on"])
    audit(
        by=by,
        action="posting.ended",
        target=target_of(posting.user),
        member=posting.member,
        reason=reason,
        details={"posting": str(posting.uuid), "role": posting.role, "after": on.isoformat()},
    )
    return posting


def _require_giving(by: User | None, role: Role, member: Member | None, agency: Agency | None) -> None:
    place = {"member": member.pk if member else None, "agency": agency.pk if agency else None}
    if by is not None and not may_give(by, role, **place):
        raise MayNotGive(_("Your role does not let you give or end this role here."))


def choose_language(*, by: User, language: str) -> None:
    """Keep the language in which a person wants to read, for the next sign-in on any device.

    Raises:
        ValueError: the site does not offer it.
    """
    if language not in dict(settings.LANGUAGES):
        raise ValueError(f"“{language}” is not among the languages of this site.")
    if by.language != language:
        by.language = language
        by.save(update_fields=["language"])


@transaction.atomic
def choose_public_name(*, by: User, choice: str) -> None:
    """Choose what a stranger reads who checks one's certificate.

    Raises:
        ValueError: not one of `User.PublicName`.
    """
    by.public_name = User.PublicName(choice)
    by.save(update_fields=["public_name"])
    audit(by=by, action="person.public_name", target=target_of(by))
