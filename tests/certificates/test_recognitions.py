"""Certificates of other bodies: who writes them down, who decides, what is shown, and what is never ours."""

import datetime as dt
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import AuditEvent, Member, User
from accounts.permissions import Refused
from accounts.services import erase_person
from certificates.credentials.baking import bake_png, bake_svg
from certificates.credentials.canonical import CREDENTIALS, OPEN_BADGES
from certificates.credentials.jwt import as_jwt
from certificates.credentials.proofs import with_proof
from certificates.models import Award, Evidence, Recognition
from certificates.personal_data import _decided, _over
from certificates.selectors.recognitions import own_recognised, recognitions_to_decide
from certificates.services import credential_of
from certificates.services.recognitions import (
    FileRefused,
    NoMember,
    NoReason,
    NotAllowedNow,
    NotPossible,
    Shown,
    Written,
    drop_recognition,
    propose_recognition,
    recognise,
    record_recognition,
    refuse_recognition,
    shown_by,
    submit_recognition,
    withdraw_recognition,
)
from certificates.signing.keys import multikey, public_of
from courses.pages.models import CoursePage
from courses.pages.services import publish_course
from learning.selectors import missing_prerequisites
from tests.factories import complete, make_course

WRITTEN = Written(title="Border course", body="Academy", awarded_on=dt.date(2025, 1, 2), minutes=90)
PDF = Shown(b"%PDF-1.4 x", "application/pdf")


@pytest.fixture
def submitted(cast) -> Recognition:
    return submit_recognition(by=cast.officer, written=WRITTEN)


@pytest.fixture
def proposed(cast, submitted) -> Recognition:
    return propose_recognition(by=cast.coordinator, recognition=submitted, shown=PDF)


def page(cast, user, found: Recognition):
    return cast.client(user).get(f"/en/certificates/others/{found.uuid}/")


def test_an_officer_writes_one_down_the_coordinator_puts_it_forward_and_the_rso_recognises_it(cast, course, proposed):
    until = timezone.localdate() + dt.timedelta(days=30)
    found = recognise(by=cast.rso, recognition=proposed, stands_for=course.course, stands_until=until)
    assert found.state == "recognised" and list(own_recognised(cast.officer)) == [found]
    assert [step.kind for step in found.steps.all()] == ["written", "proposed", "recognised"]
    assert not Award.objects.exists(), "it never becomes a certificate of ours"
    for person in (cast.officer, cast.coordinator, cast.rso):
        shown = page(cast, person, found).content.decode()
        assert "equivalent to the course" in shown and f">{course.course.code}<" not in shown


def test_only_those_concerned_may(cast, submitted):
    for other in (cast.foreign_coordinator, cast.rso, cast.trainer, cast.officer):
        with pytest.raises(Refused):
            propose_recognition(by=other, recognition=submitted)
    proposed = propose_recognition(by=cast.coordinator, recognition=submitted)
    for other in (cast.coordinator, cast.officer, cast.analyst):
        with pytest.raises(Refused):
            recognise(by=other, recognition=proposed)
    with pytest.raises(Refused):
        record_recognition(by=cast.coordinator, user=cast.outsider, written=WRITTEN)
    with pytest.raises(Refused):
        record_recognition(by=cast.coordinator, user=cast.coordinator, written=WRITTEN)
    with pytest.raises(NoMember):
        submit_recognition(by=cast.rso, written=WRITTEN)
    assert Recognition.objects.get().state == "proposed"


def test_it_is_refused_and_withdrawn_with_a_reason_and_nothing_is_decided_twice(cast, proposed):
    with pytest.raises(NoReason):
        refuse_recognition(by=cast.rso, recognition=proposed, reason=" ")
    found = recognise(by=cast.rso, recognition=proposed)
    with pytest.raises(NotAllowedNow):
        recognise(by=cast.rso, recognition=proposed)
    found = withdraw_recognition(by=cast.rso, recognition=found, reason="A mistake.")
    assert found.state == "withdrawn" and not own_recognised(cast.officer).exists()
    with pytest.raises(NotAllowedNow):
        drop_recognition(by=cast.officer, recognition=found)


