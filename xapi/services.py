"""The one road into the learning record: players, quizzes, packages and offline phones all end here."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from accounts.models import Actor
from xapi.models import Source, Statement
from xapi.signals import statements_recorded


class StatementConflict(Exception):
    """The same statement id, or the same number of the same device, came before with another content."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One statement to record; the fields are the arguments of `record`."""

    statement: dict[str, Any]
    source: Source
    occurred_at: dt.datetime
    device: str = ""
    sequence: int | None = None


def digest_of(statement: dict[str, Any]) -> str:
    """SHA-256 of the statement without what the record itself adds, as canonical JSON."""
    content = {key: value for key, value in statement.items() if key not in {"stored", "authority"}}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def record(
    *,
    actor: Actor,
    statement: dict[str, Any],
    source: Source,
    device: str = "",
    sequence: int | None = None,
    occurred_at: dt.datetime,
) -> Statement:
    """Record one statement; the same one again is answered with the row that is there.

    Arguments:
        actor: whose record. The statement's own `actor` is overwritten with this key.
        statement: an xAPI statement (`verb`, `object`, optionally `id`, `result`, `context`).
        source: who vouches for it.
        device, sequence: the sender's device and its running number, where it keeps one.
        occurred_at: when it happened, as the sender says (aware).

    Raises:
        StatementConflict: the id, or device and sequence, are taken by another content.

    Source: xAPI 1.0.3, part 3 §2.1.2 (a statement with a known id is not stored twice; a different one is a conflict).
    """
    entry = Entry(statement=statement, source=source, device=device, sequence=sequence, occurred_at=occurred_at)
    return record_batch(actor=actor, entries=[entry])[0]


def record_once(*, actor: Actor, statement: dict[str, Any], source: Source, occurred_at: dt.datetime) -> Statement:
    """Record a statement whose id follows from what it says (a lesson finished, an answer to one shown form).

    Saying it again, even at the same moment from two tabs, is answered with the first row, whatever its time.
    """
    statement_id = uuid.UUID(statement["id"])
    existing = Statement.objects.filter(uuid=statement_id, actor=actor).first()
    if existing:
        return existing
    try:
        return record(actor=actor, statement=statement, source=source, occurred_at=occurred_at)
    except StatementConflict:
        return Statement.objects.get(uuid=statement_id, actor=actor)


@transaction.atomic
def record_batch(*, actor: Actor, entries: Sequence[Entry]) -> list[Statement]:
    """Record several statements of one actor in one transaction; see `record`.

    All or none are stored. Receivers hear of the new ones once, in order.
    """
    rows = [_row(actor, entry) for entry in entries]
    known = {row.uuid: row for row in Statement.objects.filter(uuid__in=[row.uuid for row in rows])}
    fresh = [row for row in rows if row.uuid not in known]
    for row in rows:
        if row.uuid in known and known[row.uuid].digest != row.digest:
            raise StatementConflict(f"Statement {row.uuid} was recorded before with another content.")
    try:
        with transaction.atomic():
            Statement.objects.bulk_create(fresh)
    except IntegrityError as error:
        raise StatementConflict(
            "A statement with this id, or with this number of this device, was recorded before."
        ) from error
    if fresh:
        statements_recorded.send(sender=Statement, statements=fresh)
    return [known.get(row.uuid, row) for row in rows]


def _row(actor: Actor, entry: Entry) -> Statement:
    statement = dict(entry.statement)
    statement.setdefault("id", str(uuid.uuid4()))
    statement["actor"] = {
        "objectType": "Agent",
        "account": {"homePage": "urn:suluh:actors", "name": str(actor.key)},
    }
    statement["timestamp"] = entry.occurred_at.isoformat()
    registration = statement.get("context", {}).get("registration")
    return Statement(
        uuid=uuid.UUID(statement["id"]),
        actor=actor,
        verb=statement["verb"]["id"],
        object_id=statement["object"]["id"],
        registration=uuid.UUID(registration) if registration else None,
        statement=statement,
        digest=digest_of(statement),
        source=entry.source,
        device=entry.device,
        sequence=entry.sequence,
        occurred_at=entry.occurred_at,
    )


#: By the database itself, so that nothing but the response can differ; the triggers of migration 0003 look at that.
_WITHOUT_RESPONSE = {
    "sqlite": "json_remove(statement, '$.result.response')",
    "postgresql": "statement #- '{result,response}'",
}


@transaction.atomic
def drop_responses(*, rows: QuerySet[Statement]) -> int:
    """Ageing: drop what was answered from old statements; that it was, when, and whether it was right, stays.

    Returns how many statements changed. The database refuses it for statements received in the last 24 months.
    """
    keys = list(rows.filter(statement__result__has_key="response").values_list("pk", flat=True))
    if keys:
        marks = ", ".join(["%s"] * len(keys))
        with connection.cursor() as cursor:
            # No input of people: an expression from the table above, and primary keys as parameters.
            cursor.execute(
                f"UPDATE xapi_statement SET statement = {_WITHOUT_RESPONSE[connection.vendor]} WHERE id IN ({marks})",  # noqa: S608
                keys,
            )
    return len(keys)
