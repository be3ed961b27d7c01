"""Writing into the record what was handed in and not looked at."""

import datetime as dt
import logging

from django_tasks import task

from assessments.models import RecordDue
from assessments.services import record_attempt
from lms.queue import periodic

logger = logging.getLogger("suluh.assessments")


@periodic(every=dt.timedelta(minutes=1))
@task()
def record_what_is_due() -> int:
    """Record every handed-in attempt whose result nobody opened yet; returns how many. May run twice."""
    due = RecordDue.objects.order_by("pk").values_list("pk", flat=True)
    recorded = 0
    for attempt in list(due):
        try:
            recorded += record_attempt(attempt_pk=attempt)
        except Exception:
            # One that cannot be recorded must not hold up all others.
            logger.exception("Attempt %s could not be recorded.", attempt)
    return recorded
