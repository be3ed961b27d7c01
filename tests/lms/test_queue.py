"""Work in the background: what is put on the queue, when it is full, and what the scheduler starts."""

import datetime as dt
import logging
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoCaptureOnCommitCallbacks as Committed
from pytest_django import Settings

from lms import queue, tasks

pytestmark = pytest.mark.django_db


@task()
def greet(name: str) -> str:
    return f"Good morning, {name}"


@task()
def sweep() -> None:
    """A periodic task of these tests."""


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Committed) -> Committed:
    """What happens in its block is committed at its end, as far as on_commit() is concerned."""
    return django_capture_on_commit_callbacks


@pytest.fixture(autouse=True)
def only_our_periodic_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_periodic", {})
    queue.periodic(every=dt.timedelta(hours=1))(sweep)


def later() -> None:
    """The interval is over: the shared cache has dropped the time of the last run."""
    cache.delete(f"suluh.periodic.{sweep.module_path}")


def test_below_the_limit_a_task_is_put_on_the_queue(committed: Committed) -> None:
    with committed(execute=True):
        assert queue.enqueue(greet, "Amina") is True
    waiting = DBTaskResult.objects.get()
    assert waiting.task_path == greet.module_path
    assert waiting.args_kwargs == {"args": ["Amina"], "kwargs": {}}
    assert queue.backlog() == 1


def test_a_task_is_put_on_the_queue_only_when_the_transaction_commits(committed: Committed) -> None:
    with committed(execute=True):
        queue.enqueue(greet, name="Amina")
        assert queue.backlog() == 0
    assert queue.backlog() == 1


def test_nothing_is_put_on_the_queue_when_the_transaction_fails(committed: Committed) -> None:
    with committed(execute=True), pytest.raises(ZeroDivisionError), transaction.atomic():
        queue.enqueue(greet, "Amina")
        raise ZeroDivisionError
    assert queue.backlog() == 0


def test_at_the_limit_it_says_no_logs_it_and_puts_nothing_on_the_queue(
    settings: Settings, caplog: pytest.LogCaptureFixture, committed: Committed
) -> None:
    settings.QUEUE_LIMIT = 1
    greet.enqueue("Amina")
    with committed(execute=True) as callbacks, caplog.at_level(logging.WARNING, logger="suluh.queue"):
        assert queue.enqueue(greet, "Budi") is False
    assert callbacks == []
    assert queue.backlog() == 1
    assert [(record.name, record.levelname) for record in caplog.records] == [("suluh.queue", "WARNING")]
    assert "greet" in caplog.text


def test_work_that_is_running_or_done_takes_no_room(settings: Settings) -> None:
    settings.QUEUE_LIMIT = 1
    for status in (TaskResultStatus.RUNNING, TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED):
        greet.enqueue("Amina")
        DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(status=status, started_at=timezone.now())
    assert queue.enqueue(greet, "Budi") is True


@pytest.mark.logs_errors
def test_a_queue_that_fails_after_the_commit_does_not_fail_the_person(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, committed: Committed
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(DBTaskResult.objects, "create", broken)
    with committed(execute=True):
        assert queue.enqueue(greet, "Amina") is True
    assert queue.backlog() == 0
    assert "disk full" in caplog.text


def test_a_periodic_task_is_started_once_in_its_interval() -> None:
    assert queue.enqueue_due() == [sweep.module_path]
    DBTaskResult.objects.update(status=TaskResultStatus.SUCCESSFUL)
    assert queue.enqueue_due() == []
    later()
    assert queue.enqueue_due() == [sweep.module_path]


def test_a_periodic_task_is_not_started_again_while_one_waits() -> None:
    queue.enqueue_due()
    later()
    assert queue.enqueue_due() == []
    assert queue.backlog() == 1


def test_a_periodic_task_is_not_started_again_while_one_runs() -> None:
    queue.enqueue_due()
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, started_at=timezone.now())
    later()
    assert queue.enqueue_due() == []


def test_a_task_that_a_dead_worker_left_running_does_not_stop_it_for_ever() -> None:
    queue.enqueue_due()
    DBTaskResult.objects.update(
        status=TaskResultStatus.RUNNING, started_at=timezone.now() - queue.ABANDONED_AFTER - dt.timedelta(minutes=1)
    )
    later()
    assert queue.enqueue_due() == [sweep.module_path]


def test_a_full_queue_does_not_stop_the_sweeps(settings: Settings) -> None:
    settings.QUEUE_LIMIT = 0
    assert queue.enqueue_due() == [sweep.module_path]


def test_one_round_of_the_scheduler_says_what_it_started() -> None:
    said = StringIO()
    call_command("scheduler", "--once", stdout=said)
    assert f"started {sweep.module_path}" in said.getvalue()


def test_the_housekeeping_is_periodic_and_runs() -> None:
    said = StringIO()
    for job in (tasks.clear_sessions, tasks.prune_task_results):
        queue.periodic(every=dt.timedelta(days=1))(job)
    call_command("scheduler", "--list", stdout=said)
    assert "lms.tasks.clear_sessions" in said.getvalue()
    assert "lms.tasks.prune_task_results" in said.getvalue()

    greet.enqueue("Amina")
    long_ago = timezone.now() - dt.timedelta(days=tasks.FINISHED_DAYS + 1)
    DBTaskResult.objects.update(status=TaskResultStatus.SUCCESSFUL, finished_at=long_ago)
    tasks.clear_sessions.call()
    tasks.prune_task_results.call()
    assert not DBTaskResult.objects.exists()
