"""A faulty question is corrected: who changes is seen first, results only get added to, and no pass is taken away."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from assessments import selectors, services
from assessments.correcting import reads
from assessments.models import Attempt, Correction, CorrectionRun, Item, ItemVersion, Regrade
from assessments.services import corrections
from assessments.services.corrections import (
    BadKey,
    CorrectedMeanwhile,
    NobodyAnswered,
    NoReason,
    NothingChanges,
    NotWorkedOut,
    apply_run,
    correct_item,
    draw_up_correction,
    drop_run,
    go_on_with_run,
    look_again,
)
from assessments.tasks import go_on_with_correction, sweep_corrections
from certificates.models import Award
from learning import statements
from learning.models import ActivityProgress, CourseProgress
from tests.assessments.correcting import ACCEPT, DROP, KEY, correct, faulty, sat
from xapi.models import Statement


def stored(attempt: Attempt) -> tuple:
    return tuple(Attempt.objects.filter(pk=attempt.pk).values_list("right", "total", "score", "points", "passed"))


@pytest.fixture
def failed(cast, course) -> Attempt:
    return sat(cast.officer, course, wrong=("F1",))


@pytest.fixture
def passed(cast, course) -> Attempt:
    return sat(cast.officer, course)


# --- what it does


def test_whoever_passes_by_a_correction_gets_what_follows_and_the_attempt_stays_as_it_was(cast, failed):
    before = stored(failed)
    assert failed.passed is False and not Award.objects.exists()
    correction = correct(cast)
    now = selectors.effective(failed)
    assert (now.right, now.total, now.passed, now.is_corrected, now.percent) == (3, 3, True, True, 100)
    assert stored(failed) == before
    row = Regrade.objects.get()
    assert (row.attempt, row.correction, row.is_below) == (failed, correction, False)
    statement = Statement.objects.get(verb=statements.PASSED)
    assert statement.statement["result"]["score"] == {"scaled": 1.0, "raw": 3.0, "min": 0, "max": 3}
    assert statement.statement["context"]["language"] == failed.language
    assert ActivityProgress.objects.get(activity=failed.activity).passed
    assert CourseProgress.objects.get(enrolment=failed.enrolment).completed_at is not None
    assert Award.objects.get().enrolment == failed.enrolment


def test_a_test_that_is_passed_by_a_correction_is_not_taken_again(cast, failed):
    correct(cast)
    with pytest.raises(services.AlreadyTaken):
        services.start_attempt(by=cast.officer, enrolment=failed.enrolment, key="final-test", language="en")
    assert Attempt.objects.count() == 1


def test_the_page_before_a_test_tells_the_result_that_holds_now(cast, failed):
    address = reverse("courses:activity", args=["t1", "final-test"])

    def told() -> tuple:
        [taken] = cast.client(cast.officer).get(address).context["attempts"]
        return taken.right, taken.total, taken.passed

    assert told() == (2, 3, False)
    correct(cast)
    assert told() == (3, 3, True)


def test_a_pass_is_never_taken_away_and_its_certificate_is_listed_for_the_rso(cast, passed):
    award = Award.objects.get()
    correct(cast, KEY)
    now = selectors.effective(passed)
    assert (now.right, now.passed, now.is_below) == (2, True, True)
    assert Award.objects.get() == award and award.state == Award.State.VALID
    assert ActivityProgress.objects.get(activity=passed.activity).passed
    assert not Statement.objects.filter(verb=statements.FAILED).exists()
    row = reads.results_in_question(cast.rso).get()
    assert row.attempt == passed
    page = cast.client(cast.rso).get(reverse("corrections:in_question"))
    assert page.context["rows"][0]["certificate"].number == award.number
    # The number leads to the name, which this member does not share.
    assert award.number.encode() not in page.content and b"Officer Example" not in page.content


def test_a_dropped_question_counts_for_nobody(cast, failed):
    correct(cast, DROP, ())
    now = selectors.effective(failed)
    assert (now.right, now.total, now.points, now.passed) == (2, 2, 2, True)


def test_who_is_not_touched_gets_no_row(cast, passed):
    correct(cast)
    assert not Regrade.objects.exists()
    now = selectors.effective(passed)
    assert (now.right, now.is_corrected) == (3, False)
    assert Correction.objects.get().run.figures["changed"] == 0


def test_a_correction_back_brings_the_score_back_and_leaves_the_pass(cast, failed):
    correct(cast)
    correct(cast, KEY, (["a"],), reason="The first key was right.")
    now = selectors.effective(failed)
    assert (now.right, now.total, now.passed, now.is_below) == (2, 3, True, True)
    assert Regrade.objects.count() == 2
    correct(cast, reason="No, it was not.")
    now = selectors.effective(failed)
    assert (now.right, now.passed, now.is_below) == (3, True, False)
    assert Statement.objects.filter(verb=statements.PASSED).count() == 1


@pytest.mark.parametrize("order", [("F1", "other"), ("other", "F1")])
def test_corrections_of_two_questions_add_up_in_either_order(cast, course, order):
    attempt = sat(cast.officer, course, wrong=("F1",))
    other = attempt.responses.exclude(version__item__key="F1").first().version
    for which in order:
        version = faulty() if which == "F1" else other
        correct_item(by=cast.trainer, version=version, kind=DROP, keys=(), reason="Faulty.")
    now = selectors.effective(attempt)
    assert (now.right, now.total, now.passed) == (1, 1, True)


def test_an_open_paper_is_graded_with_the_correction_when_it_is_handed_in(cast, course):
    attempt = sat(cast.officer, course, wrong=("F1",), hand_in=False)
    correct(cast)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        done = services.submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en")
    assert len([each for each in queries if 'FROM "assessments_correction"' in each["sql"]]) == 1
    assert done.passed and done.right == 3 and not Regrade.objects.exists()
    services.record_attempt(attempt_pk=done.pk)
    assert Award.objects.exists()


def test_an_open_paper_with_a_dropped_question_is_graded_without_it(cast, course):
    attempt = sat(cast.officer, course, wrong=("F1",), hand_in=False)
    correct(cast, DROP, ())
    done = services.submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en")
    assert (done.right, done.total, done.points, done.passed) == (2, 2, 2, True)
    response = done.responses.get(version=faulty())
    assert (response.is_right, response.score) == (None, None)


def test_an_item_that_is_retired_under_an_open_paper_stays_on_it(cast, course):
    attempt = sat(cast.officer, course, hand_in=False)
    Item.objects.filter(key="F1").update(retired_at=timezone.now())
    done = services.submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en")
    assert done.right == 3
    correct(cast, KEY)
    assert selectors.effective(done).is_below


def test_an_answer_that_was_deleted_for_its_age_keeps_its_result(cast, course):
    attempt = sat(cast.officer, course, wrong=("F1",), hand_in=False)
    attempt.responses.update(is_right=True, score=1)
    attempt.responses.filter(version=faulty()).update(is_right=False, score=0)
    long_ago = timezone.now() - dt.timedelta(days=800)
    Attempt.objects.filter(pk=attempt.pk).update(submitted_at=long_ago, right=2, score=2, points=3, passed=False)
    attempt.responses.update(answer=None)
    attempt.refresh_from_db()
    correct(cast)
    assert not Regrade.objects.exists() and not selectors.effective(attempt).passed
    correct(cast, DROP, ())
    assert selectors.effective(attempt).passed


def test_of_a_person_who_was_erased_the_result_changes_and_nothing_follows(cast, failed):
    actor = failed.enrolment.actor
    actor.user = None
    actor.save()
    correct(cast)
    assert selectors.effective(failed).passed
    assert not Statement.objects.filter(verb=statements.PASSED).exists() and not Award.objects.exists()


def test_what_a_correction_wrote_is_never_changed(cast, failed):
    correct(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute('UPDATE assessments_regrade SET "right" = 0')
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute("UPDATE assessments_correction SET reason = 'other'")


def test_it_is_written_to_the_audit_log_with_its_reason(cast, failed):
    correction = correct(cast)
    entry = AuditEvent.objects.get(action="question.corrected")
    assert entry.reason == "Two answers are right."
    assert entry.details["correction"] == str(correction.uuid) and entry.details["papers"] == 1
    assert "Officer" not in str(entry.details)


# --- seeing it first


def test_a_preview_changes_nothing_and_says_what_applying_does(cast, course, failed):
    run = draw_up_correction(by=cast.trainer, version=faulty(), kind=ACCEPT, keys=[["b"]], reason="Both are right.")
    assert run.finished_at and run.papers == run.done == 1
    foreseen = {name: run.figures[name] for name in corrections.Figures.COUNTS}
    assert foreseen == {"changed": 1, "same": 0, "higher": 1, "lower": 0, "passes": 1, "below": 0}
    assert not Regrade.objects.exists() and not Correction.objects.exists()
    assert not selectors.effective(failed).passed
    correction = apply_run(by=cast.trainer, run=run)
    assert {name: correction.run.figures[name] for name in foreseen} == foreseen
    assert correction.keys == [["a"], ["b"]]
    assert selectors.effective(failed).passed
    assert CorrectionRun.objects.count() == 1


def test_a_preview_that_was_dropped_or_applied_is_not_applied(cast, failed):
    run = draw_up_correction(by=cast.trainer, version=faulty(), kind=DROP, keys=[], reason="Faulty.")
    drop_run(by=cast.trainer, run=run)
    with pytest.raises(CorrectedMeanwhile):
        apply_run(by=cast.trainer, run=run)
    assert not Correction.objects.exists() and not Regrade.objects.exists()


def test_of_two_people_who_correct_a_question_at_the_same_moment_the_second_is_told(cast, failed):
    one = draw_up_correction(by=cast.trainer, version=faulty(), kind=DROP, keys=[], reason="Faulty.")
    other = draw_up_correction(by=cast.trainer, version=faulty(), kind=ACCEPT, keys=[["b"]], reason="Both are right.")
    apply_run(by=cast.trainer, run=one)
    with pytest.raises(CorrectedMeanwhile):
        apply_run(by=cast.trainer, run=other)
    with pytest.raises(CorrectedMeanwhile):
        correct(cast, seen=None)
    assert Correction.objects.get().kind == DROP
    page = cast.client(cast.trainer).get(reverse("corrections:preview", args=[other.uuid]))
    assert page.context["is_outdated"] and b"in the meantime" in page.content


def test_a_preview_is_applied_only_after_it_looked_at_every_paper(cast, course, failed, monkeypatch):
    sat(cast.colleague, course)
    monkeypatch.setattr(corrections, "BATCH", 1)
    run = draw_up_correction(by=cast.trainer, version=faulty(), kind=DROP, keys=[], reason="Faulty.")
    assert not run.finished_at and run.done == 1 and run.papers == 2
    with pytest.raises(NotWorkedOut):
        apply_run(by=cast.trainer, run=run)
    assert not Correction.objects.exists()


# --- many papers


@pytest.fixture
def many(cast, course, monkeypatch) -> list[Attempt]:
    """Three papers, and one paper a batch."""
    monkeypatch.setattr(corrections, "BATCH", 1)
    people = [(cast.officer, ("F1",)), (cast.colleague, ()), (cast.outsider, ("F1",))]
    return [sat(user, course, wrong=wrong) for user, wrong in people]


def test_a_correction_of_many_papers_goes_on_where_it_was_and_twice_changes_nothing(cast, many):
    run = correct(cast).run
    assert (run.done, run.papers, run.finished_at) == (1, 3, None)
    assert Regrade.objects.count() == 1
    assert not go_on_with_run(run=run.pk)
    assert (
        cast.client(cast.trainer).get(reverse("corrections:correction", args=[run.correction.uuid])).status_code == 200
    )
    go_on_with_correction.call(run.pk)
    go_on_with_correction.call(run.pk)
    run.refresh_from_db()
    assert run.finished_at and run.done == run.papers == 3
    assert run.figures["changed"] == run.figures["passes"] == 2
    assert Regrade.objects.count() == 2 and Award.objects.count() == 3
    assert [selectors.effective(each).passed for each in many] == [True, True, True]


def test_work_that_the_queue_lost_is_found_by_the_sweep(cast, many):
    run = correct(cast).run
    CorrectionRun.objects.filter(pk=run.pk).update(worked_at=timezone.now() - dt.timedelta(minutes=11))
    enqueued = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assessments.tasks.corrections.enqueue", lambda task, pk: enqueued.append((task, pk)))
        sweep_corrections.call()
    assert enqueued == [(go_on_with_correction, run.pk)]


def test_a_paper_that_was_handed_in_without_seeing_the_correction_is_looked_at_again(cast, course, failed):
    late = sat(cast.colleague, course, wrong=("F1",), hand_in=False)
    run = correct(cast).run
    # What another process does that began before the correction was there: it grades with the old key.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assessments.services.submitting.corrections_of", lambda versions: {})
        services.submit_attempt(by=cast.colleague, attempt_uuid=late.uuid, language="en")
    late.refresh_from_db()
    assert not late.passed and not selectors.effective(late).passed
    CorrectionRun.objects.filter(pk=run.pk).update(finished_at=timezone.now() - dt.timedelta(minutes=11))
    sweep_corrections.call()
    assert selectors.effective(late).passed
    assert look_again(run=run.pk) == 0 and Regrade.objects.count() == 2


def test_an_old_preview_is_deleted_and_a_correction_never(cast, failed):
    correct(cast)
    draw_up_correction(by=cast.trainer, version=faulty(), kind=DROP, keys=[], reason="Faulty.")
    CorrectionRun.objects.update(drawn_up_at=timezone.now() - dt.timedelta(days=8))
    sweep_corrections.call()
    assert CorrectionRun.objects.get().correction is not None


def test_a_batch_asks_as_much_for_three_papers_as_for_one(cast, course):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            draw_up_correction(by=cast.trainer, version=faulty(), kind=DROP, keys=[], reason="Faulty.")
        return len(queries)

    sat(cast.officer, course)
    asked()  # which makes the key of the trainer
    first = asked()
    sat(cast.colleague, course, wrong=("F1",))
    sat(cast.outsider, course)
    assert asked() == first


def test_a_run_names_only_so_many_papers_and_counts_all(monkeypatch):
    monkeypatch.setattr(corrections, "MOST_DECISIVE", 2)
    monkeypatch.setattr(corrections, "MOST_OTHERS", 1)
    figures = corrections.Figures({})
    low, high = (corrections.Result(n, 3, Decimal(n), 3, n == 3) for n in (2, 3))
    middle = corrections.Result(1, 3, Decimal(1), 3, False)
    for pk in range(5):
        figures.add(Attempt(pk=pk), low, high)
        figures.add(Attempt(pk=pk), middle, low)
    data = corrections.Figures(figures.as_json()).as_json()
    assert (data["changed"], data["passes"], data["higher"]) == (10, 5, 10)
    assert len(data["decisive"]) == 2 and len(data["others"]) == 1


def test_papers_whose_percentage_stays_are_one_number_and_no_lines():
    figures = corrections.Figures({})
    whole, less = (corrections.Result(n, n, Decimal(n), n, True) for n in (3, 2))
    figures.add(Attempt(pk=1), whole, less)
    figures.add(Attempt(pk=2), whole, whole)
    third, half = (corrections.Result(1, of, Decimal(1), of, False) for of in (3, 2))
    figures.add(Attempt(pk=3), third, half)
    data = figures.as_json()
    assert (data["changed"], data["same"], data["higher"]) == (1, 1, 1)
    assert [row[0] for row in [*data["decisive"], *data["others"]]] == [3]


# --- what is refused


@pytest.mark.parametrize(
    ("kind", "keys", "why"),
    [
        (ACCEPT, (), NothingChanges),
        (ACCEPT, (["a"],), NothingChanges),
        (KEY, (), BadKey),
        (KEY, (["a"],), NothingChanges),
        (KEY, (["z"],), BadKey),
        (ACCEPT, (["a", "b"],), BadKey),
    ],
)
def test_what_is_no_correction_is_refused(cast, failed, kind, keys, why):
    with pytest.raises(why):
        correct(cast, kind, keys)
    with pytest.raises(why):
        draw_up_correction(by=cast.trainer, version=faulty(), kind=kind, keys=keys, reason="Because.")
    assert not Correction.objects.exists() and not Regrade.objects.exists() and not CorrectionRun.objects.exists()


def test_a_question_is_not_dropped_twice(cast, failed):
    correct(cast, DROP, ())
    with pytest.raises(NothingChanges):
        correct(cast, DROP, ())
    assert Correction.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_correction_without_a_reason_is_refused(cast, failed, reason):
    with pytest.raises(NoReason):
        correct(cast, reason=reason)
    assert not Correction.objects.exists()


def test_a_question_that_stands_on_no_paper_is_not_corrected(cast, course):
    for key in ("F1", "P1"):
        version = ItemVersion.objects.get(item__key=key)
        with pytest.raises(NobodyAnswered):
            correct_item(by=cast.trainer, version=version, kind=DROP, keys=(), reason="Faulty.")
    assert not Correction.objects.exists()


@pytest.mark.parametrize("who", ["officer", "coordinator", "rso", "admin", "analyst"])
def test_only_who_publishes_courses_corrects(cast, failed, who):
    by = getattr(cast, who)
    run = draw_up_correction(by=cast.trainer, version=faulty(), kind=DROP, keys=[], reason="Faulty.")
    for refused in (
        lambda: correct_item(by=by, version=faulty(), kind=DROP, keys=(), reason="Faulty."),
        lambda: draw_up_correction(by=by, version=faulty(), kind=DROP, keys=[], reason="Faulty."),
        lambda: apply_run(by=by, run=run),
        lambda: drop_run(by=by, run=run),
    ):
        with pytest.raises(PermissionDenied):
            refused()
    assert not Correction.objects.exists() and CorrectionRun.objects.get() == run
