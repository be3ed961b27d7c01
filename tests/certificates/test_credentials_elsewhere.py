"""Software that we did not write takes our credentials, and refuses the same ones that we refuse."""

import datetime as dt
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError, OB3Verifier
from openbadgeslib.ob3.contexts import bundled_contexts
from openbadgeslib.ob3.ldp import verify_data_integrity_proof
from openbadgeslib.verify import verify_badge

from certificates.credentials.badge import badge_png, badge_svg
from certificates.credentials.baking import bake_png, bake_svg
from certificates.credentials.checking import Outcome, Unreachable, check_credential
from certificates.credentials.did import address_of, did_document
from certificates.credentials.jwt import as_jwt
from certificates.credentials.proofs import check_proof, with_proof
from certificates.documents import badge_text
from certificates.models import Award
from certificates.services import active_key, credential_of, private_of
from certificates.signing.keys import from_multikey, new_private, public_of
from tests.factories import complete
from tests.fixtures import FIXTURES, needs_fixtures


def _pem(public: bytes) -> bytes:
    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def put_in_state(state: str) -> None:
    """As a change that was committed."""
    Award.objects.update(state=state)
    cache.clear()


class Site:
    """One award as a stranger has it: what the site answers, and what somebody made of the credential."""

    def __init__(self, award: Award) -> None:
        made = credential_of(award=award)
        self.award, self.text, self.jwt = award, made.document, made.jwt
        self.document = json.loads(made.document)
        self.key = active_key()
        self.private, self.method = private_of(self.key), self.document["proof"]["verificationMethod"]

    def fetch(self, url: str) -> bytes:
        answer = Client().get(url.removeprefix(settings.PUBLIC_URL))
        if answer.status_code != 200:
            raise Unreachable(url)
        return answer.content

    @property
    def unsigned(self) -> dict:
        return {name: value for name, value in self.document.items() if name != "proof"}

    def signed(self, document: dict, *, private: bytes | None = None) -> dict:
        return with_proof(
            document, private=private or self.private, method=self.method, created=dt.datetime.now(dt.UTC)
        )

    @property
    def other_letter(self) -> dict:
        return self.document | {"name": self.document["name"] + "."}

    @property
    def other_key(self) -> dict:
        return self.signed(self.unsigned, private=new_private())

    @property
    def expired(self) -> dict:
        return self.signed(self.unsigned | {"validUntil": "2021-01-01T00:00:00Z", "validFrom": "2020-01-01T00:00:00Z"})


@pytest.fixture
def site(cast, course) -> Site:
    return Site(Award.objects.get(enrolment=complete(cast.officer, course.course)))


# --- openbadgeslib


def test_openbadgeslib_takes_the_proof_and_refuses_what_was_made_of_it(site):
    verifier = OB3LdpVerifier.for_issuer_did("did:web:testserver")

    def check(document):
        return verifier.verify(document, check_status=True, download=site.fetch, verify_status_list=False)

    assert check(site.text).achievement.name == site.award.snapshot["course"]
    for wrong in (site.other_letter, site.other_key, site.expired):
        with pytest.raises(OB3VerificationError):
            check(wrong)
    for state in ("revoked", "suspended"):
        put_in_state(state)
        with pytest.raises(OB3VerificationError, match="status"):
            check(site.text)


def test_openbadgeslib_takes_the_token_and_refuses_what_was_made_of_it(site):
    verifier = OB3Verifier.for_issuer_did("did:web:testserver", download=site.fetch)

    def check(token):
        return verifier.verify(token, check_status=True, download=site.fetch, verify_status_list=False)

    assert check(site.jwt).id == f"urn:uuid:{site.award.uuid}"
    head, body, signature = site.jwt.split(".")
    old = site.unsigned | {"validUntil": "2021-01-01T00:00:00Z", "validFrom": "2020-01-01T00:00:00Z"}
    for wrong in (
        f"{head}.{body[:-1]}{'A' if body[-1] != 'A' else 'B'}.{signature}",
        as_jwt(site.unsigned, private=new_private(), method=site.method),
        as_jwt(old, private=site.private, method=site.method),
    ):
        with pytest.raises(OB3VerificationError):
            check(wrong)
    put_in_state("revoked")
    with pytest.raises(OB3VerificationError, match="status"):
        check(site.jwt)


def test_openbadgeslib_reads_both_pictures(site):
    pem = _pem(site.key.public_bytes)
    text = badge_text(site.award)
    for picture, kind in (
        (bake_png(badge_png(text), site.text), "png"),
        (bake_svg(badge_svg(text), site.text).encode(), "svg"),
        (bake_png(badge_png(text), site.jwt), "png"),
        (bake_svg(badge_svg(text), site.jwt).encode(), "svg"),
    ):
        found = verify_badge(picture, "3", pubkey_pem=pem, image_format=kind)
        assert found.valid, found


