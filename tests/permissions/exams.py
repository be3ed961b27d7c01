"""Exams of the class of T2, which the trainer teaches; two have no attempt left in T1, of Border and of no member."""

import datetime as dt
import uuid

from django.utils import timezone

from accounts.roles import Role
from accounts.services import actor_of
from assessments.models import Exam
from learning.models import Activity, Course
from learning.services import enrol
from tests.assessments.sitting import fail
from tests.cast import make_person
from tests.permissions.lines import GONE, MISSING, OK, POST_ONLY, REFUSED, UNPROCESSABLE, Line, World, signed_in


def prepare(world: World) -> None:
    cast = world.cast
    now = timezone.now()
    world.more["exam"] = Exam.objects.create(
        activity=Activity.objects.get(course__slug="t2", key="final-test"),
        klass=world.more["class"],
        title="Exam",
        opens_at=now + dt.timedelta(hours=1),
        closes_at=now + dt.timedelta(hours=2),
        time_zone="Asia/Jakarta",
        arranged_by=actor_of(cast.rso),
    )
    border = cast.agency_coordinator.postings.get().agency
    retaker = make_person("retaker", Role.OFFICER, cast.home, border)
    enrolment = enrol(by=retaker, course=Course.objects.get(slug="t1"))
    fail(enrolment, 3)
    world.more["retaker"], world.more["retaken"] = retaker, enrolment
    expert = make_person("expert", Role.TRANSLATOR)
    world.more["retaken by staff"] = enrol(by=expert, course=Course.objects.get(slug="t1"))
    fail(world.more["retaken by staff"], 3)
    world.more["retaken_test"] = Activity.objects.get(course__slug="t1", key="final-test")


def exam(world: World) -> dict:
    return {"exam": world.more["exam"].uuid}


def no_exam(world: World) -> dict:
    return {"exam": uuid.uuid4()}


def klass(world: World) -> dict:
    return {"klass": world.more["class"].uuid}


def no_class(world: World) -> dict:
    return {"klass": uuid.uuid4()}


def no_ticket(world: World) -> dict:
    return {**exam(world), "enrolment": world.more["retaken"].uuid}


def retaken(world: World) -> dict:
    return {"enrolment": world.more["retaken"].uuid, "activity": world.more["retaken_test"].uuid}


def retaken_by_staff(world: World) -> dict:
    return {"enrolment": world.more["retaken by staff"].uuid, "activity": world.more["retaken_test"].uuid}


def not_retaken(world: World) -> dict:
    return {"enrolment": world.award.enrolment.uuid, "activity": world.more["retaken_test"].uuid}


def retaker(world: World) -> dict:
    return {"person": world.more["retaker"].uuid}


def arranges(answer: int) -> dict:
    return signed_in(REFUSED, rso=answer, trainer=answer)


def manages(home: int, *, elsewhere: int = MISSING, **others: int) -> dict:
    return signed_in(REFUSED, coordinator=home, agency_coordinator=home, foreign_coordinator=elsewhere, **others)


LINES = [
    Line("exams:list", "get", arranges(OK)),
    Line("exams:arrange", "get", arranges(OK), klass),
    Line("exams:arrange", "get", arranges(MISSING), no_class, note="of a class that there is not"),
    Line("exams:arrange", "post", arranges(UNPROCESSABLE), klass, note="empty"),
    Line("exams:exam", "get", arranges(OK), exam),
    Line("exams:exam", "get", arranges(MISSING), no_exam, note="that there is not"),
    Line("exams:change", "get", arranges(OK), exam),
    Line("exams:change", "post", arranges(UNPROCESSABLE), exam, note="empty"),
    Line("exams:cancel", "get", POST_ONLY, exam),
    Line("exams:cancel", "post", arranges(UNPROCESSABLE), exam, note="empty"),
    Line("exams:tickets", "get", POST_ONLY, exam),
    Line("exams:tickets", "post", arranges(GONE), exam, note="of a class with nobody in it"),
    Line("exams:replace", "get", POST_ONLY, no_ticket),
    Line("exams:replace", "post", arranges(MISSING), no_ticket, note="of an officer outside the class"),
    Line("exams:to_reopen", "get", manages(OK, elsewhere=OK, rso=OK)),
    Line("exams:reopen", "get", manages(OK, rso=MISSING), retaken),
    Line("exams:reopen", "get", manages(MISSING, rso=MISSING), not_retaken, note="that is passed"),
    Line("exams:reopen", "get", manages(MISSING, rso=OK), retaken_by_staff, note="of somebody without a member"),
    Line("exams:reopen", "post", manages(UNPROCESSABLE, rso=MISSING), retaken, note="empty"),
    Line("exams:in_question", "get", manages(OK, elsewhere=OK)),
    Line("exams:extra_time", "get", manages(OK), retaker),
    Line("exams:extra_time", "post", manages(UNPROCESSABLE), retaker, note="empty"),
    Line("exams:extra_time_end", "get", POST_ONLY, retaker),
    Line("exams:extra_time_end", "post", manages(GONE), retaker),
]
