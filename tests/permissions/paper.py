"""Tests on paper of a class of T1, which the trainer teaches; one officer has the pre-test on paper."""

import uuid

from django.utils import timezone

from accounts.roles import Role
from assessments.models import TestPaper
from assessments.services.paper import print_papers
from learning.models import Activity, Course
from learning.services import add_trainer, enrol, make_class
from tests.cast import make_person
from tests.permissions.lines import GONE, MISSING, OK, POST_ONLY, REFUSED, UNPROCESSABLE, Line, World, signed_in


def prepare(world: World) -> None:
    cast = world.cast
    course = Course.objects.get(slug="t1")
    klass = make_class(by=cast.rso, course=course, title="On paper", starts_on=timezone.localdate())
    add_trainer(by=cast.rso, klass=klass, username="trainer", starts_on=timezone.localdate())
    writer = make_person("writer", Role.OFFICER, cast.home)
    enrolment = enrol(by=writer, course=course)
    enrolment.klass = klass
    enrolment.save()
    activity = Activity.objects.get(course=course, key="pre-test")
    print_papers(by=cast.trainer, klass=klass, activity=activity.uuid, language="en", enrolments=[enrolment.uuid])
    world.more["paper"] = TestPaper.objects.get()


def paper(world: World) -> dict:
    return {"paper": world.more["paper"].uuid}


def no_paper(world: World) -> dict:
    return {"paper": uuid.uuid4()}


def test(world: World) -> dict:
    own = world.more["paper"]
    return {"klass": own.klass.uuid, "activity": own.attempt.activity.uuid}


def no_test(world: World) -> dict:
    return {**test(world), "activity": uuid.uuid4()}


def no_class(world: World) -> dict:
    return {**test(world), "klass": uuid.uuid4()}


def enters(answer: int) -> dict:
    return signed_in(REFUSED, rso=answer, trainer=answer)


LINES = [
    Line("paper:index", "get", enters(OK)),
    Line("paper:find", "get", enters(UNPROCESSABLE), note="empty"),
    Line("paper:overview", "get", enters(OK), test),
    Line("paper:overview", "get", enters(MISSING), no_class, note="of a class that there is not"),
    Line("paper:overview", "get", enters(MISSING), no_test, note="of a test that there is not"),
    Line("paper:print", "get", POST_ONLY, test),
    Line("paper:print", "post", enters(UNPROCESSABLE), test, note="for nobody"),
    Line("paper:sheets", "get", enters(OK), test),
    Line("paper:sheets", "get", enters(MISSING), no_class, note="of a class that there is not"),
    Line("paper:key", "get", enters(OK), test),
    Line("paper:key", "get", enters(MISSING), no_class, note="of a class that there is not"),
    Line("paper:hand_in", "get", POST_ONLY, test),
    Line("paper:hand_in", "post", enters(GONE), test, note="nothing is checked"),
    Line("paper:hand_in", "post", enters(MISSING), no_class, note="of a class that there is not"),
    Line("paper:one", "get", enters(OK), paper),
    Line("paper:one", "get", enters(MISSING), no_paper, note="that there is not"),
    Line("paper:one", "post", enters(UNPROCESSABLE), paper, note="empty"),
    Line("paper:undo", "get", POST_ONLY, paper),
    Line("paper:undo", "post", enters(GONE), paper),
    Line("paper:undo", "post", enters(MISSING), no_paper, note="that there is not"),
    Line("paper:withdraw", "get", POST_ONLY, paper),
    Line(
        "paper:withdraw", "post", signed_in(REFUSED, rso=GONE, trainer=MISSING), paper, note="who comes second is late"
    ),
    Line("paper:withdraw", "post", enters(MISSING), no_paper, note="that there is not"),
]
