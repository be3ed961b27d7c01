"""Translations as files and by machines: for whoever writes courses; a file is its owner's alone."""

import uuid

from courses.pages.models import TranslationFile
from learning.models import Course
from tests.permissions.lines import MISSING, OK, REFUSED, UNPROCESSABLE, WRONG_METHOD, Line, World, signed_in


def module(world: World) -> dict:
    return {"course": "t1", "unit": "m1", "language": "id"}


def nowhere(world: World) -> dict:
    return {"course": "t1", "unit": "none", "language": "id"}


def a_file(world: World) -> dict:
    """One that the officer brought in while being a translator."""
    row = TranslationFile.objects.create(
        course=Course.objects.get(slug="t1"), language="id", kind="po", name="a.po", made_by=world.cast.officer
    )
    return {**module(world), "file": row.uuid}


def an_own_file(world: World) -> dict:
    row = TranslationFile.objects.create(
        course=Course.objects.get(slug="t1"), language="id", kind="po", name="a.po", made_by=world.cast.trainer
    )
    return {**module(world), "file": row.uuid}


LINES = [
    Line("translate:file_new", "get", signed_in(REFUSED, trainer=OK), module),
    Line("translate:file_new", "get", signed_in(REFUSED, trainer=MISSING), nowhere, note="that there is not"),
    Line("translate:file_new", "post", signed_in(REFUSED, trainer=UNPROCESSABLE), module, note="empty"),
    Line("translate:file", "get", signed_in(REFUSED, trainer=OK), an_own_file),
    Line("translate:file", "get", signed_in(REFUSED, trainer=MISSING), a_file, note="of somebody else"),
    Line("translate:file", "post", signed_in(REFUSED, trainer=MISSING), a_file, note="of somebody else"),
    Line(
        "translate:file",
        "get",
        signed_in(REFUSED, trainer=MISSING),
        lambda world: {**module(world), "file": uuid.uuid4()},
        note="that there is not",
    ),
    Line(
        "translate:download",
        "get",
        signed_in(REFUSED, trainer=OK),
        lambda world: {**module(world), "kind": "po"},
        remembers=True,
    ),
    Line(
        "translate:download",
        "get",
        signed_in(REFUSED, trainer=MISSING),
        lambda world: {**module(world), "kind": "mo"},
        note="of no such kind",
    ),
    Line("translate:machine", "get", signed_in(REFUSED, trainer=WRONG_METHOD), module),
    Line("translate:machine", "post", signed_in(REFUSED, trainer=MISSING), module, note="while it is off"),
]
