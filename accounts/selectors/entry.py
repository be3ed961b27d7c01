"""Reads about the ways in: who may be given a code, invited or verified, scoped to the viewer."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Agency, Invitation, Member, OneTimeCode, PeopleFile, Posting, Registration, User
from accounts.permissions import GIVES_ROLES, Right, Viewer, scope_of
from accounts.roles import MEMBERLESS_ROLES
from accounts.selectors.people import people_seen_by


def people_for_codes(viewer: Viewer) -> QuerySet[User]:
    """The people to whom a viewer may give a one-time code, and with it a new password.

    A code is a way into an account, so it reaches no further than the viewer's own power: a coordinator gives one to
    those whose every posting is of the own scope and of a role that a coordinator gives. The service desk mends the
    passwords of members' people, not those of the RSO or of whoever has the power over everything. Nobody gives one to
    themselves.
    """
    scope = scope_of(viewer, Right.RESET_ACCESS)
    postings = Posting.objects.open().filter(user=OuterRef("pk"))
    if scope.everyone:
        beyond = postings.filter(role__in=MEMBERLESS_ROLES)
    else:
        inside = scope.q(member="member_id", agency="agency_id")
        beyond = postings.exclude(inside & Q(role__in=GIVES_ROLES[Right.MANAGE_PEOPLE], member__isnull=False))
    people = people_seen_by(viewer, Right.RESET_ACCESS).filter(~Exists(beyond), is_active=True, is_superuser=False)
    return people.exclude(pk=viewer.pk or 0)


def without_a_way_in(people: QuerySet[User]) -> QuerySet[User]:
    """Those of some people who never signed in and have no code that still works."""
    codes = OneTimeCode.objects.filter(user=OuterRef("pk"), used_at=None, expires_at__gt=timezone.now())
    return people.filter(~Exists(codes), last_login=None)


def member_of(people: Sequence[User]) -> dict[int, Member]:
    """The member of each of some people by key, from the posting that runs or is to come."""
    found: dict[int, Member] = {}
    for start in range(0, len(people), 500):
        rows = Posting.objects.open().filter(user__in=people[start : start + 500], member__isnull=False)
        found |= {each.user_id: each.member for each in rows.select_related("member").order_by("pk") if each.member}
    return found


def members_managed_by(viewer: Viewer, right: Right = Right.MANAGE_PEOPLE) -> QuerySet[Member]:
    """The members for all or part of which a viewer holds a right over people."""
    scope = scope_of(viewer, right)
    if scope.everyone:
        return Member.objects.all()
    agencies = Agency.objects.filter(pk__in=scope.agencies)
    return Member.objects.filter(Q(pk__in=scope.members) | Q(pk__in=agencies.values("member_id")))


def members_managed_whole_by(viewer: Viewer) -> QuerySet[Member]:
    """The members for all of whose people a viewer is responsible."""
    scope = scope_of(viewer, Right.MANAGE_PEOPLE)
    return Member.objects.all() if scope.everyone else Member.objects.filter(pk__in=scope.members)


def agencies_managed_by(viewer: Viewer, right: Right = Right.MANAGE_PEOPLE) -> QuerySet[Agency]:
    """The agencies in use over whose people a viewer holds a right."""
    inside = scope_of(viewer, right).q(member="member_id", agency="pk")
    return Agency.objects.filter(inside, is_open=True).select_related("member")


def files_of(viewer: User) -> QuerySet[PeopleFile]:
    """The lists that a viewer uploaded, for members whose people the viewer still manages."""
    return PeopleFile.objects.filter(made_by=viewer, member__in=members_managed_by(viewer)).select_related("member")


def invitations_seen_by(viewer: Viewer) -> QuerySet[Invitation]:
    """The invitations into what a viewer manages."""
    scope = scope_of(viewer, Right.MANAGE_PEOPLE)
    if not scope:
        return Invitation.objects.none()
    inside = scope.q(member="member_id", agency="agency_id")
    return Invitation.objects.filter(inside).select_related("member", "agency", "made_by")


def registrations_seen_by(viewer: Viewer) -> QuerySet[Registration]:
    """The registrations that a viewer may decide: of the own member, or of the own agency only."""
    scope = scope_of(viewer, Right.VERIFY_PEOPLE)
    if not scope:
        return Registration.objects.none()
    inside = scope.q(member="member_id", agency="agency_id")
    return Registration.objects.filter(inside).select_related("member", "agency", "user")


def members_open_to_registration() -> QuerySet[Member]:
    """The members whose officers may register themselves today."""
    today = timezone.localdate()
    return Member.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=today),
        Q(valid_to=None) | Q(valid_to__gte=today),
        takes_registrations=True,
    )
