"""A credential that somebody shows as evidence: what it says, and what of that can be known without a link.

Nothing is fetched. A form that asked the addresses in a file would ask wherever its sender wants, and would tell the
other body whose certificate is looked at. What could not be checked is said. No database.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from certificates.credentials.baking import NothingBaked, baked_in
from certificates.credentials.checking import Outcome, Unreachable, check_credential
from certificates.credentials.jwt import BadToken, method_of
from certificates.credentials.proofs import BadProof, proof_of
from certificates.signing.keys import from_base64url, from_multikey
from lms.typesetting import clean_text

JSON = dict[str, Any]
_LARGEST = 128 * 1024
_LONGEST = 200
#: Of the year 9999.
_LAST_SECOND = 253_402_300_799


class NoCredential(ValueError):
    """There is no credential in it that can be read."""


class Forged(ValueError):
    """Its signature is not that of the key that it names."""


class Signature(StrEnum):
    """What is known of who signed it."""

    OURS = "ours"
    SELF = "self"  # by the key that is the issuer's whole name (did:key): nobody vouches for whose it is
    NOT_ASKED = "not asked"  # the key stands on the issuer's site
    NOT_READ = "not read"  # signed in a way that is not read here


class Time(StrEnum):
    """Whether it holds on the day on which it was looked at."""

    NOW = "now"
    ENDED = "ended"
    EARLY = "early"
    NOT_READ = "not read"
    ENDLESS = "endless"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a credential says and what was found; days as ISO dates, empty where none are said."""

    issuer: str
    issuer_name: str
    achievement: str
    since: str
    until: str
    signature: Signature
    time: Time
    has_status: bool

    def as_json(self) -> JSON:
        return asdict(self)


def credential_text(content: bytes) -> str:
    """The credential in a file: JSON or token as it is, or what is baked into a PNG or an SVG.

    Raises:
        NoCredential: see the class.
    """
    try:
        is_picture = content.startswith(b"\x89PNG") or content.lstrip()[:1] == b"<"
        text = (baked_in(content) if is_picture else content.decode()).strip()
    except (NothingBaked, UnicodeDecodeError) as error:
        raise NoCredential(str(error)) from error
    if len(text) > _LARGEST:
        raise NoCredential("too large")
    return text


def read_evidence(text: str, *, now: dt.datetime, own: Mapping[str, bytes]) -> Shown:
    """What a credential says, and what can be known of it without a link.

    Arguments:
        own: our own keys, by the address that a signature names them by.

    Raises:
        NoCredential: see the class.
        Forged: see the class.
    """
    said = _said(text)
    issuer = said.get("issuer")
    profile = issuer if isinstance(issuer, dict) else {"id": issuer}
    name = str(profile.get("id") or "")
    subject = _first(said.get("credentialSubject"))
    signature = _signature(text, name, own, now)
    # The names of the data model 1.1 beside those of 2.0.
    said = {"validFrom": said.get("issuanceDate"), "validUntil": said.get("expirationDate"), **said}
    since, until = (_moment(said.get(each)) for each in ("validFrom", "validUntil"))
    return Shown(
        issuer=_line(name),
        issuer_name=_line(profile.get("name")),
        achievement=_line(_first(subject.get("achievement")).get("name") or said.get("name")),
        since=since.date().isoformat() if since else "",
        until=until.date().isoformat() if until else "",
        signature=signature,
        time=_time(said, since, until, now),
        has_status=bool(said.get("credentialStatus")),
    )


def _said(text: str) -> JSON:
    try:
        if text.startswith("{"):
            said = json.loads(text)
        else:
            payload = _payload(text)
            said = payload.get("vc", payload)
            if isinstance(said, dict):
                said = {**_times_of(payload), **said}
    except (ValueError, IndexError, AttributeError, RecursionError) as error:
        raise NoCredential("neither JSON nor a token") from error
    types = said.get("type") if isinstance(said, dict) else None
    if "VerifiableCredential" not in (types if isinstance(types, list) else [types]):
        raise NoCredential("not a verifiable credential")
    return dict(said)


def _payload(token: str) -> JSON:
    found = json.loads(from_base64url(token.split(".")[1]))
    if not isinstance(found, dict):
        raise NoCredential("a token of nothing")
    return found


def _is_of_before(payload: JSON) -> bool:
    """Whether a token says in words of its own what the credential in it should: as in the data model 1.1."""
    return "vc" in payload or any(
        claim in payload and name not in payload for claim, name in (("nbf", "validFrom"), ("exp", "validUntil"))
    )


def _times_of(payload: JSON) -> JSON:
    """When a token holds, as it says it itself (RFC 7519 §4.1): used where the credential in it says nothing."""
    found = {}
    for claim, name in (("nbf", "validFrom"), ("exp", "validUntil")):
        if isinstance(second := payload.get(claim), int | float) and abs(second) < _LAST_SECOND:
            found[name] = dt.datetime.fromtimestamp(second, dt.UTC).isoformat()
    return found


def _signature(text: str, issuer: str, own: Mapping[str, bytes], now: dt.datetime) -> Signature:
    known = {method: key for method, key in own.items() if method.partition("#")[0] == issuer}
    found = Signature.OURS
    if not known:
        key = issuer.removeprefix("did:key:")
        found = Signature.SELF
        try:
            known = {f"{issuer}#{key}": from_multikey(key)}
        except ValueError:
            return Signature.NOT_ASKED
    try:
        if not text.startswith("{") and _is_of_before(_payload(text)):
            return Signature.NOT_READ
        _ = proof_of(json.loads(text)) if text.startswith("{") else method_of(text)
    except (BadProof, BadToken):
        return Signature.NOT_READ
    verdict = check_credential(text, now=now, fetch=_never, known=known)
    if verdict.outcome == Outcome.FORGED:
        raise Forged(verdict.reason)
    return found if verdict.credential is not None else Signature.NOT_READ


def _never(address: str) -> bytes:
    raise Unreachable(address)


def _time(said: JSON, since: dt.datetime | None, until: dt.datetime | None, now: dt.datetime) -> Time:
    if any(said.get(name) and not found for name, found in (("validFrom", since), ("validUntil", until))):
        return Time.NOT_READ
    if until and until < now:
        return Time.ENDED
    if since and now < since:
        return Time.EARLY
    return Time.NOW if until else Time.ENDLESS


def _moment(text: object) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _first(value: object) -> JSON:
    value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, dict) else {}


def _line(value: object) -> str:
    return clean_text(value)[:_LONGEST] if isinstance(value, str) else ""
