"""Reads about moving on: who may be moved where, offers between members, what a coordinator hands over."""

import datetime as dt
import uuid

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.hooks import OpenThing, tells_what_is_open
from accounts.models import Agency, Posting, Registration, Transfer, User
from accounts.permissions import Right, Viewer, current_postings, scope_of
from accounts.roles import Role
from accounts.selectors.people import order_of_names, people_seen_by

COORDINATING = (Role.COORDINATOR, Role.DEPUTY_COORDINATOR)
#: So long the officer reads on the first page what became of an offer.
_NEWS_LASTS = dt.timedelta(days=30)


def agencies_to_move_to(viewer: Viewer) -> QuerySet[Agency]:
    """The agencies in use to which a viewer may post officers."""
    scope = scope_of(viewer, Right.MANAGE_PEOPLE)
    if not scope:
        return Agency.objects.none()
    return Agency.objects.filter(scope.q(member="member_id", agency="pk"), is_open=True).select_related("member")


def officer_postings(viewer: Viewer) -> QuerySet[Posting]:
    """Postings as officer that run or are to come and that the viewer may end."""
    scope = scope_of(viewer, Right.MANAGE_PEOPLE)
    if not scope:
        return Posting.objects.none()
    inside = scope.q(member="member_id", agency="agency_id")
    return Posting.objects.open().filter(inside, role=Role.OFFICER).select_related("member", "agency")


def officers_to_move(viewer: Viewer) -> QuerySet[User]:
    """The officers in use whom the viewer may move, each once."""
    # Read once. Asked of each person, SQLite goes through all officers of the member for each of them.
    own = officer_postings(viewer).order_by().values("user")
    return people_seen_by(viewer, Right.MANAGE_PEOPLE).filter(pk__in=own, is_active=True)


def officer_to_move(viewer: Viewer, person: uuid.UUID) -> User:
    """One of them.

    Raises:
        Http404: there is none; another member's officer answers the same.
    """
    found = officers_to_move(viewer).filter(uuid=person).first()
    if found is None:
        raise Http404
    return found


# --- offers between members


def transfers_offered(viewer: Viewer) -> QuerySet[Transfer]:
    """What the viewer's member, or agency, offered to others."""
    scope = scope_of(viewer, Right.MANAGE_PEOPLE)
    if not scope:
        return Transfer.objects.none()
    return _transfers().filter(scope.q(member="from_member_id", agency="from_agency_id"))


def transfers_received(viewer: Viewer) -> QuerySet[Transfer]:
    """What others offered to the viewer's member. One agency's coordinator takes nobody in for the member."""
    scope = scope_of(viewer, Right.MANAGE_PEOPLE)
    if not scope:
        return Transfer.objects.none()
    return _transfers().filter(Q() if scope.everyone else Q(to_member__in=scope.members))


def transfer_offered(viewer: Viewer, transfer: uuid.UUID) -> Transfer:
    """One offer that the viewer's side made.

    Raises:
        Http404: there is none; one of other members answers the same.
    """
    return _one(transfers_offered(viewer), transfer)


def transfer_received(viewer: Viewer, transfer: uuid.UUID) -> Transfer:
    """One offer made to the viewer's member.

    Raises:
        Http404: there is none; one of other members answers the same.
    """
    return _one(transfers_received(viewer), transfer)


def own_transfers(user: User) -> list[Transfer]:
    """What the person reads about offers of oneself: those that wait, and those taken up a short while ago."""
    since = timezone.now() - _NEWS_LASTS
    rows = _transfers().filter(person=user, offered_at__gt=since - _NEWS_LASTS)
    return [
        each
        for each in rows
        if each.stands == Transfer.State.OFFERED
        or (each.stands == Transfer.State.ACCEPTED and each.answered_at and each.answered_at > since)
    ]


def _transfers() -> QuerySet[Transfer]:
    return Transfer.objects.select_related("person", "from_member", "from_agency", "to_member", "agency")


def _one(rows: QuerySet[Transfer], transfer: uuid.UUID) -> Transfer:
    found = rows.filter(uuid=transfer).first()
    if found is None:
        raise Http404
    return found


@tells_what_is_open
def offers_that_wait(viewer: Viewer, posting: Posting) -> list[OpenThing]:
    """Offers that wait for an answer, made by or to the member of a coordinator's posting."""
    rows = Transfer.objects.open()
    made = rows.filter(from_member=posting.member_id)
    if posting.agency_id:
        made = made.filter(from_agency=posting.agency_id)
    found = [OpenThing(_("Offers of officers to other members"), made.count(), reverse("moving:index"))]
    if not posting.agency_id:
        received = rows.filter(to_member=posting.member_id).count()
        found.append(OpenThing(_("Officers whom other members offer"), received, reverse("moving:index")))
    return found


@tells_what_is_open
def registrations_that_wait(viewer: Viewer, posting: Posting) -> list[OpenThing]:
    """Registrations that wait for somebody to verify them, for the member or agency of a coordinator's posting."""
    rows = Registration.objects.filter(member=posting.member_id, state=Registration.State.WAITING)
    if posting.agency_id:
        rows = rows.filter(agency=posting.agency_id)
    return [OpenThing(_("Registrations to verify"), rows.count(), reverse("people:registrations"))]


# --- hand-over


def postings_to_hand_over(viewer: Viewer) -> QuerySet[Posting]:
    """Coordinators' postings that run today and that the viewer may hand over: the own ones, and those in the charge
    of whoever looks after members."""
    if not isinstance(viewer, User):
        return Posting.objects.none()
    own = [each.pk for each in current_postings(viewer) if each.role == Role.COORDINATOR]
    scope = scope_of(viewer, Right.MANAGE_MEMBERS)
    rows = Posting.objects.current().filter(role=Role.COORDINATOR)
    if not scope.everyone:  # whose condition is an empty one, and “or nothing” is no condition at all
        inside = scope.q(member="member_id", agency="agency_id") if scope else Q(pk__in=[])
        rows = rows.filter(Q(pk__in=own) | inside)
    return rows.select_related("user", "member", "agency").order_by(
        "member__name", "agency__name", order_of_names("user")
    )


def posting_to_hand_over(viewer: Viewer, posting: uuid.UUID) -> Posting:
    """One of them.

    Raises:
        Http404: there is none; another member's answers the same.
    """
    found = postings_to_hand_over(viewer).filter(uuid=posting).first()
    if found is None:
        raise Http404
    return found


def successors(posting: Posting) -> QuerySet[User]:
    """The people who may take a coordinator's posting over: in use, and posted to the same member (or agency)."""
    there = Posting.objects.open().filter(user=OuterRef("pk"), member=posting.member_id)
    if posting.agency_id:
        there = there.filter(agency=posting.agency_id)
    return User.objects.filter(Exists(there), is_active=True).exclude(pk=posting.user_id)
