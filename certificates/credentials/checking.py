"""Checking a credential, ours or another body's: JSON, token or a picture with one of them baked in. No database.

What cannot be checked is never called valid. The network is asked only through what the caller hands in.
"""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from certificates.credentials.baking import NothingBaked, baked_in
from certificates.credentials.canonical import CREDENTIALS, NotCanonical, UnknownContext
from certificates.credentials.did import address_of, key_in
from certificates.credentials.jwt import BadToken, method_of, read_jwt
from certificates.credentials.proofs import BadProof, check_proof, proof_of
from certificates.credentials.status import PURPOSES, REVOCATION, BadList, is_set

JSON = dict[str, Any]
#: The body of an address; raises `Unreachable`.
Fetch = Callable[[str], bytes]

_LARGEST = 128 * 1024
_DEEPEST = 30
#: More than any credential needs, and canonical within a second.
_MOST_VALUES, _LONGEST_LIST, _MOST_CONTEXTS = 2000, 200, 5


class Unreachable(Exception):
    """An address gave no answer."""


class Outcome(StrEnum):
    """What was found, the worst first."""

    FORGED = "forged"  # changed, or signed by a key that is not the issuer's
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    NOT_YET = "not yet"
    UNCHECKED = "unchecked"  # something needed was unknown or not to be had
    VALID = "valid"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was found, why in words for the log, and the credential itself unless it is forged."""

    outcome: Outcome
    reason: str = ""
    credential: JSON | None = None


class _Found(Exception):
    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome, self.reason = outcome, reason


def check_credential(
    what: str | bytes, *, now: dt.datetime, fetch: Fetch, known: dict[str, bytes] | None = None
) -> Verdict:
    """Whether a credential holds today: its signature, the issuer's key, its time and its status.

    Arguments:
        what: JSON with a proof, a token, or a PNG or SVG with either inside.
        fetch: gives the body of an address; raises `Unreachable`.
        known: keys that are the issuer's for certain, by the address that a signature names them by; for these nothing
            is fetched.
    """
    credential: JSON | None = None
    try:
        credential = _signed(_text(what), fetch, known or {})
        _check_time(credential, now)
        _check_status(credential, now, fetch, known or {})
    except _Found as found:
        return Verdict(outcome=found.outcome, reason=found.reason, credential=credential)
    return Verdict(outcome=Outcome.VALID, credential=credential)


def _text(what: str | bytes) -> str:
    if isinstance(what, bytes):
        try:
            is_picture = what.startswith(b"\x89PNG") or what.lstrip()[:1] == b"<"
            what = baked_in(what) if is_picture else what.decode()
        except (NothingBaked, UnicodeDecodeError) as error:
            raise _Found(Outcome.UNCHECKED, str(error)) from error
    if len(what) > _LARGEST:
        raise _Found(Outcome.UNCHECKED, "too large")
    return what.strip()


def _signed(text: str, fetch: Fetch, known: dict[str, bytes]) -> JSON:
    """The credential that a text holds, if the key of its issuer signed it."""
    try:
        if text.startswith("{"):
            document = _read(text)
            method = str(proof_of(document)["verificationMethod"])
            check_proof(document, public=_key(method, fetch, known))
            document = {name: value for name, value in document.items() if name != "proof"}
        else:
            method = method_of(text)
            document = read_jwt(text, public=_key(method, fetch, known))
    except UnknownContext as error:
        raise _Found(Outcome.UNCHECKED, str(error)) from error
    except (BadProof, BadToken, NotCanonical) as error:
        raise _Found(Outcome.FORGED, str(error)) from error
    # Anybody may sign that somebody else issued something.
    if _issuer(document) != method.partition("#")[0]:
        raise _Found(Outcome.FORGED, "the key is not the issuer's")
    if "VerifiableCredential" not in _listed(document.get("type")):
        raise _Found(Outcome.FORGED, "not a credential")
    return document


def _key(method: str, fetch: Fetch, known: dict[str, bytes]) -> bytes:
    if method in known:
        return known[method]
    try:
        document = json.loads(fetch(address_of(method.partition("#")[0])))
        return key_in(document, method)
    except Unreachable as error:
        raise _Found(Outcome.UNCHECKED, f"the issuer's keys cannot be reached: {error}") from error
    except (ValueError, RecursionError) as error:
        raise _Found(Outcome.UNCHECKED, f"the issuer's key is not found: {error}") from error


def _read(text: str) -> JSON:
    """JSON in which every word is spelled as its context spells it.

    A proof covers what JSON-LD makes of the text. The same meaning can be spelled in other ways (a full address for a
    word, `@`-words, a word twice), and who reads the JSON would then miss, say, the day until which it is valid.
    """

    def each_once(pairs: list[tuple[str, Any]]) -> JSON:
        if len({name for name, _value in pairs}) < len(pairs):
            raise BadProof("a word stands twice")
        return dict(pairs)

    try:
        document = json.loads(text, object_pairs_hook=each_once)
    except (json.JSONDecodeError, RecursionError) as error:
        raise _Found(Outcome.UNCHECKED, "not a credential that can be read") from error
    contexts = document.get("@context")
    if not isinstance(contexts, list) or contexts[:1] != [CREDENTIALS]:
        raise _Found(Outcome.UNCHECKED, "not of the data model 2.0")
    if not all(isinstance(each, str) for each in contexts):
        raise _Found(Outcome.UNCHECKED, "it brings meanings of its own")
    _check_spelling({name: value for name, value in document.items() if name != "@context"}, 0)
    _check_size(document)
    return dict(document)


def _check_size(document: JSON) -> None:
    """Expanding takes the square of how much there is, and nobody else's credential waits for it."""
    contexts = document.get("@context")
    if isinstance(contexts, list) and len(contexts) > _MOST_CONTEXTS:
        raise _Found(Outcome.UNCHECKED, "too many contexts")
    left = _MOST_VALUES

    def count(value: object) -> None:
        nonlocal left
        within = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        left -= 1
        if left < 0 or len(within) > _LONGEST_LIST:
            raise _Found(Outcome.UNCHECKED, "too much in it")
        for each in within:
            count(each)

    count(document)


