"""Housekeeping of sessions."""

import datetime as dt

from django_tasks import task

from accounts.sessions import forget_ended_sessions as forget
from lms.queue import periodic


@periodic(every=dt.timedelta(days=1))
@task()
def forget_ended_sessions() -> None:
    """Drop from where and with which browser people were signed in, for sessions that are over."""
    forget()
