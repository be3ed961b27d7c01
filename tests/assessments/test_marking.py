"""Essays: the result waits for what people mark, nobody reads a name, and marks are released together."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.permissions import Refused
from accounts.roles import Role
from accounts.services import post_person
from assessments.marking.queue import TAKEN_FOR, queues, time_of_a_mark
from assessments.models import Attempt, Essay, EssayScore, Mark, MarkRelease, RecordDue, Regrade
from assessments.rules import TestRules
from assessments.selectors import effective
from assessments.services import AwaitsMarks, record_attempt, start_attempt, submit_attempt
from assessments.services.corrections import correct_item
from assessments.services.marking import (
    MOST_RELEASED,
    NoReason,
    NotByTheRubric,
    NothingToRelease,
    NotReleased,
    NotYours,
    give_back_essay,
    mark_anew,
    release_marks,
    save_mark,
    take_essay,
)
from certificates.models import Award
from learning import statements
from learning.models import CourseProgress
from tests.assessments.marking import another_trainer, essay_course, final_test, handed_in, mark, take
from tests.assessments.sitting import ready, set_rules
from tests.cast import make_person, sign_in
from xapi.models import Statement


@pytest.fixture
def taught(cast):
    return essay_course()


@pytest.fixture
def attempt(cast, taught) -> Attempt:
    return handed_in(cast.officer, taught)


def release(cast, course) -> MarkRelease:
    return release_marks(by=cast.trainer, activity=final_test(course), language="en")


def results_of(attempt: Attempt) -> list[str]:
    rows = Statement.objects.filter(actor=attempt.enrolment.actor, object_id=attempt.activity.iri).order_by("pk")
    return [each.verb for each in rows]


# --- the result waits


def test_whoever_waits_for_a_marker_has_neither_passed_nor_failed(attempt, taught, cast):
    now = effective(attempt)
    assert (attempt.passed, now.is_waiting, attempt.right, attempt.total) == (None, True, 4, 4)
    assert results_of(attempt) == [], "there is no result in the record"
    assert not CourseProgress.objects.filter(enrolment=attempt.enrolment, completed_at__isnull=False).exists()
    with pytest.raises(AwaitsMarks):
        start_attempt(by=cast.officer, enrolment=attempt.enrolment, key="final-test", language="en")
    assert Attempt.objects.filter(enrolment=attempt.enrolment).count() == 1


def test_the_result_page_says_so_and_shows_no_reasons(client, cast, attempt):
    sign_in(client, cast.officer)
    page = client.get(reverse("assessments:result", args=[attempt.uuid])).content.decode()
    assert "A person marks your test" in page and "Not marked yet" in page
    assert "Try again" not in page and "result__score" not in page
    assert "The right answers are shown once you have passed" in page


def test_marks_that_are_released_pass_and_certify(attempt, taught, cast):
    mark(cast.trainer, taught, 3, 5, comment="Well seen.")
    assert effective(attempt).is_waiting, "a mark alone changes nothing"
    released = release(cast, taught)
    now = effective(attempt)
    assert (now.passed, now.percent, now.is_marked, now.is_waiting) == (True, 88, True, False)
    assert record_attempt(attempt_pk=attempt.pk) and results_of(attempt) == [statements.PASSED]
    assert Award.objects.filter(enrolment=attempt.enrolment).count() == 1
    assert not record_attempt(attempt_pk=attempt.pk), "once"
    assert (released.papers, Essay.objects.get().state) == (1, "released")
    assert AuditEvent.objects.filter(action="essays.released").count() == 1


def test_marks_that_are_too_low_fail_and_the_next_attempt_may_begin(attempt, taught, cast):
    mark(cast.trainer, taught, 0, 3)
    release(cast, taught)
    record_attempt(attempt_pk=attempt.pk)
    assert effective(attempt).passed is False and results_of(attempt) == [statements.FAILED]
    start_attempt(by=cast.officer, enrolment=attempt.enrolment, key="final-test", language="en")


def test_an_attempt_that_was_handed_in_is_never_changed_by_marks(attempt, taught, cast):
    before = Attempt.objects.filter(pk=attempt.pk).values().get()
    answers = list(attempt.responses.values())
    mark(cast.trainer, taught)
    release(cast, taught)
    assert Attempt.objects.filter(pk=attempt.pk).values().get() == before
    assert list(attempt.responses.values()) == answers


def test_an_essay_that_was_left_empty_counts_nothing_and_waits_for_nobody(cast, taught):

    attempt = start_attempt(
        by=cast.officer, enrolment=ready(cast.officer, taught.course), key="final-test", language="en"
    )
    closed = submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en")
    assert closed.passed is False and closed.total == 5 and not Essay.objects.exists()


def test_release_and_hand_in_that_are_both_due_are_recorded_once_each(attempt, taught, cast):
    """The marker was quicker than the task that records what was handed in."""
    RecordDue.objects.update_or_create(attempt=attempt, defaults={"release": None})
    mark(cast.trainer, taught)
    release(cast, taught)
    record_attempt(attempt_pk=attempt.pk)
    assert results_of(attempt) == [statements.PASSED]


# --- the queue


def test_a_marker_reads_no_name_no_member_and_no_other_mark(client, cast, attempt, taught, monkeypatch):
    set_rules(monkeypatch, "final-test", markers=2)
    mark(another_trainer("earlier"), taught, 1, 2, comment="A remark of the first.")
    sign_in(client, cast.trainer)
    client.post(reverse("marking:take", args=[final_test(taught).uuid, "en"]))
    own = Mark.objects.get(marker__user=cast.trainer)
    page = client.get(reverse("marking:essay", args=[own.uuid])).content.decode()
    assert "Some words." in page and "Names the three elements" in page
    hidden = (cast.officer.full_name, str(attempt.uuid), "Indonesia", "A remark", "earlier")
    main = page[page.index("<main") : page.index("</main")]
    assert [each for each in hidden if each in main] == []


def test_nobody_marks_an_essay_of_ones_own(cast, taught):
    learner = make_person("both", Role.TRAINER)
    post_person(by=None, user=learner, role=Role.OFFICER, member=cast.home)
    handed_in(learner, taught)
    assert take(learner, taught) is None and queues(learner) == []
    assert take(cast.trainer, taught) is not None


def test_what_somebody_has_taken_is_given_to_nobody_else_for_an_hour(cast, taught, attempt):
    first, second = take(cast.trainer, taught), another_trainer("second")
    assert first is not None and take(second, taught) is None
    assert take(cast.trainer, taught) == first, "whoever took it gets it again"
    with time_machine.travel(timezone.now() + TAKEN_FOR + dt.timedelta(seconds=1), tick=False):
        taken = take(second, taught)
        assert taken is not None and taken.essay == first.essay
        save_mark(by=second, mark=taken, given={"r1": 4, "r2": 6})
        with pytest.raises(NotYours):
            save_mark(by=cast.trainer, mark=first, given={"r1": 0, "r2": 0})
    assert Essay.objects.get().state == "agreed"


def test_an_essay_that_is_given_back_goes_to_the_next_marker(cast, taught, attempt):
    own = take(cast.trainer, taught)
    give_back_essay(by=cast.trainer, mark=own)
    assert take(another_trainer("second"), taught) is not None
    assert not Mark.objects.filter(pk=own.pk).exists()


def test_two_markers_and_a_third_where_they_are_apart(cast, taught, attempt, monkeypatch):
    set_rules(monkeypatch, "final-test", markers=2, marks_apart=20)
    assert mark(cast.trainer, taught, 4, 6).state == "waiting"
    assert take(cast.trainer, taught) is None, "nobody marks an essay twice"
    assert mark(another_trainer("second"), taught, 0, 2).state == "apart"
    with pytest.raises(NothingToRelease):
        release(cast, taught)
    assert mark(another_trainer("third"), taught, 2, 3).state == "agreed"
    release(cast, taught)
    assert EssayScore.objects.get().given == {"r1": "2.0000", "r2": "3.0000"}
    assert effective(attempt).passed is False


def test_the_mean_of_two_marks_counts_in_halves(cast, taught, attempt, monkeypatch):
    set_rules(monkeypatch, "final-test", markers=2)
    mark(cast.trainer, taught, 4, 6)
    mark(another_trainer("second"), taught, 3, 6)
    release(cast, taught)
    assert EssayScore.objects.get().given == {"r1": "3.5000", "r2": "6.0000"}
    assert effective(attempt).percent == 97


def test_the_queue_says_how_much_work_is_left(cast, taught, attempt, monkeypatch):
    set_rules(monkeypatch, "final-test", markers=2)
    (queue,) = queues(cast.trainer)
    assert (queue.language, queue.waiting, queue.left, queue.is_measured) == ("en", 1, 2, False)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        own = take(cast.trainer, taught)
        clock.shift(dt.timedelta(minutes=6))
        save_mark(by=cast.trainer, mark=own, given={"r1": 4, "r2": 6})
        (queue,) = queues(cast.trainer)
    assert (queue.left, queue.minutes_left, queue.is_measured) == (1, 6, True)


def test_marks_that_took_no_time_are_no_measure(cast, taught, attempt):
    with time_machine.travel(timezone.now(), tick=False):
        mark(cast.trainer, taught)
        assert time_of_a_mark()[1] is False


# --- marks


def test_a_mark_can_be_changed_until_it_is_released(cast, taught, attempt):
    mark(cast.trainer, taught, 0, 0)
    own = Mark.objects.get()
    assert save_mark(by=cast.trainer, mark=own, given={"r1": 4, "r2": 6}).state == "agreed"
    release(cast, taught)
    with pytest.raises(NotYours):
        save_mark(by=cast.trainer, mark=own, given={"r1": 1, "r2": 1})
    assert Mark.objects.get().given == {"r1": 4, "r2": 6} and effective(attempt).passed


@pytest.mark.parametrize("given", [{}, {"r1": 4}, {"r1": 5, "r2": 0}, {"r1": -1, "r2": 0}])
def test_a_mark_that_misses_a_criterion_or_gives_too_much_is_refused(cast, taught, attempt, given):
    own = take(cast.trainer, taught)
    with pytest.raises(NotByTheRubric):
        save_mark(by=cast.trainer, mark=own, given=given)
    assert Mark.objects.get().marked_at is None and Essay.objects.get().state == "waiting"


def test_another_marker_cannot_save_ones_mark(cast, taught, attempt):
    own = take(cast.trainer, taught)
    with pytest.raises(NotYours):
        save_mark(by=another_trainer("second"), mark=own, given={"r1": 4, "r2": 6})
    assert Mark.objects.get().given == {}


def test_officers_coordinators_and_authors_mark_and_release_nothing(cast, taught, attempt):
    own, essay, activity = take(cast.trainer, taught), Essay.objects.get(), final_test(taught)
    before = Mark.objects.values().get()
    for by in (cast.officer, cast.coordinator, make_person("writer", Role.AUTHOR), cast.rso):
        for service in (
            lambda by: take_essay(by=by, activity=activity, language="en"),
            lambda by: give_back_essay(by=by, mark=own),
            lambda by: save_mark(by=by, mark=own, given={"r1": 4, "r2": 6}),
            lambda by: release_marks(by=by, activity=activity, language="en"),
            lambda by: mark_anew(by=by, essay_uuid=essay.uuid, reason="Why not."),
        ):
            with pytest.raises(Refused):
                service(by)
        assert queues(by) == []
    assert Mark.objects.values().get() == before and not MarkRelease.objects.exists()


# --- released together


def test_a_paper_with_an_essay_that_nobody_marked_is_left_for_the_next_release(cast):
    course = essay_course("E1", "E2")
    first = handed_in(cast.officer, course)
    second = handed_in(make_person("elsewhere", Role.OFFICER, cast.away), course)
    for _each in range(3):
        mark(cast.trainer, course)
    assert release(cast, course).papers == 1
    assert [effective(each).is_waiting for each in (first, second)] == [False, True]
    with pytest.raises(NothingToRelease):
        release(cast, course)
    mark(cast.trainer, course)
    assert release(cast, course).papers == 1 and effective(second).passed


def test_the_statements_of_a_release_do_not_grow_with_its_papers(
    cast, taught, django_assert_max_num_queries, django_assert_num_queries
):
    handed_in(cast.officer, taught)
    mark(cast.trainer, taught)
    with django_assert_max_num_queries(40) as captured:
        release(cast, taught)
    for name in ("one", "two", "three"):
        handed_in(make_person(name, Role.OFFICER, cast.home), taught)
        mark(cast.trainer, taught)
    with django_assert_num_queries(len(captured)):
        assert release(cast, taught).papers == 3
    assert MOST_RELEASED > 3


# --- a correction during a marking round


def test_an_essay_question_that_is_dropped_leaves_the_queue_and_the_rest_decides(cast, taught, attempt):
    take(cast.trainer, taught)
    version = Essay.objects.get().response.version
    correct_item(by=cast.trainer, version=version, kind="drop", keys=[], reason="It asked for the impossible.")
    assert effective(attempt).passed is True and queues(cast.trainer) == []
    assert take(cast.trainer, taught) is None
    with pytest.raises(NothingToRelease):
        release(cast, taught)


def test_an_essay_question_that_was_dropped_is_brought_back_and_waits_or_counts_as_it_was_marked(cast, taught, attempt):
    version = Essay.objects.get().response.version
    change = {"by": cast.trainer, "version": version, "reason": "The question was right after all."}
    correct_item(**change, kind="drop", keys=[])
    correct_item(**change, kind="key", keys=[version.answer_key])
    assert effective(attempt).passed is True, "a pass is never taken away"
    assert take(cast.trainer, taught) is not None
    mark(cast.trainer, taught, 3, 5)
    release(cast, taught)
    correct_item(**change, kind="drop", keys=[])
    correct_item(**change, kind="key", keys=[version.answer_key])
    now = effective(attempt)
    assert (now.points, now.score) == (10, Decimal("8.8")) and now.passed


def test_a_correction_of_another_question_leaves_the_paper_waiting_and_the_mark_as_it_is(cast, taught, attempt):
    other = attempt.responses.get(version__item__key="F2").version
    drop = {"by": cast.trainer, "version": other, "kind": "drop", "keys": []}
    correct_item(**drop, reason="Faulty.")
    assert effective(attempt).is_waiting
    mark(cast.trainer, taught, 2, 6)
    release(cast, taught)
    now = effective(attempt)
    assert (now.total, now.points, now.score) == (4, 9, Decimal("7.8")) and now.passed


def test_a_correction_after_the_release_keeps_what_the_essay_was_given(cast, taught, attempt):
    mark(cast.trainer, taught, 2, 6)
    release(cast, taught)
    other = attempt.responses.get(version__item__key="F2").version
    correct_item(by=cast.trainer, version=other, kind="drop", keys=[], reason="Faulty.")
    now = effective(attempt)
    assert (now.points, now.score, now.is_corrected) == (9, Decimal("7.8"), True)


# --- marked anew


def test_marked_anew_the_old_result_holds_until_the_next_release(cast, taught, attempt):
    mark(cast.trainer, taught, 0, 0)
    release(cast, taught)
    essay = Essay.objects.get()
    mark_anew(by=cast.trainer, essay_uuid=essay.uuid, reason="The second page was overlooked.")
    assert effective(attempt).passed is False and not effective(attempt).is_waiting
    mark(cast.trainer, taught, 4, 6)
    release(cast, taught)
    record_attempt(attempt_pk=attempt.pk)
    assert effective(attempt).passed and results_of(attempt)[-1] == statements.PASSED
    assert EssayScore.objects.count() == 2 and AuditEvent.objects.filter(action="essay.marked_anew").count() == 1


def test_a_pass_is_not_taken_away_by_a_lower_mark(cast, taught, attempt):
    mark(cast.trainer, taught)
    release(cast, taught)
    mark_anew(by=cast.trainer, essay_uuid=Essay.objects.get().uuid, reason="Too kind.")
    mark(cast.trainer, taught, 0, 0)
    release(cast, taught)
    now = effective(attempt)
    assert now.passed and now.is_below


def test_marking_anew_needs_a_reason(cast, taught, attempt):
    mark(cast.trainer, taught)
    release(cast, taught)
    with pytest.raises(NoReason):
        mark_anew(by=cast.trainer, essay_uuid=Essay.objects.get().uuid, reason="  ")
    assert Essay.objects.get().round == 0


@pytest.mark.parametrize("stage", ["waiting", "being marked", "marked", "opened anew before"])
def test_only_what_is_released_is_marked_anew(client, cast, taught, attempt, stage):
    if stage == "being marked":
        take(cast.trainer, taught)
    elif stage != "waiting":
        mark(cast.trainer, taught)
    if stage == "opened anew before":
        release(cast, taught)
        mark_anew(by=cast.trainer, essay_uuid=Essay.objects.get().uuid, reason="A slip.")
    before = Essay.objects.values().get()
    with pytest.raises(NotReleased):
        mark_anew(by=another_trainer("second"), essay_uuid=before["uuid"], reason="Once more.")
    sign_in(client, cast.trainer)
    address = reverse("marking:anew", args=[before["uuid"]])
    for answer in (client.get(address, follow=True), client.post(address, {"reason": "Once more."}, follow=True)):
        assert "This essay is not released" in answer.content.decode()
    assert Essay.objects.values().get() == before and Mark.objects.filter(round=before["round"] + 1).count() == 0


# --- what the officer reads


def test_the_officer_reads_points_and_comments_once_they_are_released_and_not_who_marked(client, cast, taught, attempt):
    sign_in(client, cast.officer)
    url = reverse("assessments:result", args=[attempt.uuid])
    mark(cast.trainer, taught, 3, 5, comment="Name the third element too.")
    assert "Name the third element" not in client.get(url).content.decode()
    release(cast, taught)
    page = client.get(url).content.decode()
    assert "Name the third element too." in page and "Says whom to call" in page and "3 of 4" in page
    assert cast.trainer.username not in page and cast.trainer.full_name not in page


def test_a_regrade_has_one_reason(cast, taught, attempt):
    with pytest.raises(IntegrityError), transaction.atomic():
        Regrade.objects.create(attempt=attempt, right=0, total=1, score=0, points=1)


# --- pages


def test_from_the_queue_to_the_release_in_pages(client, cast, taught, attempt):
    sign_in(client, cast.trainer)
    index = reverse("marking:index")
    assert "1 essay waits" in client.get(index).content.decode()
    taken = client.post(reverse("marking:take", args=[final_test(taught).uuid, "en"]))
    page = client.get(taken.url)
    assert page.status_code == 200
    empty = client.post(taken.url, {"comment": ""})
    assert empty.status_code == 422 and Mark.objects.get().marked_at is None
    saved = client.post(taken.url, {"c_r1": "4", "c_r2": "6", "comment": "Good.", "then": "stop"})
    assert saved.url == index and Essay.objects.get().state == "agreed"
    release_url = reverse("marking:release", args=[final_test(taught).uuid, "en"])
    assert "stat" in client.get(release_url).content.decode()
    assert client.post(release_url).url == index
    assert client.post(release_url).status_code == 422, "there is nothing more to release"
    assert "Mark anew" in client.get(reverse("marking:mine")).content.decode()
    anew = reverse("marking:anew", args=[Essay.objects.get().uuid])
    assert client.post(anew, {"reason": ""}).status_code == 422
    assert client.post(anew, {"reason": "Look again."}).url == index
    assert Essay.objects.get().state == "waiting"


def test_an_empty_queue_says_so(client, cast):
    sign_in(client, cast.trainer)
    assert "Nothing to mark" in client.get(reverse("marking:index")).content.decode()
    assert "No marks yet" in client.get(reverse("marking:mine")).content.decode()


def test_two_markers_are_frozen_with_the_rules():
    rules = TestRules(markers=2, marks_apart=10)
    assert TestRules.from_json("final", rules.as_json("final")) == rules
    assert TestRules(markers=3).problems("final") and TestRules(marks_apart=101).problems("final")
