"""Answers that come twice, late, from two devices or in another order: what counts, and what is kept all the same."""

import datetime as dt
import hashlib
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments import services
from assessments.answering.notes import notes_in_words
from assessments.models import Attempt, Exam, Item, Response, StrayAnswer
from learning.models import Class
from learning.services import enrol
from tests.assessments.test_taking_a_test import attempt, posted, url
from tests.factories import finish_lessons, make_course, wrong_answer

__all__ = ["attempt"]  # the fixture

PHONE, LAPTOP = "phone-0123456789", "laptop-0123456789"
JSON = {"accept": "application/json"}


def question(attempt: Attempt, type: str = "single") -> Response:
    return attempt.responses.select_related("version__item").get(version__item__type=type)


def post(client, response: Response, choice=None, **more):
    form = posted(client, response, choice) | {"seen": response.edits} | more
    return client.post(url(response), form, headers=JSON)


def now(response: Response) -> Response:
    return Response.objects.select_related("attempt").get(pk=response.pk)


def end(attempt: Attempt, *, seconds_ago: float) -> None:
    """Let the time of an attempt have been over for so long; the grace is a minute."""
    Attempt.objects.filter(pk=attempt.pk).update(
        started_at=timezone.now() - dt.timedelta(hours=1),
        deadline_at=timezone.now() - dt.timedelta(seconds=seconds_ago),
    )


# --- what a saved answer comes back with


