"""Work in the background: what authors scheduled."""

import datetime as dt

from django.core.management import call_command
from django_tasks import task

from lms.queue import periodic


@periodic(every=dt.timedelta(minutes=2))
@task()
def publish_what_is_due() -> None:
    """Publish and withdraw the pages whose time has come; the shelf follows each. May run twice."""
    call_command("publish_scheduled")