def test_openbadgeslib_takes_the_proof_of_a_status_list(site):
    for entry in site.document["credentialStatus"]:
        listed = json.loads(site.fetch(entry["statusListCredential"]))
        verify_data_integrity_proof(listed, _pem(site.key.public_bytes))
        listed["credentialSubject"]["statusPurpose"] = "message"
        with pytest.raises(OB3VerificationError):
            verify_data_integrity_proof(listed, _pem(site.key.public_bytes))


# --- Digital Bazaar's libraries, which share no code with ours

PARTS = Path(settings.BASE_DIR) / "node_modules" / "@digitalbazaar" / "vc"


def test_digital_bazaars_libraries_take_the_genuine_one_and_refuse_the_others(site):
    node = shutil.which("node")
    if node is None or not PARTS.exists():
        if os.environ.get("CI") and (Path(settings.BASE_DIR) / "package.json").exists():
            pytest.fail("Node or its packages are missing: npm ci")
        pytest.skip("Node and @digitalbazaar/vc are not here")
    did = json.loads(site.fetch("/.well-known/did.json"))
    lists = {url: json.loads(site.fetch(url)) for url in addresses_of_lists(site)}
    put_in_state("revoked")
    revoked = {url: json.loads(site.fetch(url)) for url in lists}
    now = timezone.now().isoformat()
    cases = {
        "genuine": site.document,
        "other letter": site.other_letter,
        "other key": site.other_key,
        "expired": site.expired,
    }
    found = node_says(node, cases, {did["id"]: did} | lists, now)
    assert found["genuine"] is True
    assert found["other letter"] == found["other key"] == "Invalid signature."
    assert "validUntil" in found["expired"]
    found = node_says(node, {"revoked": site.document}, {did["id"]: did} | revoked, now)
    assert found == {"revoked": "status: revocation"}


def addresses_of_lists(site: Site) -> list[str]:
    return [entry["statusListCredential"] for entry in site.document["credentialStatus"]]


