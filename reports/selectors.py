"""Figures across members, scoped to their viewer and suppressed before they leave this module."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import CharField, Count, Q, QuerySet
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from accounts.models import Member
from accounts.permissions import Right, Viewer, require_right, scope_of
from certificates.models import Award
from learning.models import Course, Enrolment
from learning.selectors import catalogue
from lms.suppression import Cell, suppress

#: By person, because merged accounts have two keys; by key where the person was erased and nobody can say more.
_PERSON = Coalesce(Cast("actor__user", CharField()), Cast("actor", CharField()))


@dataclass(frozen=True)
class Row:
    """One member: for each course of the table (enrolled, certified)."""

    member: Member
    cells: tuple[tuple[Cell, Cell], ...]


@dataclass(frozen=True)
class CertificationTable:
    """Members × courses. No totals: a total would give a suppressed cell away."""

    courses: tuple[tuple[Course, str], ...]
    rows: tuple[Row, ...]


def certification_table(viewer: Viewer, language: str) -> CertificationTable:
    """People enrolled and people certified, by member and course; a person counts once.

    Restricted officers are counted: outside their own member they appear in suppressed aggregates only.
    Two statements, whatever the number of members and courses, and one for the catalogue's texts.

    Raises:
        accounts.permissions.Refused: the viewer may not see counts.
    """
    require_right(viewer, Right.SEE_COUNTS)
    scope = scope_of(viewer, Right.SEE_COUNTS)
    courses = tuple((text.course, text.title) for text in catalogue(language))
    in_scope = scope.q(member="member_id", agency="agency_id")
    enrolled = _counts(Enrolment.objects.filter(in_scope))
    valid = Award.objects.filter(
        scope.q(member="member_id", agency="enrolment__agency_id"),
        kind=Award.Kind.COMPLETION,
        state=Award.State.VALID,
        valid_until__gte=timezone.localdate(),
    )
    certified = _counts(_attesting(valid))
    with_figures = {member for member, _course in (*enrolled, *certified)}
    members = [
        member
        for member in Member.objects.filter(Q() if scope.everyone else Q(pk__in=scope.members)).order_by("name")
        # A body that stands in no relation to the Bali Process is a row only if somebody of it learns here.
        if member.status != Member.Status.NONE or member.pk in with_figures
    ]
    rows = tuple(
        Row(
            member,
            tuple(
                (
                    suppress(enrolled.get((member.pk, course.pk), 0)),
                    suppress(certified.get((member.pk, course.pk), 0)),
                )
                for course, _title in courses
            ),
        )
        for member in members
    )
    return CertificationTable(courses, rows)


def people_of_member(viewer: Viewer, member: Member) -> tuple[Cell, Cell] | None:
    """How many people of a member enrolled and how many are certified, in any course; None without the right."""
    if not scope_of(viewer, Right.SEE_COUNTS).covers(member=member.pk, agency=None):
        return None
    enrolled = Enrolment.objects.filter(member=member)
    certified = _attesting(
        Award.objects.filter(
            member=member,
            kind=Award.Kind.COMPLETION,
            state=Award.State.VALID,
            valid_until__gte=timezone.localdate(),
        )
    )
    return suppress(_people(enrolled)), suppress(_people(certified))


def _people(rows: QuerySet[Any]) -> int:
    return int(rows.order_by().aggregate(people=Count(_PERSON, distinct=True))["people"])


def _attesting(awards: QuerySet[Award]) -> QuerySet[Award]:
    """A specimen attests nothing; only a site that shows drafts (the demo) counts them, so that it has figures."""
    return awards.filter(is_specimen=False) if settings.REQUIRE_REVIEW else awards


def _counts(rows) -> dict[tuple[int, int], int]:  # type: ignore[no-untyped-def]
    grouped = rows.filter(member__isnull=False).order_by().values("member", "course")
    return {
        (row["member"], row["course"]): row["people"] for row in grouped.annotate(people=Count(_PERSON, distinct=True))
    }
