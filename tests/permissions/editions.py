"""Editions: publishing one, taking a refresher, moving forward, and what was shown before."""

from courses.pages.models import CoursePage
from tests.permissions.lines import (
    GONE,
    MISSING,
    NOT_LEARNING,
    OK,
    POST_ONLY,
    REFUSED,
    Line,
    World,
    signed_in,
)


def course_page(world: World) -> dict:
    return {"page": CoursePage.objects.get(course__slug="t1").pk}


def no_page(world: World) -> dict:
    return {"page": 999_999}


def course(world: World) -> dict:
    return {"course": "t1"}


def lesson_then(world: World) -> dict:
    return {"course": "t1", "edition": 1, "revision": 1, "language": "en", "key": "m1-l1"}


def test_then(world: World) -> dict:
    return {**lesson_then(world), "key": "final-test"}


def never(world: World) -> dict:
    return {**lesson_then(world), "edition": 7}


def hash_of_course(world: World) -> dict:
    return {"digest": world.award.enrolment.edition.revisions.first().digest}


def no_hash(world: World) -> dict:
    return {"digest": "0" * 64}


#: Whose work asks what anybody was shown.
LOOK_BACK = {"trainer": OK, "rso": OK, "admin": OK}

LINES = [
    Line("course_editions", "get", signed_in(REFUSED, trainer=OK, admin=OK), course_page),
    Line("course_editions", "get", signed_in(REFUSED, trainer=MISSING, admin=MISSING), no_page, note="no such page"),
    # Who may publish there: tests/courses/test_editions_page.py.
    Line("courses:refresh", "get", POST_ONLY, course),
    Line("courses:refresh", "post", signed_in(GONE, but=NOT_LEARNING, then=REFUSED), course, note="without one"),
    Line("courses:move_forward", "get", POST_ONLY, course),
    Line("courses:move_forward", "post", signed_in(GONE, but=NOT_LEARNING, then=REFUSED), course, note="nowhere"),
    Line("courses:as_it_was", "get", signed_in(MISSING, officer=OK, **LOOK_BACK), lesson_then),
    Line("courses:as_it_was", "get", signed_in(MISSING, **LOOK_BACK), test_then, note="what a test could ask"),
    Line("courses:as_it_was", "get", signed_in(MISSING), never, note="of no edition"),
    Line("courses:shown", "get", signed_in(MISSING, officer=GONE, trainer=GONE, rso=GONE, admin=GONE), hash_of_course),
    Line("courses:shown", "get", signed_in(MISSING), no_hash, note="a hash of nothing"),
]
