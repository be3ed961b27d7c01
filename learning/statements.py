"""Building and reading the statements that this product itself records. Pure.

Verbs are those of the ADL vocabulary; activities are ``urn:uuid:…`` so that no host name enters the record.
Source: xAPI 1.0.3, part 2 §2.4 (statement properties).
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

_ADL = "http://adlnet.gov/expapi/verbs/"
REGISTERED, ANSWERED, COMPLETED = _ADL + "registered", _ADL + "answered", _ADL + "completed"
PASSED, FAILED = _ADL + "passed", _ADL + "failed"
EXPERIENCED = _ADL + "experienced"
SKIPPED = "http://id.tincanapi.com/verb/skipped"

EDITION, REVISION, CONTENT = ("urn:suluh:edition", "urn:suluh:revision", "urn:suluh:content")
#: Which text of a member's annex was read.
ANNEX = "urn:suluh:annex"
#: Of a scenario that was played to an end: from whose side, and how it ended. The way there is the response.
ROLE, OUTCOME = "urn:suluh:role", "urn:suluh:outcome"


@dataclass(frozen=True, kw_only=True)
class Context:
    """Under what something happened: the enrolment, and what was shown.

    `content` is the digest of the frozen content, `revision` the number within the edition, `annex` the uuid of the
    member's text that was read beside it.
    """

    registration: uuid.UUID
    language: str
    edition: int
    revision: int
    content: str = ""
    annex: str = ""

    def as_json(self) -> dict[str, Any]:
        extensions: dict[str, Any] = {EDITION: self.edition, REVISION: self.revision}
        if self.content:
            extensions[CONTENT] = self.content
        if self.annex:
            extensions[ANNEX] = self.annex
        return {"registration": str(self.registration), "language": self.language, "extensions": extensions}


def build(
    *,
    verb: str,
    activity: str,
    context: Context,
    result: dict[str, Any] | None = None,
    statement_id: uuid.UUID | None = None,
) -> dict[str, Any]:
    """A statement that `verb` happened to an activity (its IRI)."""
    statement: dict[str, Any] = {
        "verb": {"id": verb, "display": {"en": verb.rsplit("/", 1)[-1]}},
        "object": {"objectType": "Activity", "id": activity},
        "context": context.as_json(),
    }
    if statement_id:
        statement["id"] = str(statement_id)
    if result:
        statement["result"] = result
    return statement


def duration(start: dt.datetime, end: dt.datetime) -> str:
    """An ISO 8601 duration in seconds, as `result.duration` wants it."""
    return f"PT{max(0, int((end - start).total_seconds()))}S"


def activity_uuid(object_id: str) -> uuid.UUID | None:
    """The uuid of one of our activities, or None for anything else."""
    try:
        return uuid.UUID(object_id.removeprefix("urn:uuid:")) if object_id.startswith("urn:uuid:") else None
    except ValueError:
        return None
