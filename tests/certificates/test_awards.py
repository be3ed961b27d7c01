"""A certificate is issued once, says what it may, and survives what happens to its course and its holder."""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.documents import certificate_pdf
from certificates.models import Award
from certificates.numbers import ALPHABET, new_number, normalise
from certificates.periods import months_later
from certificates.selectors import public_award
from certificates.services import NotCertifiable, issue_award
from certificates.tasks import issue_missing_awards
from learning.models import Enrolment
from learning.services import enrol
from learning.signals import course_completed
from tests.factories import complete, finish_lessons, make_course


@pytest.fixture
def award(cast, course) -> Award:
    return Award.objects.get(enrolment=complete(cast.officer, course.course))


def test_double_news_and_a_replay_give_one_award(award):
    for _again in range(2):
        course_completed.send_robust(sender=Enrolment, enrolment=award.enrolment)
        assert issue_award(enrolment=award.enrolment) == award
    assert Award.objects.count() == 1


def test_an_unfinished_course_certifies_nobody(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    with pytest.raises(NotCertifiable):
        issue_award(enrolment=enrolment)


def test_a_site_that_requires_review_certifies_no_draft_and_loses_nothing(cast, course, settings):
    settings.REQUIRE_REVIEW = True
    enrolment = complete(cast.officer, course.course)
    assert not Award.objects.exists()
    page = cast.client(cast.officer).get("/en/me/").content.decode()
    assert "nothing you did is lost" in page
    settings.REQUIRE_REVIEW = False
    assert issue_missing_awards.func() == 1
    assert Award.objects.get().enrolment == enrolment


def test_reviewed_content_gives_a_certificate_without_specimen(cast):
    reviewed = make_course("T5", review_state="reviewed")
    award = Award.objects.get(enrolment=complete(cast.officer, reviewed.course))
    assert not award.is_specimen


@pytest.mark.logs_errors
def test_when_issuing_fails_the_completion_stays_and_the_sweep_issues_it(cast, course, monkeypatch):
    def broken(**arguments):
        raise RuntimeError("disk full")

    monkeypatch.setattr("certificates.receivers.issue_award", broken)
    complete(cast.officer, course.course)
    assert not Award.objects.exists()
    assert issue_missing_awards.func() == 1 and issue_missing_awards.func() == 0
    assert Award.objects.count() == 1


def test_the_same_award_gives_the_same_bytes_whatever_happens_to_the_course(award, course):
    first = certificate_pdf(award)
    course.page.title = "Renamed"
    course.page.save()
    award.refresh_from_db()
    assert certificate_pdf(award) == first


def test_a_stranger_reads_initials_course_state_and_dates_and_nothing_else(cast, award):
    page = (
        cast.client(None).get(f"/verify/{award.number}").content.decode().partition("<main")[2].partition("</main>")[0]
    )
    assert "O. E." in page and "Course T1" in page and award.valid_until.isoformat() in page
    for private in ("Officer Example", "Indonesia", "Police", str(award.uuid), str(award.actor_id), "3 of 3"):
        assert private not in page


def test_the_holder_may_let_the_full_name_be_read(cast, award):
    cast.officer.public_name = "full"
    cast.officer.save()
    assert public_award(award.number).name == "Officer Example"


def test_a_restricted_holder_answers_like_an_unknown_number(cast, award):
    client = cast.client(None)
    cast.officer.is_restricted = True
    cast.officer.save()
    restricted = client.get(f"/verify/{award.number}")
    unknown_number = new_number()
    unknown = client.get(f"/verify/{unknown_number}")
    assert restricted.status_code == unknown.status_code == 404
    assert restricted.content.decode().replace(award.number, "") == unknown.content.decode().replace(unknown_number, "")


def test_an_expired_award_says_so(award):
    Award.objects.filter(pk=award.pk).update(
        issued_at=award.issued_at - dt.timedelta(days=900), valid_until=award.issued_at.date() - dt.timedelta(days=1)
    )
    assert public_award(award.number).state == "expired"


def test_only_the_holder_opens_the_pdf(cast, award):
    address = f"/certificates/{award.uuid}.pdf"
    assert cast.client(cast.officer).get(address)["Content-Type"] == "application/pdf"
    for other in (cast.colleague, cast.outsider, cast.coordinator, cast.rso, cast.admin):
        assert cast.client(other).get(address).status_code == 404
    assert cast.client(None).get(address).status_code == 302


@given(st.integers(0, 2**32), st.sampled_from(["{}", " {} ", "lower", "bare", "misread"]))
def test_a_number_is_understood_however_it_is_typed(_seed, style):
    number = new_number()
    typed = {
        "lower": number.lower(),
        "bare": number.removeprefix("SLH-").replace("-", ""),
        "misread": "SLH-" + number.removeprefix("SLH-").replace("0", "O").replace("1", "l"),
    }.get(style, style.format(number))
    assert normalise(typed) == number


@given(st.integers(0, 11), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_noticed(place, letter):
    number = new_number()
    letters = list(number.removeprefix("SLH-").replace("-", ""))
    if letters[place] == letter:
        return
    letters[place] = letter
    assert normalise("".join(letters)) is None


@given(st.text(max_size=40))
def test_anything_else_typed_is_no_number_or_a_number(typed):
    found = normalise(typed)
    assert found is None or normalise(found) == found


@given(st.dates(dt.date(2020, 1, 1), dt.date(2100, 1, 1)), st.integers(1, 120))
def test_validity_ends_in_the_right_month_on_a_day_that_exists(day, months):
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


def test_a_made_up_address_is_answered_calmly(cast, db):
    client = cast.client(None)
    for typed in ("x", "SLH-", "a" * 500, str(uuid.uuid4()), "<script>", "%00", "../../etc"):
        assert client.get(f"/verify/{typed}").status_code in (301, 400, 404)
