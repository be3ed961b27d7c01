"""Essays beside the straight way: appeals, answers that are gone, long queues, and two at the same moment."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Actor
from accounts.roles import Role
from accounts.selectors.own_data import export_lines
from accounts.services import actor_of
from assessments.marking.queue import queues
from assessments.models import Appeal, Essay, EssayScore, Mark, MarkRelease, Regrade, Response
from assessments.selectors import effective
from assessments.services import AwaitsMarks, start_attempt
from assessments.services import marking as services
from assessments.services.appeals import NotAppealable, make_appeal
from assessments.services.corrections import correct_item
from assessments.services.marking import NothingToRelease, NotYours, mark_anew, release_marks, save_mark
from tests.assessments.marking import another_trainer, essay_course, final_test, handed_in, mark, take
from tests.assessments.sitting import set_rules
from tests.cast import make_person, sign_in


@pytest.fixture
def taught(cast):
    return essay_course()


def release(cast, course) -> MarkRelease:
    return release_marks(by=cast.trainer, activity=final_test(course), language="en")


def essay_on(attempt) -> Response:
    return attempt.responses.get(version__item__type="essay")


# --- appeals


def test_an_essay_is_appealed_once_its_mark_is_released(cast, taught):
    attempt = handed_in(cast.officer, taught)
    mark(cast.trainer, taught, 1, 2)
    with pytest.raises(NotAppealable, match="no result yet"):
        make_appeal(by=cast.officer, response=essay_on(attempt), text="I named all three.")
    assert not Appeal.objects.exists()
    release(cast, taught)
    assert make_appeal(by=cast.officer, response=essay_on(attempt), text="I named all three.").state == "open"


def test_a_full_mark_leaves_nothing_to_appeal(cast, taught):
    attempt = handed_in(cast.officer, taught)
    mark(cast.trainer, taught, 4, 6)
    release(cast, taught)
    with pytest.raises(NotAppealable, match="in full"):
        make_appeal(by=cast.officer, response=essay_on(attempt), text="More.")
    assert not Appeal.objects.exists()


def test_from_the_result_to_the_appeal_and_from_its_answer_to_marking_anew(client, cast, taught):
    attempt = handed_in(cast.officer, taught)
    mark(cast.trainer, taught, 1, 2, comment="The means are missing.")
    release(cast, taught)
    sign_in(client, cast.officer)
    address = reverse("sittings:appeal", args=[attempt.uuid, essay_on(attempt).position])
    assert address in client.get(reverse("assessments:result", args=[attempt.uuid])).content.decode()
    assert client.post(address, {"text": "Look at the second paragraph."}).status_code == 302
    appeal = Appeal.objects.get()

    sign_in(client, cast.trainer)
    page = reverse("corrections:appeal", args=[appeal.uuid])
    heard = client.get(page).content.decode()
    assert "Some words." in heard and "1 of 4" in heard and "The means are missing." in heard
    assert "Counts as right now" not in heard and "<textarea class" not in heard
    answered = client.post(page, {"decision": "upheld", "reply": "Somebody else reads it."}, follow=True)
    anew = reverse("marking:anew", args=[Essay.objects.get().uuid])
    assert anew in answered.content.decode() and "Correct the question" not in answered.content.decode()
    client.post(anew, {"reason": "An appeal."})
    assert anew not in client.get(page).content.decode(), "once"


# --- what is gone


def test_an_essay_that_counts_for_nobody_does_not_hold_up_the_rest_of_the_paper(cast):
    course = essay_course("E1", "E2")
    attempt = handed_in(cast.officer, course)
    dropped = attempt.responses.get(version__item__key="E1").version
    correct_item(by=cast.trainer, version=dropped, kind="drop", keys=[], reason="It asked for the impossible.")
    assert effective(attempt).is_waiting
    mark(cast.trainer, course)
    assert release(cast, course).papers == 1
    assert effective(attempt).passed and EssayScore.objects.count() == 1


@pytest.fixture
def old(cast):
    """Two essays that were handed in so long ago that their texts may be dropped."""
    with time_machine.travel(timezone.now() - dt.timedelta(days=800), tick=False):
        course = essay_course("E1", "E2")
        return course, handed_in(make_person("earlier", Role.OFFICER, cast.home), course)


def begin_again(attempt) -> None:
    enrolment = attempt.enrolment
    start_attempt(by=enrolment.actor.user, enrolment=enrolment, key="final-test", language="en")


def test_an_essay_that_was_dropped_for_its_age_does_not_hold_up_the_rest_of_the_paper(cast, old):
    course, attempt = old
    attempt.responses.filter(version__item__key="E1").update(answer=None)
    with pytest.raises(AwaitsMarks):
        begin_again(attempt)
    mark(cast.trainer, course, 0, 0)
    assert take(cast.trainer, course) is None
    assert release(cast, course).papers == 1 and effective(attempt).passed is False


def test_when_every_text_was_dropped_for_its_age_the_next_attempt_may_begin(cast, old):
    _course, attempt = old
    attempt.responses.update(answer=None)
    assert queues(cast.trainer) == []
    begin_again(attempt)


def test_the_result_of_what_was_dropped_unmarked_promises_no_marker(client, cast, old):
    _course, attempt = old
    sign_in(client, attempt.enrolment.actor.user)
    result, history = reverse("assessments:result", args=[attempt.uuid]), reverse("sittings:history")
    assert "A person marks your test" in client.get(result).content.decode()
    assert "Waits for a marker" in client.get(history).content.decode()
    attempt.responses.filter(version__item__key="E1").update(answer=None)
    assert "A person marks your test" in client.get(result).content.decode(), "the other essay is still there"
    assert "Waits for a marker" in client.get(history).content.decode()
    attempt.responses.update(answer=None)
    page = client.get(result).content.decode()
    assert "so this test has no result" in page and "Try again" in page
    assert [each for each in ("A person", "Not marked yet", "not marked yet") if each in page] == []
    listed = client.get(history).content.decode()
    assert "Not marked" in listed and "Waits for a marker" not in listed


def test_the_own_data_hold_no_marks_that_the_result_page_does_not_show(cast, taught, monkeypatch):
    handed_in(cast.officer, taught)
    mark(cast.trainer, taught, 1, 2, comment="The means are missing.")
    release(cast, taught)
    assert "The means are missing." in "".join(export_lines(cast.officer))
    set_rules(monkeypatch, "final-test", feedback="never")
    assert "The means are missing." not in "".join(export_lines(cast.officer))


# --- long queues, several keys


def test_essays_come_paper_by_paper_or_all_answers_to_one_question_in_a_row(client, cast):
    course = essay_course("E1", "E2")
    for name in ("one", "two"):
        handed_in(make_person(name, Role.OFFICER, cast.home), course)
    sign_in(client, cast.trainer)
    assert "Question by question" in client.get(reverse("marking:index")).content.decode()

    def marked_in_a_row(by, **order) -> list[tuple[str, int]]:
        sign_in(client, by)
        found, address = [], reverse("marking:take", args=[final_test(course).uuid, "en"])
        taken = client.post(address, order)
        for _each in range(4):
            page = client.get(taken.url).content.decode()
            assert ('name="order" value="question"' in page) == bool(order)
            own = Mark.objects.select_related("essay__response__version__item").get(marker__user=by, marked_at=None)
            found.append((own.essay.response.version.item.key, own.essay.response.attempt_id))
            taken = client.post(taken.url, {"c_r1": "1", "c_r2": "1", **order})
        assert taken.url == reverse("marking:index")
        return found

    in_rows = marked_in_a_row(cast.trainer, order="question")
    assert [key for key, _paper in in_rows] in (["E1", "E1", "E2", "E2"], ["E2", "E2", "E1", "E1"])
    release(cast, course)
    for essay in Essay.objects.all():
        mark_anew(by=cast.trainer, essay_uuid=essay.uuid, reason="A slip.")
    papers = [paper for _key, paper in marked_in_a_row(another_trainer("second"))]
    assert papers == sorted(papers)


def test_one_question_needs_no_second_order(client, cast, taught):
    handed_in(cast.officer, taught)
    sign_in(client, cast.trainer)
    assert "Question by question" not in client.get(reverse("marking:index")).content.decode()


def test_whoever_marked_the_first_ones_is_given_the_next_however_many_wait_for_a_second(cast, taught, monkeypatch):
    monkeypatch.setattr(services, "MOST_LOOKED_AT", 2)
    set_rules(monkeypatch, "final-test", markers=2)
    for number in range(4):
        handed_in(make_person(f"o{number}", Role.OFFICER, cast.home), taught)
    for _each in range(4):
        mark(cast.trainer, taught)
    assert take(cast.trainer, taught) is None and Mark.objects.count() == 4


def test_whoever_had_two_accounts_does_not_mark_an_essay_twice(cast, taught, monkeypatch):
    set_rules(monkeypatch, "final-test", markers=2)
    handed_in(cast.officer, taught)
    mark(cast.trainer, taught)
    Actor.objects.filter(user=cast.trainer).update(joined_at=timezone.now())
    assert actor_of(cast.trainer) != Mark.objects.get().marker, "the key of the account that was merged"
    assert take(cast.trainer, taught) is None
    save_mark(by=cast.trainer, mark=Mark.objects.get(), given={"r1": 0, "r2": 0})
    assert Mark.objects.get().total == 0


def test_the_statements_of_the_pages_do_not_grow_with_what_they_list(client, cast):
    def statements() -> list[int]:
        found = []
        for name in ("index", "mine"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(f"marking:{name}")).status_code == 200
            found.append(len(queries))
        return found

    counts = []
    sign_in(client, cast.trainer)
    for code in ("T1", "T2", "T3"):
        course = essay_course(code=code)
        for each in ("a", "b"):
            handed_in(make_person(f"{code}-{each}", Role.OFFICER, cast.home), course)
        mark(cast.trainer, course)
        statements()  # what is kept per process is there
        counts.append(statements())
    assert counts[0] == counts[1] == counts[2]


# --- at the same moment


def test_a_mark_that_is_changed_during_a_release_leaves_its_paper_for_the_next_one(cast, taught, monkeypatch):
    set_rules(monkeypatch, "final-test", markers=2, marks_apart=20)
    attempt = handed_in(cast.officer, taught)
    mark(cast.trainer, taught, 4, 6)
    mark(another_trainer("second"), taught, 4, 6)
    second = Mark.objects.get(marker__user__username="second")

    def change_a_mark_behind_it(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if sql.startswith("SELECT DISTINCT") and Essay.objects.get().state == "agreed":
            save_mark(by=second.marker.user, mark=second, given={"r1": 0, "r2": 0})
        return found

    with connection.execute_wrapper(change_a_mark_behind_it), pytest.raises(NothingToRelease):
        release(cast, taught)
    assert effective(attempt).is_waiting and not Regrade.objects.exists()


def test_what_was_taken_before_an_essay_was_opened_anew_counts_no_more(cast, taught):
    handed_in(cast.officer, taught)
    own, second = take(cast.trainer, taught), another_trainer("second")
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2), tick=False):
        mark(second, taught)
        release(cast, taught)
        mark_anew(by=second, essay_uuid=own.essay.uuid, reason="A slip.")
        with pytest.raises(NotYours):
            save_mark(by=cast.trainer, mark=own, given={"r1": 4, "r2": 6})
        assert Mark.objects.get(pk=own.pk).marked_at is None
        again = take(cast.trainer, taught)
    assert again.round == 1 and not Mark.objects.filter(pk=own.pk).exists()
