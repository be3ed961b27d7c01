"""Reads of the record, for the projections of the rooms below. No view reads statements directly."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator

from accounts.models import User
from xapi.models import Statement


def statements_of_registration(registration: uuid.UUID) -> Iterator[Statement]:
    """All statements of one enrolment, oldest first, streamed."""
    return Statement.objects.filter(registration=registration).select_related("actor").order_by("pk").iterator()


def own_statement(user: User, statement_id: uuid.UUID) -> Statement | None:
    """A statement of this person's own record, or None."""
    return Statement.objects.filter(actor__user=user, uuid=statement_id).first()


def statements_about(registration: uuid.UUID, object_id: str, verb: str) -> list[Statement]:
    """What one enrolment says with a verb about one activity, oldest first."""
    return list(Statement.objects.filter(registration=registration, object_id=object_id, verb=verb).order_by("pk"))


def registrations_since(moment: dt.datetime) -> list[uuid.UUID]:
    """The enrolments that statements received since then name."""
    rows = Statement.objects.filter(received_at__gte=moment, registration__isnull=False)
    return [found for found in rows.order_by().values_list("registration", flat=True).distinct() if found]


def recorded(statement_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these statements are in the record, for whoever knows their ids from what they say."""
    found: set[uuid.UUID] = set()
    wanted = list(statement_ids)
    for start in range(0, len(wanted), 500):
        rows = Statement.objects.filter(uuid__in=wanted[start : start + 500])
        found.update(rows.order_by().values_list("uuid", flat=True))
    return found
