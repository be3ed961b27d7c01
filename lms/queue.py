"""Work that can wait: put on the queue after the commit, and swept up by the scheduler if it did not get there.

The queue is a table of the same database (django-tasks-db), so there is no further service to run and a task is as safe
as the row that asked for it.
"""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger("suluh.queue")

P = ParamSpec("P")
T = TypeVar("T")

# A worker that lost its power leaves its task marked as running for ever; after this time it no longer counts as such.
ABANDONED_AFTER = dt.timedelta(hours=6)

_periodic: dict[str, tuple[Task[Any, Any], dt.timedelta]] = {}


def backlog() -> int:
    """How many tasks wait for a worker; those that are running do not count."""
    return DBTaskResult.objects.filter(status=TaskResultStatus.READY).count()


def has_room() -> bool:
    """Whether the queue takes more work."""
    return backlog() < int(settings.QUEUE_LIMIT)


def enqueue(task: Task[P, T], *args: P.args, **kwargs: P.kwargs) -> bool:
    """Put a task on the queue when the transaction commits; False when the queue is full.

    The contract: a job that is put here is also found by a periodic sweep of its room, which looks at what is there and
    not at what was asked for. So neither False nor a failure after the commit loses anything: the work only comes
    later, and a caller may ignore the answer. A task takes ids and bears to run twice.
    """
    if not has_room():
        logger.warning("The queue is full (QUEUE_LIMIT=%s): %s waits for the sweep.", settings.QUEUE_LIMIT, task.name)
        return False

    def put() -> None:
        task.enqueue(*args, **kwargs)

    # robust: what the person did is saved by then and must not be answered with an error; Django logs it instead.
    transaction.on_commit(put, robust=True)
    return True


def periodic(every: dt.timedelta) -> Callable[[Task[P, T]], Task[P, T]]:
    """Declare, above ``@task()`` in a room's ``tasks.py``, that the scheduler starts this task once in so long.

    The task is called without arguments.
    """

    def register(task: Task[P, T]) -> Task[P, T]:
        _periodic[task.module_path] = (task, every)
        return task

    return register


def periodic_tasks() -> dict[str, tuple[Task[Any, Any], dt.timedelta]]:
    """All declared periodic tasks by their path, each with its interval."""
    return dict(sorted(_periodic.items()))


def enqueue_due() -> list[str]:
    """Put every periodic task that is due on the queue; returns the paths of those.

    The time of the last run is kept in the shared cache: it outlives a restart, and of two schedulers only one wins. A
    cache that forgot means a run too early, which a task bears. QUEUE_LIMIT does not hold here: there is at most one of
    each, and they are what mends what a full queue left out.
    """
    started = []
    for path, (task, every) in periodic_tasks().items():
        if is_waiting(path):
            continue
        key = f"suluh.periodic.{path}"
        if not cache.add(key, timezone.now().isoformat(), timeout=every.total_seconds()):
            continue
        try:
            task.enqueue()
        except Exception:
            cache.delete(key)
            raise
        started.append(path)
    return started


def is_waiting(path: str) -> bool:
    """Whether a task with this path waits or is being worked on."""
    abandoned = timezone.now() - ABANDONED_AFTER
    return DBTaskResult.objects.filter(
        Q(status=TaskResultStatus.READY) | Q(status=TaskResultStatus.RUNNING, started_at__gt=abandoned),
        task_path=path,
    ).exists()