def test_a_coordinator_may_say_no_before_the_rso_reads_of_it(cast, submitted):
    assert not recognitions_to_decide(cast.rso).exists()
    found = refuse_recognition(by=cast.coordinator, recognition=submitted, reason="Not seen.")
    assert found.state == "refused"


def test_equivalence_needs_a_day_and_ends_with_the_certificate(cast, course):
    until = timezone.localdate() + dt.timedelta(days=10)
    written = Written(title="A", body="B", awarded_on=dt.date(2025, 1, 2), valid_until=until)
    found = record_recognition(by=cast.coordinator, user=cast.officer, written=written)
    for day in (None, timezone.localdate() - dt.timedelta(days=1), until + dt.timedelta(days=1)):
        with pytest.raises(NotPossible):
            recognise(by=cast.rso, recognition=found, stands_for=course.course, stands_until=day)
    found.refresh_from_db()
    assert found.state == "proposed" and found.stands_for is None


def test_the_rso_reads_a_code_and_opens_the_file_only_where_names_are_shared_and_with_a_reason(cast, proposed):
    client, address = cast.client(cast.rso), f"/en/certificates/others/{proposed.uuid}/file/"
    body = page(cast, cast.rso, proposed).content.decode()
    assert cast.officer.learner_code in body and cast.officer.full_name not in body
    assert client.post(address, {"look-reason": "Task"}).status_code == 404
    Member.objects.filter(pk=cast.home.pk).update(sharing=Member.Sharing.NAMES)
    assert client.post(address).status_code == 302
    answer = client.post(address, {"look-reason": "Task"})
    assert answer.content == PDF.content and answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    entry = AuditEvent.objects.get(action="recognition.seen")
    assert (entry.member, entry.reason) == (cast.home, "Task")
    User.objects.filter(pk=cast.officer.pk).update(is_restricted=True)
    assert client.post(address, {"look-reason": "Task"}).status_code == 404
    assert cast.client(cast.coordinator).post(address).status_code == 200


def test_a_file_is_judged_by_its_content_and_a_picture_is_made_anew(cast):
    picture = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "A secret place"
    Image.new("RGB", (40, 20)).save(picture, "JPEG", exif=exif)
    kept = shown_by(file=io.BytesIO(picture.getvalue()), size=100)
    assert kept.content_type == "image/jpeg" and b"secret" not in kept.content
    for content in (b"", b"<svg onload=1>", b"MZ", b"\xff\xd8\xff broken", b"GIF89a"):
        with pytest.raises(FileRefused):
            shown_by(file=io.BytesIO(content), size=len(content))
    with pytest.raises(FileRefused):
        shown_by(file=io.BytesIO(b"%PDF-"), size=50 * 1024 * 1024)


def test_the_pages_of_a_coordinator_take_one_with_its_file(cast):
    client = cast.client(cast.coordinator)
    address = f"/en/certificates/others/of/{cast.officer.uuid}/"
    data = {"title": "Border course", "body": "Academy", "awarded_on": "2025-01-02", "hours": "1.5", "seen": "on"}
    assert client.post(address, {**data, "awarded_on": "2999-01-01"}).status_code == 422
    bad = SimpleUploadedFile("a.pdf", b"MZ")
    assert "PDF, JPEG or PNG" in client.post(address, {**data, "file": bad}).content.decode()
    assert client.post(address, {**data, "file": SimpleUploadedFile("a.pdf", PDF.content)}).status_code == 302
    found = Recognition.objects.get()
    assert found.state == "proposed" and found.minutes == 90 and bytes(found.evidence.content) == PDF.content
    assert "Border course" in client.get("/en/certificates/others/officers/").content.decode()
    assert "Border course" in client.get(f"/en/desk/officers/{cast.officer.uuid}/").content.decode()


