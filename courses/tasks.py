"""Work in the background: what authors scheduled, and course files that somebody decided to apply."""

import datetime as dt

from django.core.management import call_command
from django_tasks import task

from courses.pages.exchange import desk
from courses.pages.services.translation_files import sweep_translation_files
from lms.queue import enqueue, periodic


@periodic(every=dt.timedelta(minutes=2))
@task()
def publish_what_is_due() -> None:
    """Publish and withdraw the pages whose time has come; the shelf follows each. May run twice."""
    call_command("publish_scheduled")


@task()
def apply_course_file(pk: int) -> None:
    """Apply one uploaded file. May run twice."""
    desk.finish_applying(pk)


@periodic(every=dt.timedelta(minutes=10))
@task()
def sweep_course_files() -> None:
    """Delete old uploads, those of translations too, and finish what the queue lost."""
    sweep_translation_files()
    for pk in desk.sweep():
        enqueue(apply_course_file, pk)
