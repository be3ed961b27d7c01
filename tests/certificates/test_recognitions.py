"""Certificates of other bodies: who writes them down, who decides, what is shown, and what is never ours."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import AuditEvent, Member, User
from accounts.permissions import Refused
from accounts.services import erase_person
from certificates.models import Award, Evidence, Recognition
from certificates.personal_data import _decided, _over
from certificates.selectors.recognitions import own_recognised, recognitions_to_decide
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
