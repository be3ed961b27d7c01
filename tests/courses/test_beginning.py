"""A course is begun on the site, without a file: names that stay, a bank, and a draft for authors only."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.models import Bank
from courses.pages.checklist import checklist_of
from courses.pages.models import CoursePage, LessonPage, ModulePage
from courses.pages.services import NotPublishable, publish_course
from learning.models import Course

GIVEN = {"title": "Safe interviews", "code": "C9", "slug": "", "pillar": "victim_protection", "language": "en"}


@pytest.fixture
def trainer(cast):
    return cast.client(cast.trainer)


def test_a_trainer_begins_a_course_and_goes_on_in_the_editor(cast, trainer):
    assert reverse("course_new") in trainer.get(reverse("course_files")).content.decode()
    answer = trainer.post(reverse("course_new"), GIVEN)
    page = CoursePage.objects.get(course__code="C9")
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert (page.title, page.course.slug, page.pillar, page.live) == (
        "Safe interviews", "safe-interviews", "victim_protection", False,
    )  # fmt: skip
    assert Bank.objects.get(course=page.course).name == "safe-interviews"
    for address in (
        answer.url,
        reverse("wagtailadmin_pages:add", args=["courses", "modulepage", page.pk]),
        reverse("course_checklist", args=[page.pk]),
        reverse("quizzes:course", args=["safe-interviews"]),
    ):
        assert trainer.get(address).status_code == 200, address
    officer = cast.client(cast.officer)
    assert officer.get("/en/courses/safe-interviews/").status_code == 404
    assert "Safe interviews" not in officer.get("/en/courses/").content.decode()


def test_a_name_that_another_course_has_is_refused_beside_its_field(trainer, course):
    before = Course.objects.count()
    taken = {"code": course.course.code.lower(), "slug": course.course.slug}
    for field, words in (("code", "Another course has this code."), ("slug", "Another course has this address.")):
        answer = trainer.post(reverse("course_new"), GIVEN | {field: taken[field]})
        assert words in answer.content.decode()
    answer = trainer.post(reverse("course_new"), GIVEN | {"title": "محفوظ"})
    assert "write an address" in answer.content.decode()
    assert Course.objects.count() == before


def test_questions_of_a_module_are_written_before_it_is_published(trainer):
    trainer.post(reverse("course_new"), GIVEN)
    page = CoursePage.objects.get(course__code="C9")
    module = ModulePage(title="First steps", slug="first-steps", objectives="Begin", locale=page.locale, live=False)
    page.add_child(instance=module)
    module.save_revision()
    form = trainer.get(reverse("bank:new", args=["safe-interviews"]) + "?type=single&pool=test").content.decode()
    assert f'<option value="{module.key}">First steps</option>' in form
    file = SimpleUploadedFile("q.txt", b"A?{=b#Yes. ~c#No.}\n")
    asked = {"file": file, "bank": "safe-interviews", "pool": "test", "module": module.key}
    planned = trainer.get(trainer.post(reverse("bank:import"), asked).url).content.decode()
    assert "Import 1 question" in planned


def test_nothing_is_on_the_shelf_before_the_page_of_the_course_and_a_lesson_are_published(trainer, course):
    # as for a course of which only one lesson was published
    pages = CoursePage.objects.filter(pk=course.page.pk)
    pages.update(live=False, first_published_at=None)
    with pytest.raises(NotPublishable, match="was never published"):
        publish_course(by=None, page=pages.get())
    pages.update(live=True)
    LessonPage.objects.update(live=False)
    with pytest.raises(NotPublishable, match="nothing to read"):
        publish_course(by=None, page=pages.get())
    assert course.revision.edition.revisions.count() == 1


# --- knowledge checks offer what may stand in them


def _banks(page: str) -> list[str]:
    start = page.index('data-practice-banks="') + len('data-practice-banks="')
    return json.loads(page[start : page.index('"', start)].replace("&quot;", '"'))


def test_the_editor_of_a_lesson_says_which_bank_is_its_own(trainer, course):
    lesson = LessonPage.objects.get(key="m1-l1")
    page = trainer.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).content.decode()
    assert _banks(page) == [course.course.banks.get().name]
    assert "courses/practice" in page
    module = ModulePage.objects.get(key="m1")
    new = trainer.get(reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", module.pk])).content.decode()
    assert _banks(new) == [course.course.banks.get().name]


def test_a_question_of_another_course_in_a_check_is_found_by_the_checklist(trainer, course):
    assert not [point for point in checklist_of(course.page).points if "no open practice question" in point.text]
    other = Course.objects.create(code="X", slug="x", pillar="borders")
    course.course.banks.get().items.filter(key="P1").update(bank=Bank.objects.create(name="x", course=other))
    assert [point for point in checklist_of(course.page).points if "no open practice question" in point.text]
