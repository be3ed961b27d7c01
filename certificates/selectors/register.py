"""Reads for the register of a member."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from accounts.permissions import Viewer
from certificates.models import Award
from certificates.selectors.awards import awards_seen_by


@dataclass(frozen=True)
class RegisterFilter:
    """Which certificates go into a register: by course, agency (primary keys) and the day of certification."""

    course: int | None = None
    agency: int | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None


def register_awards(viewer: Viewer, wanted: RegisterFilter) -> QuerySet[Award]:
    """The certificates of the viewer's own officers that a national register may hold, oldest first.

    Without those that were revoked, those of restricted officers and of persons who were erased; and where the site
    requires review, without specimens, which attest nothing.
    """
    rows = awards_seen_by(viewer).filter(
        kind=Award.Kind.COMPLETION, state=Award.State.VALID, actor__user__isnull=False, actor__user__is_restricted=False
    )
    if settings.REQUIRE_REVIEW:
        rows = rows.filter(is_specimen=False)
    if wanted.course:
        rows = rows.filter(course=wanted.course)
    if wanted.agency:
        rows = rows.filter(enrolment__agency=wanted.agency)
    if wanted.first_day:
        rows = rows.filter(issued_at__date__gte=wanted.first_day)
    if wanted.last_day:
        rows = rows.filter(issued_at__date__lte=wanted.last_day)
    return rows.order_by("issued_at", "pk")
