"""An officer says that a question was graded wrongly; a trainer answers without knowing whose paper it is."""

import datetime as dt

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from assessments.correcting import reads
from assessments.models import Appeal, Attempt, Correction, CorrectionRun, Response
from assessments.services.appeals import (
    AppealedBefore,
    DecidedBefore,
    NotAppealable,
    OwnAppeal,
    decide_appeal,
    make_appeal,
    tell_of_appeals,
)
from assessments.tasks import sweep_corrections
from learning.services import enrol
from tests.factories import finish_lessons, take_test


def sat(user, course, **more) -> Attempt:
    enrolment = enrol(by=user, course=course.course)
    finish_lessons(enrolment)
    return take_test(user, enrolment, **more)


def wrong_one(attempt: Attempt) -> Response:
    return attempt.responses.get(version__item__key="F1")


@pytest.fixture
def failed(cast, course) -> Attempt:
    return sat(cast.officer, course, wrong=("F1",))


@pytest.fixture
def appeal(cast, failed) -> Appeal:
    return make_appeal(by=cast.officer, response=wrong_one(failed), text="Both answers are in the law.")


def test_an_officer_appeals_a_question_once(cast, failed, appeal):
    assert (appeal.state, appeal.text, appeal.response) == ("open", "Both answers are in the law.", wrong_one(failed))
    entry = AuditEvent.objects.get(action="appeal.made")
    assert entry.member == cast.home and "law" not in str(entry.details)
    with pytest.raises(AppealedBefore):
        make_appeal(by=cast.officer, response=wrong_one(failed), text="Again.")
    assert Appeal.objects.get().text == "Both answers are in the law."


def test_nobody_appeals_for_another(cast, failed):
    for who in (cast.colleague, cast.coordinator, cast.trainer):
        with pytest.raises(Http404):
            make_appeal(by=who, response=wrong_one(failed), text="Wrong.")
    assert not Appeal.objects.exists()


def test_there_is_nothing_to_appeal_where_nothing_was_graded_or_all_was_right(cast, course, failed):
    right = failed.responses.exclude(version__item__key="F1").first()
    still_open = sat(cast.colleague, course, wrong=("F1",), hand_in=False)
    for by, response in ((cast.officer, right), (cast.colleague, wrong_one(still_open))):
        with pytest.raises(NotAppealable):
            make_appeal(by=by, response=response, text="Wrong.")
    assert not Appeal.objects.exists()


@pytest.mark.parametrize(("is_upheld", "state"), [(True, "upheld"), (False, "refused")])
def test_a_trainer_answers_once(cast, appeal, is_upheld, state):
    decide_appeal(by=cast.trainer, appeal=appeal, is_upheld=is_upheld, reply="Because.")
    appeal.refresh_from_db()
    assert (appeal.state, appeal.reply, appeal.decided_by.user) == (state, "Because.", cast.trainer)
    assert AuditEvent.objects.get(action="appeal.decided").details["state"] == state
    with pytest.raises(DecidedBefore):
        decide_appeal(by=cast.trainer, appeal=appeal, is_upheld=not is_upheld, reply="No.")
    appeal.refresh_from_db()
    assert (appeal.state, appeal.reply) == (state, "Because.")
    assert not Correction.objects.exists()


def test_whoever_hears_no_appeals_answers_none(cast, appeal):
    for who in (cast.officer, cast.coordinator, cast.rso, cast.admin):
        assert not reads.appeals_heard_by(who).exists()
        with pytest.raises((Http404, PermissionDenied)):
            decide_appeal(by=who, appeal=appeal, is_upheld=True, reply="Yes.")
    appeal.refresh_from_db()
    assert appeal.state == Appeal.State.OPEN and not AuditEvent.objects.filter(action="appeal.decided").exists()


def test_nobody_decides_about_the_own_paper(cast, course):
    attempt = sat(cast.trainer, course, wrong=("F1",))
    own = make_appeal(by=cast.trainer, response=wrong_one(attempt), text="Mine.")
    with pytest.raises(OwnAppeal):
        decide_appeal(by=cast.trainer, appeal=own, is_upheld=True, reply="Yes.")
    own.refresh_from_db()
    assert own.state == Appeal.State.OPEN
    page = cast.client(cast.trainer).get(reverse("corrections:appeal", args=[own.uuid]))
    assert b"Another trainer answers it" in page.content


