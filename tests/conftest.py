"""Settings of the test run, and what must fail it."""

import logging
import os
import pickle
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite
from django.utils import translation
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

from tests import templates
from tests.cast import Cast, make_cast
from tests.factories import SmallCourse, make_course
from tests.permissions.lines import World
from tests.permissions.world import make_world
from tests.remembered import remembered

#: How long an example takes says more about the machine than about us: timings belong in script/bench.
settings.register_profile("suluh", deadline=None)
settings.load_profile("suluh")


def _asks_database(item) -> bool:
    asks_own = "django_db_setup" in item.fixturenames or item.get_closest_marker("django_db") is not None
    return asks_own or "site" in item.fixturenames


def _runs_on_each_database(item) -> bool:
    """Whether a test can end otherwise on another database; one marked `once` takes long and cannot."""
    return _asks_database(item) and item.get_closest_marker("once") is None


class _Together(LoadFileScheduling):
    """A file stays with one process, because its tests may share what is made once; so do all journeys: one site."""

    def _split_scope(self, nodeid: str) -> str:
        return "journeys" if nodeid.startswith("tests/browser/") else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return _Together(config, log)


def pytest_collection_modifyitems(config, items):
    """Files with tests that commit go last: the flush after each leaves a database without even the root of pages.

    With `SULUH_DATABASE_TESTS_ONLY`, what asks no database is left out: it ran beside the other database already. With
    `SULUH_POSTGRES_FOLLOWS`, what is marked `strict` is left out: it runs there.

    The journeys begin, because together they take longest; then what can run while the database is made, and long files
    before short ones, so that no process is left alone with a long one.
    """
    if os.environ.get("SULUH_DATABASE_TESTS_ONLY"):
        config.hook.pytest_deselected(items=[item for item in items if not _runs_on_each_database(item)])
        items[:] = [item for item in items if _runs_on_each_database(item)]

    if os.environ.get("SULUH_POSTGRES_FOLLOWS"):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("strict")])
        items[:] = [item for item in items if not item.get_closest_marker("strict")]

    def commits(item) -> bool:
        marker = item.get_closest_marker("django_db")
        return "transactional_db" in item.fixturenames or bool(marker and marker.kwargs.get("transaction"))

    last = {item.path for item in items if commits(item)}
    asking = {item.path for item in items if _asks_database(item)}
    tests = Counter(item.path for item in items)

    def turn(item) -> tuple:
        is_journey = item.get_closest_marker("browser") is not None
        return item.path in last, not is_journey, item.path in asking, -tests[item.path] * (not is_journey), item.path

    items.sort(key=turn)


def pytest_sessionstart(session):
    """The process that hands out the tests has nothing else to do while the others read them."""
    if session.config.getoption("numprocesses", None):
        threading.Thread(target=templates.prepare).start()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Each process has a database of its own, which begins as a copy; see tests/templates.py."""
    templates.use(connection)


@pytest.fixture(autouse=True)
def _empty_caches():
    for each in caches.all():
        each.clear()


@pytest.fixture(autouse=True)
def _in_english():
    """A request leaves its language on in its thread; here all tests share one."""
    translation.activate("en")


@pytest.fixture(autouse=True)
def _no_logged_errors(caplog, request):
    """A logged error fails the test unless it says that it expects one (marker `logs_errors`)."""
    yield
    if request.node.get_closest_marker("logs_errors"):
        return
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not errors, f"logged errors: {[record.getMessage() for record in errors]}"


@pytest.fixture
def cast(db) -> Cast:
    """The people of all tests; see tests/cast.py."""
    return remembered(make_cast)


@pytest.fixture
def course(db) -> SmallCourse:
    """A published course of one module; see tests/factories.py."""
    return remembered(make_course)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker) -> Iterator[World]:
    """The world of the permission table, made once for a file, whose tests must not ask for `cast` themselves."""
    with django_db_blocker.unblock(), transaction.atomic():
        translation.activate("en")
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def packed(made) -> bytes:
    """That world, which many tests take a copy of: to unpack is several times faster than to copy."""
    return pickle.dumps(made)


@pytest.fixture
def world(packed, db) -> World:
    """That world as it was made; what a test does to it is taken back after the test."""
    return pickle.loads(packed)  # noqa: S301 what this process packed


def _flush_with_triggers(original):
    """SQLite's flush deletes row by row, which our append-only triggers refuse: set them aside for its duration."""

    def sql_flush(self, style, tables, **kwargs):
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        drops = [f"DROP TRIGGER {name}" for name, _sql in triggers]
        return [*drops, *original(self, style, tables, **kwargs), *(sql for _name, sql in triggers)]

    return sql_flush


SQLite.ops_class.sql_flush = _flush_with_triggers(SQLite.ops_class.sql_flush)
