"""What many tests begin with is made by the services once; later tests get the rows that it left, in a few statements.

Each process remembers for itself, and only rows: used again only where the tables that were written are as they were
before, on the same day by the same settings; otherwise, and in a test that commits, all is made anew. What the
product keeps of frozen content is forgotten then: the digests are those of an earlier test, and each begins cold.
"""

import copy
import gc
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models.sql import InsertQuery
from django.utils import timezone, translation

from lms.kept import Kept

Made = TypeVar("Made")

_WRITE = re.compile(r'\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM)\s+"?(\w+)')
#: More starting points than this are rare ones.
ENOUGH = 12
#: Between the clock of the wall and the one that no test moves.
_OFFSET = time.time() - time.monotonic()


@dataclass
class Memory:
    """Rows that were made, as statements, and in what the value of the fixture was."""

    value: Any
    before: list[tuple]
    fingerprint: str
    statements: list[tuple[str, tuple]] = field(default_factory=list)


@dataclass
class Known:
    """What is remembered of one fixture, and where else it began once: to remember costs three times the making."""

    memories: list[Memory] = field(default_factory=list)
    once: set[tuple] = field(default_factory=set)

    def is_worth_remembering(self, before: tuple) -> bool:
        """The first time ever, and where it begins at the same point again: with numbers of PostgreSQL few do."""
        if before in self.once or not self.memories:
            return len(self.memories) < ENOUGH
        self.once.add(before)
        return False


_KNOWN: dict[tuple, Known] = {}


class _Tables:
    """The tables that are written to, in the order of their first row."""

    def __init__(self) -> None:
        self.found: dict[str, None] = {}

    def __call__(self, execute, sql, params, many, context):
        if written := _WRITE.match(sql):
            self.found[written.group(1)] = None
        return execute(sql, params, many, context)


#: The product's stores, and how many modules there were when they were looked for.
_STORES: tuple[int, list[Kept]] = (0, [])


def _forget_kept() -> None:
    global _STORES
    if _STORES[0] != len(sys.modules):
        _STORES = len(sys.modules), [each for each in gc.get_objects() if issubclass(type(each), Kept)]
    for store in _STORES[1]:
        store.clear()


def _is_moved() -> bool:
    """Whether the test has another time than the machine."""
    return abs(time.time() - time.monotonic() - _OFFSET) > 5


def _circumstances(make: Callable) -> tuple:
    given = (settings.REQUIRE_REVIEW, settings.SULUH_DEMO, str(settings.LANGUAGES), settings.CURRICULUM_DIR)
    return make, timezone.now().date(), translation.get_language(), given


def _fingerprint(found: list[type[models.Model]]) -> str:
    """One statement that counts the rows of these tables, and says which is the last."""
    quote = connection.ops.quote_name
    named = [(quote(model._meta.pk.column), quote(model._meta.db_table)) for model in found]
    return " UNION ALL ".join(
        f"SELECT {number}, COUNT(*), MAX(CAST({key} AS TEXT)) FROM {table}" for number, (key, table) in enumerate(named)
    )


def _ask(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return sorted(cursor.fetchall())


def _rows(model: type[models.Model]) -> dict[Any, models.Model]:
    return {row.pk: row for row in model._base_manager.order_by("pk")}


def _inserting(model: type[models.Model], rows: list[models.Model]) -> list[tuple[str, tuple]]:
    query = InsertQuery(model)
    query.insert_values(model._meta.local_concrete_fields, rows, raw=True)
    return [(sql, tuple(params)) for sql, params in query.get_compiler(connection=connection).as_sql()]


def _updating(model: type[models.Model], old: models.Model, new: models.Model) -> list[tuple[str, tuple]]:
    """What sets those columns that have changed."""
    changed = {
        each: new.__dict__[each.attname]
        for each in model._meta.local_concrete_fields
        if old.__dict__[each.attname] != new.__dict__[each.attname]
    }
    if not changed:
        return []
    query = models.sql.UpdateQuery(model)
    query.add_filter("pk", new.pk)
    query.add_update_fields([(each, None, value) for each, value in changed.items()])
    return [query.get_compiler(connection=connection).as_sql()]


def _make(make: Callable[[], Made]) -> tuple[Made, Memory | None]:
    """Make it, and remember the rows; nothing where they cannot be said as rows that were added or changed."""
    tables = _Tables()
    with transaction.atomic():
        with connection.execute_wrapper(tables):
            make()
        transaction.set_rollback(True)
    by_table = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    if not tables.found.keys() <= by_table.keys():
        return make(), None
    found = [by_table[table] for table in tables.found]
    fingerprint = _fingerprint(found)
    before, rows_before = _ask(fingerprint), [_rows(model) for model in found]
    value = make()
    memory = Memory(copy.deepcopy(value), before, fingerprint)
    for model, old in zip(found, rows_before, strict=True):
        new = _rows(model)
        if old.keys() - new.keys():
            return value, None
        if added := [row for pk, row in new.items() if pk not in old]:
            memory.statements += _inserting(model, added)
        for pk, row in old.items():
            memory.statements += _updating(model, row, new[pk])
    return value, memory


def remembered(make: Callable[[], Made]) -> Made:
    """What `make` makes, with its rows in the database, whoever made it."""
    if not connection.in_atomic_block or _is_moved():
        return make()
    known, asked = _KNOWN.setdefault(_circumstances(make), Known()), {}
    for memory in known.memories:
        if memory.fingerprint not in asked:
            asked[memory.fingerprint] = _ask(memory.fingerprint)
        if asked[memory.fingerprint] == memory.before:
            _forget_kept()
            with connection.cursor() as cursor:
                for sql, params in memory.statements:
                    cursor.execute(sql, params)
            return copy.deepcopy(memory.value)
    if not known.is_worth_remembering(tuple(next(iter(asked.values()), ()))):
        return make()
    value, memory = _make(make)
    if memory is not None:
        known.memories.append(memory)
    return value
