"""Housekeeping that belongs to no room."""

import datetime as dt

from django.core.management import call_command
from django_tasks import task

from lms.queue import periodic

# Long enough to look into a failure after a holiday; arguments are ids, so nothing personal is kept by this.
FINISHED_DAYS = 7
FAILED_DAYS = 30


@periodic(every=dt.timedelta(days=1))
@task()
def clear_sessions() -> None:
    """Delete the sessions that have expired."""
    call_command("clearsessions")


@periodic(every=dt.timedelta(days=1))
@task()
def prune_task_results() -> None:
    """Delete the results of tasks that are done: the table stays small, and with it every look at the queue."""
    call_command(
        "prune_db_task_results",
        queue_name="*",
        min_age_days=FINISHED_DAYS,
        failed_min_age_days=FAILED_DAYS,
    )
