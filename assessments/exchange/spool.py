"""What a plan keeps while a long file is read: on the disk, so that memory stays as it is, whatever the length."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from typing import Any

from assessments.exchange.question import Found, Picture

#: How questions of a file can end.
LOSS, SKIPPED, ERROR = "loss", "skipped", "error"
#: A line of the report is no longer.
LONGEST_LINE = 1000


class Spool:
    """A database of its own in a temporary file that has no name, so nothing of it is left when it is closed."""

    def __init__(self) -> None:
        # One user at a time; a task and a request have each their own.
        self._base = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._base.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4000; BEGIN;"
            "CREATE TABLE found (number INTEGER PRIMARY KEY, question TEXT, picture BLOB);"
            "CREATE TABLE picture (digest BLOB PRIMARY KEY, data BLOB);"
            "CREATE TABLE judged (picture BLOB PRIMARY KEY, digest TEXT, why TEXT) WITHOUT ROWID;"
            "CREATE TABLE line (number INTEGER PRIMARY KEY, kind TEXT, place TEXT, why TEXT);"
            "CREATE TABLE known (digest BLOB PRIMARY KEY, count INTEGER) WITHOUT ROWID;"
            "CREATE TABLE taken (name TEXT PRIMARY KEY) WITHOUT ROWID;"
        )

    def close(self) -> None:
        self._base.close()

    # --- what the bank has

    def know(self, digest: bytes) -> None:
        """Note a question of the bank."""
        self._base.execute(
            "INSERT INTO known VALUES (?, 1) ON CONFLICT (digest) DO UPDATE SET count = count + 1", (digest,)
        )

    def is_known(self, digest: bytes) -> bool:
        """Whether the bank has it; each of its questions is found once, since a file may hold two that are equal."""
        cursor = self._base.execute("UPDATE known SET count = count - 1 WHERE digest = ? AND count > 0", (digest,))
        return cursor.rowcount > 0

    def take(self, key: str) -> bool:
        """Take a key, if nobody has it. Capitals make no other key."""
        cursor = self._base.execute("INSERT OR IGNORE INTO taken VALUES (?)", (key.casefold(),))
        return cursor.rowcount > 0

    # --- what the file has

    def add(self, question: Found) -> None:
        """Keep a question that is to be made."""
        picture = None
        fields = asdict(replace(question, picture=None))
        if question.picture:
            picture = hashlib.sha256(question.picture.data).digest()
            # Thousands of questions may share one.
            self._base.execute("INSERT OR IGNORE INTO picture VALUES (?, ?)", (picture, question.picture.data))
            fields["picture"] = asdict(replace(question.picture, data=b"")) | {"data": ""}
        self._base.execute(
            "INSERT INTO found (question, picture) VALUES (?, ?)", (json.dumps(fields, ensure_ascii=False), picture)
        )

    def found(self) -> Iterator[Found]:
        """The questions that are to be made, in order."""
        rows = "SELECT question, data FROM found LEFT JOIN picture ON picture.digest = found.picture ORDER BY number"
        for text, data in self._base.execute(rows):
            yield _found(json.loads(text), data)

    def judge(self, picture: Picture, judge: Callable[[], str]) -> str:
        """What a picture is judged to be, once for all questions that share it.

        Raises:
            ValueError: it is refused, as `judge` says it.
        """
        known_by = hashlib.sha256(picture.data)
        known_by.update(f"\0{picture.name}\0{picture.media_type}".encode("utf-8", "surrogatepass"))
        key = known_by.digest()
        row = self._base.execute("SELECT digest, why FROM judged WHERE picture = ?", (key,)).fetchone()
        if row is None:
            try:
                row = judge(), ""
            except ValueError as reason:
                row = "", str(reason) or "?"
            self._base.execute("INSERT INTO judged VALUES (?, ?, ?)", (key, *row))
        if row[1]:
            raise ValueError(row[1])
        return str(row[0])

    def note(self, kind: str, where: str, why: str) -> None:
        """Keep a line of the report."""
        self._base.execute(
            "INSERT INTO line (kind, place, why) VALUES (?, ?, ?)", (kind, where[:LONGEST_LINE], why[:LONGEST_LINE])
        )

    def lines(self, kind: str, most: int = -1) -> Iterator[tuple[str, str]]:
        """(where, why) of one kind, in the order of the file."""
        yield from self._base.execute(
            "SELECT place, why FROM line WHERE kind = ? ORDER BY number LIMIT ?", (kind, most)
        )

    def count(self, kind: str) -> int:
        """How many lines of a kind there are."""
        return int(self._base.execute("SELECT count(*) FROM line WHERE kind = ?", (kind,)).fetchone()[0])


def _found(fields: dict[str, Any], data: bytes | None) -> Found:
    picture = fields.pop("picture")
    for name in ("category", "tags", "losses"):
        fields[name] = tuple(fields[name])
    return Found(**fields, picture=Picture(**(picture | {"data": data or b""})) if picture else None)
