"""The token: a certificate in a few dozen bytes, signed, which the printed code carries. Pure: no database.

It is read without a link by the page at /verify/ (certificates/static/certificates/), which knows the same layout. All
numbers are big-endian::

    1  version, 1
    4  key id (`keys.key_id`)
    1  flags: bit 0 specimen; bits 1–2 kind (0 completion, 1 participation, 2 trainer)
    8  number: its twelve letters as digits of base 32
    2  status list            3  index in it
    2  issued on              2  valid until          both in days since 1970-01-01
    2  edition                2  revision
    1+ language (ASCII)       1+ course code (UTF-8)  1+ name as shown to strangers (UTF-8); each with its length before
    64 Ed25519 signature over the context line and all before it
"""

import datetime as dt
import struct
from dataclasses import dataclass

from certificates.numbers import pretty
from certificates.signing.keys import base64url, from_base64url, is_signed, key_id, sign
from lms.base32 import ALPHABET

VERSION = 1
CONTEXT = b"suluh certificate token 1\n"
EPOCH = dt.date(1970, 1, 1)
KINDS = ("completion", "participation", "trainer")
_HEAD = struct.Struct(">B4sBQH3sHHHH")
_SIGNATURE = 64
_LONGEST = 255
_LAST = 65_535


class BadToken(ValueError):
    """It is no token, was altered, or its key is not one of ours."""


@dataclass(frozen=True, kw_only=True)
class Token:
    """What a token says. `name` is empty for a holder whose identity is restricted."""

    number: str
    kind: str
    is_specimen: bool
    status_list: int
    status_index: int
    issued_on: dt.date
    valid_until: dt.date
    edition: int
    revision: int
    language: str
    course_code: str
    name: str


def make_token(said: Token, *, private: bytes, public: bytes) -> str:
    """The signed token in base64url."""
    head = _HEAD.pack(
        VERSION,
        key_id(public),
        said.is_specimen | KINDS.index(said.kind) << 1,
        _as_integer(said.number),
        said.status_list,
        said.status_index.to_bytes(3),
        _days(said.issued_on),
        _days(said.valid_until),
        said.edition,
        said.revision,
    )
    texts = b"".join(
        bytes([len(part)]) + part
        for part in (fitting(text).encode() for text in (said.language, said.course_code, said.name))
    )
    body = head + texts
    return base64url(body + sign(private, CONTEXT + body))


def first_letters(public: bytes) -> str:
    """How every token that this key signed begins: the version and 28 of the 32 bits of its id."""
    return base64url(bytes([VERSION]) + key_id(public))[:6]


def read_token(text: str, *, publics: list[bytes]) -> Token:
    """What a token says, if one of these keys signed it.

    Raises:
        BadToken: see the class.
    """
    try:
        value = from_base64url(text)
        body, signature = value[:-_SIGNATURE], value[-_SIGNATURE:]
        version, signer, flags, number, status_list, index, issued, until, edition, revision = _HEAD.unpack_from(body)
        texts, at = [], _HEAD.size
        for _each in range(3):
            end = at + 1 + body[at]
            if end > len(body):
                raise BadToken("too short")
            texts.append(body[at + 1 : end].decode())
            at = end
        kind = KINDS[flags >> 1]
    except (ValueError, IndexError, struct.error) as error:
        raise BadToken("not a token") from error
    if version != VERSION or at != len(body):
        raise BadToken("not a token of this version")
    signers = [public for public in publics if key_id(public) == signer]
    if not any(is_signed(public, CONTEXT + body, signature) for public in signers):
        raise BadToken("not signed by a key that is trusted")
    return Token(
        number=_as_number(number),
        kind=kind,
        is_specimen=bool(flags & 1),
        status_list=status_list,
        status_index=int.from_bytes(index),
        issued_on=EPOCH + dt.timedelta(days=issued),
        valid_until=EPOCH + dt.timedelta(days=until),
        edition=edition,
        revision=revision,
        language=texts[0],
        course_code=texts[1],
        name=texts[2],
    )


def _days(day: dt.date) -> int:
    """Days as two bytes hold them; what lies beyond 2149-06-06 is said to end then."""
    return max(0, min(_LAST, (day - EPOCH).days))


def _as_integer(number: str) -> int:
    value = 0
    for letter in number.partition("-")[2].replace("-", ""):
        value = value * 32 + ALPHABET.index(letter)
    return value


def _as_number(value: int) -> str:
    if value >= 32**12:
        raise BadToken("no number")
    return pretty("".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(12))))


def fitting(text: str) -> str:
    """A text as a token can hold it: one of more than 255 bytes is cut between characters, which its end shows."""
    if len(text.encode()) <= _LONGEST:
        return text
    return text.encode()[: _LONGEST - 3].decode(errors="ignore") + "…"
