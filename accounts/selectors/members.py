"""Reads about members: the list, and how far each has come."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member, Posting, User
from accounts.permissions import Right, Viewer, may_keep_agencies, scope_of
from accounts.roles import MEMBERLESS_ROLES
from accounts.selectors.desk import names_for
from accounts.selectors.moving import COORDINATING
from accounts.selectors.people import order_of_names


def members_seen_by(viewer: Viewer, right: Right) -> QuerySet[Member]:
    """The members for all of which a viewer holds a right; one of an agency sees none."""
    scope = scope_of(viewer, right)
    return Member.objects.all() if scope.everyone else Member.objects.filter(pk__in=scope.members)


def member_seen_by(viewer: Viewer, right: Right, code: str) -> Member:
    """One of them.

    Raises:
        Http404: there is no such member, or it is not the viewer's; both answer the same.
    """
    member = members_seen_by(viewer, right).filter(code=code).first()
    if member is None:
        raise Http404(_("There is no such member among yours."))
    return member


def member_whose_agencies(viewer: Viewer, code: str) -> Member:
    """The member of this code if the viewer may keep its agencies.

    Raises:
        Http404: as `member_seen_by`.
    """
    member = Member.objects.filter(code=code).first()
    if member is None or not may_keep_agencies(viewer, member):
        raise Http404(_("There is no such member among yours."))
    return member


def members_listed(viewer: Viewer, *, kind: str = "", status: str = "", state: str = "") -> QuerySet[Member]:
    """The members that a viewer keeps, filtered; `state` is ``current``, ``ended`` or ``unchecked``."""
    rows = members_seen_by(viewer, Right.MANAGE_MEMBERS)
    if kind:
        rows = rows.filter(kind=kind)
    if status:
        rows = rows.filter(status=status)
    today = timezone.localdate()
    if state == "current":
        rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=today))
    elif state == "ended":
        rows = rows.filter(valid_to__lt=today)
    elif state == "unchecked":
        rows = rows.filter(as_at=None)
    return rows


@dataclass(frozen=True)
class Appointed:
    """One posting of somebody who looks after others, as those see it who appoint."""

    posting: Posting
    name: str
    has_second_factor: bool


def coordinators_of(viewer: Viewer, member: Member) -> list[Appointed]:
    """Who coordinates a member now or soon, for whoever keeps members and appoints them."""
    if not scope_of(viewer, Right.MANAGE_MEMBERS):
        return []
    rows = Posting.objects.filter(member=member, role__in=COORDINATING).open()
    return _appointed(viewer, list(rows.select_related("user", "agency")))


def staff_seen_by(viewer: Viewer) -> list[Appointed]:
    """Who holds a role of the RSO now or soon, for whoever gives these."""
    if not scope_of(viewer, Right.MANAGE_STAFF):
        return []
    rows = Posting.objects.filter(role__in=MEMBERLESS_ROLES).open()
    return _appointed(viewer, list(rows.select_related("user").order_by("role", order_of_names("user"), "pk")))


def staff_posting(viewer: Viewer, posting: uuid.UUID) -> Posting | None:
    """One posting of the RSO's staff, for whoever gives these."""
    if not scope_of(viewer, Right.MANAGE_STAFF):
        return None
    return Posting.objects.filter(uuid=posting, role__in=MEMBERLESS_ROLES).select_related("user").first()


def _appointed(viewer: Viewer, postings: Sequence[Posting]) -> list[Appointed]:
    people = [posting.user for posting in postings]
    names = names_for(viewer, people)
    secured = people_with_second_factor(people)
    return [Appointed(each, names[each.user_id], each.user_id in secured) for each in postings]


def people_with_second_factor(people: Sequence[User]) -> set[int]:
    """Which of some people have a second factor; recovery codes alone are none. Scoping is the caller's."""
    rows = Authenticator.objects.filter(user__in=people).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return set(rows.values_list("user", flat=True))


def person_to_appoint(viewer: Viewer, username: str) -> User | None:
    """The person of this exact user name, for whoever may appoint across members; nobody else finds anyone here."""
    if not any(scope_of(viewer, right).everyone for right in (Right.MANAGE_MEMBERS, Right.MANAGE_STAFF)):
        return None
    try:
        return User.objects.get_by_natural_key(username.strip())
    except User.DoesNotExist:
        return None
