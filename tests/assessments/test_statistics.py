"""Item analysis of real papers: whose count, what a correction does, and what follows from a figure."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from accounts.roles import Role
from assessments.models import Attempt, EditionItem, Response, TestAnalysis
from assessments.services.analysing import ask_analysis, ask_translator, work_out
from assessments.statistics import reads
from assessments.statistics.figures import Share, TestFigures
from assessments.tasks.statistics import work_out_analyses
from learning.models import Activity, ContentReport, Enrolment
from learning.services import enrol
from tests.assessments.correcting import DROP, correct, faulty, sat
from tests.cast import make_person
from tests.factories import finish_lessons, take_test


def final(course) -> Activity:
    return Activity.objects.get(course=course.course, key="final-test")


def figures_of_f1(course):
    return next(each for each in reads.analysed(final(course)).items if each.version == faulty().pk)


def copies(
    attempt: Attempt, number: int, *, right: int, language: str = "en", content=None, is_aged=False, later: int = 0
) -> None:
    """So many papers more, as people who are forgotten left them; on `right` of them F1 is right."""
    from_responses, f1 = list(attempt.responses.all()), faulty().pk
    for place in range(number):
        actor = attempt.enrolment.actor.__class__.objects.create()
        enrolment = Enrolment.objects.create(
            actor=actor, course=attempt.enrolment.course, edition=attempt.enrolment.edition, member=None
        )
        paper = Attempt.objects.create(
            enrolment=enrolment,
            activity=attempt.activity,
            revision=attempt.revision,
            language=language,
            started_at=attempt.started_at,
            submitted_at=attempt.submitted_at + dt.timedelta(hours=later),
            right=2 + (place < right),
            total=3,
            score=2 + (place < right),
            points=3,
            passed=place < right,
            pass_mark=80,
            digest=attempt.digest,
        )
        Response.objects.bulk_create(
            Response(
                attempt=paper,
                position=each.position,
                version_id=each.version_id,
                option_order=each.option_order,
                answer=None if is_aged else ["b"] if each.version_id == f1 and place >= right else each.answer,
                answered_at=each.answered_at,
                edits=1,
                language=language,
                content_id=content or each.content_id,
                is_right=each.is_right if each.version_id != f1 else place < right,
                score=1 if each.version_id != f1 or place < right else 0,
            )
            for each in from_responses
        )


@pytest.fixture
def paper(cast, course) -> Attempt:
    return sat(cast.officer, course)


def test_only_the_first_paper_of_a_person_counts_and_only_when_it_is_handed_in(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    take_test(cast.officer, enrolment, wrong=("F1",))
    take_test(cast.officer, enrolment)
    sat(cast.colleague, course, hand_in=False)
    found = reads.analysed(final(course))
    assert found.papers == 1
    assert next(each for each in found.items if each.version == faulty().pk).facility.n == 1


def test_two_keys_of_one_person_are_one_person(cast, course, paper):
    copies(paper, 1, right=1)
    assert reads.analysed(final(course)).papers == 2
    Enrolment.objects.exclude(pk=paper.enrolment_id).get().actor.__class__.objects.filter(user=None).update(
        user=cast.officer, joined_at=paper.started_at
    )
    assert reads.analysed(final(course)).papers == 1


def test_figures_are_of_what_counts_as_right_now(cast, course, paper):
    copies(paper, 11, right=3)
    assert figures_of_f1(course).facility.value == pytest.approx(4 / 12)
    correct(cast, keys=(["b"],))
    assert figures_of_f1(course).facility.value == 1


def test_a_dropped_question_is_shown_as_dropped_and_nothing_else(cast, course, paper):
    copies(paper, 11, right=3)
    correct(cast, kind=DROP, keys=())
    found = figures_of_f1(course)
    assert found.is_dropped and found.facility.n == 0 and found.facility.value is None and found.signs == []


def test_the_pre_test_is_another_test(cast, course, paper):
    take_test(cast.officer, paper.enrolment, "pre-test")
    own = reads.analysed(Activity.objects.get(course=course.course, key="pre-test"))
    assert own.papers == 1 and faulty().pk not in {each.version for each in own.items}
    assert [test.purpose for test in reads.tests_of(cast.trainer, course.course)] == ["final", "pretest"]


def test_answers_to_earlier_words_count_in_the_whole_and_not_by_language(cast, course, paper):
    other = EditionItem.objects.filter(version__item__key="F2").first()
    copies(paper, 11, right=11, content=other.content_id)
    found = figures_of_f1(course)
    assert (found.facility.n, found.languages["en"].facility.n, found.older) == (12, 1, 11)


def test_an_answer_that_was_deleted_for_its_age_keeps_its_score(cast, course, paper):
    copies(paper, 11, right=3, is_aged=True)
    correct(cast, keys=(["b"],))
    assert figures_of_f1(course).facility.value == pytest.approx(4 / 12)


def test_an_analysis_asks_the_same_number_of_statements_for_any_number_of_papers(course, paper):
    with CaptureQueriesContext(
        connection,
    ) as few:
        reads.analysed(final(course))
    copies(paper, 20, right=9)
    with CaptureQueriesContext(connection) as many:
        reads.analysed(final(course))
    assert len(many) == len(few) <= 16


# --- what is stored


def test_nothing_is_worked_out_twice_and_what_changed_is(cast, course, paper):
    activity = final(course).pk
    assert work_out(activity=activity) and not work_out(activity=activity)
    correct(cast, kind=DROP, keys=())
    assert work_out(activity=activity)
    assert not work_out(activity=0)


def test_new_papers_are_added_once_there_are_five_so_that_no_difference_is_one_persons_answers(cast, course, paper):
    copies(paper, 11, right=3)
    work_out(activity=final(course).pk)
    before = TestAnalysis.objects.get()
    copies(paper, 4, right=4, later=1)
    assert not work_out(activity=final(course).pk)
    correct(cast, keys=(["b"],))
    work_out(activity=final(course).pk)
    assert TestAnalysis.objects.get().figures["papers"] == before.figures["papers"] == 12
    copies(paper, 1, right=1, later=1)
    assert work_out(activity=final(course).pk)
    assert TestAnalysis.objects.get().figures["papers"] == 17


def test_what_is_said_of_a_language_changes_once_five_papers_are_new_in_it(cast, course, paper):
    def said() -> dict[str, list]:
        work_out(activity=final(course).pk)
        figures = TestFigures.from_json(TestAnalysis.objects.get().figures)
        own = next(each for each in figures.items if each.version == faulty().pk)
        shares = {code: [figures.passes.get(code)] for code in ("en", "id", "km")}
        for code, each in own.languages.items():
            shares[code].append(each.facility)
        return {"": [figures.papers], **shares}

    copies(paper, 11, right=3)
    copies(paper, 12, right=6, language="id")
    before = said()
    assert before[""][0] == 24 and before["id"][0].n == before["id"][1].n == 12
    copies(paper, 5, right=5, later=1)
    copies(paper, 1, right=0, language="id", later=1)
    copies(paper, 1, right=1, language="km", later=1)
    after = said()
    assert after[""][0] == 31 and after["en"][0].n == 17
    assert after["id"] == before["id"] and after["km"] == before["km"] == [None]
    copies(paper, 4, right=0, language="id", later=2)
    copies(paper, 4, right=4, language="km", later=2)
    last = said()
    assert last["id"][1] == Share(17, 6 / 17) and last["en"] == after["en"]
    assert last["km"][0].n == last["km"][1].n == 5 and last[""][0] == 39


def test_the_sweep_works_out_what_is_new_and_what_was_asked_for(course, paper):
    assert work_out_analyses.call() == 1
    assert work_out_analyses.call() == 0
    TestAnalysis.objects.update(figures={}, basis={}, asked_at=paper.started_at)
    assert work_out_analyses.call() == 1
    assert TestAnalysis.objects.get().asked_at is None


def test_a_large_test_is_left_to_a_worker(cast, course, paper, monkeypatch):
    monkeypatch.setattr("assessments.services.analysing.AT_ONCE", 0)
    assert not ask_analysis(by=cast.trainer, activity=final(course))
    assert TestAnalysis.objects.get().asked_at is not None
    page = cast.client(cast.trainer).get("/admin/questions/statistics/t1/final-test/")
    assert "Not worked out yet" in page.content.decode()


@pytest.mark.parametrize("name", ["officer", "coordinator", "rso", "auditor"])
def test_whoever_neither_writes_nor_teaches_asks_for_nothing(cast, course, paper, name):
    with pytest.raises(PermissionDenied):
        ask_analysis(by=getattr(cast, name), activity=final(course))
    with pytest.raises(PermissionDenied):
        ask_translator(
            by=getattr(cast, name), activity=final(course), version=faulty(), language="en", note="Please look."
        )
    assert not TestAnalysis.objects.exists() and not ContentReport.objects.exists()
    assert reads.tests_of(getattr(cast, name), course.course) == []


# --- what follows


def test_the_translator_is_asked_once_and_it_is_written_down(cast, course, paper):
    for _each in range(2):
        report = ask_translator(
            by=cast.trainer, activity=final(course), version=faulty(), language="en", note="Harder here."
        )
    assert ContentReport.objects.get() == report
    assert (report.kind, report.item, report.note) == ("translation", faulty().item.uuid, "Harder here.")
    assert AuditEvent.objects.filter(action="question.translation_asked").count() == 2


def test_a_language_in_which_it_was_never_asked_is_refused(cast, course, paper):
    with pytest.raises(Http404):
        ask_translator(by=cast.trainer, activity=final(course), version=faulty(), language="km", note="?")
    assert not ContentReport.objects.exists()


# --- the pages


def page_of(cast, user, course) -> str:
    work_out(activity=final(course).pk)
    address = f"/admin/questions/statistics/t1/{faulty().item.uuid}/"
    return cast.client(user).get(address).content.decode()


def test_whoever_takes_the_test_does_not_read_from_the_choices_what_is_right(cast, course, paper):
    copies(paper, 60, right=40)
    translator = make_person("words", Role.TRANSLATOR)
    assert "F1 option b" in page_of(cast, cast.trainer, course)
    shown = page_of(cast, translator, course)
    assert "F1 option b" not in shown and "who chose what is not shown" in shown
    assert "Correct results" not in shown and ">Retire<" not in shown


def test_the_page_of_one_answer_says_that_there_are_too_few(cast, course, paper):
    shown = page_of(cast, cast.trainer, course)
    assert "Too few answers" in shown and "100 %" not in shown
    test = cast.client(cast.trainer).get("/admin/questions/statistics/t1/final-test/").content.decode()
    assert "Too few papers for a picture" in test and "&lt;5" in test


def test_pictures_have_a_table_that_says_the_same(cast, course, paper):
    copies(paper, 60, right=40)
    work_out(activity=final(course).pk)
    shown = cast.client(cast.trainer).get("/admin/questions/statistics/t1/final-test/").content.decode()
    assert shown.count("<svg") - shown.count('aria-hidden="true"') >= 0
    assert "heat-title" in shown and "results-title" in shown and shown.count("The same as a table") == 2
    assert "style=" not in shown


def test_a_translator_is_asked_from_the_page(cast, course, paper):
    copies(paper, 60, right=55)
    copies(paper, 60, right=10, language="id")
    F1 = faulty()
    content = EditionItem.objects.get(version=F1, language="en").content
    EditionItem.objects.create(
        revision=paper.revision, activity=paper.activity, version=F1, language="id", content=content
    )
    work_out(activity=final(course).pk)
    client = cast.client(cast.trainer)
    asked = client.post(
        f"/admin/questions/statistics/t1/{F1.item.uuid}/{F1.number}/translator/",
        {"test": "final-test", "language": "id"},
    )
    assert asked.status_code == 302
    assert ContentReport.objects.get().language == "id"
    wrong = client.post(
        f"/admin/questions/statistics/t1/{F1.item.uuid}/{F1.number}/translator/",
        {"test": "final-test", "language": "km"},
    )
    assert wrong.status_code == 422 and ContentReport.objects.count() == 1


def test_the_file_has_what_the_page_shows_and_is_written_down(cast, course, paper):
    copies(paper, 40, right=30)
    work_out(activity=final(course).pk)
    answer = cast.client(cast.trainer).get("/admin/questions/statistics/t1/final-test/questions.csv")
    assert "F1,1,40," in answer.content.decode()
    assert AuditEvent.objects.filter(action="report.exported").exists()


def test_reports_get_pass_rates_and_the_quality_of_items(cast, course, paper):
    copies(paper, 40, right=30)
    work_out(activity=final(course).pk)
    rate = reads.first_attempt_pass_rates(course.course)[0]
    assert rate.purpose == "final" and rate.by_language["en"].percent == f"{round(100 * 31 / 41)} %"
    assert {each.figures.version for each in reads.item_quality(course.course)} >= {faulty().pk}
