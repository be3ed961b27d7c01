"""Files that are sent as evidence and mean harm, or are only unusual: nothing breaks, waits or is said wrongly."""

import contextlib
import json
import struct
import time
import zlib

import pytest
from django.utils import timezone

from certificates.credentials.proofs import with_proof
from certificates.services.recognitions import FileRefused
from certificates.signing.keys import base64url, multikey, public_of, sign
from tests.certificates.test_recognitions import badge_of_another, sent

PRIVATE = bytes(range(32))
KEY = multikey(public_of(PRIVATE))
ISSUER = f"did:key:{KEY}"
METHOD = f"{ISSUER}#{KEY}"


def of_a_key(**more) -> dict:
    return badge_of_another(issuer={"id": ISSUER, "type": ["Profile"]}, **more)


def with_any_proof(document: dict) -> str:
    proof = with_proof(of_a_key(), private=PRIVATE, method=METHOD, created=timezone.now())["proof"]
    return json.dumps(document | {"proof": proof})


def with_tags(number: int) -> dict:
    document = of_a_key()
    document["credentialSubject"]["achievement"]["tag"] = [f"tag {at}" for at in range(number)]
    return document


def token(payload: dict) -> str:
    head = base64url(json.dumps({"alg": "EdDSA", "kid": METHOD}).encode())
    said = f"{head}.{base64url(json.dumps(payload).encode())}"
    return f"{said}.{base64url(sign(PRIVATE, said.encode()))}"


@pytest.mark.parametrize(
    "document",
    [
        with_tags(8000),
        of_a_key() | {"@context": of_a_key()["@context"][:1] * 1000},
        of_a_key(evidence=[{"id": f"urn:x:{at}", "type": ["Evidence"], "name": "y" * 9} for at in range(199)] * 5),
    ],
    ids=["a long list", "many contexts", "much of everything"],
)
def test_a_small_file_that_would_take_minutes_is_not_worked_on(db, monkeypatch, document):
    text = with_any_proof(document)
    monkeypatch.setattr("certificates.credentials.canonical.jsonld.JsonLdProcessor", None)
    assert sent(text).checked["signature"] == "not read"


def test_a_credential_of_a_usual_size_is_worked_on(db):
    signed = with_proof(with_tags(150), private=PRIVATE, method=METHOD, created=timezone.now())
    assert sent(json.dumps(signed)).checked["signature"] == "self"


@pytest.mark.parametrize("encoding", ["foo", "base64"])
def test_a_picture_in_an_encoding_that_is_none_is_refused(db, encoding):
    with pytest.raises(FileRefused):
        sent(f'<?xml version="1.0" encoding="{encoding}"?><svg xmlns="http://www.w3.org/2000/svg"/>')


def test_a_number_that_is_too_large_for_anything_is_not_worked_on(db):
    number = json.dumps(of_a_key()).replace('"Badge"', "1" + "0" * 400)
    proof = json.loads(with_any_proof(of_a_key()))["proof"]
    text = number[:-1] + f', "proof": {json.dumps(proof)}}}'
    with contextlib.suppress(FileRefused):  # it is not what was signed, which is true as well
        assert sent(text).checked["signature"] == "not read"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize(
    "strange",
    [
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"x" * 3_000_000)),
        chunk(b"iCCP", b"profile\0\0" + zlib.compress(b"x" * 3_000_000)),
        chunk(b"gAMA", b"\0"),
        chunk(b"pHYs", b"\0\0"),
    ],
    ids=["a long text", "a large profile", "half a gamma", "half a size"],
)
def test_a_picture_with_strange_parts_is_drawn_anew_or_refused(db, strange):
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0))
    rest = chunk(b"IDAT", zlib.compress(b"\0" + b"\0" * 12 + (b"\0" + b"\0" * 12) * 3)) + chunk(b"IEND", b"")
    try:
        assert sent(head + strange + rest).content_type == "image/jpeg"
    except FileRefused as refused:
        assert "damaged" in str(refused)


def test_a_token_of_the_data_model_of_before_is_not_called_changed(db):
    vc = {"type": ["VerifiableCredential", "OpenBadgeCredential"], "issuer": ISSUER, "credentialSubject": {}}
    shown = sent(token({"iss": ISSUER, "sub": "urn:x:y", "vc": vc, "exp": 1_400_000_000}))
    assert (shown.checked["signature"], shown.checked["time"]) == ("not read", "ended")


def test_a_token_that_ended_by_its_own_word_is_said_to_have_ended(db):
    claims = of_a_key() | {"iss": ISSUER}
    assert sent(token(claims | {"exp": int(time.time()) - 5})).checked["time"] == "ended"
    assert sent(token(claims | {"exp": 10**30})).checked["time"] == "endless"


@pytest.mark.parametrize("payload", [5, [1], [["vc", 1]], "vc", None])
def test_a_token_of_anything_but_words_is_refused(db, payload):
    with pytest.raises(FileRefused):
        sent(token(payload))
