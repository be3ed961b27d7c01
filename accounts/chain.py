"""The arithmetic of the audit log's chain: what an entry's digest is made of (decision 0021).

The format is fixed for good, because digests that auditors keep elsewhere are made of it.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

#: What the first entry follows on.
GENESIS = "0" * 64

#: The fields that a digest covers, beside `previous`.
FIELDS = ("number", "at", "actor_id", "action", "target", "member_id", "reason", "details", "address")


class NotPlain(ValueError):
    """Details that two databases would not give back alike, such as a number with a point."""


def plain(details: Any) -> Any:
    """Details as every database gives them back: texts, whole numbers, truths, lists and tables of these.

    Raises:
        NotPlain: there is something else in it. A number with a point is refused, because PostgreSQL writes it anew;
            say it as text.
        TypeError: JSON does not know it at all.
    """
    return json.loads(json.dumps(details), parse_float=_refuse, parse_constant=_refuse)


def _refuse(number: str) -> Any:
    raise NotPlain(f"Details of the audit log hold no number with a point ({number}): say it as text.")


def digest_of(values: Mapping[str, Any], previous: str) -> str:
    """The SHA-256 of one entry: over its fields and the digest before it, as JSON with sorted keys and no spaces.

    The moment is in UTC with microseconds, the actor is the key, the member is the row's number in its table.
    """
    at: dt.datetime = values["at"]
    said = {
        "number": values["number"],
        "at": at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "actor": str(values["actor_id"]) if values["actor_id"] else None,
        "action": values["action"],
        "target": values["target"],
        "member": values["member_id"],
        "reason": values["reason"],
        "details": values["details"],
        "address": values["address"],
        "previous": previous,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
