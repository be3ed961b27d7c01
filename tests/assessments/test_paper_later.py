"""Tests on paper, what is around them: many papers, languages, classes that are over, late papers, what is kept."""

import datetime as dt
import json

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import RetentionReport
from accounts.personal_data import REGISTRY, RULES
from accounts.services import apply_retention, erase_person
from assessments import services
from assessments.exams.sittings import closed_for_all, is_closed_for_all
from assessments.models import Attempt, Exam, PaperEntry, TestPaper
from assessments.paper import reads, sheets
from assessments.selectors import effective
from assessments.services import paper as papers
from assessments.statistics.reads import analysed, counted_until
from learning.models import Class, Enrolment
from tests.assessments.marking import another_trainer
from tests.assessments.on_paper import HOUR, class_of_two, enter, final, hand_in, print_all, put_in
from tests.assessments.sitting import set_rules


@pytest.fixture
def second(cast):
    return another_trainer("second")


@pytest.fixture
def klass(cast, second) -> Class:
    return class_of_two(cast)


@pytest.fixture
def paper(cast, klass) -> TestPaper:
    (found,) = print_all(cast.trainer, klass).papers
    return found


def test_the_key_of_many_papers_asks_no_more_than_that_of_one(cast, klass, paper, monkeypatch):
    monkeypatch.setattr(sheets, "print_sheet", lambda sheet, template: sheet(lambda _c: True, lambda _c: True).encode())
    with CaptureQueriesContext(connection) as one:
        sheets.print_key(list(reads.papers_seen_by(cast.trainer)), "final", "en")
    for each in (cast.colleague, cast.outsider):
        put_in(each, klass)
    print_all(cast.trainer, klass)
    many = list(reads.papers_seen_by(cast.trainer))
    assert len(many) == 3
    with CaptureQueriesContext(connection) as three:
        sheets.print_key(many, "final", "en")
    assert len(three) <= len(one)


def test_sheets_say_where_rows_must_be_whole(cast, klass, paper, monkeypatch):
    monkeypatch.setattr(sheets, "print_sheet", lambda sheet, template: sheet(lambda _c: True, lambda _c: True).encode())
    papers_there = list(reads.papers_seen_by(cast.trainer))
    (found,) = json.loads(sheets.print_papers(papers_there, {paper.pk: "x"}, "final"))["papers"]
    hints = [[run["text"] for run in each["hint"]] for each in found["questions"]]
    assert sum("the whole question counts as not answered" in " ".join(each) for each in hints) >= 1


def test_whoever_never_signed_in_gets_the_first_open_language_of_the_member(cast, klass):
    cast.officer.language = ""
    cast.officer.save()
    cast.home.languages = ["km", "id"]
    cast.home.save()
    (paper,) = print_all(cast.trainer, klass, language="").papers
    assert paper.attempt.language == "en"


def test_no_paper_is_drawn_for_a_class_that_is_over_and_open_ones_are_still_found(cast, klass, paper):
    put_in(cast.colleague, klass)
    klass.starts_on = timezone.localdate() - dt.timedelta(days=9)
    klass.ends_on = timezone.localdate() - dt.timedelta(days=1)
    klass.save()
    with pytest.raises(papers.EntryRefused, match="over"):
        print_all(cast.trainer, klass)
    assert TestPaper.objects.count() == 1
    client = cast.client(cast.rso)
    assert "Spring class" in client.get(reverse("paper:index")).content.decode()
    place = reverse("paper:print", args=[klass.uuid, final(klass).uuid])
    people = [str(each) for each in Enrolment.objects.values_list("uuid", flat=True)]
    refused = client.post(place, {"language": "en", "officer": people})
    assert refused.status_code == 422 and "This class is over." in refused.content.decode()
    TestPaper.objects.update(state="closed")
    assert "Spring class" not in client.get(reverse("paper:index")).content.decode()


def test_a_press_draws_for_so_many_and_says_that_some_are_left(cast, klass, monkeypatch):
    monkeypatch.setattr(papers, "MOST_AT_ONCE", 1)
    put_in(cast.colleague, klass)
    people = [str(each) for each in Enrolment.objects.values_list("uuid", flat=True)]
    place = reverse("paper:print", args=[klass.uuid, final(klass).uuid])
    page = cast.client(cast.trainer).post(place, {"language": "en", "officer": people}, follow=True)
    assert TestPaper.objects.count() == 1 and "press again" in page.content.decode()


def test_a_paper_in_the_live_class_is_on_paper_and_not_stuck(cast, klass, paper):
    with time_machine.travel(timezone.now() + HOUR):
        page = cast.client(cast.trainer).get(reverse("sittings:live", args=[klass.uuid])).content.decode()
    assert "On paper" in page and "Nothing was saved for a while." not in page


