"""The transcript says what somebody holds, counts hours once, and names what is of others as such."""

import datetime as dt
import io
import json

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from certificates import transcript
from certificates.credentials.checking import Outcome, check_credential
from certificates.models import Award, Recognition
from certificates.services.life import revoke_award
from certificates.transcript import counted_minutes, transcript_pdf
from tests.factories import complete, make_course


def award(code="T1", minutes=90, **fields) -> Award:
    return Award(
        snapshot={"course": f"Course {code}", "code": code, "design_minutes": minutes},
        kind=fields.pop("kind", "completion"),
        state=fields.pop("state", "valid"),
        is_specimen=fields.pop("is_specimen", False),
        edition=1,
        revision=1,
        valid_until=fields.pop("valid_until", timezone.localdate()),
        **fields,
    )


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.parametrize(
    ("awards", "minutes"),
    [
        ([], 0),
        ([award()], 90),
        ([award(), award(state="superseded")], 90),
        ([award(), award(kind="participation", minutes=60)], 90),
        ([award(), award("T2", 60)], 150),
        ([award(valid_until=dt.date(2020, 1, 1))], 90),
        ([award(is_specimen=True)], 0),
        ([award(state="revoked")], 0),
        ([award(state="suspended")], 0),
        ([award(kind="trainer")], 0),
    ],
)
def test_hours_of_each_course_are_counted_once_and_only_what_attests(awards, minutes):
    assert counted_minutes(awards) == minutes


def test_it_holds_every_certificate_with_its_number_and_state_and_no_score(cast):
    complete(cast.officer, make_course("T5", review_state="reviewed").course)
    answer = cast.client(cast.officer).get("/certificates/transcript.pdf")
    assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"]
    text = text_of(answer.content)
    held = Award.objects.get()
    for words in (held.number, "Course T5", "Officer Example", "Valid", "Hours in all: 1.5", "/verify/"):
        assert words in text
    assert "%" not in text


def test_who_has_none_reads_so(cast):
    text = text_of(cast.client(cast.officer).get("/certificates/transcript.pdf").content)
    assert "No certificate yet." in text and "other bodies" not in text


def test_it_is_tagged_says_its_language_and_is_the_same_bytes_on_the_same_day(cast):
    made = [transcript_pdf(cast.officer, [], [], "ar") for _n in range(2)]
    assert made[0] == made[1]
    reader = PdfReader(io.BytesIO(made[0]))
    assert reader.trailer["/Root"]["/Lang"] == "ar" and reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "pdfuaid:part" in reader.trailer["/Root"]["/Metadata"].get_data().decode()


def test_what_another_body_gave_stands_apart_from_ours(cast):
    other = Recognition(title="Border course", body="Academy", awarded_on=dt.date(2025, 1, 2))
    text = text_of(transcript_pdf(cast.officer, [], [other], "en"))
    assert "Of other bodies, recognised" in text and "not certificates of this office" in text
    assert "Border course Academy" in text and "Hours in all: 0" in text


def test_as_a_credential_it_is_verified_and_tells_when_one_of_them_was_revoked(
    cast, django_capture_on_commit_callbacks
):
    awards = [
        Award.objects.get(enrolment=complete(cast.officer, make_course(code, review_state="reviewed").course))
        for code in ("T5", "T6")
    ]
    answer = cast.client(cast.officer).get("/certificates/transcript.json")
    document = json.loads(answer.content)
    assert {each["achievement"]["humanCode"] for each in document["credentialSubject"]} == {"T5", "T6"}
    assert cast.officer.full_name not in answer.content.decode() and "score" not in answer.content.decode()

    def verdict():
        return check_credential(answer.content, now=timezone.now() + dt.timedelta(minutes=1), fetch=fetch).outcome

    def fetch(address: str) -> bytes:
        return Client().get(address.removeprefix("https://testserver")).content

    assert verdict() == Outcome.VALID
    with django_capture_on_commit_callbacks(execute=True):
        revoke_award(by=cast.rso, award=awards[0], reason="Leaked test.")
    assert verdict() == Outcome.REVOKED


def test_many_certificates_go_on_over_pages_and_a_name_runs_nothing(cast):
    cast.officer.full_name = '#panic() $x$ \\ " ‮ ' + "ш" * 150
    rows = [award(number="SLH-0000-0000-0000", issued_at=timezone.now()) for _n in range(60)]
    assert len(PdfReader(io.BytesIO(transcript_pdf(cast.officer, rows, [], "en"))).pages) > 1


def test_a_day_inside_a_sentence_is_not_turned_round_behind_arabic_letters(cast, monkeypatch):
    page = {}
    monkeypatch.setattr(transcript, "_compile", lambda said: page.update(json.loads(said)) or b"")
    transcript.transcript_pdf(cast.officer, [], [], "ur")
    assert f"\N{LEFT-TO-RIGHT MARK}{timezone.localdate().isoformat()}" in page["day"]["text"] and page["day"]["rtl"]