def _check_spelling(value: object, depth: int) -> None:
    if depth > _DEEPEST:
        raise BadProof("nested too deeply")
    if isinstance(value, dict):
        if any(name.startswith("@") or ":" in name for name in value):
            raise BadProof("a word is spelled another way")
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            _check_spelling(each, depth + 1)


def _check_time(credential: JSON, now: dt.datetime) -> None:
    if (since := _instant(credential.get("validFrom"))) and now < since:
        raise _Found(Outcome.NOT_YET, "not valid yet")
    if (until := _instant(credential.get("validUntil"))) and until < now:
        raise _Found(Outcome.EXPIRED, "its time is over")


def _instant(text: object) -> dt.datetime | None:
    if text is None:
        return None
    try:
        found = dt.datetime.fromisoformat(str(text))
    except ValueError as error:
        raise _Found(Outcome.UNCHECKED, "a time that cannot be read") from error
    if found.tzinfo is None:
        raise _Found(Outcome.UNCHECKED, "a time without a zone")
    return found


def _check_status(credential: JSON, now: dt.datetime, fetch: Fetch, known: dict[str, bytes]) -> None:
    found = []
    for entry in _listed(credential.get("credentialStatus")):
        if not isinstance(entry, dict) or entry.get("type") != "BitstringStatusListEntry":
            raise _Found(Outcome.UNCHECKED, "a status of another kind")
        purpose, address = entry.get("statusPurpose"), entry.get("statusListCredential")
        if purpose not in PURPOSES or entry.get("statusSize", 1) != 1 or not isinstance(address, str):
            raise _Found(Outcome.UNCHECKED, "a status of another kind")
        if _is_set(entry, purpose, address, _issuer(credential), now, fetch, known):
            found.append(purpose)
    if found:
        outcome = Outcome.REVOKED if REVOCATION in found else Outcome.SUSPENDED
        raise _Found(outcome, f"its issuer set the bit of {' and '.join(found)}")


def _is_set(
    entry: JSON, purpose: str, address: str, issuer: str, now: dt.datetime, fetch: Fetch, known: dict[str, bytes]
) -> bool:
    """Whether the bit of an entry is set in a list that the same issuer signed and that is not too old."""
    try:
        text = _text(fetch(address))
        listed = _signed(text, fetch, known)
        _check_time(listed, now)
        subject = listed.get("credentialSubject")
        index = entry.get("statusListIndex")
        if _issuer(listed) != issuer or listed.get("id") != address or not isinstance(subject, dict):
            raise BadList("another's list")
        if subject.get("statusPurpose") != purpose or not str(index).isdecimal() or not str(index).isascii():
            raise BadList("a list of something else")
        return is_set(subject.get("encodedList"), int(str(index)))
    except (Unreachable, BadList, ValueError) as error:
        raise _Found(Outcome.UNCHECKED, f"the status list cannot be had: {error}") from error
    except _Found as found:
        # A list that was forged or is too old says nothing about the credential.
        raise _Found(Outcome.UNCHECKED, f"the status list does not hold: {found.reason}") from found


def _issuer(document: JSON) -> str:
    issuer = document.get("issuer")
    return str(issuer.get("id") if isinstance(issuer, dict) else issuer)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
