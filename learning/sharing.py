"""What members share of their officers with the RSO: rows, scoped in the query, and the name that may stand there."""

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from accounts.models import Member, Posting
from accounts.permissions import Right, Viewer, scope_of
from learning.models import Enrolment

SHARED = (Member.Sharing.CODES, Member.Sharing.NAMES)


def members_shared_with(viewer: Viewer) -> QuerySet[Member]:
    """The members that share their officers with this viewer, as learner codes or by name. Counts are no list."""
    scope = scope_of(viewer, Right.SEE_SHARED)
    rows = Member.objects.filter(sharing__in=SHARED).order_by("name")
    return rows if scope.everyone else rows.filter(pk__in=scope.members)


def enrolments_shared_with(viewer: Viewer) -> QuerySet[Enrolment]:
    """The enrolments of officers whom their member shares with this viewer, each `shown_as` a name or a learner code.

    One row for a person, a member and a course: the newest enrolment. The code stands under a member that shares codes,
    for every restricted officer, and for one who serves a member today that shares no names: a name goes no further
    than the strictest of those it concerns. To be sorted by `shown_as` only, because the place in a list would tell of
    a name that is not shown.
    """
    scope = scope_of(viewer, Right.SEE_SHARED)
    if not scope:
        return Enrolment.objects.none()
    serves = Posting.objects.current().filter(user=OuterRef("actor__user"), member__isnull=False)
    by_code = (
        Q(actor__user__is_restricted=True)
        | ~Q(member__sharing=Member.Sharing.NAMES)
        | Exists(serves.exclude(member__sharing=Member.Sharing.NAMES))
    )
    newest = Enrolment.objects.filter(
        actor__user=OuterRef("actor__user"), course=OuterRef("course"), member=OuterRef("member")
    ).order_by("-enrolled_at", "-pk")
    return (
        Enrolment.objects.filter(
            scope.q(member="member_id", agency="agency_id"),
            member__sharing__in=SHARED,
            actor__user__isnull=False,
            pk=Subquery(newest.values("pk")[:1]),
        )
        .select_related("actor__user", "course", "member")
        .annotate(
            shown_as=Case(
                When(by_code, then=F("actor__user__learner_code")),
                default=F("actor__user__full_name"),
                output_field=CharField(),
            )
        )
        .order_by("shown_as", "pk")
    )
