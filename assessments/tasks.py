"""Work in the background: writing into the record what was handed in and not looked at."""

from django_tasks import task
from assessments.models import RecordDue
from assessments.services import record_attempt
from lms.queue import periodic
from django.utils import timezone
from assessments.sittings import untold
from assessments.telling import tell
import datetime as dt




@periodic(every=dt.timedelta(minutes=1))
@task()
def record_what_is_due() -> int:
    """Record every handed-in attempt whose result nobody opened yet; returns how many. May run twice."""
    due = RecordDue.objects.order_by("pk").values_list("pk", flat=True)
    return sum(record_attempt(attempt) for attempt in list(due))
"""Work in the background: letters about tests that were opened again."""

import datetime as dt




@task()
def tell_reopened(pk: int) -> None:
    """Tell an officer that a test is open again. May run twice."""
    tell([pk])


@periodic(every=dt.timedelta(minutes=30))
@task()
def tell_reopened_again() -> None:
    """Tell what the queue lost; what is older than two days is known by then."""
    tell(untold(timezone.now() - dt.timedelta(days=2)))
