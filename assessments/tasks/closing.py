"""Closing the tests whose time is over."""

import datetime as dt

from django.utils import timezone
from django_tasks import task

from assessments.models import Attempt
from assessments.services import close_if_over
from lms.queue import periodic


@periodic(every=dt.timedelta(minutes=1))
@task()
def close_what_is_over() -> int:
    """Hand in every open attempt whose time is over, with what was saved; returns how many. May run twice."""
    over = Attempt.objects.filter(submitted_at=None, deadline_at__lt=timezone.now()).values_list("uuid", flat=True)
    return sum(close_if_over(attempt_uuid=attempt) for attempt in list(over))