def node_says(node, cases, documents, now):
    contexts = bundled_contexts() | {"https://www.w3.org/ns/did/v1": {"@context": {}}}
    given = {
        "contexts": contexts,
        "documents": documents,
        "cases": {name: {"credential": credential, "now": now} for name, credential in cases.items()},
    }
    ran = subprocess.run(
        [node, str(Path(__file__).with_name("verify_credentials.mjs"))],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=60,
        cwd=settings.BASE_DIR,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


# --- ours


def check(site: Site, what, *, fetch=None, now=None):
    return check_credential(what, now=now or timezone.now(), fetch=fetch or site.fetch)


def test_ours_takes_every_form_and_refuses_what_was_made_of_them(site):
    text = badge_text(site.award)
    for genuine in (site.text, site.text.encode(), site.jwt, bake_png(badge_png(text), site.text)):
        found = check(site, genuine)
        assert found.outcome == Outcome.VALID, found
    assert check(site, json.dumps(site.other_letter)).outcome == Outcome.FORGED
    assert check(site, json.dumps(site.other_key)).outcome == Outcome.FORGED
    assert check(site, as_jwt(site.unsigned, private=new_private(), method=site.method)).outcome == Outcome.FORGED
    assert check(site, json.dumps(site.expired)).outcome == Outcome.EXPIRED
    assert check(site, site.text, now=timezone.now() - dt.timedelta(days=1)).outcome == Outcome.NOT_YET
    put_in_state("suspended")
    assert check(site, site.text).outcome == Outcome.SUSPENDED
    put_in_state("revoked")
    assert check(site, site.jwt).outcome == Outcome.REVOKED


def test_what_cannot_be_reached_is_never_called_valid(site):
    def no_lists(url):
        if "/status/" in url:
            raise Unreachable(url)
        return site.fetch(url)

    def nothing(url):
        raise Unreachable(url)

    assert check(site, site.text, fetch=no_lists).outcome == Outcome.UNCHECKED
    assert check(site, site.text, fetch=nothing).outcome == Outcome.UNCHECKED


@pytest.mark.parametrize(
    "change",
    [
        lambda listed, site: listed | {"validUntil": "2021-01-01T00:00:00Z"},
        lambda listed, site: listed | {"issuer": "did:web:elsewhere.example"},
        lambda listed, site: listed | {"id": listed["id"] + "0"},
        lambda listed, site: listed | {"credentialSubject": listed["credentialSubject"] | {"statusPurpose": "message"}},
        lambda listed, site: listed | {"credentialSubject": listed["credentialSubject"] | {"encodedList": "uAAAA"}},
    ],
    ids=["old", "another's", "another list", "of something else", "too short"],
)
def test_a_list_that_does_not_hold_says_nothing(site, change):
    def fetch(url):
        if "/status/" not in url:
            return site.fetch(url)
        listed = json.loads(site.fetch(url))
        del listed["proof"]
        return json.dumps(site.signed(change(listed, site))).encode()

    assert check(site, site.text, fetch=fetch).outcome == Outcome.UNCHECKED


def test_a_list_that_somebody_else_signed_says_nothing(site):
    def fetch(url):
        body = json.loads(site.fetch(url))
        if "/status/" in url:
            del body["proof"]
            body = site.signed(body, private=new_private())
        return json.dumps(body).encode()

    assert check(site, site.text, fetch=fetch).outcome == Outcome.UNCHECKED


def test_nobody_signs_in_the_name_of_another(site):
    private = new_private()
    thief = "did:web:thief.example"
    document = did_document(thief, [public_of(private)])
    method = document["assertionMethod"][0]
    forged = with_proof(site.unsigned, private=private, method=method, created=timezone.now())

    def fetch(url):
        return json.dumps(document).encode() if url == address_of(thief) else site.fetch(url)

    assert check(site, json.dumps(forged), fetch=fetch).outcome == Outcome.FORGED
    assert check(site, as_jwt(site.unsigned, private=private, method=method), fetch=fetch).outcome == Outcome.FORGED


def test_a_signed_word_spelled_another_way_is_not_taken(site):
    """The proof still holds, and whoever read the JSON would miss that it ends, or its status."""
    for word, address in (
        ("validUntil", "https://www.w3.org/2018/credentials#validUntil"),
        ("credentialStatus", "https://www.w3.org/2018/credentials#credentialStatus"),
    ):
        changed = dict(site.document)
        changed[address] = changed.pop(word)
        if word == "validUntil":
            changed[address] = {"@value": changed[address], "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}
            check_proof(changed, public=site.key.public_bytes)
        assert check(site, json.dumps(changed)).outcome == Outcome.FORGED
    twice = site.text[:-1] + ',"validUntil":"2099-01-01T00:00:00Z"}'
    assert check(site, twice).outcome == Outcome.FORGED


def test_our_own_are_checked_without_the_network_and_others_are_not_called_valid(site, tmp_path, capsys):
    file = tmp_path / "badge.json"
    file.write_text(site.text)
    call_command("check_credential", str(file), "--offline")
    assert capsys.readouterr().out.startswith("valid\n")
    put_in_state("revoked")
    file.write_bytes(bake_png(badge_png(badge_text(site.award)), site.jwt))
    with pytest.raises(SystemExit):
        call_command("check_credential", str(file), "--offline")
    assert capsys.readouterr().out.startswith("revoked: ")
    file.write_text(site.text.replace("did:web:testserver", "did:web:elsewhere.example"))
    with pytest.raises(SystemExit):
        call_command("check_credential", str(file), "--offline")
    assert capsys.readouterr().out.startswith("unchecked: ")


@pytest.mark.parametrize(
    "nothing",
    ["", "{}", "[]", "null", "a.b.c", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"\xff\xfe", "{" * 2000, '{"proof":{}}'],
)
def test_what_is_no_credential_is_never_called_valid(site, nothing):
    assert check(site, nothing).outcome in (Outcome.UNCHECKED, Outcome.FORGED)


@needs_fixtures("badges")
def test_the_credential_of_another_issuer_is_genuine_but_whose_key_it_is_only_the_network_tells():
    """The example of Open Badges 3.0. Its issuer is an address and no DID: who holds the key is not said in it."""
    text = (FIXTURES / "badges" / "simple.json").read_text()
    document = json.loads(text)
    method = document["proof"][0]["verificationMethod"]
    public = from_multikey(method.partition("#")[2])
    check_proof(document, public=public)
    with pytest.raises(ValueError):
        check_proof(document | {"name": "Another badge"}, public=public)

    def nothing(url):
        raise Unreachable(url)

    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert check_credential(text, now=now, fetch=nothing).outcome == Outcome.UNCHECKED
    known = check_credential(text, now=now, fetch=nothing, known={method: public})
    assert known.outcome == Outcome.VALID and known.credential["name"] == "Teamwork Badge"


#: Published with that example (1EdTech, "Linked Data Proof Test Vector for Open Badges 3.0").
EXAMPLE_KEY = bytes.fromhex("6241a409e6707bb640a0140a8a32bc3d193c33a661747284d6adfa4ed4180be4")


@needs_fixtures("badges")
def test_the_same_key_gives_that_example_letter_for_letter():
    document = json.loads((FIXTURES / "badges" / "simple.json").read_text())
    (proof,) = document.pop("proof")
    created = dt.datetime.fromisoformat(proof["created"])
    signed = with_proof(document, private=EXAMPLE_KEY, method=proof["verificationMethod"], created=created)
    assert signed["proof"] == proof
