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
    """Which certificates go into a register: by course, agency (primary keys) and the day of certification.

    `kind` is one of `Award.Kind`, or empty for all; `every_state` takes what is suspended, revoked or replaced as well.
    """

    course: int | None = None
    agency: int | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    kind: str = str(Award.Kind.COMPLETION)
    every_state: bool = False


def register_awards(viewer: Viewer, wanted: RegisterFilter) -> QuerySet[Award]:
    """The certificates of the viewer's own officers that a national register may hold, oldest first.

    Without those of restricted officers and of persons who were erased; and where the site requires review, without
    specimens, which attest nothing.
    """
    rows = awards_seen_by(viewer).filter(actor__user__isnull=False, actor__user__is_restricted=False)
    if wanted.agency:
        rows = rows.filter(enrolment__agency=wanted.agency)
    return narrowed(rows, wanted).order_by("issued_at", "pk")


def narrowed(rows: QuerySet[Award], wanted: RegisterFilter) -> QuerySet[Award]:
    """Of these certificates those that were asked for; specimens only where the site shows drafts."""
    if not wanted.every_state:
        rows = rows.filter(state=Award.State.VALID)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if settings.REQUIRE_REVIEW:
        rows = rows.filter(is_specimen=False)
    if wanted.course:
        rows = rows.filter(course=wanted.course)
    if wanted.first_day:
        rows = rows.filter(issued_at__date__gte=wanted.first_day)
    if wanted.last_day:
        rows = rows.filter(issued_at__date__lte=wanted.last_day)
    return rows
