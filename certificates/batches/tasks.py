"""Jobs in the background."""

import datetime as dt

from django_tasks import task

from certificates.services.batches import delete_old_batches, go_on_with_batch, left_lying, new_worker
from lms.queue import enqueue, periodic


@task()
def work_on_batch(batch: int) -> None:
    """Take all officers of a job, a few at a time, and make its file. May run twice, at the same time."""
    worker = new_worker()
    while not go_on_with_batch(batch=batch, worker=worker):
        pass


@periodic(every=dt.timedelta(minutes=10))
@task()
def sweep_batches() -> int:
    """Go on with jobs that were left lying, and delete those of more than a day ago; returns how many went on."""
    delete_old_batches()
    keys = left_lying()
    for pk in keys:
        enqueue(work_on_batch, pk)
    return len(keys)
