"""Work in the background: mending projections that failed, and clearing away files that nothing shows."""

import datetime as dt
import uuid

from django.utils import timezone
from django_tasks import task

from learning.models import Enrolment
from learning.projection import complete_if_due, rebuild
from learning.selectors import old_trials
from learning.services import clear_unused_files
from lms.queue import periodic
from xapi.selectors import registrations_since


@task()
def rebuild_enrolment(registration: str) -> bool:
    """Rebuild the progress of one enrolment from the record. May run twice."""
    enrolment = Enrolment.objects.filter(uuid=uuid.UUID(registration)).first()
    return enrolment is not None and rebuild(enrolment)


@task()
def complete_due(edition: int) -> int:
    """Complete whoever has all that a correction still requires; returns how many. May run twice."""
    waiting = Enrolment.objects.filter(edition=edition, ended_at=None).exclude(progress__completed_at__isnull=False)
    return sum(complete_if_due(enrolment) for enrolment in waiting.select_related("actor").iterator())


@periodic(every=dt.timedelta(minutes=30))
@task()
def mend_recent_progress() -> int:
    """Rebuild whatever had statements in the last two hours; returns how many enrolments were wrong."""
    return _mend(dt.timedelta(hours=2))


@periodic(every=dt.timedelta(days=1))
@task()
def mend_progress_of_the_week() -> int:
    """The same for the last week, for a worker that was down for longer."""
    return _mend(dt.timedelta(days=7))


@periodic(every=dt.timedelta(days=1))
@task()
def clear_files() -> int:
    """Delete files that previews showed and no edition does; returns how many. May run twice."""
    return clear_unused_files()


@periodic(every=dt.timedelta(hours=1))
@task()
def drop_old_trials() -> int:
    """Delete the trials whose day is over; returns how many."""
    count = 0
    for trial in old_trials():
        trial.delete()
        count += 1
    return count


def _mend(back: dt.timedelta) -> int:
    recent = Enrolment.objects.filter(uuid__in=registrations_since(timezone.now() - back))
    return sum(rebuild(enrolment) for enrolment in recent.iterator())
