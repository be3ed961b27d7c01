"""Reports about content: one's own, and the queue of those who write and translate."""

import uuid

from django.db.models import Count, QuerySet
from django.http import Http404

from accounts.models import User
from accounts.permissions import Right, Viewer, has_right
from learning.models import ContentReport


def own_reports(user: User) -> QuerySet[ContentReport]:
    """What the viewer reported, newest first, with the answers."""
    rows = ContentReport.objects.filter(actor__user=user)
    return rows.select_related("activity__course", "revision__edition")


def unread_answers(user: User) -> int:
    """How many answers to own reports the viewer has not read yet."""
    return ContentReport.objects.filter(actor__user=user, answered_at__isnull=False, seen_at=None).count()


def reports_seen_by(viewer: Viewer) -> QuerySet[ContentReport]:
    """The reports that the viewer may answer: all of them for those who write courses, none for others.

    Who reported is not loaded: authors answer a place, not a person.
    """
    rows = ContentReport.objects.all() if has_right(viewer, Right.WRITE_COURSES) else ContentReport.objects.none()
    return rows.select_related("activity__course", "revision__edition").defer("actor")


def open_counts(viewer: Viewer) -> dict[str, int]:
    """Language → open reports."""
    rows = reports_seen_by(viewer).filter(answered_at=None).order_by().select_related(None)
    return dict(rows.values_list("language").annotate(n=Count("pk")))


def one_report(viewer: Viewer, report: uuid.UUID) -> ContentReport:
    """One of them.

    Raises:
        Http404: there is none that the viewer may answer.
    """
    found = reports_seen_by(viewer).filter(uuid=report).first()
    if found is None:
        raise Http404
    return found
