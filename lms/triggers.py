"""Rules that the database itself keeps, on SQLite and on PostgreSQL.

Python guards in models give the readable message; these triggers are for everything that does not pass there: a
console, a bulk update, a mistake of our own.
"""

from typing import Any

from django.db.migrations.operations.base import Operation

SQLITE_EVENT = "CREATE TRIGGER {name} BEFORE {event} ON {table} {when}BEGIN SELECT RAISE(ABORT, '{message}'); END"
POSTGRES_FUNCTION = (
    "CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '{message}' "
    "USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql"
)
POSTGRES_EVENT = "CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when}EXECUTE FUNCTION {name}()"
POSTGRES_GUARD = (
    "CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {condition} THEN RAISE EXCEPTION '{message}' "
    "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql"
)


class ForbidEvent(Operation):
    """A migration operation: refuse UPDATE or DELETE on a table, or an event for which a condition holds.

    Arguments:
        name: of the trigger, unique in the database.
        table: database table.
        event: ``"UPDATE"``, ``"DELETE"``, ``"INSERT"`` or ``"UPDATE OF column"``.
        message: what the database says when it refuses; no single quotes.
        condition: SQL on ``NEW``/``OLD`` that must hold for the refusal; empty refuses always. It may hold a subquery.
            Where the databases say it differently, a dict by vendor (``"sqlite"``, ``"postgresql"``).
    """

    reversible = True

    def __init__(self, name: str, table: str, event: str, message: str, condition: str | dict[str, str] = "") -> None:
        self.name, self.table, self.event, self.message, self.condition = name, table, event, message, condition

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Triggers are no part of the models' state."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.statements(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        on = f" ON {self.table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER {self.name}{on}", params=None)
        if on:
            schema_editor.execute(f"DROP FUNCTION {self.name}()", params=None)

    def statements(self, vendor: str) -> list[str]:
        """The SQL that makes the trigger on this kind of database."""
        parts = {"name": self.name, "table": self.table, "event": self.event, "message": self.message}
        condition = self.condition if isinstance(self.condition, str) else self.condition[vendor]
        if vendor == "sqlite":
            return [SQLITE_EVENT.format(**parts, when=f"WHEN {condition} " if condition else "")]
        if condition:
            return [
                POSTGRES_GUARD.format(**parts, condition=condition),
                POSTGRES_EVENT.format(**parts, when=""),
            ]
        return [POSTGRES_FUNCTION.format(**parts), POSTGRES_EVENT.format(**parts, when="")]

    def describe(self) -> str:
        return f"Refuse {self.event} on {self.table}"


class Withdraw(ForbidEvent):
    """A migration operation: take back a `ForbidEvent` of an earlier migration, given with the same arguments.

    It may say something else about the same name only after this. Going back, it is there again.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        super().database_backwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"No longer refuse {self.event} on {self.table} ({self.name})"


def older_than(instant: str, months: int) -> dict[str, str]:
    """SQL for each vendor: an instant or day (a column) lies so many months back, by the clock of the database."""
    return {
        "sqlite": f"({instant} < datetime('now', '-{months} months'))",
        "postgresql": f"({instant} < now() - interval '{months} months')",
    }


class SetAside(Operation):
    """A migration operation: take triggers away while SQLite changes a guarded table by making another.

    Stands first, and `PutBack` with the same triggers last; each undoes the other on the way back. PostgreSQL changes
    tables in place, so nothing is done there.
    """

    reversible = True

    def __init__(self, *events: ForbidEvent) -> None:
        self.events = events

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Triggers are no part of the models' state."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for event in self.events:
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {event.name}", params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for statement in (each for event in self.events for each in event.statements("sqlite")):
                schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"{type(self).__name__}: {', '.join(event.name for event in self.events)}"


class PutBack(SetAside):
    """A migration operation: the other half of `SetAside`."""

    database_forwards, database_backwards = SetAside.database_backwards, SetAside.database_forwards
