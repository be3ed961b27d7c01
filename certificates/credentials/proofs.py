"""Data Integrity proofs of the suite `eddsa-rdfc-2022` (W3C Data Integrity EdDSA Cryptosuites 1.0). Pure."""

import datetime as dt
import hashlib
from typing import Any

from certificates.credentials.canonical import NotCanonical, canonical
from certificates.signing.keys import base58, from_base58, is_signed, sign

SUITE = "eddsa-rdfc-2022"

JSON = dict[str, Any]


class BadProof(ValueError):
    """No proof of this suite, or it does not belong to the document and the key."""


def instant(moment: dt.datetime) -> str:
    """As `xsd:dateTimeStamp`, in UTC and whole seconds (VC Data Model 2.0 §4.9)."""
    return moment.astimezone(dt.UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")


def with_proof(
    document: JSON, *, private: bytes, method: str, created: dt.datetime, more: dict[str, JSON] | None = None
) -> JSON:
    """The document with a proof (§3.3.1). The same document, key and time give the same proof.

    Arguments:
        method: address of the key, as the issuer's DID document names it.
        more: further contexts by address.
    """
    proof = {
        "type": "DataIntegrityProof",
        "created": instant(created),
        "verificationMethod": method,
        "cryptosuite": SUITE,
        "proofPurpose": "assertionMethod",
    }
    signature = sign(private, _signed(document, proof, more))
    return document | {"proof": proof | {"proofValue": base58(signature)}}


def proof_of(document: JSON) -> JSON:
    """The one proof of this suite.

    Raises:
        BadProof: there is none, there are several, or it was not made to assert something.
    """
    proofs = document.get("proof")
    every: list[Any] = proofs if isinstance(proofs, list) else [proofs]
    found = [each for each in every if _is_of_suite(each)]
    if len(found) != 1:
        raise BadProof("not one proof of the suite " + SUITE)
    proof: JSON = found[0]
    if proof.get("proofPurpose") != "assertionMethod" or not isinstance(proof.get("verificationMethod"), str):
        raise BadProof("the proof does not assert")
    return proof


def _is_of_suite(proof: object) -> bool:
    return isinstance(proof, dict) and (proof.get("type"), proof.get("cryptosuite")) == ("DataIntegrityProof", SUITE)


def check_proof(document: JSON, *, public: bytes, more: dict[str, JSON] | None = None) -> None:
    """Whether this key signed this document (§3.3.2). It says nothing about whose the key is.

    Raises:
        BadProof: see the class.
        certificates.credentials.canonical.UnknownContext: it uses words whose meaning is not known here.
    """
    proof = proof_of(document)
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    try:
        signature = from_base58(proof.get("proofValue"))
    except ValueError as error:
        raise BadProof("the signature cannot be read") from error
    if not is_signed(public, _signed(unsigned, options, more), signature):
        raise BadProof("the document was changed, or another key signed it")


def _signed(document: JSON, proof: JSON, more: dict[str, JSON] | None) -> bytes:
    """What is signed: the digest of the proof's own words, then that of the document (§3.3.4)."""
    if "@context" not in document:
        raise NotCanonical("no @context")
    parts = (proof | {"@context": document["@context"]}, document)
    return b"".join(hashlib.sha256(canonical(part, more=more).encode()).digest() for part in parts)
