"""The author's desk: pages of our own on the authors' side."""

from courses.pages.models import CoursePage
from tests.permissions.lines import MISSING, OK, REFUSED, Line, World, signed_in


def course_page(world: World) -> dict:
    return {"page": CoursePage.objects.get(course__slug="t1").pk}


def no_page(world: World) -> dict:
    return {"page": 999_999}


LINES = [
    Line("course_checklist", "get", signed_in(REFUSED, trainer=OK, admin=OK), course_page),
    Line("course_checklist", "get", signed_in(REFUSED, trainer=MISSING, admin=MISSING), no_page, note="no such page"),
]
