"""What a course says about itself: rules and tags are frozen, prerequisites are asked for, the checklist finds gaps."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.pages.blocks.branching import unplayable
from courses.pages.checklist import State, checklist_of
from courses.pages.models import CoursePage, LessonPage, ModulePage
from courses.pages.services import publish_course
from learning.manifest import Outline, Rules, circle_in
from learning.models import Course, Edition, EditionRevision, Enrolment
from learning.selectors import missing_prerequisites, prerequisite_circle, why_not_open
from learning.services import NotOpen, enrol
from tests.factories import complete, make_course
from tests.scenarios import end, node, scenario


def republish(page: CoursePage) -> EditionRevision:
    return publish_course(by=None, page=CoursePage.objects.get(pk=page.pk))[0]


def lacking(page: CoursePage, state: State = State.MISSING) -> str:
    return "\n".join(point.text for point in checklist_of(page).points if point.state == state)


# --- what is frozen


def test_a_course_without_the_newer_fields_keeps_the_digest_of_its_edition(course):
    assert republish(course.page) == course.revision
    assert set(course.revision.edition.rules) == {"pass_mark", "validity_months", "design_minutes", "must_be_right"}


def test_tags_credits_and_level_are_frozen_and_shown_to_anyone(client, course):
    CoursePage.objects.filter(pk=course.page.pk).update(
        subjects=["trafficking"],
        tags="RCF, project 7",
        course_level="practitioner",
        credits="Pictures: <b>someone</b>",
        authors="Ada Example\nAn academy",
    )
    republish(course.page)
    CoursePage.objects.filter(pk=course.page.pk).update(tags="", credits="", authors="")
    page = client.get("/en/courses/t1/").content.decode()
    for words in ("Trafficking in persons", "RCF", "project 7", "Practitioner", "Ada Example", "An academy"):
        assert words in page
    assert "&lt;b&gt;someone&lt;/b&gt;" in page


def test_the_pillar_is_drafted_on_the_page_and_the_catalogue_follows_at_publication(course):
    CoursePage.objects.filter(pk=course.page.pk).update(pillar="borders", tags="RCF")
    assert Course.objects.get(pk=course.course.pk).pillar == "prevention"
    republish(course.page)
    assert Course.objects.get(pk=course.course.pk).pillar == "borders"


def test_a_lesson_that_may_be_left_out_is_not_needed_to_complete(course):
    LessonPage.objects.filter(key="m1-l2").update(is_optional=True)
    outline = Outline.from_json(republish(course.page).outline)
    assert outline.by_key["m1-l2"].uuid not in outline.required
    assert outline.by_key["m1-l1"].uuid in outline.required


def test_a_required_pretest_is_needed_to_complete(course):
    CoursePage.objects.filter(pk=course.page.pk).update(requires_pretest=True)
    outline = Outline.from_json(republish(course.page).outline)
    assert outline.by_key["pre-test"].uuid in outline.required


def test_rules_survive_their_stored_form():
    rules = Rules(
        pass_mark=80,
        validity_months=24,
        design_minutes=90,
        must_be_right=("Q1",),
        prerequisites=("a", "b"),
        follow_up_days=90,
    )
    assert Rules.from_json(rules.as_json()) == rules
    plain = Rules(pass_mark=80, validity_months=24, design_minutes=90)
    assert Rules.from_json(plain.as_json()) == plain


# --- prerequisites


@pytest.fixture
def second(course):
    """A course that asks for the first one."""
    second = make_course("T2")
    CoursePage.objects.filter(pk=second.page.pk).update(prerequisites=[str(course.course.uuid)])
    republish(second.page)
    return second


def test_prerequisites_make_a_new_edition_because_they_are_a_rule(second):
    assert Edition.objects.filter(course=second.course).count() == 2


def test_nobody_enrols_before_the_prerequisite_is_complete(cast, course, second):
    assert missing_prerequisites(cast.officer, second.course) == [course.course]
    assert "Course T1" in why_not_open(cast.officer, second.course)
    with pytest.raises(NotOpen, match="First complete: “Course T1”"):
        enrol(by=cast.officer, course=second.course)
    answer = cast.client(cast.officer).post(reverse("courses:enrol", args=["t2"]))
    assert answer.status_code == 403 and not Enrolment.objects.filter(course=second.course).exists()
    assert "First complete" in cast.client(cast.officer).get("/en/courses/t2/").content.decode()


def test_whoever_completed_the_prerequisite_enrols(cast, course, second):
    complete(cast.officer, course.course)
    assert why_not_open(cast.officer, second.course) == ""
    assert enrol(by=cast.officer, course=second.course).course == second.course
    assert missing_prerequisites(cast.colleague, second.course), "somebody else's completion counts for nobody"


def test_a_circle_is_found_however_long(course, second):
    third = make_course("T3")
    CoursePage.objects.filter(pk=third.page.pk).update(prerequisites=[str(second.course.uuid)])
    republish(third.page)
    assert prerequisite_circle(course.course, [str(third.course.uuid)]) == ["T1", "T3", "T2", "T1"]
    assert prerequisite_circle(course.course, []) == []
    CoursePage.objects.filter(pk=course.page.pk).update(prerequisites=[str(third.course.uuid)])
    assert "T1 → T3 → T2 → T1" in lacking(CoursePage.objects.get(pk=course.page.pk))


def test_a_circle_somewhere_else_is_none_of_ones_own():
    graph = {"a": ["b"], "b": ["c"], "c": ["b"]}
    assert circle_in(graph, "a") == []
    assert circle_in(graph, "b") == ["b", "c", "b"]
    assert circle_in({"a": ["a"]}, "a") == ["a", "a"]
    assert circle_in({"a": ["b", "c"], "b": ["d"], "c": ["a"], "d": ["a"]}, "a") == ["a", "c", "a"], "the shortest"


# --- the checklist


def test_the_checklist_names_what_is_missing_with_the_place(course):
    found = checklist_of(course.page)
    level = next(point for point in found.points if "level is not set" in point.text)
    assert level.state == State.MISSING
    assert level.url == reverse("wagtailadmin_pages:edit", args=[course.page.pk])
    assert "next review is not set" in lacking(course.page)
    assert "no content note" in lacking(course.page), "the second lesson has the level W1"


def test_a_course_that_is_in_order_lacks_nothing(course):
    in_a_year = timezone.localdate() + dt.timedelta(days=300)
    CoursePage.objects.filter(pk=course.page.pk).update(
        course_level="foundation", review_due_on=in_a_year, subjects=["trafficking"], pretest_draw=1
    )
    LessonPage.objects.filter(key="m1-l2").update(level="W0")
    ModulePage.objects.filter(key="m1").update(level="W0")
    assert lacking(CoursePage.objects.get(pk=course.page.pk)) == ""


def test_a_picture_is_asked_for_words_unless_it_has_them_or_is_decorative(course):
    lesson = LessonPage.objects.get(key="m1-l1")
    for words, decorative, is_asked in (("", False, True), ("A desk and two chairs.", False, False), ("", True, False)):
        lesson.body = [("picture", {"picture": None, "alt": words, "is_decorative": decorative, "caption": ""})]
        lesson.save_revision()
        assert ("alternative text" in lacking(course.page)) is is_asked


def test_the_checklist_reads_drafts_and_changes_nothing(course):
    before = course.page.get_latest_revision()
    lesson = LessonPage.objects.get(key="m1-l1")
    lesson.body = []
    lesson.save_revision()
    assert "It is empty." in lacking(course.page)
    assert LessonPage.objects.get(key="m1-l1").body
    assert course.page.get_latest_revision() == before


def test_a_content_note_after_the_case_that_it_warns_of_is_found(course):
    lesson = LessonPage.objects.get(key="m1-l2")
    note = {"id": "note", "type": "content_note", "value": {"level": "W1", "text": "A case follows."}}
    lesson.body = [*lesson.body.raw_data, note]
    lesson.save_revision()
    assert "comes after the case" in lacking(course.page)
    lesson.body = [note, *(raw for raw in lesson.body.raw_data if raw["id"] != "note")]
    lesson.save_revision()
    assert "comes after the case" not in lacking(course.page)


def test_a_scenario_that_cannot_be_played_is_found_with_its_block(course):
    lesson = LessonPage.objects.get(key="m1-l1")
    value = scenario([("all", "Officer", "gate")], node("gate", "Somebody waits."), end("home", "Safe.", "good"))
    lesson.body = [*lesson.body.raw_data, {"id": "case-1", "type": "branching", "value": value}]
    lesson.save_revision()
    points = [point for point in checklist_of(course.page).points if point.url.endswith("#block-case-1-section")]
    assert points and {point.state for point in points} == {State.MISSING}
    assert [point.text for point in points] == unplayable(value)


def test_the_signatures_that_lack_are_named_with_the_page_of_the_review(cast, course, settings):
    page = reverse("review:unit", args=["t1", "m1", "en"])
    assert page not in {point.url for point in checklist_of(course.page).points}, "nothing is required here"
    settings.REQUIRE_REVIEW = True
    point = next(point for point in checklist_of(course.page).points if point.url == page)
    assert point.state == State.MISSING
    assert point.text.startswith("“Module one” (1 Law, 2 Security, 3 Protection")
    shown = cast.client(cast.trainer).get(reverse("course_checklist", args=[course.page.pk])).content.decode()
    assert page in shown and reverse("review:course", args=["t1"]) in shown


def test_a_check_whose_question_was_retired_is_found_with_its_block(course):
    course.course.banks.get().items.filter(key="P1").update(retired_at=dt.datetime.now(dt.UTC))
    point = next(point for point in checklist_of(course.page).points if "no open practice question" in point.text)
    assert point.url.endswith("#block-check-1-section")


def test_too_few_questions_are_found_by_module(course):
    CoursePage.objects.filter(pk=course.page.pk).update(final_draw=9)
    assert "too few are there in: Module one" in lacking(CoursePage.objects.get(pk=course.page.pk))


def test_an_author_opens_the_list_from_the_editor(cast, course):
    browser = cast.client(cast.trainer)
    url = reverse("course_checklist", args=[course.page.pk])
    assert url in browser.get(reverse("wagtailadmin_pages:edit", args=[course.page.pk])).content.decode()
    shown = browser.get(url).content.decode()
    assert "missing" in shown and "Go there" in shown
