"""Work in the background: checking and applying long lists of people, and clearing away what is over."""

import datetime as dt

from django.utils import timezone
from django_tasks import task

from accounts.exchange import apply_file, check_file, delete_old_files
from accounts.models import PeopleFile
from accounts.services import delete_old_codes, delete_old_invitations, delete_refused_registrations
from lms.queue import enqueue, periodic

#: After so long without a change a list was left lying by the queue or by a worker that died.
LEFT_LYING = dt.timedelta(minutes=15)


@task()
def work_on_people_file(pk: int) -> None:
    """Check a list that waits, or apply one that is to be applied. May run twice."""
    file = PeopleFile.objects.filter(pk=pk).first()
    if file is None:
        return
    if file.state == PeopleFile.State.WAITING:
        check_file(file=file)
    elif file.state == PeopleFile.State.APPLYING:
        apply_file(file=file)


@periodic(every=dt.timedelta(minutes=10))
@task()
def sweep_people_files() -> int:
    """Take up lists that were left lying, and delete those of more than a day ago; returns how many were taken up."""
    delete_old_files()
    left = PeopleFile.objects.filter(
        state__in=[PeopleFile.State.WAITING, PeopleFile.State.APPLYING],
        changed_at__lt=timezone.now() - LEFT_LYING,
    )
    keys = list(left.values_list("pk", flat=True))
    for pk in keys:
        enqueue(work_on_people_file, pk)
    return len(keys)


@periodic(every=dt.timedelta(days=1))
@task()
def clear_ways_in() -> None:
    """Delete old codes and links, and what was refused 30 days ago."""
    delete_old_codes()
    delete_old_invitations()
    delete_refused_registrations()
