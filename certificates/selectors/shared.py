"""Reads of what a member shares with the RSO."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Member
from accounts.permissions import Viewer
from certificates.models import Award
from learning.models import Course, Enrolment
from learning.sharing import enrolments_shared_with


@dataclass(frozen=True)
class SharedRow:
    """What the RSO may read of one officer of a member that shares them: no score, no agency, no progress."""

    #: Name or learner code.
    shown_as: str
    person: uuid.UUID
    valid_until: dt.date | None
    is_specimen: bool

    @property
    def is_certified(self) -> bool:
        return self.valid_until is not None and self.valid_until >= timezone.localdate()


def shared_rows(viewer: Viewer, member: Member, course: Course, *, as_file: bool = False) -> QuerySet[Enrolment]:
    """The officers of one member in one course that it shares with the viewer; to be read by `read_shared`.

    Arguments:
        as_file: leave restricted officers out, because they stand in no export, not even by code.
    """
    rows = enrolments_shared_with(viewer).filter(member=member, course=course)
    if as_file:
        rows = rows.filter(actor__user__is_restricted=False)
    awards = Award.objects.filter(
        actor__user=OuterRef("actor__user"),
        course=course,
        member=member,
        kind=Award.Kind.COMPLETION,
        state=Award.State.VALID,
    ).order_by("-valid_until", "-pk")
    if settings.REQUIRE_REVIEW:
        awards = awards.filter(is_specimen=False)
    return rows.annotate(
        valid_until=Subquery(awards.values("valid_until")[:1]), is_specimen=Subquery(awards.values("is_specimen")[:1])
    )


def read_shared(rows: Iterable[Enrolment]) -> list[SharedRow]:
    """Rows of `shared_rows`, as they are shown."""
    return [
        SharedRow(
            shown_as=row.shown_as,  # type: ignore[attr-defined]
            person=row.actor.user.uuid,  # type: ignore[union-attr]
            valid_until=row.valid_until,  # type: ignore[attr-defined]
            is_specimen=bool(row.is_specimen),  # type: ignore[attr-defined]
        )
        for row in rows
    ]
