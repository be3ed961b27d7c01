"""What the seal of an award covers. Pure: no database."""

import datetime as dt
import hashlib
import json
from typing import Any

from certificates.models import Award

CONTEXT = b"suluh award seal 1\n"
#: Set later, and no part of what was attested.
_NOT_ATTESTED = frozenset({"is_withheld"})


def digest_of_name(name: str, salt: str) -> str:
    """A digest that tells nobody the name without the salt, which goes when the name goes."""
    return hashlib.sha256(f"{salt}\n{name}".encode()).hexdigest()


def attested(award: Award) -> bytes:
    """Everything that an award attests, as canonical JSON (sorted keys, no white space, UTF-8)."""
    said: dict[str, Any] = {
        "version": 1,
        "uuid": str(award.uuid),
        "number": award.number,
        "kind": award.kind,
        "name": award.name_digest,
        "course": str(award.course.uuid),
        "edition": award.edition,
        "revision": award.revision,
        "language": award.language,
        "content": award.content,
        "specimen": award.is_specimen,
        "snapshot": {name: value for name, value in award.snapshot.items() if name not in _NOT_ATTESTED},
        "issued_at": award.issued_at.astimezone(dt.UTC).isoformat(),
        "valid_until": award.valid_until.isoformat(),
    }
    return CONTEXT + json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
