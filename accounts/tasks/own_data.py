"""Housekeeping about people: erasing who asked to be, and dropping what is kept too long."""

import datetime as dt

from django_tasks import task

from accounts.services import apply_retention as apply_rules
from accounts.services import erase_due as erase_who_is_due
from lms.queue import periodic


@periodic(every=dt.timedelta(days=1))
@task()
def erase_due() -> int:
    """Erase everybody whose request has waited long enough; returns how many."""
    return erase_who_is_due()


@periodic(every=dt.timedelta(days=1))
@task()
def apply_retention() -> dict[str, int]:
    """Apply the rules of retention, or report them the first time; returns rows by rule."""
    return {each.rule.name: each.rows for each in apply_rules() if each.state == "applied"}
