"""The list of withdrawn certificates that a device keeps: small, signed, and without a word about anybody. Pure.

Read by certificates/static/certificates/token.js, which knows the same layout.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from certificates.signing.keys import base64url, from_base64url, sign

VERSION = 1
CONTEXT = b"suluh revocation list 1\n"


def pack(indexes: Iterable[int]) -> str:
    """Places in a status list as the distances between them in ascending order: seven bits a byte, the lowest first."""
    packed, before = bytearray(), 0
    for index in sorted(set(indexes)):
        distance, before = index - before, index
        while distance > 127:
            packed.append(distance & 127 | 128)
            distance >>= 7
        packed.append(distance)
    return base64url(bytes(packed))


def unpack(text: str) -> list[int]:
    """The inverse of `pack`."""
    indexes, before, distance, shift = [], 0, 0, 0
    for byte in from_base64url(text):
        distance |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            before += distance
            indexes.append(before)
            distance = shift = 0
    return indexes


def signed_list(
    *,
    issued_at: dt.datetime,
    serial: int,
    keys: list[dict[str, Any]],
    distrusted: list[str],
    states: Mapping[str, Mapping[int, Iterable[int]]],
    courses: Mapping[str, Mapping[str, str]],
    private: bytes,
    public: str,
) -> dict[str, str]:
    """The list as it is sent: its text, the key that signs it, and the signature over a line of context and the text.

    Arguments:
        serial: higher than that of every list before. A device goes by it to tell which of two is newer, because the
            clock may have stood ahead when one of them was signed.
        keys: those that are trusted, the signing one among them.
        distrusted: public halves that are believed no more.
        states: state → number of a status list → places in it.
        courses: code → language → title.
    """
    said = {
        "version": VERSION,
        "issued_at": issued_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "serial": serial,
        "keys": keys,
        "distrusted": distrusted,
        "states": {
            state: {str(number): pack(places) for number, places in sorted(lists.items())}
            for state, lists in states.items()
        },
        "courses": courses,
    }
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return {"signed": text, "key": public, "signature": base64url(sign(private, CONTEXT + text.encode()))}
