"""Closing the tests whose time is over."""

import datetime as dt
import logging

from django.utils import timezone
from django_tasks import task

from assessments.models import Attempt
from assessments.services import close_if_over
from lms.queue import periodic

logger = logging.getLogger("suluh.assessments")


@periodic(every=dt.timedelta(minutes=1))
@task()
def close_what_is_over() -> int:
    """Hand in every open attempt whose time is over, with what was saved; returns how many. May run twice."""
    over = Attempt.objects.filter(submitted_at=None, deadline_at__lt=timezone.now()).values_list("uuid", flat=True)
    closed = 0
    for attempt in list(over):
        try:
            closed += close_if_over(attempt_uuid=attempt)
        except Exception:
            # One that cannot be closed must not hold up all others.
            logger.exception("The time of attempt %s is over, and it could not be closed.", attempt)
    return closed
