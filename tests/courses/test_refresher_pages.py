"""What an officer sees of a new edition, and the ways from one to the next."""

import pytest
from django.urls import reverse

from assessments.models import Quiz
from certificates.models import Award
from learning.models import EditionMove, Refresher
from learning.services import enrol
from tests.factories import finish_lessons, take_test
from tests.learning.editions import complete_all, make_two_modules, new_edition


@pytest.fixture
def small(db):
    return make_two_modules()


def text_of(client, path: str) -> str:
    return client.get(path).content.decode()


def test_a_holder_is_told_at_home_and_on_the_page_of_the_course_takes_the_refresher_and_is_certified_anew(cast, small):
    complete_all(cast.officer, small)
    award = Award.objects.get()
    client = cast.client(cast.officer)
    assert "has come out" not in text_of(client, "/en/me/") + text_of(client, "/en/courses/t1/")
    new_edition(small, "m2-l1", questions=2, minutes=20)
    home = client.get("/en/me/")
    text = home.content.decode()
    for words in ("Edition 2 has come out", "1 lesson", "and 2 questions", f"{award.valid_until:%Y-%m-%d}"):
        assert words in text
    assert "Take the refresher" in text_of(client, "/en/courses/t1/")
    answer = client.post("/en/courses/t1/refresh/")
    assert answer.url == "/en/courses/t1/m2-l1/"
    assert client.post("/en/courses/t1/refresh/").url == answer.url
    lesson = client.get(answer.url).content.decode()
    assert "0 of 2 done" in lesson and "Refresher test" in lesson and "Final test" not in lesson
    course = text_of(client, "/en/courses/t1/")
    assert "Refresher for edition 2" in course and "The whole course" in course and "First lesson" in course
    assert client.get("/en/courses/t1/m1-l1/").status_code == 200
    assert client.get("/en/courses/t1/final-test/").status_code == 404
    assert client.post("/en/courses/t1/m2-l1/done/").url == "/en/courses/t1/"
    assert "certified for the new edition" in text_of(client, "/en/courses/t1/delta-test/")
    enrolment = Refresher.objects.get().enrolment
    attempt = take_test(cast.officer, enrolment, "delta-test")
    assert "Refresher test: result" in text_of(client, f"/en/tests/{attempt.uuid}/result/")
    text = client.get("/en/me/").content.decode()
    assert text.count(award.number) >= 2 and "Edition 2" in text and "has come out" not in text


def test_the_coordinator_sees_the_edition_and_the_certificate_that_stands_while_a_refresher_runs(cast, small):
    complete_all(cast.officer, small)
    new_edition(small, "m2-l1")
    cast.client(cast.officer).post("/en/courses/t1/refresh/")
    client = cast.client(cast.coordinator)
    for state, is_there in (
        ("", True),
        ("certified", True),
        ("running", True),
        ("uncertified", False),
        ("expired", False),
    ):
        page = text_of(client, f"/en/desk/officers/?state={state}")
        assert ("edition 2, refresher" in page) is is_there, state
    assert "Certified" in text_of(client, "/en/desk/officers/")


def test_who_is_in_the_middle_is_told_what_counts_on_and_moves_or_does_not(cast, small):
    enrolment = enrol(by=cast.officer, course=small.course)
    finish_lessons(enrolment, ("m1-l1", "m2-l1"))
    new_edition(small, "m2-l1")
    client = cast.client(cast.officer)
    text = text_of(client, "/en/courses/t1/")
    assert "Move to edition 2" in text and "1 thing that you did counts on" in text and "Lesson of two" in text
    assert client.post("/en/courses/t1/move-forward/").url == "/en/courses/t1/"
    text = text_of(client, "/en/courses/t1/")
    assert "You are now in edition 2" in text and "Move to edition" not in text
    client.post("/en/courses/t1/move-forward/")
    assert "in the newest edition already" in text_of(client, "/en/courses/t1/")
    assert EditionMove.objects.count() == 1


def test_who_has_nothing_to_refresh_is_told_so_and_nothing_changes(cast, small):
    client = cast.client(cast.officer)
    client.post("/en/courses/t1/refresh/")
    assert "no refresher or renewal for you" in text_of(client, "/en/courses/t1/")
    assert not Refresher.objects.exists()


def test_a_refresher_is_taken_by_rules_of_its_own(cast, small):
    complete_all(cast.officer, small)
    trainer, page = cast.client(cast.trainer), reverse("quizzes:edit", args=["t1", "delta"])
    form = trainer.get(page).content.decode()
    assert "Refresher test" in form and "add-section" not in form and "needs_ticket" not in form
    sent = {
        "edits": "0",
        "minutes": "7",
        "grace_seconds": "60",
        "markers": "1",
        "marks_apart": "20",
        "attempts": "1",
        "pause_after": "0",
        "pause_hours": "0",
        "feedback": "never",
        "passed_words_en": "You are up to date.",
        # what somebody makes up: a refresher has no blueprint
        "sections": "1",
        "s0-rows": "1",
        "s0r0-count": "1",
        "do": "save",
    }
    assert trainer.post(page, sent).status_code == 302
    assert "sections" not in Quiz.objects.get().rules
    assert "Refresher test" in text_of(trainer, "/admin/tests/t1/")
    assert trainer.get("/admin/tests/t1/delta/paper/").status_code == 404

    new_edition(small, "m2-l1", questions=2, minutes=20)
    client = cast.client(cast.officer)
    client.post("/en/courses/t1/refresh/")
    enrolment = Refresher.objects.get().enrolment
    finish_lessons(enrolment, ["m2-l1"])
    assert "7 minutes, then it is over" in text_of(client, "/en/courses/t1/delta-test/")
    attempt = take_test(cast.officer, enrolment, "delta-test")
    assert attempt.deadline_at is not None
    assert "You are up to date." in text_of(client, f"/en/tests/{attempt.uuid}/result/")