def test_the_pages_of_an_officer_and_of_the_rso_do_the_same_as_the_services(cast, course):
    officer, rso, coordinator = (cast.client(user) for user in (cast.officer, cast.rso, cast.coordinator))
    data = {"title": "Border course", "body": "Academy", "awarded_on": "2025-01-02"}
    assert officer.post("/en/certificates/others/", data).status_code == 302
    address = f"/en/certificates/others/{Recognition.objects.get().uuid}/"
    assert coordinator.post(f"{address}propose/").status_code == 422, "not seen"
    assert coordinator.post(f"{address}propose/", {"seen": "on"}).status_code == 302
    assert "Border course" in rso.get("/en/certificates/others/decide/").content.decode()
    assert rso.post(address, {"action": "recognise", "stands_for": "T1"}).status_code == 422, "no day"
    assert rso.post(address, {"action": "recognise"}).status_code == 302
    assert rso.post(address, {"action": "withdraw", "withdraw-reason": ""}).status_code == 422
    assert officer.post(address, {"action": "withdraw", "withdraw-reason": "x"}).status_code == 403
    assert rso.post(address, {"action": "withdraw", "withdraw-reason": "A mistake."}).status_code == 302
    assert "A mistake." in officer.get(address).content.decode()


def test_erasing_takes_it_with_its_file_and_time_takes_the_file_first(cast, proposed):
    recognise(by=cast.rso, recognition=proposed)
    assert not _decided(timezone.now() - dt.timedelta(days=1)).exists()
    assert _decided(timezone.now() + dt.timedelta(days=1)).count() == 1
    assert _over(timezone.now() + dt.timedelta(days=1)).count() == 1
    erase_person(by=None, user=cast.officer)
    assert not Recognition.objects.exists() and not Evidence.objects.exists()


# --- digital badges as evidence


def badge_of_another(**more) -> dict:
    """As another body gives it; its key stands on a site of its own."""
    issuer = {"id": "did:web:academy.example", "type": ["Profile"], "name": "Border academy"}
    return {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": "urn:uuid:6f2d1f52-5f2c-4d8e-9f0a-0b6f3c8d1e2a",
        "type": ["VerifiableCredential", "AchievementCredential"],
        "issuer": issuer,
        "name": "Badge",
        "validFrom": "2025-01-02T00:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:6f2d1f52-5f2c-4d8e-9f0a-0b6f3c8d1e2c",
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": "Secret Name", "identityType": "name"}
            ],
            "achievement": {
                "id": "urn:uuid:6f2d1f52-5f2c-4d8e-9f0a-0b6f3c8d1e2b",
                "type": ["Achievement"],
                "name": "Border \u202echecks",
                "description": "A course.",
                "criteria": {"narrative": "All of it."},
            },
        },
    } | more


def sent(content: bytes | str) -> Shown:
    content = content.encode() if isinstance(content, str) else content
    return shown_by(file=io.BytesIO(content), size=len(content))


def test_a_badge_of_another_body_is_read_and_nothing_is_asked_of_its_site(cast, submitted):
    shown = sent(json.dumps(badge_of_another(proof={"type": "DataIntegrityProof"})))
    assert shown.content_type == "application/json" and shown.checked["signature"] == "not asked"
    found = propose_recognition(by=cast.coordinator, recognition=submitted, shown=shown)
    body = page(cast, cast.rso, found).content.decode()
    for said in ("Border academy", "did:web:academy.example", "Border checks", "The signature is not checked"):
        assert said in body
    assert "Secret Name" not in body and "2025-01-02" in body


