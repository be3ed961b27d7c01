"""Officers who want to pass without learning, malicious authors, and strangers: what they try, and what comes of it."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from assessments import services, tasks
from assessments.exams.sittings import is_closed_for_all
from assessments.models import Appeal, Attempt, Item, ItemVersion, RecordDue, StrayAnswer
from assessments.services import answers, bank, submitting
from courses.pages.services import publish_course
from learning.services import enrol
from tests import factories
from tests.assessments import test_exams as exams
from tests.assessments.sitting import ready
from tests.assessments.test_results import under
from tests.assessments.test_saving import JSON, LAPTOP, PHONE, end, now, post, question
from tests.assessments.test_taking_a_test import attempt, posted, url
from tests.cast import sign_in
from tests.factories import ITEMS, finish_lessons, make_course, take_test, with_all_types, wrong_answer

__all__ = ["attempt", "enrolment", "klass"]  # fixtures
klass, enrolment = exams.klass, exams.enrolment

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7 }}{% now 'Y' %}"


# --- addresses


@pytest.mark.parametrize("number", [0, 10**9, 10**18, 10**40], ids=["none", "int", "bigint", "more"])
def test_a_number_that_no_table_can_hold_is_not_found(cast, attempt, number):
    client, paper = cast.client(cast.officer), attempt.uuid
    for name, numbers in (("question", [number]), ("report", [number])):
        assert client.get(reverse(f"assessments:{name}", args=[paper, *numbers])).status_code == 404
        answer = client.post(reverse(f"assessments:{name}", args=[paper, *numbers]), headers=JSON)
        assert answer.status_code == 404
    for numbers in ([1, number], [number, 1]):
        assert client.post(reverse("assessments:take_stray", args=[paper, *numbers])).status_code == 404
    assert client.get(reverse("sittings:appeal", args=[paper, number])).status_code == 404
    assert client.get(reverse("courses:as_it_was", args=["t1", number, number, "en", "final-test"])).status_code == 404
    item = Item.objects.first()
    address = reverse("corrections:new", args=[item.uuid, number])
    assert cast.client(cast.trainer).get(address).status_code == 404
    stranger = Client().post(reverse("assessments:question", args=[paper, number]), {"token": "x"}, headers=JSON)
    assert stranger.status_code == 401
    assert not StrayAnswer.objects.exists()


def test_pages_and_answers_of_a_test_are_kept_by_no_cache_and_are_never_unchanged(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    for answer in (
        client.get(url(response)),
        client.get(reverse("assessments:overview", args=[attempt.uuid]), headers=JSON),
        post(client, response),
        client.get(reverse("assessments:hand_in", args=[attempt.uuid])),
    ):
        assert "no-store" in answer["Cache-Control"] and "ETag" not in answer and "Last-Modified" not in answer
    assert client.put(url(response)).status_code == client.delete(url(response)).status_code == 405


# --- answers


def test_a_device_with_a_new_number_for_every_answer_fills_nothing(cast, attempt, monkeypatch):
    monkeypatch.setattr(answers, "MOST_DEVICES", 3)
    client, response = cast.client(cast.officer), question(attempt)
    form = posted(client, response) | {"language": "en"}
    for number in range(6):
        choice = {f"q{response.position}": ["a", "b"][number % 2]}
        more = {"device": f"device-{number:08}", "sequence": 1, "seen": number}
        assert client.post(url(response), form | choice | more, headers=JSON).json()["state"] == "recorded"
    kept = now(response)
    assert kept.answer == ["b"] and kept.edits == 6 and len(kept.sequences) == 3
    # A further device is a window without a script: it replaces what it had seen, and nothing else.
    blind = form | {f"q{response.position}": "a", "device": LAPTOP, "sequence": 9, "seen": 2}
    assert client.post(url(response), blind, headers=JSON).json()["state"] == "conflict"
    # One that is known goes on as it was.
    known = form | {f"q{response.position}": "a", "device": "device-00000001", "sequence": 0, "seen": 6}
    assert client.post(url(response), known, headers=JSON).json()["state"] == "recorded"


def test_the_token_of_one_attempt_is_good_for_no_other_and_for_nobody_else(cast, attempt):
    response = question(attempt)
    form = posted(cast.client(cast.officer), response)
    other = services.start_attempt(
        by=cast.colleague, enrolment=ready(cast.colleague, attempt.enrolment.course), key="final-test", language="en"
    )
    foreign = other.responses.get(position=1)
    mine = cast.client(cast.colleague)
    assert mine.post(url(foreign), form, headers=JSON).status_code == 403
    assert mine.post(url(response), form, headers=JSON).status_code in (403, 404)
    own = posted(mine, foreign)
    assert mine.post(url(response), own, headers=JSON).status_code in (403, 404)
    assert not any(each.answered_at for each in (now(response), now(foreign)))


def test_what_a_stranger_posts_with_the_form_of_another_is_saved_for_nobody(cast, attempt):
    """A form that was left open on a shared computer: the next person signs in, and the answer is not theirs."""
    response = question(attempt)
    form = posted(cast.client(cast.officer), response)
    stranger = Client()
    assert stranger.post(url(response), form, headers=JSON).status_code == 401
    sign_in(stranger, cast.colleague)
    assert stranger.get(reverse("assessments:overview", args=[attempt.uuid])).status_code == 404
    assert stranger.get(url(response)).status_code == 404
    assert now(response).answered_at is None


def test_after_the_end_an_answer_changes_nothing_however_it_comes(cast, attempt):
    client, response = cast.client(cast.officer), question(attempt)
    form = posted(client, response, "b") | {"device": PHONE, "sequence": 1}
    post(client, response, "c", device=LAPTOP, sequence=1)
    StrayAnswer.objects.create(response=response, answer=response.version.answer_key, why="conflict")
    end(attempt, seconds_ago=61)
    stray = StrayAnswer.objects.get()
    place = [attempt.uuid, response.position, stray.pk]
    clock = {"chosen_at": (timezone.now() - dt.timedelta(hours=1)).isoformat()}
    assert client.post(url(response), form | clock, headers=JSON).json()["state"] == "late"
    client.post(reverse("assessments:take_stray", args=place))
    client.post(reverse("assessments:hand_in", args=[attempt.uuid]))
    assert client.post(url(response), form | clock | {"sequence": 2}, headers=JSON).json()["state"] == "late"
    kept = now(response)
    assert kept.answer == ["c"] and kept.edits == 1 and kept.attempt.closed_by == Attempt.ClosedBy.TIME


# --- exams


def test_what_was_begun_in_the_room_is_not_gone_on_with_outside_it(cast, klass, enrolment):
    """Somebody at home with the officer's password takes the paper over."""
    exam = exams.arrange(cast.trainer, klass, networks=["192.0.2.0/24"])
    inside, outside = {"REMOTE_ADDR": "192.0.2.9"}, {"REMOTE_ADDR": "198.51.100.7"}
    room, home = cast.client(cast.officer), cast.client(cast.officer)
    exams.press_start(room, exams.code_for(cast, exam, enrolment), **inside)
    attempt = Attempt.objects.get()
    held = attempt.device
    response = attempt.responses.get(position=1)
    assert room.get(url(response), **inside).status_code == 200
    for client, name in ((home, "overview"), (home, "hand_in"), (home, "take_over")):
        address = reverse(f"assessments:{name}", args=[attempt.uuid])
        answer = client.post(address, **outside) if name == "take_over" else client.get(address, **outside)
        assert answer.status_code == 409
    assert "only at the place of the exam" in answer.content.decode() and "192.0.2" not in answer.content.decode()
    forged = home.post(address, headers={"x-forwarded-for": "192.0.2.9"}, **outside)
    attempt.refresh_from_db()
    assert forged.status_code == 409 and attempt.device == held
    # Another computer of the room, and after the trainer allowed it any other.
    assert home.post(address, **inside).status_code == 302
    services.change_exam(by=cast.trainer, exam=exam, networks=[])
    assert room.post(address, **outside).status_code == 302


