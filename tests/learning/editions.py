"""A course of two modules that comes out in editions, for tests."""

from courses.pages.models import CoursePage, LessonPage, ModulePage
from courses.pages.services import publish_course
from learning.deltas import Scope
from learning.models import Edition, EditionRevision, Enrolment
from learning.services import begin_refresher, enrol
from tests.factories import SmallCourse, finish_lessons, make_course, make_item, take_test

LESSONS = ("m1-l1", "m1-l2", "m2-l1")


def make_two_modules(code: str = "T1", review_state: str = "draft") -> SmallCourse:
    """Module m2 has one lesson and three final-test questions, of which G1 must be right; three are drawn of each."""
    small = make_course(code, publish=False, review_state=review_state)
    for key, must in (("G1", True), ("G2", False), ("G3", False)):
        make_item(small.course, key, "test", must=must, module="m2")
    module = small.page.add_child(
        instance=ModulePage(title="Module two", slug="m2", key="m2", objectives="say it", locale=small.page.locale)
    )
    module.add_child(
        instance=LessonPage(
            title="Lesson of two",
            slug="m2-l1",
            key="m2-l1",
            locale=small.page.locale,
            body=[{"id": "kp-2", "type": "key_point", "value": {"text": "The law of today.", "source": "L1 3(a)"}}],
        )
    )
    small.revision = publish_course(by=None, page=small.page)[0]
    return small


def edit(key: str, text: str, small: SmallCourse | None = None) -> LessonPage:
    """Change a lesson in the workshop; officers read the edition."""
    pages = LessonPage.objects.descendant_of(small.page) if small else LessonPage.objects
    lesson = pages.get(key=key)
    lesson.body[0].value["text"] = text
    lesson.save()
    return lesson


def new_edition(small: SmallCourse, *lessons: str, questions: int = 2, minutes: int = 20) -> EditionRevision:
    """Change these lessons and publish them as a new edition with a delta of them; without lessons none."""
    number = Edition.objects.filter(course=small.course).count() + 1
    for key in lessons:
        edit(key, f"Changed for edition {number}: {key}.", small)
    delta = Scope(frozenset(lessons), questions, minutes) if lessons else None
    page = CoursePage.objects.get(pk=small.page.pk)
    return publish_course(by=None, page=page, as_new_edition=True, delta=delta)[0]


def complete_all(user, small: SmallCourse) -> Enrolment:
    enrolment = enrol(by=user, course=small.course)
    finish_lessons(enrolment, LESSONS)
    take_test(user, enrolment)
    return Enrolment.objects.get(pk=enrolment.pk)


def refresh(user, small: SmallCourse, *lessons: str) -> Enrolment:
    """Take the refresher that is offered, right to its end."""
    enrolment = begin_refresher(by=user, course=small.course)
    finish_lessons(enrolment, lessons)
    take_test(user, enrolment, "delta-test")
    return Enrolment.objects.get(pk=enrolment.pk)
