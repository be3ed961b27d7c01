"""The issuer's name for other software (`did:web`) and the keys that it answers for. Pure: no database."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from certificates.signing.keys import from_base64url, from_multikey, multikey

CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]


def did_of(site: str) -> str:
    """The DID of a site by its address; a port is part of it (did:web §3.1)."""
    return "did:web:" + quote(urlsplit(site).netloc, safe="")


def address_of(did: str) -> str:
    """Where the document of a `did:web` stands (did:web §3.2).

    Raises:
        ValueError: it is another kind of DID, or none.
    """
    host, *path = did.removeprefix("did:web:").split(":")
    if not did.startswith("did:web:") or not host or not all(path):
        raise ValueError("not a did:web")
    return "https://" + unquote(host) + ("/" + "/".join(path) if path else "/.well-known") + "/did.json"


def method_of_key(did: str, public: bytes) -> str:
    """The address of a key: the issuer and the key itself."""
    return f"{did}#{multikey(public)}"


def did_document(did: str, publics: Iterable[bytes]) -> dict[str, Any]:
    """All keys whose signatures are believed (DID Core 1.0 §5, Controlled Identifiers 1.0 §2.2.2)."""
    methods = [
        {
            "id": method_of_key(did, public),
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": multikey(public),
        }
        for public in publics
    ]
    return {
        "@context": CONTEXTS,
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [each["id"] for each in methods],
    }


def key_in(document: object, method: str) -> bytes:
    """The key that a DID document names under this address for assertions.

    Raises:
        ValueError: it names none, or another kind of key.
    """
    if not isinstance(document, dict) or document.get("id") != method.partition("#")[0]:
        raise ValueError("the document is another's")
    asserting = document.get("assertionMethod")
    for each in document.get("verificationMethod") or ():
        if isinstance(each, dict) and each.get("id") == method and method in (asserting or ()):
            return _key_of(each)
    raise ValueError("no such key")


def _key_of(method: dict[str, Any]) -> bytes:
    jwk = method.get("publicKeyJwk")
    if not isinstance(jwk, dict):
        return from_multikey(method.get("publicKeyMultibase"))
    public = from_base64url(str(jwk.get("x")))
    if (jwk.get("kty"), jwk.get("crv"), len(public)) != ("OKP", "Ed25519", 32):
        raise ValueError("not an Ed25519 key")
    return public