def test_whose_enrolment_ended_after_the_sitting_is_graded_all_the_same(cast, klass, second, paper):
    enter(cast.trainer, paper)
    Enrolment.objects.update(ended_at=timezone.now() + dt.timedelta(minutes=50))
    enter(second, paper, step=2)
    assert hand_in(cast.trainer, klass).papers
    assert services.record_attempt(attempt_pk=paper.attempt_id)
    assert effective(Attempt.objects.get(pk=paper.attempt_id)).passed


def test_a_paper_that_is_handed_in_late_comes_into_the_analysis_with_those_of_its_day(cast, klass, second, paper):
    enter(second, enter(cast.trainer, paper), step=2)
    before, day = timezone.now() + dt.timedelta(days=1), timezone.now() + dt.timedelta(days=3)
    with time_machine.travel(day, tick=False):
        hand_in(cast.trainer, klass)
    assert Attempt.objects.get(pk=paper.attempt_id).submitted_at < before
    assert counted_until(final(klass), before) == before, "one person alone adds nothing"
    assert analysed(final(klass), before).papers == 0
    assert counted_until(final(klass), None) == day and analysed(final(klass), day).papers == 1


# --- what was typed and is not handed in


def test_what_was_typed_and_never_handed_in_goes_after_two_years_and_the_paper_stays(cast, klass, second, paper):
    enter(second, enter(cast.trainer, paper), step=2)
    PaperEntry.objects.filter(number=1).update(entered_at=timezone.now() - dt.timedelta(days=800))
    RetentionReport.objects.create(rule="paper-entries", rows=1, applies_on=timezone.localdate() - dt.timedelta(days=1))
    (done,) = [each for each in apply_retention() if each.rule.name == "paper-entries"]
    assert done.rows == 2 and not PaperEntry.objects.exists()
    assert TestPaper.objects.values_list("state", "sat_from", "sat_until").get() == ("printed", None, None)


def test_who_typed_a_paper_that_was_handed_in_stays(cast, klass, second, paper):
    enter(second, enter(cast.trainer, paper), step=2)
    hand_in(cast.trainer, klass)
    PaperEntry.objects.update(entered_at=timezone.now() - dt.timedelta(days=800))
    assert not RULES["paper-entries"].due(timezone.now()).exists()


def test_officers_read_what_was_typed_of_their_open_papers_and_typists_do_not(cast, klass, paper):
    enter(cast.trainer, paper)
    own, typist = REGISTRY[PaperEntry].rows_of(cast.officer), REGISTRY[PaperEntry].rows_of(cast.trainer)
    assert [each.given for each in own] == [PaperEntry.objects.get().given]
    assert [each.given for each in typist] == [{}]
    assert "entered_by" not in REGISTRY[PaperEntry].exported


def test_erasing_an_officer_deletes_what_was_typed_and_the_paper_can_be_withdrawn(cast, klass, paper):
    enter(cast.trainer, paper)
    erase_person(by=None, user=cast.officer)
    assert not PaperEntry.objects.exists()
    assert TestPaper.objects.get().state == "printed"
    papers.withdraw_paper(by=cast.trainer, paper=paper)
    assert not TestPaper.objects.exists()


def test_an_exam_on_paper_shows_no_key_while_others_of_the_class_sit_it(
    cast, klass, second, monkeypatch, django_assert_max_num_queries
):
    set_rules(monkeypatch, "final-test", needs_ticket=True)
    put_in(cast.colleague, klass)
    one, other = print_all(cast.trainer, klass).papers
    for each in (one, other):
        enter(second, enter(cast.trainer, each), step=2)
    papers.undo_entry(by=second, paper=other, step=2)
    hand_in(cast.trainer, klass)
    attempt = Attempt.objects.get(pk=one.attempt_id)
    assert not is_closed_for_all(attempt)
    enter(second, other, step=2)
    hand_in(cast.trainer, klass)
    assert is_closed_for_all(attempt)
    exam = Exam.objects.create(
        activity=attempt.activity,
        klass=klass,
        title="On screen",
        opens_at=timezone.now() + HOUR,
        closes_at=timezone.now() + 2 * HOUR,
        arranged_by=one.printed_by,
    )
    attempts = list(Attempt.objects.select_related("enrolment__actor", "activity", "revision", "exam"))
    with django_assert_max_num_queries(12):
        assert set(closed_for_all(attempts).values()) == {False}
    Exam.objects.filter(pk=exam.pk).update(cancelled_at=timezone.now())
    assert is_closed_for_all(attempt)
