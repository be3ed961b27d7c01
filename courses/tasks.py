"""Work in the background: what authors scheduled, course files that somebody decided to apply, and messages."""

import datetime as dt

from django.core.management import call_command
from django.utils import timezone
from django_tasks import task

from courses.pages.exchange import desk
from courses.pages.services.translation_files import sweep_translation_files
from courses.pages.translating.assigning import to_be_told
from courses.pages.translating.telling import tell
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


@task()
def tell_translators(pks: list[int]) -> None:
    """Tell translators of new assignments by e-mail. May run twice."""
    tell(pks)


@periodic(every=dt.timedelta(minutes=30))
@task()
def tell_translators_again() -> None:
    """Tell what the queue lost; what is older than two days is known by then."""
    tell(to_be_told(timezone.now() - dt.timedelta(days=2)))
