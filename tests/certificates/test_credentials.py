"""An award goes out as an Open Badges 3.0 credential that says no more than the public page does."""

import datetime as dt
import json
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from accounts.services import erase_person
from certificates.credentials.baking import baked_in
from certificates.credentials.canonical import NotCanonical, UnknownContext, canonical
from certificates.credentials.did import address_of, did_document, did_of, key_in, method_of_key
from certificates.credentials.jwt import BadToken, read_jwt
from certificates.credentials.proofs import BadProof, check_proof, with_proof
from certificates.credentials.status import ENTRIES, BadList, encoded, is_set
from certificates.models import Award, Credential
from certificates.services import active_key, anonymise_awards, credential_of, publishing
from certificates.signing.keys import from_base58, from_multikey, multikey, public_of
from tests.factories import complete

# --- the suite, without the database

#: W3C "Data Integrity EdDSA Cryptosuites v1.0", appendix B.1.
VECTOR = {
    "public": "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
    "private": "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq",
    "method": "https://vc.example/issuers/5678#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
    "created": dt.datetime(2023, 2, 24, 23, 36, 38, tzinfo=dt.UTC),
    "document": {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": "Alumni Credential",
        "description": "A minimum viable example of an Alumni Credential.",
        "issuer": "https://vc.example/issuers/5678",
        "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    },
    "more": {
        "https://www.w3.org/ns/credentials/examples/v2": {
            "@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}
        }
    },
    "proof": "z21EVs3eXERqTn4acNHT9viboqgzUaQ3kTmhPT3eA8qrVPE7CrQq78WkzctnMX5W4CrzcKnHw8V6dvy5pgWYCU5e9",
}


def signed_vector():
    private = from_base58(VECTOR["private"])[2:]
    assert multikey(public_of(private)) == VECTOR["public"]
    return with_proof(
        VECTOR["document"], private=private, method=VECTOR["method"], created=VECTOR["created"], more=VECTOR["more"]
    )


def test_the_proof_is_that_of_the_standard_letter_for_letter():
    signed = signed_vector()
    assert signed["proof"]["proofValue"] == VECTOR["proof"]
    check_proof(signed, public=from_multikey(VECTOR["public"]), more=VECTOR["more"])


@pytest.mark.parametrize("place", ["name", "validFrom", "id", "issuer"])
def test_one_changed_letter_and_the_proof_does_not_hold(place):
    signed = signed_vector()
    signed[place] = signed[place].replace("5", "6").replace("A", "B").replace("1", "2")
    with pytest.raises(BadProof):
        check_proof(signed, public=from_multikey(VECTOR["public"]), more=VECTOR["more"])


def test_a_changed_time_of_signing_or_another_key_does_not_hold():
    signed = signed_vector()
    with pytest.raises(BadProof):
        check_proof(signed, public=public_of(bytes(32)), more=VECTOR["more"])
    signed["proof"]["created"] = "2024-02-24T23:36:38Z"
    with pytest.raises(BadProof):
        check_proof(signed, public=from_multikey(VECTOR["public"]), more=VECTOR["more"])


def test_a_context_that_is_not_known_here_is_never_asked_for():
    with pytest.raises(UnknownContext):
        canonical(VECTOR["document"])


def test_a_word_that_no_context_explains_is_not_signed():
    with pytest.raises(NotCanonical):
        canonical({"@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:x:1", "colour": "red"})


def test_a_document_made_to_keep_a_processor_busy_is_refused_at_once():
    names = [f"_:n{n}" for n in range(9)]
    clique = [
        {"id": one, "type": "VerifiableCredential", "relatedResource": [each for each in names if each != one]}
        for one in names
    ]
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "credentialSubject": clique,
    }
    with pytest.raises(NotCanonical):
        canonical(document)


def test_the_issuer_is_named_after_the_address_of_the_site():
    assert did_of("https://suluh.example") == "did:web:suluh.example"
    assert did_of("http://localhost:8000") == "did:web:localhost%3A8000"
    assert address_of("did:web:localhost%3A8000") == "https://localhost:8000/.well-known/did.json"
    assert address_of("did:web:suluh.example:academy") == "https://suluh.example/academy/did.json"
    for wrong in ("did:key:z6Mk", "did:web:", "https://suluh.example", "did:web:a::b"):
        with pytest.raises(ValueError):
            address_of(wrong)


def test_only_a_key_of_the_issuer_itself_is_found_in_its_document():
    public = public_of(bytes(32))
    document = did_document("did:web:a.example", [public])
    assert key_in(document, method_of_key("did:web:a.example", public)) == public
    for method in ("did:web:b.example#" + multikey(public), "did:web:a.example#other"):
        with pytest.raises(ValueError):
            key_in(document, method)
    document["assertionMethod"] = []
    with pytest.raises(ValueError):
        key_in(document, method_of_key("did:web:a.example", public))


