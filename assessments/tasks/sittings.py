"""Letters about tests that were opened again."""

import datetime as dt

from django.utils import timezone
from django_tasks import task

from assessments.exams.sittings import untold
from assessments.exams.telling import tell
from lms.queue import periodic


@task()
def tell_reopened(pk: int) -> None:
    """Tell an officer that a test is open again. May run twice."""
    tell([pk])


@periodic(every=dt.timedelta(minutes=30))
@task()
def tell_reopened_again() -> None:
    """Tell what the queue lost; what is older than two days is known by then."""
    tell(untold(timezone.now() - dt.timedelta(days=2)))
