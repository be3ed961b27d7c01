"""A class that sits a test on paper, and what two people type from its sheets."""

import datetime as dt

import time_machine
from django.utils import timezone

from assessments.models import TestPaper
from assessments.paper import reads
from assessments.paper.places import signs_of
from assessments.services import paper as papers
from courses.pages.services import publish_course
from learning.models import Activity, Class, Enrolment
from learning.services import add_trainer, make_class
from tests.assessments.sitting import ready
from tests.factories import ITEMS, make_course, right_answer, with_all_types

HOUR = dt.timedelta(hours=1)


def class_of_two(cast) -> Class:
    """A class of a course with every type of question, taught by two, with one officer who did the lessons."""
    course = make_course(final_draw=len(ITEMS) + 4, publish=False)
    with_all_types(course.course)
    publish_course(by=None, page=course.page)
    klass = make_class(by=cast.rso, course=course.course, title="Spring class", starts_on=timezone.localdate())
    for each in ("trainer", "second"):
        add_trainer(by=cast.rso, klass=klass, username=each, starts_on=timezone.localdate())
    put_in(cast.officer, klass)
    return klass


def put_in(user, klass: Class) -> Enrolment:
    enrolment = ready(user, klass.course)
    enrolment.klass = klass
    enrolment.save()
    return enrolment


def final(klass: Class) -> Activity:
    return Activity.objects.get(course=klass.course, key="final-test")


def print_all(by, klass: Class, language: str = "en") -> papers.Printed:
    people = list(Enrolment.objects.filter(klass=klass).values_list("uuid", flat=True))
    return papers.print_papers(by=by, klass=klass, activity=final(klass).uuid, language=language, enrolments=people)


def typed(paper: TestPaper, choose=right_answer) -> dict[str, str]:
    """What somebody reads from a sheet on which every answer is one of `choose`."""
    found: dict[str, str] = {}
    for each in reads.questions_of(paper.attempt):
        version = each.response.version
        answer = choose(version)
        found |= signs_of(version.item.type, version.structure, each.places, answer, f"q{each.position}")
    return found


def sitting() -> papers.Sitting:
    now = timezone.now()
    return papers.Sitting(now + dt.timedelta(minutes=1), now + dt.timedelta(minutes=41))


def enter(by, paper: TestPaper, given=None, step: int = 1, when: papers.Sitting | None = None) -> TestPaper:
    given = typed(paper) if given is None else given
    own = (when or sitting()) if step == 1 else None
    with time_machine.travel(timezone.now() + 2 * HOUR, tick=False):
        return papers.enter_paper(by=by, paper=paper, given=given, step=step, sitting=own)


def hand_in(by, klass: Class) -> papers.HandedIn:
    return papers.hand_in_papers(by=by, klass=klass, activity=final(klass).uuid)