def test_a_badge_whose_issuer_is_its_key_is_checked_and_a_changed_one_refused(db):
    private = bytes(range(32))
    key = multikey(public_of(private))
    issuer = {"id": f"did:key:{key}", "type": ["Profile"]}
    document = badge_of_another(issuer=issuer, validUntil="2099-01-01T00:00:00Z")
    signed = with_proof(document, private=private, method=f"did:key:{key}#{key}", created=timezone.now())
    assert sent(json.dumps(signed)).checked["signature"] == "self"
    with pytest.raises(FileRefused, match="changed after it was signed"):
        sent(json.dumps(signed | {"name": "Another badge"}))
    token = as_jwt(document, private=private, method=f"did:key:{key}#{key}")
    assert sent(token).content_type == "application/jwt" and sent(token).checked["signature"] == "self"
    with pytest.raises(FileRefused):
        sent(token[:-6] + "AAAAAA")


def test_a_badge_of_this_office_is_recognised_by_its_keys_in_every_kind_of_file(cast, course):
    document = credential_of(award=Award.objects.get(enrolment=complete(cast.officer, course.course))).document
    picture = io.BytesIO()
    Image.new("RGB", (40, 20)).save(picture, "PNG")
    kept = {"json": sent(document), "png": sent(bake_png(picture.getvalue(), document))}
    kept["svg"] = sent(bake_svg("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", document))
    assert {shown.checked["signature"] for shown in kept.values()} == {"ours"}
    assert kept["png"].content_type == "image/jpeg" and b"<script" not in kept["svg"].content
    assert kept["json"].checked["achievement"] == "Course T1" and kept["json"].checked["has_status"]


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        "[" * 100_000,
        '{"a":' * 100_000,
        json.dumps({"type": "VerifiableCredential"})[:-1],
        '{"type": ["VerifiableCredential"], "x": "' + "y" * 200_000 + '"}',
        "eyJhbGciOiJub25lIn0.e30.",
        "<!DOCTYPE x [<!ENTITY a 'b'>]><svg>&a;</svg>",
        b"\xff\xfe{}",
    ],
    ids=lambda content: ascii(content)[:20],
)
def test_a_file_that_only_looks_like_a_badge_is_refused(db, content):
    with pytest.raises(FileRefused):
        sent(content)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"validUntil": "2020-01-01T00:00:00Z"}, "ended"),
        ({"validFrom": "2999-01-01T00:00:00Z"}, "early"),
        ({"validFrom": "yesterday"}, "not read"),
        ({"issuer": 7, "credentialSubject": "x", "name": ["y"]}, "endless"),
        (
            {"validFrom": None, "issuanceDate": "2010-01-01T00:00:00Z", "expirationDate": "2012-01-01T00:00:00Z"},
            "ended",
        ),
        ({"validUntil": "2999-01-01T00:00:00Z"}, "now"),
    ],
)
def test_strange_words_in_a_badge_are_said_and_break_nothing(db, change, said):
    assert sent(json.dumps(badge_of_another(**change))).checked["time"] == said


# --- what a recognised one is good for


def test_a_recognised_one_counts_where_another_course_asks_for_its_course_first(cast, course, proposed):
    second = make_course("T2")
    CoursePage.objects.filter(pk=second.page.pk).update(prerequisites=[str(course.course.uuid)])
    publish_course(by=None, page=CoursePage.objects.get(pk=second.page.pk))
    until = timezone.localdate() + dt.timedelta(days=30)
    assert missing_prerequisites(cast.officer, second.course) == [course.course]
    recognised = recognise(by=cast.rso, recognition=proposed, stands_for=course.course, stands_until=until)
    assert missing_prerequisites(cast.officer, second.course) == []
    assert missing_prerequisites(cast.colleague, second.course) == [course.course]
    Recognition.objects.filter(pk=recognised.pk).update(stands_until=timezone.localdate() - dt.timedelta(days=1))
    assert missing_prerequisites(cast.officer, second.course) == [course.course], "its time is over"
    Recognition.objects.filter(pk=recognised.pk).update(stands_until=until)
    withdraw_recognition(by=cast.rso, recognition=recognised, reason="A mistake.")
    assert missing_prerequisites(cast.officer, second.course) == [course.course]
