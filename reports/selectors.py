"""Figures across members, scoped to their viewer and suppressed before they leave this module."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import CharField, Count, Q
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from accounts.models import Member
from accounts.permissions import Right, Viewer, require_right, scope_of
from certificates.models import Award
from learning.models import Course, Enrolment
from learning.selectors import catalogue
from reports.suppression import Cell, suppress


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
        state=Award.State.VALID,
        valid_until__gte=timezone.localdate(),
    )
    # A specimen attests nothing; only a site that shows drafts (the demo) counts them, so that its table is not empty.
    certified = _counts(valid.filter(is_specimen=False) if settings.REQUIRE_REVIEW else valid)
    members = Member.objects.filter(Q() if scope.everyone else Q(pk__in=scope.members)).order_by("name")
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


def _counts(rows) -> dict[tuple[int, int], int]:  # type: ignore[no-untyped-def]
    grouped = rows.filter(member__isnull=False).order_by().values("member", "course")
    # By person, because merged accounts have two keys; by key where the person was erased and nobody can say more.
    person = Coalesce(Cast("actor__user", CharField()), Cast("actor", CharField()))
    return {
        (row["member"], row["course"]): row["people"] for row in grouped.annotate(people=Count(person, distinct=True))
    }
