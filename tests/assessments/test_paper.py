"""Tests on paper: printed as they are drawn, entered twice, handed in as on screen."""

import datetime as dt
import io
from urllib.parse import urlsplit

import pytest
import time_machine
import zxingcpp
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from accounts.models import AuditEvent
from accounts.permissions import Refused
from assessments import services
from assessments.forms.paper import SittingForm
from assessments.models import Attempt, Essay, PaperEntry, Response, TestPaper
from assessments.paper import reads, sheets
from assessments.paper.codes import code_in, is_whole, near, new_code, pretty
from assessments.paper.places import answer_in, places_of, signs_of
from assessments.selectors import effective
from assessments.services import paper as papers
from assessments.tasks.closing import close_what_is_over
from assessments.types import TYPES, InvalidAnswer
from learning.models import Activity, Class, Enrolment
from lms.typesetting import compiler, coverage
from tests.assessments.carried import questions
from tests.assessments.marking import another_trainer
from tests.assessments.on_paper import HOUR, class_of_two, enter, final, hand_in, print_all, put_in, typed
from tests.assessments.sitting import set_rules
from tests.factories import ITEMS, right_answer, wrong_answer


@pytest.fixture
def second(cast):
    return another_trainer("second")


@pytest.fixture
def klass(cast, second) -> Class:
    """A class of a course with every type of question, taught by two, with one officer who did the lessons."""
    return class_of_two(cast)


@pytest.fixture
def paper(cast, klass) -> TestPaper:
    (found,) = print_all(cast.trainer, klass).papers
    return found


# --- printing


def test_a_paper_is_an_attempt_that_is_open_and_has_no_clock(cast, klass, paper, monkeypatch):
    attempt = paper.attempt
    assert attempt.submitted_at is None and attempt.deadline_at is None
    assert attempt.total == attempt.responses.count() == len(ITEMS) + 4
    assert is_whole(paper.code)
    assert AuditEvent.objects.filter(action="paper.printed").count() == 1
    with time_machine.travel(timezone.now() + dt.timedelta(days=30)):
        assert close_what_is_over.func() == 0


def test_who_cannot_take_the_test_gets_no_paper_and_the_others_do(cast, klass):
    lessons_left = put_in(cast.colleague, klass)
    lessons_left.activity_progress.all().delete()
    begun = put_in(cast.outsider, klass)
    services.start_attempt(by=cast.outsider, enrolment=begun, key="final-test", language="en")
    done = print_all(cast.trainer, klass)
    assert [each.attempt.enrolment.actor.user for each in done.papers] == [cast.officer]
    reasons = {each.actor.user: reason for each, reason in done.refused}
    assert "lessons" in reasons[cast.colleague] and "on screen" in reasons[cast.outsider]
    again = print_all(cast.trainer, klass)
    assert not again.papers and len(again.refused) == 3
    assert TestPaper.objects.count() == 1


def test_while_a_paper_is_open_the_test_is_not_taken_on_screen(cast, klass, paper):
    attempt = paper.attempt
    with pytest.raises(services.TestOnPaper):
        services.start_attempt(by=cast.officer, enrolment=attempt.enrolment, key="final-test", language="en")
    with pytest.raises(services.TestOnPaper):
        services.submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en")
    first = attempt.responses.select_related("version__item").first()
    with pytest.raises(services.TestOnPaper):
        services.save_answer(
            by=cast.officer,
            attempt_uuid=attempt.uuid,
            position=1,
            answer=right_answer(first.version),
            seen=0,
            language="en",
        )
    client = cast.client(cast.officer)
    door = client.get(reverse("courses:activity", args=[klass.course.slug, "final-test"]))
    assert "You have this test on paper" in door.content.decode()
    assert "Go on with the test" not in door.content.decode()
    question = client.get(reverse("assessments:question", args=[attempt.uuid, 1]))
    assert question.status_code == 302
    for token in ({}, {"token": "made up"}):
        refused = client.post(reverse("assessments:question", args=[attempt.uuid, 1]), token)
        assert refused.status_code == 302 and b"Stem of" not in refused.content, "a refused form shows no question"
    assert not Response.objects.filter(attempt=attempt, answered_at__isnull=False).exists()


def test_nobody_prints_for_the_class_of_others_or_for_oneself(cast, klass):
    stranger = another_trainer("stranger")
    with pytest.raises(Http404):
        print_all(stranger, klass)
    with pytest.raises(Refused):
        print_all(cast.officer, klass)
    own = put_in(cast.trainer, klass)
    done = print_all(cast.trainer, klass)
    assert own.pk not in {each.attempt.enrolment_id for each in done.papers}


