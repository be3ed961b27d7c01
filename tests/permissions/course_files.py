"""Courses as files, and lessons from Word."""

import uuid

from courses.pages.models import CourseFile, ModulePage
from tests.permissions.lines import MISSING, OK, REFUSED, Line, World, signed_in


def a_file(world: World) -> dict:
    """One that the trainer brought in."""
    row = CourseFile.objects.create(kind="bundle", name="a.zip", made_by=world.cast.trainer, state="failed")
    return {"file": row.uuid}


def module(world: World) -> dict:
    return {"module": ModulePage.objects.order_by("pk").first().pk}


LINES = [
    Line("course_new", "get", signed_in(REFUSED, trainer=OK, admin=OK)),
    Line("course_files", "get", signed_in(REFUSED, trainer=OK, admin=OK)),
    Line("course_file", "get", signed_in(REFUSED, trainer=OK, admin=MISSING), a_file),
    Line(
        "course_file",
        "get",
        signed_in(REFUSED, trainer=MISSING, admin=MISSING),
        lambda world: {"file": uuid.uuid4()},
        note="that there is not",
    ),
    Line("word_import", "get", signed_in(REFUSED, trainer=OK, admin=OK), module),
    Line(
        "word_import",
        "get",
        signed_in(REFUSED, trainer=MISSING, admin=MISSING),
        lambda world: {"module": 999_999},
        note="that there is not",
    ),
    Line(
        "course_download",
        "get",
        signed_in(REFUSED, trainer=MISSING, admin=MISSING),
        lambda world: {"course": "none"},
        note="that there is not",
    ),
    Line(
        "course_download",
        "get",
        signed_in(REFUSED, trainer=OK, admin=OK),
        lambda world: {"course": "t1"},
        remembers=True,
    ),
]
