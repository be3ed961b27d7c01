"""“Report this”: two taps, the exact place, nobody's name, and an answer that the officer reads."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.permissions import Refused
from learning.models import Activity, ContentReport, EditionRevision
from learning.selectors import own_reports, reports_seen_by, unread_answers
from learning.services import AnsweredAlready, TooManyReports, answer_report, enrol, report_content
from learning.services import reports as module
from tests.factories import finish_lessons, start_attempt

LESSON = "/en/courses/t1/m1-l1/"


@pytest.fixture
def enrolled(cast, course):
    return enrol(by=cast.officer, course=course.course)


@pytest.fixture
def made(cast, course) -> ContentReport:
    return report_content(
        by=cast.officer,
        revision=EditionRevision.objects.get(),
        activity=Activity.objects.get(key="m1-l1"),
        language="en",
        kind="wrong",
        block="kp-1",
        note="The law changed.",
    )


def test_two_taps_report_a_lesson_with_the_block_that_is_meant(cast, course, enrolled):
    browser = cast.client(cast.officer)
    first = browser.get(LESSON).content.decode()
    assert f'href="{LESSON}report/"' in first
    second = browser.get(f"{LESSON}report/").content.decode()
    assert "1. Act, means, purpose." in second and "2. Stem of P1" in second
    answer = browser.post(f"{LESSON}report/", {"kind": "wrong", "block": "kp-1"}, follow=True)
    assert answer.redirect_chain[-1][0] == LESSON and "Thank you." in answer.content.decode()
    report = ContentReport.objects.get()
    assert (report.kind, report.block, report.language) == ("wrong", "kp-1", "en")
    assert report.content and report.revision == course.revision


def test_a_second_press_finds_the_report_that_is_there_and_may_add_a_note(cast, enrolled, made):
    browser = cast.client(cast.officer)
    browser.post(f"{LESSON}report/", {"kind": "wrong", "block": "kp-1", "note": "Article 5 now."})
    assert ContentReport.objects.get().note == "Article 5 now."


@pytest.mark.parametrize(
    "form", [{}, {"kind": "rude"}, {"kind": "wrong", "block": "none"}, {"kind": "wrong", "note": "x" * 301}]
)
def test_a_form_that_was_not_made_here_is_refused_and_nothing_is_kept(cast, enrolled, form):
    assert cast.client(cast.officer).post(f"{LESSON}report/", form).status_code == 422
    assert not ContentReport.objects.exists()


def test_a_note_that_looks_like_a_case_is_asked_about_once_more(cast, enrolled):
    form = {"kind": "harmful", "note": "as in case no. 123/2024"}
    answer = cast.client(cast.officer).post(f"{LESSON}report/", form)
    assert answer.status_code == 422 and "Take it out" in answer.content.decode()
    assert not ContentReport.objects.exists()


def test_a_question_of_ones_own_paper_is_reported_without_its_key(cast, enrolled):
    finish_lessons(enrolled)
    attempt = start_attempt(by=cast.officer, enrolment=enrolled, key="final-test", language="en")
    browser = cast.client(cast.officer)
    url = reverse("assessments:report", args=[attempt.uuid, 1])
    assert url in browser.get(reverse("assessments:question", args=[attempt.uuid, 1])).content.decode()
    assert "option" not in browser.get(url).content.decode().split("<form", 2)[-1]
    browser.post(url, {"kind": "unclear"})
    report = ContentReport.objects.get()
    assert report.item == attempt.responses.get(position=1).version.item.uuid
    assert cast.client(cast.colleague).get(url).status_code == 404


def test_thirty_reports_a_day_are_the_most(cast, course, monkeypatch, made):
    monkeypatch.setattr(module, "MOST_IN_A_DAY", 1)
    with pytest.raises(TooManyReports):
        report_content(
            by=cast.officer,
            revision=course.revision,
            activity=Activity.objects.get(key="m1-l2"),
            language="en",
            kind="unclear",
        )
    assert ContentReport.objects.count() == 1


def test_authors_see_the_place_and_never_who_it_was(cast, course, made):
    page = cast.client(cast.trainer).get(reverse("reported")).content.decode()
    assert "The law changed." in page and "First lesson" in page and "#block-kp-1-section" in page
    for secret in (cast.officer.full_name, cast.officer.learner_code, str(cast.home)):
        assert secret not in page.partition("<main")[2], secret


def test_whoever_does_not_write_courses_sees_no_report(cast, made):
    for person in (cast.officer, cast.coordinator, cast.rso, cast.admin, cast.nobody):
        assert not reports_seen_by(person).exists()
        with pytest.raises(Refused):
            answer_report(by=person, report=made, outcome="mended")
    made.refresh_from_db()
    assert made.answered_at is None


def test_the_officer_hears_back_once_and_finds_it_again(cast, course, made):
    trainer, officer = cast.client(cast.trainer), cast.client(cast.officer)
    assert "answered" not in officer.get("/en/me/").content.decode()
    trainer.post(reverse("report_answer", args=[made.uuid]), {"outcome": "mended", "answer": "You were right."})
    assert AuditEvent.objects.filter(action="report.answered").count() == 1
    assert unread_answers(cast.officer) == 1
    assert "1 of your reports was answered" in officer.get("/en/me/").content.decode()
    page = officer.get("/en/me/reports/").content.decode()
    assert "You were right." in page and "Mended" in page
    assert unread_answers(cast.officer) == 0
    assert "You were right." in officer.get("/en/me/reports/").content.decode()
    assert not own_reports(cast.colleague).exists()


def test_two_who_answer_do_not_overwrite_each_other(cast, made):
    answer_report(by=cast.trainer, report=made, outcome="stays", answer="First.")
    with pytest.raises(AnsweredAlready):
        answer_report(by=cast.trainer, report=made, outcome="mended", answer="Second.")
    made.refresh_from_db()
    assert (made.outcome, made.answer) == ("stays", "First.")


def test_after_an_answer_the_same_place_can_be_reported_again(cast, course, made):
    answer_report(by=cast.trainer, report=made, outcome="stays")
    again = report_content(
        by=cast.officer, revision=made.revision, activity=made.activity, language="en", kind="wrong", block="kp-1"
    )
    assert again != made


def test_a_report_survives_the_page_that_it_was_about(cast, course, made):
    course.page.get_children().first().delete()
    assert "m1-l1" in cast.client(cast.trainer).get(reverse("reported")).content.decode()