def test_a_list_tells_each_bit_and_is_never_short():
    text = encoded([0, 7, 8, 94_567, ENTRIES - 1])
    assert [index for index in (0, 1, 7, 8, 9, 94_566, 94_567, ENTRIES - 1) if is_set(text, index)] == [
        0,
        7,
        8,
        94_567,
        ENTRIES - 1,
    ]
    assert text == encoded([94_567, 8, 7, 0, ENTRIES - 1])
    for wrong, index in ((text, ENTRIES), (text, -1), (text[1:], 0), (text[:-9], 0), ("u", 0), (None, 0), ("uAAAA", 0)):
        with pytest.raises(BadList):
            is_set(wrong, index)


# --- with the database


@pytest.fixture
def award(cast, course) -> Award:
    return Award.objects.get(enrolment=complete(cast.officer, course.course))


def made(award: Award) -> dict:
    return json.loads(credential_of(award=award).document)


def test_an_award_goes_out_as_a_credential(award):
    said = made(award)
    check_proof(said, public=active_key().public_bytes)
    assert said["type"] == ["VerifiableCredential", "AchievementCredential"]
    assert said["issuer"]["id"] == "did:web:testserver" and said["id"] == f"urn:uuid:{award.uuid}"
    assert said["validUntil"] == f"{award.valid_until}T23:59:59Z"
    achievement = said["credentialSubject"]["achievement"]
    assert achievement["name"] == award.snapshot["course"] and achievement["humanCode"] == award.snapshot["code"]
    assert achievement["version"] == f"{award.edition}.{award.revision}" and achievement["inLanguage"] == "en"
    assert "Design hours: " in achievement["criteria"]["narrative"]
    assert achievement["resultDescription"][0]["requiredValue"] == str(award.snapshot["pass_mark"])
    assert award.number in said["description"]
    assert {each["statusPurpose"] for each in said["credentialStatus"]} == {"revocation", "suspension"}
    assert {each["statusListIndex"] for each in said["credentialStatus"]} == {str(award.status_index)}


def test_it_says_nothing_of_rank_agency_country_or_score(cast, award):
    text = credential_of(award=award).document
    for secret in (
        "Police",
        cast.home.code + '"',
        cast.home.name,
        cast.officer.username,
        str(cast.officer.uuid),
        'result"',
    ):
        assert secret not in text, secret


def test_the_name_is_shown_as_the_holder_chose_and_nothing_in_the_file_lets_names_be_tried_out(cast, award):
    (only,) = made(award)["credentialSubject"]["identifier"]
    assert only["identityHash"] == "O. E." and not only["hashed"] and "salt" not in only
    text = credential_of(award=award)
    assert "sha256$" not in text.document and "Officer Example" not in text.document + text.jwt
    cast.officer.public_name = "full"
    cast.officer.save()
    (only,) = made(award)["credentialSubject"]["identifier"]
    assert only["identityHash"] == "Officer Example" and "salt" not in only


def test_a_file_that_was_handed_out_with_a_digest_keeps_its_bytes(cast, award):
    kept = credential_of(award=award)
    said = json.loads(kept.document)
    said["credentialSubject"]["identifier"].append(
        {"type": "IdentityObject", "hashed": True, "identityHash": "sha256$0", "identityType": "name", "salt": "1"}
    )
    Credential.objects.filter(pk=kept.pk).update(document=json.dumps(said))
    assert json.loads(credential_of(award=award).document) == said
    cast.officer.public_name = "full"
    cast.officer.save()
    assert "sha256$" not in credential_of(award=award).document


def test_a_restricted_or_pseudonymous_holder_stands_in_it_by_learner_code(cast, award):
    credential_of(award=award)
    cast.officer.is_restricted = True
    cast.officer.save()
    (only,) = made(award)["credentialSubject"]["identifier"]
    assert only["identityHash"] == cast.officer.learner_code and only["identityType"] == "systemId"
    text = credential_of(award=award)
    assert "O. E." not in text.document and "sha256$" not in text.document


def test_the_same_award_gives_the_same_bytes_also_when_it_is_made_anew(award):
    before = Credential.objects.values().get(pk=credential_of(award=award).pk)
    assert Credential.objects.values().get(pk=credential_of(award=award).pk) == before
    Credential.objects.all().delete()
    again = credential_of(award=award)
    assert (again.document, again.jwt) == (before["document"], before["jwt"])


def test_the_token_holds_the_same_credential(award):
    kept = credential_of(award=award)
    document = json.loads(kept.document)
    del document["proof"]
    assert read_jwt(kept.jwt, public=active_key().public_bytes) == document
    header, payload, signature = kept.jwt.split(".")
    for wrong in (
        f"{header}.{payload[:-2]}AA.{signature}",
        f"{header}.{payload}",
        f"eyJhbGciOiJub25lIn0.{payload}.",
        kept.jwt + ".x",
        "",
    ):
        with pytest.raises(BadToken):
            read_jwt(wrong, public=active_key().public_bytes)