def test_an_acknowledgement_names_what_was_stored(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    answer = post(client, response, device=PHONE, sequence=1).json()
    stored = now(response)
    text = json.dumps(
        {"answer": stored.answer, "attempt": str(attempt.uuid), "edits": 1, "position": response.position},
        sort_keys=True,
        separators=(",", ":"),
    )
    assert answer == {
        "receipt": services.receipt_of(stored).code,
        "hash": hashlib.sha256(text.encode()).hexdigest(),
        "saved_at": stored.answered_at.isoformat(),
        "edits": 1,
        "state": "recorded",
    }
    assert (stored.device, stored.sequences) == (PHONE, {PHONE: 1})


def test_saving_an_answer_takes_four_statements(cast, attempt):
    """The session, the person, the question under lock, and the answer: `script/bench answer`."""
    client, response = cast.client(cast.officer), question(attempt)
    form = posted(client, response) | {"device": PHONE, "sequence": 1}
    client.post(url(response), form | {f"q{response.position}": "b"}, headers=JSON)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = client.post(url(response), form | {"sequence": 2}, headers=JSON)
    assert answer.json()["edits"] == 2
    statements = [each["sql"] for each in seen if not re.match("BEGIN|SAVEPOINT|RELEASE", each["sql"])]
    assert len(statements) == 4, statements


def test_a_lost_acknowledgement_is_given_again(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    first = post(client, response, device=PHONE, sequence=1).json()
    assert post(client, response, device=PHONE, sequence=1).json() == first
    assert now(response).edits == 1 and not StrayAnswer.objects.exists()


# --- order


def test_a_device_is_in_order_by_itself_whatever_its_forms_had_seen(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    for sequence, choice in ((1, "b"), (3, "a"), (2, "c")):
        answer = post(client, response, choice, device=PHONE, sequence=sequence, seen=0)
    assert answer.status_code == 409 and answer.json()["state"] == "older"
    assert now(response).answer == ["a"] and now(response).edits == 2
    assert StrayAnswer.objects.get().why == "older"


def test_two_devices_conflict_where_one_did_not_see_the_other_and_nothing_is_lost(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    post(client, response, "a", device=PHONE, sequence=1, seen=0)
    for _again in range(2):
        answer = post(client, response, "b", device=LAPTOP, sequence=1, seen=0)
        assert answer.status_code == 409 and answer.json()["state"] == "conflict"
    stray = StrayAnswer.objects.get()
    assert (stray.answer, stray.device, stray.sequence, stray.why) == (["b"], LAPTOP, 1, "conflict")
    assert now(response).answer == ["a"] and now(response).edits == 1
    assert [note["rule"] for note in now(response).attempt.notes] == ["conflict"]


def test_a_device_that_saw_the_save_of_another_goes_on(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    post(client, response, "a", device=PHONE, sequence=1, seen=0)
    assert post(client, response, "b", device=LAPTOP, sequence=1, seen=1).json()["edits"] == 2
    assert now(response).answer == ["b"] and not StrayAnswer.objects.exists()


def test_an_answer_that_does_not_count_is_shown_and_can_be_taken_instead(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    post(client, response, "a", device=PHONE, sequence=1, seen=0)
    post(client, response, "b", device=LAPTOP, sequence=1, seen=0)
    key = response.version.item.key
    page = client.get(url(response)).content.decode()
    assert f"<q>{key} option b</q>" in page and "Take this one instead" in page
    take = reverse("assessments:take_stray", args=[attempt.uuid, response.position, StrayAnswer.objects.get().pk])
    after = client.post(take, follow=True).content.decode()
    assert now(response).answer == ["b"] and services.receipt_of(now(response)).code in after
    assert f"<q>{key} option b</q>" not in after, "it is what is saved now"


def test_an_answer_of_somebody_else_cannot_be_taken(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    post(client, response, "a", device=PHONE, sequence=1, seen=0)
    post(client, response, "b", device=LAPTOP, sequence=1, seen=0)
    stray = StrayAnswer.objects.get().pk
    for person, place in ((cast.colleague, response.position), (cast.officer, response.position + 1)):
        take = reverse("assessments:take_stray", args=[attempt.uuid, place, stray])
        assert cast.client(person).post(take).status_code == 404
    assert now(response).answer == ["a"]


def test_a_form_without_a_script_whose_answer_does_not_count_is_kept_once(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    old = posted(client, response, "b")
    client.post(url(response), posted(client, response, "a"))
    for _again in range(3):
        assert client.post(url(response), old).status_code == 409
    assert StrayAnswer.objects.get().answer == ["b"]


def test_no_more_is_kept_of_one_question_than_an_officer_can_mean(cast, attempt, monkeypatch):
    monkeypatch.setattr("assessments.services.answers.MOST_STRAYS", 3)
    client, response = cast.client(cast.officer), question(attempt)
    post(client, response, "a", device=PHONE, sequence=1, seen=0)
    for sequence in range(1, 7):
        assert post(client, response, "b", device=LAPTOP, sequence=sequence, seen=0).status_code == 409
    assert StrayAnswer.objects.count() == 3
    assert len(now(response).attempt.notes) == 1


# --- time


def test_time_is_counted_by_our_clock_with_extra_time_and_the_device_decides_nothing(cast, attempt):
    from assessments.models import ExtraTime
    from assessments.rules import TestRules

    start = timezone.now()
    rules = TestRules(minutes=40)
    assert services.deadline_for(attempt.enrolment, TestRules(), start) is None
    assert services.deadline_for(attempt.enrolment, rules, start) == start + dt.timedelta(minutes=40)
    giver = attempt.enrolment.actor
    ExtraTime.objects.create(actor=giver, percent=50, given_by=giver, ended_at=start)
    ExtraTime.objects.create(actor=giver, percent=25, given_by=giver)
    assert services.deadline_for(attempt.enrolment, rules, start) == start + dt.timedelta(minutes=50)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_device_whose_clock_is_an_hour_off_gains_and_loses_nothing(cast, attempt, hours):
    client, response = cast.client(cast.officer), question(attempt)
    end(attempt, seconds_ago=-600)
    said = (timezone.now() + dt.timedelta(hours=hours)).isoformat()
    answer = post(client, response, device=PHONE, sequence=1, chosen_at=said).json()
    assert answer["state"] == "recorded" and 590 < answer["left"] <= 600
    assert abs((now(response).answered_at - timezone.now()).total_seconds()) < 60
    page = client.get(url(response))
    assert 590 < page.context["left"] <= 600 and 'role="timer"' in page.content.decode()


def test_an_answer_within_the_grace_counts_and_the_rule_is_written_down(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    end(attempt, seconds_ago=20)
    assert post(client, response, device=PHONE, sequence=1).json()["state"] == "recorded"
    client.post(reverse("assessments:hand_in", args=[attempt.uuid]))
    done = now(response).attempt
    assert done.closed_by == "officer" and done.right == 1
    found = [(note["rule"], note.get("position")) for note in done.notes]
    assert found == [("grace", response.position), ("grace", None)]
    said = [note.text for note in notes_in_words(done)]
    assert f"Question {response.position} was saved" in said[0] and "It was handed in" in said[1]


def test_an_answer_after_the_grace_is_kept_and_the_test_is_closed_as_it_stood(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    post(client, response, device=PHONE, sequence=1)
    other = attempt.responses.select_related("version__item").exclude(pk=response.pk).first()
    form = posted(client, other)
    end(attempt, seconds_ago=3600)
    answer = client.post(url(other), form | {"device": PHONE, "sequence": 2}, headers=JSON)
    assert answer.status_code == 409 and answer.json()["state"] == "late" and answer.json()["left"] == 0
    assert "The time was over" in answer.json()["error"]
    done = now(response).attempt
    assert done.closed_by == "time" and done.right == 1
    assert done.submitted_at == done.deadline_at + dt.timedelta(seconds=60), "not when somebody came by"
    assert StrayAnswer.objects.get().response == other and now(other).answer is None
    assert {note["rule"] for note in done.notes} == {"late", "closed"}


@pytest.mark.parametrize("name", ["overview", "question", "hand_in"])
def test_whichever_page_is_opened_after_the_time_says_so_and_shows_the_result(cast, attempt, name):
    client = cast.client(cast.officer)
    end(attempt, seconds_ago=61)
    args = [attempt.uuid, 1] if name == "question" else [attempt.uuid]
    page = client.get(reverse(f"assessments:{name}", args=args), follow=True)
    assert page.request["PATH_INFO"].endswith("/result/")
    assert "handed in with what was saved" in page.content.decode()


def test_handing_in_too_late_is_closed_by_the_time_and_says_so(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    post(client, response, device=PHONE, sequence=1)
    end(attempt, seconds_ago=61)
    page = client.post(reverse("assessments:hand_in", args=[attempt.uuid]), follow=True)
    assert "handed in with what was saved" in page.content.decode()
    assert now(response).attempt.closed_by == "time" and now(response).attempt.right == 1


def test_the_clock_of_the_site_closes_what_nobody_opens_again(cast, attempt):
    from assessments.tasks import close_what_is_over

    end(attempt, seconds_ago=59)
    assert close_what_is_over.call() == 0
    end(attempt, seconds_ago=61)
    assert close_what_is_over.call() == 1
    assert close_what_is_over.call() == 0
    attempt.refresh_from_db()
    assert attempt.closed_by == "time" and attempt.right == 0


def test_a_script_can_ask_how_it_stands(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    post(client, response, device=PHONE, sequence=1)
    address = reverse("assessments:overview", args=[attempt.uuid])
    state = client.get(address, headers=JSON).json()
    assert state["closed"] is False and state["left"] is None
    assert state["edits"] == {str(each): int(each == response.position) for each in (1, 2, 3)}
    end(attempt, seconds_ago=61)
    assert client.get(address, headers=JSON).json()["closed"] is True


# --- devices of an exam


@pytest.fixture
def exam(cast, attempt) -> Attempt:
    klass = Class.objects.create(course=attempt.enrolment.course, title="C", starts_on=timezone.localdate())
    found = Exam.objects.create(
        activity=attempt.activity,
        klass=klass,
        title="Exam",
        opens_at=timezone.now(),
        closes_at=timezone.now() + dt.timedelta(hours=3),
        arranged_by=attempt.enrolment.actor,
    )
    Attempt.objects.filter(pk=attempt.pk).update(exam=found)
    attempt.refresh_from_db()
    return attempt


def test_an_exam_is_held_by_one_device_until_the_officer_goes_on_with_another(cast, exam):
    response = question(exam)
    phone, laptop = cast.client(cast.officer), cast.client(cast.officer)
    assert phone.get(url(response)).status_code == 200
    waiting = posted(phone, response, "b") | {"device": PHONE, "sequence": 1}
    elsewhere = laptop.get(url(response))
    assert elsewhere.status_code == 409 and "Go on here" in elsewhere.content.decode()
    assert laptop.get(reverse("assessments:hand_in", args=[exam.uuid])).status_code == 409

    page = laptop.post(reverse("assessments:take_over", args=[exam.uuid]), follow=True)
    assert page.status_code == 200
    assert post(laptop, response, "a", device=LAPTOP, sequence=1).json()["state"] == "recorded"
    answer = phone.post(url(response), waiting, headers=JSON)
    assert answer.status_code == 409 and answer.json()["state"] == "replaced"
    assert "another device" in answer.json()["error"]
    assert now(response).answer == ["a"] and StrayAnswer.objects.get().why == "replaced"
    assert {note["rule"] for note in now(response).attempt.notes} == {"device", "replaced"}
    # handing in is for the device that holds it, too
    refused = phone.post(reverse("assessments:hand_in", args=[exam.uuid]))
    assert refused.status_code == 409 and now(response).attempt.submitted_at is None
    assert laptop.post(reverse("assessments:hand_in", args=[exam.uuid])).status_code == 302


def test_a_test_that_is_no_exam_is_open_on_every_device(cast, attempt):
    response = question(attempt)
    for _device in range(2):
        assert cast.client(cast.officer).get(url(response)).status_code == 200
    assert now(response).attempt.device is None


# --- bad input


def test_a_question_that_is_not_on_the_paper_is_not_found(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    form = posted(client, response)
    for place in (0, 4, 99999):
        address = reverse("assessments:question", args=[attempt.uuid, place])
        answer = client.post(address, form, headers=JSON)
        assert answer.status_code == 404 and answer.json()["state"] == "invalid"
        assert answer.json()["error"] == "There is no such question on this paper."
        page = client.post(address, form)
        assert page.status_code == 404 and "There is no such question on this paper." in page.content.decode()
    assert not Response.objects.filter(answered_at__isnull=False).exists()


def test_the_form_of_another_attempt_is_refused(cast, attempt):
    other = enrol(by=cast.officer, course=make_course("T2").course)
    finish_lessons(other)
    foreign = services.start_attempt(by=cast.officer, enrolment=other, key="final-test", language="en")
    client, response = cast.client(cast.officer), question(attempt)
    form = posted(client, question(foreign)) | {f"q{response.position}": "a"}
    answer = client.post(url(response), form, headers=JSON)
    assert answer.status_code == 403 and answer.json()["state"] == "token"
    assert now(response).answer is None


def test_an_id_of_another_question_is_refused_in_words_and_the_saved_answer_stays(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    post(client, response, "a", device=PHONE, sequence=1)
    answer = post(client, response, "zzz", device=PHONE, sequence=2)
    assert answer.status_code == 422 and answer.json()["state"] == "invalid" and answer.json()["error"]
    assert now(response).answer == ["a"] and not StrayAnswer.objects.exists()
    # its number was not taken: mended, the answer counts
    assert post(client, response, "b", device=PHONE, sequence=2).json()["state"] == "recorded"


@pytest.mark.parametrize("characters", [1_000_000, 3_000_000])
def test_a_million_characters_are_refused_in_words(cast, attempt, characters):
    client, response = cast.client(cast.officer), question(attempt)
    answer = post(client, response, "x" * characters, device=PHONE, sequence=1)
    assert answer.status_code == 422 and answer.json()["state"] == "invalid", "not sent again by itself"
    assert "too long" in answer.json()["error"]
    page = client.post(url(response), posted(client, response, "x" * characters))
    assert page.status_code == 422 and "too long" in page.content.decode()
    assert now(response).answer is None
    assert client.get(url(response)).status_code == 200


@pytest.mark.parametrize(
    "more",
    [
        {"sequence": "-1"},
        {"sequence": "9" * 400},
        {"sequence": "2147483648"},
        {"device": "x" * 400},
        {"device": "<b>"},
        {"chosen_at": "yesterday"},
        {"chosen_at": "2026-13-45T99:00:00Z"},
        {"chosen_at": "0001-01-01T00:00:00+14:00"},
        {"chosen_at": "9999-12-31T23:59:59-12:00"},
        {"language": "xx-klingon-very-long"},
        {"language": "zz"},
    ],
)
def test_nonsense_beside_an_answer_counts_as_not_said(cast, attempt, more):
    client, response = cast.client(cast.officer), question(attempt)
    answer = post(client, response, **({"device": PHONE, "sequence": "1"} | more))
    assert answer.status_code == 200 and now(response).language == "en"
    # the same again as one that does not count, which keeps what the device says
    other = post(client, response, "c", **({"device": LAPTOP, "sequence": "1", "seen": 7} | more))
    assert other.status_code in (200, 409)


def test_a_question_that_is_retired_under_an_open_attempt_is_answered_and_graded(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    Item.objects.filter(pk=response.version.item_id).update(retired_at=timezone.now())
    assert post(client, response, device=PHONE, sequence=1).json()["state"] == "recorded"
    client.post(reverse("assessments:hand_in", args=[attempt.uuid]))
    assert now(response).attempt.right == 1


def test_a_category_that_moves_under_an_open_attempt_changes_nothing(cast, attempt):
    from assessments.models import Category

    client, response = cast.client(cast.officer), question(attempt)
    bank = response.version.item.bank
    first, second = (Category.objects.create(bank=bank, name=name) for name in ("One", "Two"))
    Item.objects.filter(pk=response.version.item_id).update(category=first)
    Category.objects.filter(pk=first.pk).update(parent=second)
    Item.objects.filter(pk=response.version.item_id).update(category=second)
    assert post(client, response, device=PHONE, sequence=1).json()["state"] == "recorded"


def test_instants_are_the_same_in_every_time_zone(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    end(attempt, seconds_ago=-600)
    with timezone.override(dt.timezone(dt.timedelta(hours=14))):
        answer = post(client, response, device=PHONE, sequence=1).json()
    saved = dt.datetime.fromisoformat(answer["saved_at"])
    assert saved.tzinfo is not None and abs((saved - timezone.now()).total_seconds()) < 60
    assert 590 < answer["left"] <= 600


def test_after_handing_in_an_answer_is_kept_and_says_why(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    form = posted(client, response) | {"device": PHONE, "sequence": 1}
    services.submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en")
    for _again in range(2):
        answer = client.post(url(response), form, headers=JSON)
        assert answer.status_code == 409 and "handed in before" in answer.json()["error"]
    assert StrayAnswer.objects.get().why == "late" and now(response).answer is None


def test_the_language_can_change_while_answers_wait_and_each_keeps_its_own(cast, attempt):
    """The page is in another language by the time the queue is sent; the question was shown in English."""
    client, response = cast.client(cast.officer), question(attempt)
    form = posted(client, response) | {"device": PHONE, "sequence": 1}
    address = url(response).replace("/en/", "/id/", 1)
    assert client.post(address, form, headers=JSON).json()["state"] == "recorded"
    assert now(response).language == "en" and now(response).content_id


def test_an_old_form_from_before_the_upgrade_is_still_taken(cast, attempt):
    from django.core import signing

    client, response = cast.client(cast.officer), question(attempt)
    old = signing.dumps([cast.officer.pk, str(attempt.uuid), response.position], salt="suluh.answer")
    form = {key: value for key, value in posted(client, response).items() if key != "language"} | {"token": old}
    assert client.post(url(response), form, headers=JSON).json()["state"] == "recorded"
    other = signing.dumps([cast.officer.pk, str(attempt.uuid), response.position + 1], salt="suluh.answer")
    assert client.post(url(response), form | {"token": other}, headers=JSON).status_code == 403


def test_what_is_wrong_stays_wrong_however_often_it_is_sent(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    for sequence in (1, 2, 3):
        post(client, response, wrong_answer(response.version), device=PHONE, sequence=sequence)
    assert now(response).edits == 1 and now(response).sequences == {PHONE: 3}
