"""What an officer sees of the own handed-in paper: by the policy, after corrections, with appeals and what is left."""

import datetime as dt
from dataclasses import replace

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.selectors.own_data import export_lines
from accounts.services import actor_of
from assessments import seeing, services
from assessments.models import Appeal, Attempt, Correction, Regrade, StrayAnswer
from assessments.rules import Feedback, rules_of
from learning.services import enrol
from tests.factories import finish_lessons, take_test

KEY_WORDS = ("Feedback of F", "option__mark", "is-right")


@pytest.fixture
def enrolment(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    return enrolment


def under(monkeypatch, **rules):
    """All tests of the site under other rules, as if their edition had frozen them."""
    for module in ("levels", "results"):
        monkeypatch.setattr(f"assessments.seeing.{module}.rules_of", lambda node: replace(rules_of(node), **rules))


def page(client, attempt) -> str:
    return client.get(reverse("assessments:result", args=[attempt.uuid])).content.decode()


def test_a_failed_officer_sees_which_were_right_and_what_to_read_again_and_no_key(cast, enrolment):
    attempt = take_test(cast.officer, enrolment, wrong=("F1",))
    shown = page(cast.client(cast.officer), attempt)
    assert "Not passed this time" in shown and "Open the lessons" in shown and "attempts are left" in shown
    assert "Not right" in shown and not any(words in shown for words in KEY_WORDS)


def test_a_passed_officer_sees_what_was_right_and_why(cast, enrolment):
    attempt = take_test(cast.officer, enrolment)
    shown = page(cast.client(cast.officer), attempt)
    assert "Passed" in shown and "Feedback of F" in shown and "Appeal this result" not in shown


def test_nothing_but_the_score_is_shown_while_another_paper_of_the_course_is_open(cast, enrolment):
    attempt = take_test(cast.officer, enrolment, wrong=("F1",))
    services.start_attempt(by=cast.officer, enrolment=enrolment, key="final-test", language="en")
    shown = page(cast.client(cast.officer), attempt)
    assert "while another test of this course is open" in shown and "%" in shown
    assert "Stem of F1" not in shown and "Not right" not in shown and "Open the lessons" not in shown


@pytest.mark.parametrize("policy", [Feedback.NEVER, Feedback.PASSED, Feedback.SUBMITTED])
def test_the_page_says_no_more_than_the_policy(cast, enrolment, monkeypatch, policy):
    under(monkeypatch, feedback=policy)
    attempt = take_test(cast.officer, enrolment, wrong=("F1",))
    shown = page(cast.client(cast.officer), attempt)
    assert ("Feedback of F1" in shown) is (policy == Feedback.SUBMITTED)
    assert ("Stem of F1" in shown) is (policy != Feedback.NEVER)


def test_when_no_attempt_is_left_the_key_is_shown_and_the_page_says_who_can_help(cast, enrolment, monkeypatch):
    under(monkeypatch, attempts=1)
    attempt = take_test(cast.officer, enrolment, wrong=("F1",))
    shown = page(cast.client(cast.officer), attempt)
    assert "No attempt is left" in shown and "Feedback of F1" in shown and "Try again" not in shown


def test_a_pause_says_when_it_ends(cast, enrolment):
    with time_machine.travel(timezone.now() - dt.timedelta(hours=30), tick=False):
        take_test(cast.officer, enrolment, wrong=("F1",))
    attempt = take_test(cast.officer, enrolment, wrong=("F1",))
    shown = seeing.result_of(attempt, "en")
    assert shown.allowance.from_at == attempt.submitted_at + dt.timedelta(hours=24)
    assert "You can begin the next one from" in page(cast.client(cast.officer), attempt)


def test_own_words_of_the_author_stand_in_the_language_of_the_page_or_another(cast, enrolment, monkeypatch):
    under(monkeypatch, failed_words={"en": "Take heart.", "id": "Tetap semangat."})
    attempt = take_test(cast.officer, enrolment, wrong=("F1",))
    assert seeing.result_of(attempt, "id").own_words == ("Tetap semangat.", "id")
    assert seeing.result_of(attempt, "ur").own_words == ("Take heart.", "en")
    assert "Take heart." in page(cast.client(cast.officer), attempt)


def corrected(cast, attempt, key, kind, *keys, right, passed, score=None) -> Correction:
    version = attempt.responses.get(version__item__key=key).version
    correction = Correction.objects.create(
        version=version, kind=kind, keys=list(keys), reason="faulty", decided_by=actor_of(cast.trainer)
    )
    total = attempt.total - (kind == Correction.Kind.DROP)
    Regrade.objects.create(
        attempt=attempt,
        correction=correction,
        right=right,
        total=total,
        score=right if score is None else score,
        points=total,
        passed=passed,
    )
    return correction


def test_after_a_correction_the_page_says_what_the_result_was_and_is(cast, enrolment):
    attempt = take_test(cast.officer, enrolment, wrong=("F1",))
    given = attempt.responses.get(version__item__key="F1").answer
    corrected(cast, attempt, "F1", Correction.Kind.ACCEPT, ["a"], given, right=3, passed=True)
    shown = page(cast.client(cast.officer), attempt)
    assert "Your result was" in shown and "You have passed by it." in shown and "Corrected after the test" in shown
    row = next(row for row in seeing.result_of(attempt, "en").rows if row.view.stem == "Stem of F1")
    assert row.is_right and row.is_corrected and not row.may_be_appealed
    attempt.refresh_from_db()
    assert attempt.passed is False and attempt.right == 2


def test_a_dropped_question_is_named_and_counts_for_nobody(cast, enrolment):
    attempt = take_test(cast.officer, enrolment, wrong=("F1",))
    corrected(cast, attempt, "F1", Correction.Kind.DROP, right=2, passed=True)
    shown = page(cast.client(cast.officer), attempt)
    assert "1 question was faulty and counts for nobody." in shown and "Counts for nobody" in shown
    result = seeing.result_of(attempt, "en")
    assert result.missed == 0 and sum(group.total for group in result.modules) == 2


def test_a_late_answer_is_named_with_its_reason(cast, enrolment):
    attempt = take_test(cast.officer, enrolment)
    StrayAnswer.objects.create(response=attempt.responses.first(), answer=["a"], why=StrayAnswer.Why.LATE)
    assert "Question 1: an answer did not count" in page(cast.client(cast.officer), attempt)


def appeal_url(attempt, key) -> str:
    position = attempt.responses.get(version__item__key=key).position
    return reverse("sittings:appeal", args=[attempt.uuid, position])


def test_a_question_is_appealed_once_and_the_answer_stands_on_the_result(cast, enrolment):
    attempt = take_test(cast.officer, enrolment, wrong=("F1",))
    client, url = cast.client(cast.officer), appeal_url(attempt, "F1")
    assert "Appeal this result" in page(client, attempt)
    assert client.post(url, {"text": ""}).status_code == 422
    assert client.post(url, {"text": "Call me on 0812 3456 7890"}).status_code == 422
    assert not Appeal.objects.exists()
    assert client.post(url, {"text": "Both options follow from the source."}).status_code == 302
    assert client.post(url, {"text": "Again."}).status_code == 302
    appeal = Appeal.objects.get()
    assert appeal.text == "Both options follow from the source."
    assert "Both options follow from the source." in page(client, attempt)
    Appeal.objects.update(
        state=Appeal.State.REFUSED, reply="See L1.", decided_by=actor_of(cast.trainer), decided_at=timezone.now()
    )
    assert "See L1." in page(client, attempt)


def test_what_is_right_or_not_shown_or_not_ones_own_cannot_be_appealed(cast, enrolment, monkeypatch):
    attempt = take_test(cast.officer, enrolment, wrong=("F1",))
    officer, text = cast.client(cast.officer), {"text": "It is right."}
    assert cast.client(cast.colleague).post(appeal_url(attempt, "F1"), text).status_code == 404
    right = attempt.responses.exclude(version__item__key="F1").first()
    assert officer.post(reverse("sittings:appeal", args=[attempt.uuid, right.position]), text).status_code == 302
    under(monkeypatch, feedback=Feedback.NEVER)
    assert officer.post(appeal_url(attempt, "F1"), text).status_code == 404
    assert not Appeal.objects.exists()


def test_the_number_of_statements_does_not_grow_with_the_history(cast, enrolment, django_assert_max_num_queries):
    attempt = take_test(cast.officer, enrolment, wrong=("F1",))
    with django_assert_max_num_queries(30) as captured:
        seeing.result_of(Attempt.objects.get(pk=attempt.pk), "en")
    before = len(captured)
    with time_machine.travel(timezone.now() + dt.timedelta(days=3)):
        again = take_test(cast.officer, enrolment, wrong=("F1",))
        with django_assert_max_num_queries(before):
            seeing.result_of(Attempt.objects.get(pk=again.pk), "en")


def test_the_data_of_the_officer_say_no_more_than_the_page(cast, enrolment, monkeypatch):
    under(monkeypatch, feedback=Feedback.NEVER)
    attempt = take_test(cast.officer, enrolment, wrong=("F1",))
    services.record_attempt(attempt_pk=attempt.pk)
    file = "".join(export_lines(cast.officer)).replace(" ", "")
    assert '"is_right":true' not in file and '"is_right":false' not in file
    # Of each answer nothing, of the test as a whole the result.
    assert file.count('"success":') == 1 and '"passed":false' in file
