"""Status lists: which credentials are revoked or suspended, as one bit each (Bitstring Status List 1.0). Pure."""

import datetime as dt
import gzip
import zlib
from collections.abc import Iterable
from typing import Any

from certificates.credentials.canonical import CREDENTIALS
from certificates.credentials.did import did_of
from certificates.credentials.proofs import instant
from certificates.models import Award
from certificates.signing.keys import base64url, from_base64url

REVOCATION, SUSPENSION = PURPOSES = ("revocation", "suspension")
#: The state that sets the bit. One that was superseded sets none as long as the newer one of its number holds: what it
#: said of its time is still true.
STATES = {REVOCATION: Award.State.REVOKED, SUSPENSION: Award.State.SUSPENDED}
#: Entries of one list, the least that the standard allows (§6.1).
ENTRIES = 131_072
#: What may be cached without asking again, and after which time a list must not be believed any more.
FRESH, BELIEVED = dt.timedelta(minutes=10), dt.timedelta(days=1)
_LARGEST = 16 * ENTRIES // 8

JSON = dict[str, Any]


class BadList(ValueError):
    """It is no status list that can be read."""


def address_of_list(site: str, number: int, purpose: str) -> str:
    """Where a list stands."""
    return f"{site}/credentials/status/{number}/{purpose}"


def status_entry(award: Award, purpose: str, *, site: str) -> JSON:
    """Where a credential's own bit stands (§2.1)."""
    assert award.status_list is not None and award.status_index is not None
    address = address_of_list(site, award.status_list, purpose)
    return {
        "id": f"{address}#{award.status_index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(award.status_index),
        "statusListCredential": address,
    }


def status_list(number: int, purpose: str, indices: Iterable[int], *, site: str, since: dt.datetime) -> JSON:
    """The credential that holds a list, without a proof (§2.2)."""
    address = address_of_list(site, number, purpose)
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did_of(site),
        "validFrom": instant(since),
        "validUntil": instant(since + BELIEVED),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded(indices),
        },
    }


def encoded(indices: Iterable[int]) -> str:
    """A bit for each entry, the first one leftmost, compressed, in multibase (§3.3)."""
    bits = bytearray(ENTRIES // 8)
    for index in indices:
        bits[index // 8] |= 0x80 >> index % 8
    # Without a time in it: the same list is the same text.
    return "u" + base64url(gzip.compress(bytes(bits), mtime=0))


def is_set(encoded_list: object, index: int) -> bool:
    """Whether an entry's bit is set (§3.4).

    Raises:
        BadList: it cannot be read, is shorter than the standard allows, or has no such entry.
    """
    if not isinstance(encoded_list, str) or not encoded_list.startswith("u"):
        raise BadList("not a list")
    try:
        unpack = zlib.decompressobj(wbits=31)
        bits = unpack.decompress(from_base64url(encoded_list[1:]), _LARGEST)
    except (ValueError, zlib.error) as error:
        raise BadList("not a list") from error
    if unpack.unconsumed_tail or not unpack.eof or len(bits) * 8 < ENTRIES or not 0 <= index < len(bits) * 8:
        raise BadList("no such entry")
    return bool(bits[index // 8] & 0x80 >> index % 8)