def test_a_trainer_reads_the_question_the_answer_and_the_words_and_no_name(cast, appeal):
    client = cast.client(cast.trainer)
    queue = client.get(reverse("corrections:appeals"))
    assert b"Stem of F1" in queue.content and b"Both answers are in the law." in queue.content
    page = client.get(reverse("corrections:appeal", args=[appeal.uuid]))
    assert b"F1 option b" in page.content and b"F1 option a" in page.content
    for hidden in (
        b"Officer Example",
        cast.officer.learner_code.encode(),
        cast.officer.username.encode() + b"<",
        b"Police",
    ):
        assert hidden not in queue.content and hidden not in page.content


def test_an_upheld_appeal_leads_to_a_correction_that_is_filled_in(cast, appeal):
    client = cast.client(cast.trainer)
    address = reverse("corrections:appeal", args=[appeal.uuid])
    answered = client.post(address, {"decision": "upheld", "reply": "You are right."})
    assert answered.url == address
    onward = reverse("corrections:new", args=[appeal.response.version.item.uuid, 1]) + f"?appeal={appeal.uuid}"
    assert onward.encode() in client.get(address).content
    form = client.get(onward).context["form"]
    assert form["kind"].value() == "accept" and form["reason"].value() == "You are right."
    sent = {"kind": "accept", "given": form["given"].value(), "reason": "You are right."}
    client.post(onward, sent)
    run = CorrectionRun.objects.get()
    assert (run.appeal, run.keys, run.figures["passes"]) == (appeal, [["a"], ["b"]], 1)


def test_a_refused_appeal_leads_back_to_the_queue(cast, appeal):
    client = cast.client(cast.trainer)
    sent = {"decision": "refused", "reply": "The law says one."}
    answered = client.post(reverse("corrections:appeal", args=[appeal.uuid]), sent)
    assert answered.url == reverse("corrections:appeals")
    assert client.get(answered.url).context["rows"] == []
    assert [row[0] for row in client.get(answered.url, {"show": "answered"}).context["rows"]] == [appeal]


@pytest.mark.parametrize(
    "data", [{}, {"decision": "upheld"}, {"reply": "Yes."}, {"decision": "maybe", "reply": "Yes."}]
)
def test_half_an_answer_is_shown_again_and_changes_nothing(cast, appeal, data):
    page = cast.client(cast.trainer).post(reverse("corrections:appeal", args=[appeal.uuid]), data)
    assert page.status_code == 422
    appeal.refresh_from_db()
    assert appeal.state == Appeal.State.OPEN


def test_the_officer_gets_one_letter_in_the_own_language_that_tells_nothing_of_the_answer(cast, appeal):
    cast.officer.email, cast.officer.language = "officer@example.org", "id"
    cast.officer.save()
    assert tell_of_appeals(appeals=[appeal.pk]) == 0  # not answered yet
    decide_appeal(by=cast.trainer, appeal=appeal, is_upheld=True, reply="You are right.")
    assert tell_of_appeals(appeals=[appeal.pk]) == 1
    assert tell_of_appeals(appeals=[appeal.pk]) == 0
    [letter] = mail.outbox
    assert letter.to == ["officer@example.org"] and "You are right" not in letter.body
    assert f"/id/tests/{appeal.response.attempt.uuid}/result/" in letter.body


def test_whoever_has_no_address_gets_no_letter_and_the_sweep_tells_what_the_queue_lost(cast, appeal):
    decide_appeal(by=cast.trainer, appeal=appeal, is_upheld=False, reply="No.")
    sweep_corrections.call()
    appeal.refresh_from_db()
    assert appeal.told_at is not None and mail.outbox == []
    Appeal.objects.update(told_at=None, decided_at=timezone.now() - dt.timedelta(days=3))
    sweep_corrections.call()
    appeal.refresh_from_db()
    assert appeal.told_at is None