# --- the sheets


def test_the_sheets_hold_the_code_on_every_page_every_text_and_no_key(cast, klass, paper):
    labels = reads.labels_of(cast.trainer, [paper])
    pdf = PdfReader(io.BytesIO(sheets.print_papers([paper], labels, "final")))
    pages = [page.extract_text() for page in pdf.pages]
    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        assert pretty(paper.code) in text
        assert f"Page {number} of {len(pages)}" in text
    text = " ".join(" ".join(pages).split())
    for row in paper.attempt.responses.select_related("version__item", "content"):
        assert row.content.body["stem"] in text
    for secret in ("Feedback", "Jetty", "Pier", "tolerance"):
        assert secret not in text
    assert any("Answer sheet" in page for page in pages)


def test_the_square_on_the_printed_page_leads_to_the_paper(cast, paper, monkeypatch):
    def as_pictures(sheet, template):
        every = coverage().every.__contains__
        return compiler(template).compile(format="png", ppi=144, sys_inputs={"sheet": sheet(every, every)})

    monkeypatch.setattr(sheets, "print_sheet", as_pictures)
    pages = sheets.print_papers([paper], reads.labels_of(cast.trainer, [paper]), "final")
    read = {zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))[0].text for page in pages}
    (address,) = read
    assert code_in(address) == paper.code
    page = cast.client(cast.trainer).get(reverse("paper:find"), {"code": address})
    assert page.url == reverse("paper:one", args=[paper.uuid])
    assert cast.client(cast.trainer).get(urlsplit(address).path, {"code": paper.code}).status_code == 302


def test_a_restricted_officer_is_a_learner_code_on_paper(cast, klass):
    cast.home.sharing = "names"
    cast.home.save()
    cast.officer.is_restricted = True
    cast.officer.save()
    (paper,) = print_all(cast.trainer, klass).papers
    pdf = sheets.print_papers([paper], reads.labels_of(cast.trainer, [paper]), "final")
    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert cast.officer.learner_code in text and cast.officer.full_name not in text


def test_the_marking_key_says_what_is_right_in_the_letters_of_each_paper(cast, klass, paper):
    text = PdfReader(io.BytesIO(sheets.print_key([paper], "final", "en"))).pages[0].extract_text()
    assert pretty(paper.code) in text and "marked by a person" in " ".join(text.split())
    client = cast.client(cast.trainer)
    place = reverse("paper:key", args=[klass.uuid, final(klass).uuid])
    assert client.get(place)["Content-Type"] == "application/pdf"
    assert cast.client(cast.coordinator).get(place).status_code == 403
    put_in(cast.trainer, klass)
    services.start_attempt(
        by=cast.trainer,
        enrolment=Enrolment.objects.get(actor__user=cast.trainer),
        key="final-test",
        language="en",
    )
    assert client.get(place).status_code == 403
    assert client.get(place.replace("/key/", "/sheets/")).status_code == 403, "they may ask the same"


# --- codes


def test_a_code_bears_small_letters_gaps_and_what_is_often_misread():
    code = new_code()
    assert code_in(f" {code[:4].lower()} {code[4:].lower()} ") == code
    assert code_in(code.replace("0", "O").replace("1", "l")) == code
    assert not is_whole(code[:-1] + ("A" if code[-1] != "A" else "B"))


