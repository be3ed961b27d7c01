"""Writes about those who look after others: coordinators of members, and the staff of the RSO."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agency, Member, Posting, User
from accounts.permissions import may_give
from accounts.roles import Role
from accounts.services.people import MayNotGive, WrongPlace, create_person, end_posting, new_username, post_person

#: Roles of the RSO that look across members. Whoever holds one coordinates no member, or the RSO would see the names
#: of a member's officers without its leave.
LOOK_ACROSS = (Role.RSO_CERTIFICATION, Role.RSO_ANALYST, Role.SERVICE_DESK, Role.AUDITOR, Role.ADMINISTRATOR)


class HasItAlready(WrongPlace):
    """The person holds this very role there already."""


class LooksAcross(MayNotGive):
    """Somebody who looks across members for the RSO cannot be the coordinator of one, nor the other way round."""


class NotInUse(WrongPlace):
    """The account is out of use."""


@transaction.atomic
def appoint_coordinator(
    *,
    by: User,
    member: Member,
    role: Role,
    agency: Agency | None = None,
    user: User | None = None,
    **person: Any,
) -> Posting:
    """Make somebody coordinator (or deputy) of a member or of one agency of it.

    Arguments:
        user: who; None makes a new account from `person` (``full_name``, ``username``, ``email``, ``language``), with
            no password.

    Raises:
        MayNotGive: `by` may not give this role there, or would give it to oneself.
        LooksAcross: the person looks across members for the RSO.
        HasItAlready, NotInUse, OverThere, WrongPlace: the posting cannot be.
    """
    _require(by, role, member, agency)
    if user is not None:
        _require_free(user, role, member, agency)
        require_looks_not_across(user)
    user = user or _new_person(by, member, person)
    return post_person(by=by, user=user, role=role, member=member, agency=agency)


@transaction.atomic
def give_staff_role(*, by: User, role: Role, user: User | None = None, **person: Any) -> Posting:
    """Give somebody a role of the RSO.

    Arguments:
        user: who; None makes a new account from `person`, as `appoint_coordinator` does.

    Raises:
        MayNotGive: `by` may not give this role, or would give it to oneself.
        LooksAcross: the person coordinates a member, and the role looks across members.
        HasItAlready, NotInUse: the posting cannot be.
    """
    _require(by, role, None, None)
    if user is not None:
        _require_free(user, role, None, None)
        coordinates = Posting.objects.filter(user=user, role__in=(Role.COORDINATOR, Role.DEPUTY_COORDINATOR)).open()
        if role in LOOK_ACROSS and coordinates.exists():
            raise LooksAcross(_("This person coordinates a member and cannot look across members for the RSO."))
    user = user or _new_person(by, None, person)
    return post_person(by=by, user=user, role=role)


@transaction.atomic
def end_appointment(*, by: User, posting: Posting) -> Posting:
    """End a posting as coordinator or as staff at once. Whoever did so in error appoints the person again.

    Raises:
        MayNotGive: `by` may not end this role there, or it is one's own: so the last administrator stays.
    """
    if posting.user_id == by.pk:
        raise MayNotGive(_("Nobody ends a role of one's own here. Ask somebody else who may end it."))
    return end_posting(by=by, posting=posting)


def require_looks_not_across(user: User) -> None:
    """Before somebody is made coordinator or deputy, by whatever way.

    Raises:
        LooksAcross: the person looks across members for the RSO.
    """
    if Posting.objects.filter(user=user, role__in=LOOK_ACROSS).open().exists():
        raise LooksAcross(_("This person looks across members for the RSO and cannot coordinate one of them."))


def _require(by: User, role: Role, member: Member | None, agency: Agency | None) -> None:
    """Before anything is made; `post_person` asks again."""
    if not may_give(by, role, member=member.pk if member else None, agency=agency.pk if agency else None):
        raise MayNotGive(_("Your role does not let you give or end this role here."))


def _require_free(user: User, role: Role, member: Member | None, agency: Agency | None) -> None:
    if not user.is_active:
        raise NotInUse(_("This account is out of use."))
    if Posting.objects.filter(user=user, role=role, member=member, agency=agency).open().exists():
        raise HasItAlready(_("This person holds this role here already."))


def _new_person(by: User, member: Member | None, person: dict[str, Any]) -> User:
    username = person.pop("username", "") or new_username(member)
    return create_person(by=by, username=username, password=None, member=member, **person)
