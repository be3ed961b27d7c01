"""Grading many papers anew after a correction, and letters about appeals."""

import datetime as dt

from django.utils import timezone
from django_tasks import task

from assessments.models import Appeal, CorrectionRun
from assessments.services.appeals import tell_of_appeals
from assessments.services.corrections import go_on_with_run, look_again
from lms.queue import enqueue, periodic

#: Nobody works for so long at one batch, and nobody takes so long to hand in.
IDLE = dt.timedelta(minutes=10)
#: How long a preview is kept.
PREVIEWS = dt.timedelta(days=7)


@task()
def go_on_with_correction(run: int) -> None:
    """Take all papers of a preview or a correction, batch after batch. May run twice, at the same time."""
    while not go_on_with_run(run=run):
        pass


@task()
def tell_of_appeal(appeal: int) -> None:
    """Write to an officer that the appeal is answered. May run twice."""
    tell_of_appeals(appeals=[appeal])


@periodic(every=dt.timedelta(minutes=10))
@task()
def sweep_corrections() -> None:
    """Go on with what the queue lost, look once more at papers that were open, delete old previews, send letters."""
    now = timezone.now()
    CorrectionRun.objects.filter(correction=None, drawn_up_at__lt=now - PREVIEWS).delete()
    for run in CorrectionRun.objects.filter(finished_at=None, worked_at__lt=now - IDLE).values_list("pk", flat=True):
        enqueue(go_on_with_correction, run)
    done = CorrectionRun.objects.filter(correction__isnull=False, finished_at__lt=now - IDLE)
    for run in done.filter(figures__has_key="open_from").values_list("pk", flat=True):
        look_again(run=run)
    # What is older than two days is known by then.
    untold = Appeal.objects.filter(told_at=None, decided_at__gt=now - dt.timedelta(days=2))
    tell_of_appeals(appeals=untold.values_list("pk", flat=True))