def test_behind_a_proxy_the_address_is_what_the_proxy_saw(cast, klass, enrolment, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    exam = exams.arrange(cast.trainer, klass, networks=["192.0.2.0/24"])
    code = exams.code_for(cast, exam, enrolment)
    forged = {"x-forwarded-for": "192.0.2.9, 198.51.100.7"}
    assert "only at the place" in exams.press_start(cast.client(cast.officer), code, headers=forged)
    assert not Attempt.objects.exists()
    exams.press_start(cast.client(cast.officer), code, headers={"x-forwarded-for": "198.51.100.7, 192.0.2.9"})
    assert Attempt.objects.get().exam == exam


def test_an_exam_that_has_closed_is_not_opened_anew(cast, klass, enrolment):
    """What was right may have been shown since, and a ticket that was not used would still be good."""
    exam = exams.arrange(cast.trainer, klass)
    attempt = exams.start(enrolment, exams.code_for(cast, exam, enrolment))
    services.submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en")
    with time_machine.travel(exam.closes_at + dt.timedelta(minutes=5)):
        assert is_closed_for_all(attempt)
        with pytest.raises(services.ExamBegun):
            services.change_exam(by=cast.trainer, exam=exam, closes_at=exam.closes_at + exams.HOUR)
        services.change_exam(by=cast.trainer, exam=exam, title="Another title")
    exam.refresh_from_db()
    assert exam.title == "Another title" and exam.closes_at < timezone.now() + exams.HOUR
    assert AuditEvent.objects.filter(action="exam.changed").count() == 1


def test_nobody_gives_a_ticket_time_or_another_attempt_to_oneself(cast, klass, enrolment):
    client = cast.client(cast.coordinator)
    own = ready(cast.coordinator, klass.course)
    activity = exams.final(klass).uuid
    assert client.get(reverse("exams:extra_time", args=[cast.coordinator.uuid])).status_code == 404
    assert client.post(reverse("exams:extra_time", args=[cast.coordinator.uuid]), {"percent": 200}).status_code == 404
    assert client.post(reverse("exams:reopen", args=[own.uuid, activity]), {"reason": "Me"}).status_code == 404
    exam = exams.arrange(cast.trainer, klass)
    assert client.post(reverse("exams:tickets", args=[exam.uuid])).status_code == 403
    officer = cast.client(cast.officer)
    for address in (
        reverse("exams:tickets", args=[exam.uuid]),
        reverse("exams:replace", args=[exam.uuid, enrolment.uuid]),
        reverse("exams:reopen", args=[enrolment.uuid, activity]),
        reverse("exams:extra_time", args=[cast.officer.uuid]),
    ):
        assert officer.post(address, {"reason": "Me", "percent": 50}).status_code == 403
    assert not exam.tickets.exists() and not enrolment.reopenings.exists()


# --- what is shown


def test_words_of_authors_and_officers_are_words_on_every_page(cast, monkeypatch):
    usual = factories.words_for

    def words_for(type, structure, key, language=""):
        text = usual(type, structure, key, language)
        return {part: _evil(words) for part, words in text.items()}

    monkeypatch.setattr(factories, "words_for", words_for)
    small = make_course("T1", final_draw=4 + len(ITEMS), publish=False)
    with_all_types(small.course)
    publish_course(by=None, page=small.page)
    under(monkeypatch, feedback="submitted")
    enrolment = enrol(by=cast.officer, course=small.course)
    finish_lessons(enrolment)
    attempt = services.start_attempt(by=cast.officer, enrolment=enrolment, key="final-test", language="en")
    client, pages = cast.client(cast.officer), []
    for response in attempt.responses.select_related("version__item"):
        pages.append(client.get(url(response)))
        answer = EVIL if response.version.item.type in ("shorttext", "essay") else wrong_answer(response.version)
        services.save_answer(
            by=cast.officer,
            attempt_uuid=attempt.uuid,
            position=response.position,
            answer=answer,
            seen=0,
            language="en",
        )
        pages.append(client.get(url(response)))
    pages.append(client.post(reverse("assessments:hand_in", args=[attempt.uuid]), follow=True))
    wrong = attempt.responses.filter(is_right=False).first()
    pages.append(client.get(reverse("sittings:appeal", args=[attempt.uuid, wrong.position])))
    appeal = Appeal.objects.create(response=wrong, text=EVIL)
    pages.append(client.get(reverse("assessments:result", args=[attempt.uuid])))
    trainer = cast.client(cast.trainer)
    pages += [
        trainer.get(reverse("corrections:appeals")),
        trainer.get(reverse("corrections:appeal", args=[appeal.uuid])),
    ]
    for response in attempt.responses.select_related("version__item"):
        version = response.version
        pages.append(trainer.get(reverse("corrections:new", args=[version.item.uuid, version.number])))
        pages.append(trainer.get(reverse("bank:question", args=["t1", version.item.uuid])))
        pages.append(trainer.get(reverse("bank:edit", args=["t1", version.item.uuid])))
    for page in pages:
        text = page.content.decode()
        assert page.status_code == 200 and "&lt;script&gt;alert(1)" in text, page.request["PATH_INFO"]
        assert "<script>alert" not in text and "<img src=x" not in text, page.request["PATH_INFO"]


def _evil(words):
    return {name: _evil(each) for name, each in words.items()} if isinstance(words, dict) else f"{words} {EVIL}"


def test_neither_a_feedback_nor_a_key_comes_by_the_text_of_a_test_as_it_was(cast, attempt):
    for user in (cast.officer, cast.colleague, cast.trainer):
        page = cast.client(user).get(reverse("courses:as_it_was", args=["t1", 1, 1, "en", "final-test"]))
        assert page.status_code == (200 if user == cast.trainer else 404)
        assert "Feedback of" not in page.content.decode()
    hidden = cast.client(cast.officer)
    for response in attempt.responses.all():
        assert hidden.get(reverse("courses:shown", args=[response.content_id])).status_code == 404


# --- the work of the site


@pytest.mark.logs_errors
def test_one_paper_that_cannot_be_closed_or_recorded_holds_up_no_other(cast, course, attempt, monkeypatch):
    other = services.start_attempt(
        by=cast.colleague, enrolment=ready(cast.colleague, course.course), key="final-test", language="en"
    )
    grade = submitting.grade

    def fails(paper, pass_mark):
        if not Attempt.objects.filter(submitted_at__isnull=False).exists() and not refused:
            refused.append(True)
            raise ArithmeticError
        return grade(paper, pass_mark)

    refused: list[bool] = []
    for each in (attempt, other):
        end(each, seconds_ago=120)
    monkeypatch.setattr(submitting, "grade", fails)
    assert tasks.close_what_is_over.call() == 1 and Attempt.objects.filter(submitted_at=None).count() == 1
    assert tasks.close_what_is_over.call() == 1

    build = services.recording._entries

    def breaks(of, responses):
        if of.pk == attempt.pk:
            raise ArithmeticError
        return build(of, responses)

    monkeypatch.setattr(services.recording, "_entries", breaks)
    assert tasks.record_what_is_due.call() == 1
    assert [each.attempt_id for each in RecordDue.objects.all()] == [attempt.pk]


def test_a_question_is_written_whole_or_not_at_all(course, monkeypatch):
    def fails(contents):
        raise OSError

    picture = factories.small_picture()
    monkeypatch.setattr(bank, "freeze", fails)
    with pytest.raises(OSError):
        bank.save_item(
            bank=bank.bank_of(course.course),
            key="NEW",
            type="single",
            pool="test",
            structure={"options": ["a", "b"], "picture": picture},
            answer_key=["a"],
            must_be_right=False,
            module="m1",
        )
    assert not Item.objects.filter(key="NEW").exists() and not ItemVersion.objects.filter(item__key="NEW").exists()


def test_an_officer_who_used_up_all_attempts_does_not_begin_anew_by_enrolling_again(cast, course):
    enrolment = ready(cast.officer, course.course)
    exams.fail(enrolment, 3)
    assert enrol(by=cast.officer, course=course.course) == enrolment
    with pytest.raises(services.NoAttemptsLeft):
        take_test(cast.officer, enrolment)
