"""Everything that was shown can be shown again, whatever happened to the page since; and not to just anybody."""

import re

import pytest
from wagtail.models import Page

from accounts.roles import Role
from assessments.models import Attempt, Item, Response
from courses.pages.models import CoursePage, LessonPage
from courses.pages.services import publish_course
from courses.player.views.parts import PART_KINDS
from learning.models import FrozenContent, ManifestEntry
from learning.services import enrol, move_forward
from tests.cast import make_person
from tests.factories import complete
from tests.learning.editions import edit

LESSON = "/en/courses/t1/as-it-was/1.1/en/m1-l1/"
COURSE = "/en/courses/t1/as-it-was/1.1/en/course/"


@pytest.fixture
def officer(cast, course):
    enrol(by=cast.officer, course=course.course)
    return cast.client(cast.officer)


def text_of(client, path: str = LESSON) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def is_as_it_was(client) -> bool:
    text = text_of(client)
    digest = ManifestEntry.objects.get(
        revision__number=1, revision__edition__number=1, activity__key="m1-l1", language="en"
    ).content_id
    return "Act, means, purpose." in text and digest in text and "not a letter has changed" in text


def test_a_lesson_is_shown_with_edition_revision_language_and_hash(officer):
    text = text_of(officer)
    assert "edition 1, revision 1" in text and "English" in text and is_as_it_was(officer)


def test_a_correction_later_leaves_it_as_it_was(officer, course):
    edit("m1-l1", "Corrected.")
    publish_course(by=None, page=course.page)
    assert is_as_it_was(officer)
    assert "Corrected." in text_of(officer, "/en/courses/t1/as-it-was/1.2/en/m1-l1/")


def test_a_page_that_was_deleted_is_shown_as_it_was(officer):
    LessonPage.objects.get(key="m1-l1").delete()
    assert is_as_it_was(officer)


def test_a_page_that_was_moved_and_renamed_is_shown_as_it_was(officer):
    lesson = LessonPage.objects.get(key="m1-l1")
    lesson.title = "Another name"
    lesson.slug = "another-address"
    lesson.save()
    lesson.move(Page.objects.get(slug="t1"), pos="last-child")
    assert is_as_it_was(officer) and "Another name" not in text_of(officer)


def test_a_page_that_was_unpublished_is_shown_as_it_was(officer, course):
    LessonPage.objects.get(key="m1-l1").unpublish()
    publish_course(by=None, page=CoursePage.objects.get(pk=course.page.pk))
    assert is_as_it_was(officer)


def test_a_kind_of_block_that_left_the_code_is_shown_by_its_words(officer, monkeypatch):
    monkeypatch.setattr("courses.player.views.past.TYPES", {})
    monkeypatch.delitem(PART_KINDS, "check")
    text = text_of(officer)
    assert "Act, means, purpose." in text and "of a kind that the site no longer shows" in text
    assert "Stem of P1" in text


def test_a_question_that_was_retired_is_shown_as_it_was(officer):
    Item.objects.update(retired_at="2026-01-01T00:00:00Z")
    text = text_of(officer)
    assert "Stem of P1" in text and "Feedback of P1" in text, "practice questions are open"


def test_a_language_that_the_site_offers_no_longer_is_shown_as_it_was(officer, settings):
    settings.LANGUAGES = [("id", "Bahasa Indonesia")]
    answer = officer.get(LESSON.replace("/en/courses", "/id/courses"))
    assert answer.status_code == 200 and "Act, means, purpose." in answer.content.decode()


def test_a_knowledge_check_is_closed(officer):
    text = text_of(officer)
    form = text[text.index("Stem of P1") :]
    assert '<fieldset class="closed" disabled>' in text and "form_id" not in form


def test_the_text_of_the_course_is_shown_with_the_contents_of_its_revision(officer):
    text = text_of(officer, COURSE)
    assert "What it is about." in text and LESSON in text


def test_content_that_was_changed_behind_the_back_of_the_site_is_seen(officer, monkeypatch):
    real = FrozenContent.from_db.__func__

    def tampered(cls, db, names, values):
        row = real(cls, db, names, values)
        if isinstance(row.body, dict) and row.body.get("title") == "First lesson":
            row.body = row.body | {"title": "Forged"}
        return row

    monkeypatch.setattr(FrozenContent, "from_db", classmethod(tampered))
    assert "changed behind the back of the site" in text_of(officer)


# --- who


def test_only_who_is_or_was_enrolled_in_the_edition_looks_back_and_those_who_answer_for_it(cast, course, officer):
    reviewer = make_person("reviewer", Role.PROTECTION_REVIEWER)
    author = make_person("author", Role.AUTHOR)
    for person in (cast.trainer, cast.rso, cast.admin, reviewer, author):
        assert cast.client(person).get(LESSON).status_code == 200, person
    for person in (cast.colleague, cast.outsider, cast.coordinator, cast.analyst, cast.auditor, cast.nobody):
        assert cast.client(person).get(LESSON).status_code == 404, person
    assert cast.client(None).get(LESSON).status_code == 302


def test_who_moved_forward_still_sees_the_edition_that_was_left_and_not_one_to_come(cast, course, officer):
    second = LESSON.replace("1.1", "2.1")
    edit("m1-l1", "Of the second edition.")
    publish_course(by=None, page=course.page, as_new_edition=True)
    assert officer.get(second).status_code == 404
    move_forward(by=cast.officer, course=course.course)
    assert "Of the second edition." in text_of(officer, second) and is_as_it_was(officer)


def test_what_is_not_there_is_not_found(officer):
    for path in (
        LESSON.replace("1.1", "1.7"),
        LESSON.replace("1.1", "9.1"),
        LESSON.replace("/en/m1", "/ur/m1"),
        LESSON.replace("m1-l1", "m9-l9"),
        LESSON.replace("/t1/", "/t9/"),
    ):
        assert officer.get(path).status_code == 404, path


def test_no_page_of_the_past_shows_the_key_of_a_test(cast, course, officer):
    path = "/en/courses/t1/as-it-was/1.1/en/final-test/"
    assert officer.get(path).status_code == 404
    text = text_of(cast.client(cast.trainer), path)
    assert "Stem of F1" in text and "Feedback of" not in text and "is-right" not in text


# --- by the hash


def test_a_hash_leads_to_what_was_shown_under_it(cast, course, officer):
    digest = ManifestEntry.objects.get(activity__key="m1-l1").content_id
    assert officer.get(f"/en/courses/shown/{digest}/").url == LESSON
    assert officer.get(f"/en/courses/shown/{course.revision.digest}/").url == COURSE
    assert officer.get(f"/en/courses/shown/{'0' * 64}/").status_code == 404
    assert cast.client(cast.outsider).get(f"/en/courses/shown/{digest}/").status_code == 404


def test_the_hash_of_a_paper_or_a_question_leads_its_officer_to_the_result_and_authors_to_the_bare_questions(
    cast, course
):
    complete(cast.officer, course.course)
    attempt = Attempt.objects.get()
    question = Response.objects.filter(version__item__key="F1").get().content_id
    for digest in (attempt.digest, question):
        path = f"/en/courses/shown/{digest}/"
        assert str(attempt.uuid) in cast.client(cast.officer).get(path).url
        assert cast.client(cast.colleague).get(path).status_code == 404
        text = text_of(cast.client(cast.rso), path)
        assert "Stem of F1" in text and "Feedback of" not in text
        assert not re.search(r"is-right|is-chosen| checked| selected", text)
        assert cast.officer.full_name not in text