def test_the_holder_takes_it_along_in_four_forms(cast, award):
    client = cast.client(cast.officer)
    kinds = {
        "credential_json": "application/vc",
        "credential_jwt": "application/vc+jwt",
        "badge_png": "image/png",
        "badge_svg": "image/svg+xml",
    }
    answers = {}
    for name, kind in kinds.items():
        answer = client.get(reverse(f"certificates:{name}", args=[award.uuid]))
        assert answer.status_code == 200 and answer["Content-Type"] == kind
        assert "no-store" in answer["Cache-Control"] and award.number in answer["Content-Disposition"]
        assert client.get(reverse(f"certificates:{name}", args=[award.uuid])).content == answer.content
        answers[name] = answer.content
    document = json.loads(answers["credential_json"])
    assert json.loads(baked_in(answers["badge_png"])) == json.loads(baked_in(answers["badge_svg"])) == document
    for picture in (answers["badge_png"], answers["badge_svg"]):
        assert b"Officer" not in picture
    assert b"<script" not in answers["badge_svg"] and b"<text" not in answers["badge_svg"]


def test_nobody_else_takes_it_along_and_after_erasure_nobody_at_all(cast, award):
    for name in ("credential_json", "credential_jwt", "badge_png", "badge_svg"):
        address = reverse(f"certificates:{name}", args=[award.uuid])
        assert cast.client(cast.coordinator).get(address).status_code == 404
        assert cast.client(cast.officer).get(address.replace(str(award.uuid), str(uuid.uuid4()))).status_code == 404
    assert not Credential.objects.exists()


@pytest.mark.logs_errors
def test_while_no_key_opens_the_holder_is_told_to_come_back(cast, award, settings):
    settings.SIGNING_SECRETS = ["another"]
    answer = cast.client(cast.officer).get(reverse("certificates:credential_json", args=[award.uuid]))
    assert answer.status_code == 503 and "valid all the same" in answer.content.decode()
    assert Client().get(f"/credentials/status/{award.status_list}/revocation").status_code == 503
    assert not Credential.objects.exists()


def test_when_the_name_goes_the_credential_goes(award):
    credential_of(award=award)
    Award.objects.update(valid_until=dt.date(2015, 1, 1), issued_at=dt.datetime(2014, 1, 1, tzinfo=dt.UTC))
    assert anonymise_awards(rows=Award.objects.all()) == 1
    assert not Credential.objects.exists()


def test_an_erased_holder_leaves_no_credential_behind_and_the_status_goes_on(cast, award):
    document = made(award)
    Award.objects.update(state="revoked")
    erase_person(by=None, user=cast.officer)
    assert not Credential.objects.exists()
    listed = the_list(Client(), award, "revocation")
    assert is_set(listed["credentialSubject"]["encodedList"], award.status_index)
    check_proof(document, public=active_key().public_bytes)


# --- what everybody may know


def public_answer(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*" and "public, max-age=" in answer["Cache-Control"]
    assert not answer.cookies and not answer.has_header("Vary")
    return answer


def test_the_keys_are_published(cast, award):
    answer = public_answer(cast.client(cast.officer), "/.well-known/did.json")
    document = json.loads(answer.content)
    assert document["id"] == "did:web:testserver" and answer["Content-Type"] == "application/did+ld+json"
    method = made(award)["proof"]["verificationMethod"]
    assert key_in(document, method) == active_key().public_bytes


def the_list(client, award, purpose):
    return json.loads(public_answer(client, f"/credentials/status/{award.status_list}/{purpose}").content)


@pytest.mark.parametrize(
    ("state", "bits"), [("valid", [0, 0]), ("revoked", [1, 0]), ("suspended", [0, 1]), ("superseded", [0, 0])]
)
def test_the_lists_say_what_was_revoked_and_what_suspended(cast, award, state, bits):
    Award.objects.update(state=state)
    lists = [the_list(cast.client(cast.officer), award, purpose) for purpose in ("revocation", "suspension")]
    for document in lists:
        check_proof(document, public=active_key().public_bytes)
        assert document["issuer"] == "did:web:testserver"
    assert [is_set(each["credentialSubject"]["encodedList"], award.status_index) for each in lists] == bits
    entries = {each["statusPurpose"]: each["statusListCredential"] for each in made(award)["credentialStatus"]}
    assert entries == {each["credentialSubject"]["statusPurpose"]: each["id"] for each in lists}


def test_a_list_names_nobody_and_notes_nothing_of_who_looked(cast, award):
    client = cast.client(cast.officer)
    before = json.dumps(sorted(client.session.items()), default=str)
    text = json.dumps(the_list(client, award, "revocation"))
    assert str(award.uuid) not in text and award.number not in text
    assert json.dumps(sorted(client.session.items()), default=str) == before
    assert client.get("/credentials/status/7/revocation").status_code == 404
    assert client.get(f"/credentials/status/{award.status_list}/rank").status_code == 404


def test_an_hour_of_asking_costs_one_signature(cast, award, monkeypatch):
    asked = []
    right = publishing.with_proof
    monkeypatch.setattr(publishing, "with_proof", lambda *a, **k: asked.append(1) or right(*a, **k))
    answers = {json.dumps(the_list(Client(), award, "revocation")) for _each in range(5)}
    assert len(answers) == 1 and len(asked) <= 1