@given(st.integers(0, 7), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
@settings(max_examples=60, deadline=None)
def test_one_wrong_letter_is_noticed_and_the_code_is_found_all_the_same(place, letter):
    code = new_code()
    slip = code[:place] + letter + code[place + 1 :]
    assert slip == code or not is_whole(slip)
    assert near(slip, [code]) == [code]
    assert (
        near(code[:place] + code[place + 1 :], [code]) == near(code[:place] + letter + code[place:], [code]) == [code]
    )


def test_a_number_that_fits_two_people_asks_which_and_stores_nothing(cast, klass):
    put_in(cast.colleague, klass)
    one, other = print_all(cast.trainer, klass).papers
    TestPaper.objects.filter(pk=one.pk).update(code="ABCD0000")
    TestPaper.objects.filter(pk=other.pk).update(code="ABCD1111")
    client = cast.client(cast.trainer)
    page = client.get(reverse("paper:find"), {"code": "abcd"})
    assert page.status_code == 404
    assert "ABCD-0000" in page.content.decode() and "ABCD-1111" in page.content.decode()
    learner = client.get(reverse("paper:find"), {"code": cast.officer.learner_code})
    assert learner.status_code == 404
    assert learner.content.decode().count("ABCD-") == 1
    TestPaper.objects.filter(pk=one.pk).update(state="closed")
    assert "ABCD-0000" not in client.get(reverse("paper:find"), {"code": "abcd"}).content.decode(), "nobody types it"
    assert "No paper fits" in client.get(reverse("paper:find"), {"code": "ZZZZZZZZ"}).content.decode()
    assert not PaperEntry.objects.exists()


# --- entering


@given(questions(), st.randoms(use_true_random=False))
@settings(max_examples=120, deadline=None)
def test_letters_from_a_sheet_are_the_answer_on_screen_in_any_order_of_options(found, rng):
    kind = TYPES[found.type]
    structure = {**found.structure}
    if found.type == "hotspot":
        structure["picture"] = {"address": f"/files/{'0' * 64}.png", "width": 320, "height": 200}
    answer = "Some words." if kind.is_marked_by_hand else kind.solution(structure, found.answer_key, "en")
    answer = kind.normalise(structure, answer)
    places = places_of(found.type, structure, found.text, kind.paper_order(structure, rng), prefix="q1", label="1")
    given = signs_of(found.type, structure, places, answer, "q1")
    read = answer_in(found.type, structure, places, given, "q1")
    assert kind.score(structure, found.answer_key, read) == kind.score(structure, found.answer_key, answer)
    assert answer_in(found.type, structure, places, {}, "q1") is None


def test_a_letter_that_there_is_not_or_two_for_one_are_refused_with_words():
    places = places_of(
        "single",
        {"options": ["a", "b"]},
        {"stem": "?", "options": {"a": "x", "b": "y"}},
        ["b", "a"],
        prefix="q1",
        label="1",
    )
    structure = {"options": ["a", "b"]}
    assert answer_in("single", structure, places, {"q1": "a"}, "q1") == ["b"]
    with pytest.raises(InvalidAnswer, match="none of the letters"):
        answer_in("single", structure, places, {"q1": "C"}, "q1")
    with pytest.raises(InvalidAnswer, match="Only one"):
        answer_in("single", structure, places, {"q1": "AB"}, "q1")


def test_two_people_agree_and_the_paper_is_graded_recorded_and_certified_as_on_screen(cast, klass, second, paper):
    paper = enter(cast.trainer, paper)
    assert paper.state == "once" and paper.sat_until is not None
    paper = enter(second, paper, step=2)
    assert paper.state == "checked"
    assert Attempt.objects.get(pk=paper.attempt_id).submitted_at is None
    done = hand_in(cast.trainer, klass)
    attempt = Attempt.objects.get(pk=paper.attempt_id)
    assert [each.pk for each in done.papers] == [paper.pk]
    assert attempt.closed_by == "paper"
    assert (attempt.started_at, attempt.submitted_at) == (paper.sat_from, paper.sat_until)
    assert effective(attempt).passed and attempt.right == attempt.total == len(ITEMS) + 3, "the essay is for a person"
    assert Essay.objects.get().response.attempt == attempt
    assert services.record_attempt(attempt_pk=attempt.pk)
    assert all(each.given == {} for each in PaperEntry.objects.all())
    with pytest.raises(papers.EntryRefused):
        papers.undo_entry(by=cast.trainer, paper=paper, step=2)
    shown = cast.client(cast.officer).get(reverse("assessments:result", args=[attempt.uuid]))
    assert "It was sat on paper" in shown.content.decode()


def test_the_second_look_is_another_person_who_does_not_see_the_first(cast, klass, second, paper):
    paper = enter(cast.trainer, paper)
    with pytest.raises(papers.EntryRefused):
        enter(cast.trainer, paper, step=2)
    place = reverse("paper:one", args=[paper.uuid])
    assert "A second person is next" in cast.client(cast.trainer).get(place).content.decode()
    form = cast.client(second).get(place).context["form"]
    shown = {name: field.initial for name, field in form.fields.items() if field.initial}
    assert set(shown.values()) == {"Some words."}


def test_where_two_differ_both_are_shown_and_the_sheet_decides(cast, klass, second, paper):
    paper = enter(cast.trainer, paper, typed(paper, wrong_answer))
    paper = enter(second, paper, typed(paper), step=2)
    assert paper.state == "differs"
    assert hand_in(cast.trainer, klass).papers == []
    page = cast.client(cast.trainer).get(reverse("paper:one", args=[paper.uuid]))
    assert "First:" in page.content.decode() and "Second:" in page.content.decode()
    paper = enter(cast.trainer, paper, typed(paper), step=3)
    assert paper.state == "checked"
    hand_in(cast.trainer, klass)
    attempt = Attempt.objects.get(pk=paper.attempt_id)
    assert attempt.right == attempt.total


def test_an_essay_on_which_two_differ_is_shown_twice_and_stays_unless_it_is_mended(cast, klass, second, paper):
    place = next(each for question in reads.questions_of(paper.attempt) for each in question.places if each.lines > 1)
    one, other = {**typed(paper), place.field: "The first\ntext."}, {**typed(paper), place.field: "The second\ntext."}
    enter(second, enter(cast.trainer, paper, one), other, step=2)
    client, url = cast.client(cast.trainer), reverse("paper:one", args=[paper.uuid])
    page = client.get(url)
    form = page.context["form"]
    assert set(form.fields) == {place.field} and form.fields[place.field].initial == "The second\ntext."
    assert (
        "<p>The first<br>text.</p>" in page.content.decode() and "<p>The second<br>text.</p>" in page.content.decode()
    )
    done = client.post(url, {"step": "3", place.field: "The second\ntext."}, follow=True)
    assert "Both entries agree" not in done.content.decode()
    assert PaperEntry.objects.get(number=3).given[place.field].split() == ["The", "second", "text."]
    page = client.get(url).content.decode()
    assert "Both entries agree" not in page and "Checked" in page


def test_an_entry_is_taken_back_before_handing_in(cast, klass, second, paper):
    paper = enter(second, enter(cast.trainer, paper), step=2)
    paper = papers.undo_entry(by=cast.trainer, paper=paper, step=2)
    assert paper.state == "once"
    paper = papers.undo_entry(by=cast.trainer, paper=paper, step=1)
    assert (paper.state, paper.sat_from) == ("printed", None)
    with pytest.raises(papers.EntryRefused):
        papers.undo_entry(by=cast.trainer, paper=paper, step=1)


def test_taking_back_pressed_twice_takes_one_entry_back(cast, klass, second, paper):
    enter(second, enter(cast.trainer, paper), step=2)
    client = cast.client(cast.trainer)
    page = client.get(reverse("paper:one", args=[paper.uuid])).content.decode()
    assert '<input type="hidden" name="step" value="2">' in page
    for _press in range(2):
        client.post(reverse("paper:undo", args=[paper.uuid]), {"step": "2"})
    assert [each.number for each in PaperEntry.objects.all()] == [1]
    with pytest.raises(papers.EntryRefused, match="meantime"):
        papers.undo_entry(by=cast.trainer, paper=paper, step=2)


def test_what_stands_otherwise_by_now_is_not_entered(cast, klass, second, paper):
    enter(cast.trainer, paper)
    with pytest.raises(papers.EntryRefused, match="meantime"):
        enter(second, paper, step=1)
    assert PaperEntry.objects.count() == 1


@pytest.mark.parametrize("begins, ends", [(50, 40), (1, 800), (60, 600), (-200, -100)])
def test_a_time_that_cannot_be_is_refused(cast, klass, paper, begins, ends):
    now = timezone.now()
    when = papers.Sitting(now + dt.timedelta(minutes=begins), now + dt.timedelta(minutes=ends))
    with pytest.raises(papers.WrongSitting):
        enter(cast.trainer, paper, when=when)
    assert not PaperEntry.objects.exists()


def test_something_that_cannot_be_read_stores_nothing(cast, klass, paper):
    places = [place for each in reads.questions_of(paper.attempt) for place in each.places]
    first = next(place.field for place in places if place.choices)
    page = cast.client(cast.trainer).post(
        reverse("paper:one", args=[paper.uuid]),
        {
            first: "Ж",
            "step": "1",
            "sat-day": "2020-01-01",
            "sat-begins": "10:00",
            "sat-ends": "11:00",
            "sat-time_zone": "Asia/Bangkok",
        },
    )
    assert page.status_code == 422
    with pytest.raises(papers.EntryRefused):
        enter(cast.trainer, paper, {**typed(paper), first: "Ж" * 3})
    assert not PaperEntry.objects.exists()


def test_a_sitting_over_midnight_ends_on_the_next_day():
    data = {"day": "2026-03-01", "begins": "23:30", "ends": "00:20", "time_zone": "Asia/Bangkok"}
    form = SittingForm(data)
    assert form.is_valid()
    assert form.cleaned_data["ends"] - form.cleaned_data["begins"] == dt.timedelta(minutes=50)


def test_the_sitting_of_another_test_is_not_suggested(cast, klass, second, paper):
    enter(cast.trainer, paper)
    put_in(cast.colleague, klass)
    client = cast.client(cast.trainer)
    for key, is_there in (("final-test", True), ("pre-test", False)):
        activity = Activity.objects.get(course=klass.course, key=key)
        people = [Enrolment.objects.get(actor__user=cast.colleague).uuid]
        (other,) = papers.print_papers(
            by=cast.trainer, klass=klass, activity=activity.uuid, language="en", enrolments=people
        ).papers
        sitting = client.get(reverse("paper:one", args=[other.uuid])).context["sitting"]
        assert ("day" in sitting.initial) == is_there


def test_a_paper_is_entered_from_the_page_by_keyboard_alone(cast, klass, paper):
    now = timezone.now()
    with time_machine.travel(now + 2 * HOUR):
        begins, ends = now + dt.timedelta(minutes=1), now + dt.timedelta(minutes=30)
        page = cast.client(cast.trainer).post(
            reverse("paper:one", args=[paper.uuid]),
            {
                **typed(paper),
                "step": "1",
                "sat-day": begins.date().isoformat(),
                "sat-begins": f"{begins:%H:%M}",
                "sat-ends": f"{ends:%H:%M}",
                "sat-time_zone": "UTC",
            },
        )
    assert page.status_code == 302, page.context["form"].errors
    assert TestPaper.objects.get().state == "once"


def test_the_paper_of_who_is_gone_is_not_handed_in(cast, klass, second, paper):
    paper = enter(second, enter(cast.trainer, paper), step=2)
    Enrolment.objects.update(ended_at=timezone.now())
    done = hand_in(cast.trainer, klass)
    assert not done.papers and "not enrolled" in done.refused[0][1]
    actor = paper.attempt.enrolment.actor
    actor.user = None
    actor.save()
    assert "erased" in hand_in(cast.trainer, klass).refused[0][1]
    assert Attempt.objects.get(pk=paper.attempt_id).submitted_at is None


def test_a_paper_that_was_not_sat_is_withdrawn_and_costs_no_attempt(cast, klass, paper):
    papers.withdraw_paper(by=cast.trainer, paper=paper)
    assert not TestPaper.objects.exists() and not Attempt.objects.exists()
    started = services.start_attempt(
        by=cast.officer, enrolment=Enrolment.objects.get(), key="final-test", language="en"
    )
    assert started.submitted_at is None
    event = AuditEvent.objects.get(action="paper.withdrawn")
    assert (event.details["code"], event.details["activity"]) == (paper.code, "final-test")
    assert event.details["class"] == str(klass.uuid) and event.details["printed_at"]
    assert event.member == Enrolment.objects.get().member


def test_a_paper_with_an_entry_is_not_withdrawn(cast, klass, paper):
    enter(cast.trainer, paper)
    with pytest.raises(papers.EntryRefused):
        papers.withdraw_paper(by=cast.trainer, paper=paper)
    assert TestPaper.objects.exists()


def test_an_exam_with_tickets_is_printed_without_one(cast, klass, monkeypatch):
    set_rules(monkeypatch, "final-test", needs_ticket=True)
    assert len(print_all(cast.trainer, klass).papers) == 1


def test_a_trainer_of_another_class_finds_and_enters_nothing(cast, klass, paper):
    stranger = another_trainer("stranger")
    for act, more in ((papers.undo_entry, {"step": 1}), (papers.withdraw_paper, {})):
        with pytest.raises(Http404):
            act(by=stranger, paper=paper, **more)
        with pytest.raises(Refused):
            act(by=cast.officer, paper=paper, **more)
    with pytest.raises(Http404):
        enter(stranger, paper)
    assert hand_in(stranger, klass).papers == []
    with pytest.raises(Refused):
        hand_in(cast.officer, klass)
    assert cast.client(stranger).get(reverse("paper:find"), {"code": paper.code}).status_code == 404


def test_the_list_says_how_far_each_paper_is(cast, klass, second, paper):
    place = reverse("paper:overview", args=[klass.uuid, final(klass).uuid])
    client = cast.client(cast.trainer)
    assert "printed" in client.get(place).content.decode()
    enter(second, enter(cast.trainer, paper), step=2)
    page = client.get(place).content.decode()
    assert "checked" in page and "Hand in 1 checked paper" in page
    assert client.post(reverse("paper:hand_in", args=[klass.uuid, final(klass).uuid])).status_code == 302
    assert "1 of 1 handed in" in client.get(place).content.decode()
    assert reverse("paper:index") in client.get(reverse("exams:list")).content.decode()
