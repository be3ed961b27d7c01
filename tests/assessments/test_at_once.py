"""A test that tells after each question: the answer shows what was right, and is final from then on."""

from dataclasses import replace

import pytest
from django.urls import reverse

from assessments import services
from assessments.models import StrayAnswer
from assessments.rules import Feedback, rules_of
from learning.services import enrol
from tests.assessments.test_taking_a_test import posted, url
from tests.factories import finish_lessons, wrong_answer


@pytest.fixture
def attempt(cast, course, monkeypatch):
    for module in ("seeing.levels", "seeing.results", "services.attempts"):
        monkeypatch.setattr(
            f"assessments.{module}.rules_of", lambda node: replace(rules_of(node), feedback=Feedback.AT_ONCE)
        )
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    return services.start_attempt(by=cast.officer, enrolment=enrolment, key="pre-test", language="en")


def test_before_the_answer_nothing_is_told_and_no_script_saves_what_is_only_chosen(cast, attempt):
    shown = cast.client(cast.officer).get(url(attempt.responses.first())).content.decode()
    assert "Feedback of B1" not in shown and "data-position" not in shown and "Then the answer is final." in shown


def test_an_answer_shows_what_was_right_and_cannot_be_changed(cast, attempt):
    response = attempt.responses.select_related("version__item").first()
    client = cast.client(cast.officer)
    wrong, right = wrong_answer(response.version), response.version.answer_key
    changed = posted(client, response, right)
    answer = client.post(url(response), posted(client, response, wrong) | {"go": "stay"}, follow=True)
    assert "Feedback of B1" in answer.content.decode() and "The right answer" in answer.content.decode()
    # By a form that was open before, and by one that claims to have seen the answer.
    for seen in ("0", "1"):
        late = client.post(url(response), changed | {"seen": seen, "go": "stay"}, follow=True)
        assert "its answer is final" in late.content.decode()
    response.refresh_from_db()
    assert response.answer == wrong and response.edits == 1 and not StrayAnswer.objects.exists()


def test_the_same_answer_sent_again_gives_the_same_receipt(cast, attempt):
    response = attempt.responses.select_related("version__item").first()
    save = {
        "by": cast.officer,
        "attempt_uuid": attempt.uuid,
        "position": 1,
        "answer": response.version.answer_key,
        "seen": 0,
        "language": "en",
    }
    first = services.save_answer(**save)
    assert services.save_answer(**save).code == first.code
    with pytest.raises(services.AnswerFinal):
        services.save_answer(**save | {"answer": wrong_answer(response.version), "seen": 1})


def test_while_another_paper_of_the_course_is_open_the_answer_is_final_and_no_key_is_shown(cast, attempt):
    response = attempt.responses.select_related("version__item").first()
    services.start_attempt(by=cast.officer, enrolment=attempt.enrolment, key="final-test", language="en")
    client = cast.client(cast.officer)
    answer = client.post(url(response), posted(client, response) | {"go": "stay"}, follow=True).content.decode()
    assert "while another test of this course is open" in answer and "Feedback of B1" not in answer
    assert "option__mark" not in answer


def test_the_rule_stands_on_the_result(cast, attempt):
    services.submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en")
    shown = cast.client(cast.officer).get(reverse("assessments:result", args=[attempt.uuid])).content.decode()
    assert "so each answer was final" in shown
