"""Classes, seats and nominations: a class of T2, which is by nomination, and the officer nominated for it."""

import uuid

from django.utils import timezone

from learning.models import Course
from learning.services import add_trainer, make_class, propose_nominations
from tests.permissions.lines import (
    GONE,
    MISSING,
    OK,
    POST_ONLY,
    REFUSED,
    UNPROCESSABLE,
    Line,
    World,
    signed_in,
)

NOBODYS = "3f0b3c4e-0000-4000-8000-000000000000"


def prepare(world: World) -> None:
    cast = world.cast
    course = Course.objects.get(slug="t2")
    course.access = Course.Access.NOMINATION
    course.save()
    klass = make_class(by=cast.rso, course=course, title="Class", starts_on=timezone.localdate())
    world.more["class"] = klass
    world.more["trainer"] = add_trainer(by=cast.rso, klass=klass, username="trainer", starts_on=timezone.localdate())
    [world.more["nomination"]] = propose_nominations(
        by=cast.coordinator, course=course, klass=klass, people=[cast.officer.uuid]
    )


def course(world: World) -> dict:
    return {"course": "t2"}


def no_course(world: World) -> dict:
    return {"course": "none"}


def klass(world: World) -> dict:
    return {"klass": world.more["class"].uuid}


def no_class(world: World) -> dict:
    return {"klass": uuid.uuid4()}


def course_class(world: World) -> dict:
    return {"course": "t2", **klass(world)}


def class_of_another_course(world: World) -> dict:
    return {"course": "t1", **klass(world)}


def trainer(world: World) -> dict:
    return {**klass(world), "trainer": world.more["trainer"].uuid}


def no_trainer(world: World) -> dict:
    return {**klass(world), "trainer": uuid.uuid4()}


def of_home(world: World) -> dict:
    return {"course": "t2", "member": "ID"}


def of_nobody(world: World) -> dict:
    return {"course": "t2", "member": "XX"}


def class_of_home(world: World) -> dict:
    return {**course_class(world), "member": "ID"}


def managers(answer: int) -> dict:
    """Those who manage classes and decide."""
    return signed_in(REFUSED, rso=answer)


def coordinators(answer: int, **others: int) -> dict:
    every = dict.fromkeys(("coordinator", "foreign_coordinator", "agency_coordinator"), answer)
    return signed_in(REFUSED, **(every | others))


