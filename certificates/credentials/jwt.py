"""A credential as a JSON Web Token (Open Badges 3.0 §8.2; VC-JOSE-COSE §3.1.1). Pure: no database."""

import datetime as dt
import json
from typing import Any

from certificates.signing.keys import base64url, from_base64url, is_signed, sign

JSON = dict[str, Any]


class BadToken(ValueError):
    """No token of an Ed25519 key, or it does not belong to the key."""


def as_jwt(document: JSON, *, private: bytes, method: str) -> str:
    """A credential without a proof, signed as a token; its members stand at the top, registered claims beside them."""
    claims = {
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "nbf": _seconds(document["validFrom"]),
        "exp": _seconds(document["validUntil"]),
        "sub": document["credentialSubject"]["id"],
    }
    header = {"alg": "EdDSA", "kid": method, "typ": "vc+jwt", "cty": "vc"}
    said = ".".join(base64url(_json(part)) for part in (header, document | claims))
    return said + "." + base64url(sign(private, said.encode()))


def method_of(token: str) -> str:
    """The key that a token names.

    Raises:
        BadToken: see the class.
    """
    header = _read(token)[0]
    # Only one algorithm is taken: a token must not choose how it is checked (RFC 8725 §3.1).
    if header.get("alg") != "EdDSA" or "crit" in header or not isinstance(header.get("kid"), str):
        raise BadToken("not a token of an Ed25519 key that is named")
    return str(header["kid"])


def read_jwt(token: str, *, public: bytes) -> JSON:
    """The credential in a token that this key signed, without the registered claims.

    Raises:
        BadToken: see the class, or claims and credential contradict each other.
    """
    method_of(token)
    _header, payload, said, signature = _read(token)
    if not is_signed(public, said.encode(), signature):
        raise BadToken("the token was changed, or another key signed it")
    document = {name: value for name, value in payload.items() if name not in ("iss", "jti", "nbf", "exp", "sub")}
    issuer, subject = document.get("issuer"), document.get("credentialSubject")
    claimed = {
        "iss": issuer.get("id") if isinstance(issuer, dict) else issuer,
        "jti": document.get("id"),
        "nbf": _seconds(document.get("validFrom")),
        "exp": _seconds(document.get("validUntil")),
        "sub": subject.get("id") if isinstance(subject, dict) else None,
    }
    if any(name in payload and payload[name] != value for name, value in claimed.items()):
        raise BadToken("the token contradicts the credential in it")
    return document


def _read(token: str) -> tuple[JSON, JSON, str, bytes]:
    try:
        first, second, third = token.split(".")
        header, payload = (json.loads(from_base64url(part)) for part in (first, second))
        signature = from_base64url(third)
    except (ValueError, RecursionError) as error:
        raise BadToken("not a token") from error
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise BadToken("not a token")
    return header, payload, f"{first}.{second}", signature


def _seconds(moment: object) -> int | None:
    try:
        return int(dt.datetime.fromisoformat(str(moment)).timestamp()) if moment is not None else None
    except (ValueError, OverflowError):
        return None


def _json(value: JSON) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
