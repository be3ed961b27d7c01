"""Work in the background: course files that somebody decided to apply."""

import datetime as dt

from django_tasks import task

from courses.pages.exchange import desk
from lms.queue import enqueue, periodic


@task()
def apply_course_file(pk: int) -> None:
    """Apply one uploaded file. May run twice."""
    desk.finish_applying(pk)


@periodic(every=dt.timedelta(minutes=10))
@task()
def sweep_course_files() -> None:
    """Delete old uploads, and finish what the queue lost."""
    for pk in desk.sweep():
        enqueue(apply_course_file, pk)