LINES = [
    # those who manage classes
    Line("learning:classes", "get", managers(OK)),
    Line("learning:class_new", "get", managers(OK)),
    Line("learning:class_new", "post", managers(UNPROCESSABLE), note="without a word"),
    Line("learning:class", "get", managers(OK), klass),
    Line("learning:class", "get", managers(MISSING), no_class, note="that there is not"),
    Line("learning:class_change", "get", managers(OK), klass),
    Line("learning:class_change", "post", managers(UNPROCESSABLE), klass, note="without a word"),
    Line(
        "learning:class_change",
        "post",
        managers(GONE),
        klass,
        data={"title": "New", "starts_on": "2026-12-01"},
    ),
    Line("learning:class_change", "post", managers(MISSING), no_class, note="that there is not"),
    Line("learning:class_end", "get", POST_ONLY, klass),
    Line("learning:class_end", "post", managers(GONE), klass),
    Line("learning:class_end", "post", managers(MISSING), no_class, note="that there is not"),
    Line("learning:class_seats", "get", managers(OK), klass),
    Line("learning:class_seats", "post", managers(GONE), klass, data={"seats-ID": "3"}),
    Line("learning:class_seats", "post", managers(UNPROCESSABLE), klass, data={"seats-ID": "-3"}, note="below none"),
    Line("learning:class_seats", "get", managers(MISSING), no_class, note="that there is not"),
    Line("learning:trainer_add", "get", POST_ONLY, klass),
    Line("learning:trainer_add", "post", managers(UNPROCESSABLE), klass, note="without a name"),
    Line(
        "learning:trainer_add",
        "post",
        managers(UNPROCESSABLE),
        klass,
        data={"username": "officer", "starts_on": "2026-12-01"},
        note="who may not teach",
    ),
    Line("learning:trainer_end", "get", POST_ONLY, trainer),
    Line("learning:trainer_end", "post", managers(GONE), trainer),
    Line("learning:trainer_end", "post", managers(MISSING), no_trainer, note="that there is not"),
    Line("learning:courses", "get", managers(OK)),
    Line("learning:course_access", "get", managers(OK), course),
    Line("learning:course_access", "post", managers(GONE), course, data={"access": "closed"}),
    Line("learning:course_access", "post", managers(UNPROCESSABLE), course, data={"access": "mine"}, note="unknown"),
    Line("learning:course_access", "get", managers(MISSING), no_course, note="that there is not"),
    Line("learning:course_seats", "get", managers(OK), course),
    Line("learning:course_seats", "post", managers(GONE), course, data={"seats-TH": "2"}),
    Line("learning:course_seats", "get", managers(MISSING), no_course, note="that there is not"),
    # those who teach
    Line("learning:taught", "get", signed_in(REFUSED, trainer=OK)),
    # coordinators: of one's own member or agency; a nomination of another is not there
    Line("learning:nominations", "get", coordinators(OK)),
    Line("learning:nominate", "get", coordinators(OK)),
    Line("learning:nominate_for_course", "get", coordinators(OK), course),
    Line("learning:nominate_for_course", "get", coordinators(MISSING), no_course, note="that there is not"),
    Line(
        "learning:nominate_for_course",
        "get",
        coordinators(MISSING),
        lambda world: {"course": "t1"},
        note="where officers enrol themselves",
    ),
    Line("learning:nominate_for_course", "post", coordinators(GONE), course, note="nobody"),
    Line(
        "learning:nominate_for_course",
        "post",
        coordinators(MISSING),
        course,
        data={"people": NOBODYS},
        note="somebody who is not",
    ),
    Line("learning:nominate_for_class", "get", coordinators(OK), course_class),
    Line(
        "learning:nominate_for_class", "get", coordinators(MISSING), class_of_another_course, note="of another course"
    ),
    Line(
        "learning:nominate_for_class",
        "post",
        coordinators(MISSING),
        course_class,
        data={"people": "forged"},
        note="somebody forged",
    ),
    Line("learning:withdraw", "get", POST_ONLY, lambda world: {"nomination": world.more["nomination"].uuid}),
    Line(
        "learning:withdraw",
        "post",
        coordinators(GONE, foreign_coordinator=MISSING, agency_coordinator=MISSING),
        lambda world: {"nomination": world.more["nomination"].uuid},
    ),
    Line(
        "learning:withdraw",
        "post",
        coordinators(MISSING),
        lambda world: {"nomination": uuid.uuid4()},
        note="that there is not",
    ),
    # those who decide
    Line("learning:queue", "get", managers(OK)),
    Line("learning:names", "get", POST_ONLY),
    Line("learning:names", "post", managers(GONE), data={"reason": "Certificates"}),
    Line("learning:decide_for_course", "get", managers(OK), of_home),
    Line("learning:decide_for_course", "get", managers(MISSING), of_nobody, note="of no member"),
    Line("learning:decide_for_course", "post", managers(GONE), of_home, data={"what": "accept"}, note="nobody"),
    Line("learning:decide_for_class", "get", managers(OK), class_of_home),
    Line("learning:decide_for_class", "post", managers(GONE), class_of_home, data={"what": "wait"}, note="nobody"),
    Line(
        "learning:decide_for_class",
        "post",
        managers(MISSING),
        class_of_home,
        data={"what": "accept", "nominations": "forged"},
        note="something forged",
    ),
    Line(
        "learning:decide_for_class",
        "get",
        managers(MISSING),
        lambda world: {**class_of_another_course(world), "member": "ID"},
        note="of another course",
    ),
]
