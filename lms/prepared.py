"""Queries that are asked on every request: their SQL is written once and then only run.

Building a query from a queryset and writing its SQL takes Django many times as long as the database needs to answer it.
A `Prepared` does that once for each connection and keeps the SQL with what turns rows into objects. What it gives is
what the queryset would give: rows of the database as they are now. Nothing that was read is kept.

    _OPEN = Prepared(lambda: Enrolment.objects.filter(course__slug=Given("slug", SlugField()), ended_at=None))
    _OPEN.all(slug="t1")
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, QuerySet
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators
from django.db.models.sql import UpdateQuery

Row = TypeVar("Row")


class Given(Expression):
    """Stands in a prepared query where a value goes that is known only when it runs.

    Arguments:
        name: the keyword under which the value will come.
        output_field: the field that turns it into what the database takes; of the kind of the field compared with.
    """

    def __init__(self, name: str, output_field: "Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name
        self.for_save = False

    def resolve_expression(
        self,
        query: Any = None,
        allow_joins: bool = True,
        reuse: Any = None,
        summarize: bool = False,
        for_save: bool = False,
    ) -> "Given":
        found: Given = super().resolve_expression(query, allow_joins, reuse, summarize, for_save)
        found.for_save = bool(for_save)
        return found

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> Any:
        return "%s", [self]


@dataclass(frozen=True)
class _Statement:
    """SQL for one connection, and what stands in its places: values as they are, or a `Given` to be filled in."""

    sql: str
    places: tuple[Any, ...]
    names: frozenset[str]

    @classmethod
    def of(cls, sql: str, params: Sequence[Any]) -> "_Statement":
        return cls(sql, tuple(params), frozenset(each.name for each in params if isinstance(each, Given)))

    def params(self, connection: BaseDatabaseWrapper, values: dict[str, Any]) -> list[Any]:
        if values.keys() != self.names:
            raise TypeError(f"this query takes {sorted(self.names)}, not {sorted(values)}")
        return [_for_database(each, connection, values) if isinstance(each, Given) else each for each in self.places]


def _for_database(place: Given, connection: BaseDatabaseWrapper, values: dict[str, Any]) -> Any:
    prepare = place.output_field.get_db_prep_save if place.for_save else place.output_field.get_db_prep_value
    return prepare(values[place.name], connection)


@dataclass(frozen=True)
class _Select:
    """A statement that reads, with what makes objects of its rows."""

    statement: _Statement
    converters: list[tuple[int, list[Any], Any]]
    make: Callable[[Sequence[Any]], Any]
    locks: bool


class Prepared(Generic[Row]):
    """A reading query, written once for each connection: of model rows (`select_related` too) or of `values_list`.

    Arguments:
        build: makes the queryset, with a `Given` for every value that changes.
    """

    def __init__(self, build: Callable[[], "QuerySet[Any, Row]"]) -> None:
        self._build = build

    def all(self, **values: Any) -> list[Row]:
        """The rows as they are now.

        Raises:
            TypeError: a value is missing, or there is no place for it.
            TransactionManagementError: the query locks rows and runs outside a transaction.
        """
        connection = connections[DEFAULT_DB_ALIAS]
        plan = _kept_on(connection, self, self._write)
        if plan.locks and connection.get_autocommit():
            raise transaction.TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        with connection.cursor() as cursor:
            try:
                cursor.execute(plan.statement.sql, plan.statement.params(connection, values))
            except OverflowError:
                return []  # SQLite takes no number that is so large, so no row has it
            rows = cursor.fetchall()
        return [plan.make(_converted(row, plan.converters, connection)) for row in rows]

    def first(self, **values: Any) -> Row | None:
        """The first row, or None; the queryset says how many it fetches, so let it end in `[:1]`."""
        rows = self.all(**values)
        return rows[0] if rows else None

    def _write(self, connection: BaseDatabaseWrapper) -> _Select:
        queryset = self._build()
        assert not queryset._prefetch_related_lookups, "a prepared query is one statement"  # type: ignore[attr-defined]
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        assert not compiler.has_extra_select, "a row holds what was asked for and nothing else"
        columns = [each[0] for each in compiler.select[: compiler.col_count]]
        return _Select(
            statement=_Statement.of(sql, params),
            converters=[(at, *found) for at, found in compiler.get_converters(columns).items()],
            make=_maker(queryset, compiler),
            locks=queryset.query.select_for_update and connection.features.has_select_for_update,
        )


class PreparedUpdate:
    """A changing query, written once for each connection. Like `QuerySet.update` it sends no signals.

    Arguments:
        build: makes the queryset of the rows to change.
        changes: field → `Given` or expression.
    """

    def __init__(self, build: Callable[[], "QuerySet[Any, Any]"], **changes: Any) -> None:
        self._build = build
        self._changes = changes

    def run(self, **values: Any) -> int:
        """Change the rows; says how many there were."""
        connection = connections[DEFAULT_DB_ALIAS]
        statement = _kept_on(connection, self, self._write)
        with transaction.mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
            cursor.execute(statement.sql, statement.params(connection, values))
            return int(cursor.rowcount)

    def _write(self, connection: BaseDatabaseWrapper) -> _Statement:
        query = self._build().query.chain(UpdateQuery)
        query.add_update_values(self._changes)  # type: ignore[attr-defined]
        query.clear_ordering(force=True)
        return _Statement.of(*query.get_compiler(connection=connection).as_sql())


def _kept_on(connection: BaseDatabaseWrapper, query: Any, write: Callable[[BaseDatabaseWrapper], Any]) -> Any:
    """What `write` made for this connection. Converters belong to a connection, and a connection to one thread."""
    plans = connection.__dict__.setdefault("_prepared", {})
    if query not in plans:
        plans[query] = write(connection)
    return plans[query]


def _converted(row: Sequence[Any], converters: list[tuple[int, list[Any], Any]], connection: Any) -> Sequence[Any]:
    """Values as fields have them, of values as the database has them; as `SQLCompiler.apply_converters` does."""
    values = list(row)
    for at, functions, expression in converters:
        value = values[at]
        for convert in functions:
            value = convert(value, expression, connection)
        values[at] = value
    return values


def _maker(queryset: "QuerySet[Any, Any]", compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """What makes an object of a row, as the queryset's own iterable does."""
    kind = queryset._iterable_class
    if kind is ValuesListIterable:
        return tuple
    if kind is not ModelIterable:
        raise TypeError(f"a prepared query gives model rows or values_list, not {kind.__name__}")
    info = compiler.klass_info
    begin, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [each[0].target.attname for each in compiler.select[begin:end]]
    populators = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
    annotations = list((compiler.annotation_col_map or {}).items())
    model = info["model"]

    def make(row: Sequence[Any]) -> Any:
        found = model.from_db(DEFAULT_DB_ALIAS, names, row[begin:end])
        for populator in populators:
            populator.populate(row, found)
        for name, at in annotations:
            setattr(found, name, row[at])
        return found

    return make
