"""The national annex: a course with a country box, which Home has filled and waits with a second text.

Its legal reviewers, whom the table does not have, stand in tests/learning/test_annex.py.
"""

import uuid

from django.utils import timezone

from learning.manifest import Node, Outline, Rules
from learning.models import AnnexNotice, Course
from learning.services import Draft, activity_for, approve_annex_text, publish_revision
from learning.services import save_annex_draft as save
from learning.services import submit_annex_text as submit
from tests.cast import make_person
from tests.permissions.lines import GONE, MISSING, OK, POST_ONLY, REFUSED, UNPROCESSABLE, Line, World, signed_in

TYPED = {
    "text": "Act 21.",
    "valid_from": "2999-01-01",
    "contacts-TOTAL_FORMS": "0",
    "contacts-INITIAL_FORMS": "0",
    "edits": "1",
}


def prepare(world: World) -> None:
    cast = world.cast
    course = Course.objects.create(code="T8", slug="t8", pillar="borders")
    lesson, whole = activity_for(course, "m1-l1", "lesson"), activity_for(course, "course", "course")
    box = {"kind": "law", "title": "The law", "guidance": "Name it.", "fallback": "Ask.", "basis": ""}
    parts = [{"type": "country", "key": f"m1-l1/{name}", **box} for name in ("law-1", "law-2")]
    body = {"title": "Lesson", "can_skip": False, "parts": parts}
    text = {"title": "Course T8", "sources": {}, "titles": {}, "modules": {}}
    publish_revision(
        by=None,
        course=course,
        rules=Rules(pass_mark=80, validity_months=12, design_minutes=10),
        outline=Outline((Node(uuid=str(lesson.uuid), key="m1-l1", kind="lesson"),)),
        drafts=[
            Draft(activity=lesson, language="en", body=body, source={}),
            Draft(activity=whole, language="en", body=text, source={}),
        ],
    )
    box_of = {"by": cast.coordinator, "member": cast.home, "course": course, "lesson": "m1-l1", "language": "en"}
    text_of = {"text": "Act 20.", "contacts": [], "valid_from": timezone.localdate()}
    lawyer = make_person("lawyer", "legal_reviewer")
    approved = approve_annex_text(
        by=lawyer, text=submit(by=cast.coordinator, text=save(**box_of, **text_of, block="law-1", asks_again=True))
    )
    world.more["notice"] = AnnexNotice.objects.get(text=approved)
    world.more["waiting"] = submit(by=cast.coordinator, text=save(**box_of, **text_of, block="law-2"))
    world.more["draft"] = save(**box_of, **text_of, block="law-1")
    world.more["annex"] = course


def box(world: World) -> dict:
    return {"member": "ID", "course": "t8", "lesson": "m1-l1", "block": "law-1"}


def in_english(world: World) -> dict:
    return {**box(world), "language": "en"}


def coordinators(answer: int, **others: int) -> dict:
    """Of the whole of Home; the one of Away has no such member, the one of an agency no annex."""
    return signed_in(REFUSED, **({"coordinator": answer, "foreign_coordinator": MISSING} | others))


def waiting(world: World) -> dict:
    return {"text": world.more["waiting"].uuid}


def draft(world: World) -> dict:
    return {"text": world.more["draft"].uuid}


LINES = [
    Line("annex:desk", "get", coordinators(OK, foreign_coordinator=OK)),
    Line("annex:course", "get", coordinators(OK), lambda world: {"member": "ID", "course": "t8"}),
    Line(
        "annex:course",
        "get",
        coordinators(MISSING),
        lambda world: {"member": "ID", "course": "t1"},
        note="without a box",
    ),
    Line("annex:write", "get", coordinators(OK), in_english),
    Line("annex:write", "post", coordinators(UNPROCESSABLE), in_english, note="without a word"),
    Line("annex:write", "post", coordinators(GONE), in_english, data=TYPED),
    Line("annex:write", "get", coordinators(MISSING), lambda world: {**box(world), "language": "xx"}, note="in no"),
    Line("annex:history", "get", coordinators(OK), box),
    Line("annex:withdraw", "get", POST_ONLY, waiting),
    Line("annex:withdraw", "post", coordinators(GONE), waiting),
    Line(
        "annex:withdraw",
        "post",
        coordinators(MISSING),
        lambda world: {"text": uuid.uuid4()},
        note="that there is not",
    ),
    Line("annex:discard", "get", POST_ONLY, draft),
    Line("annex:discard", "post", coordinators(GONE), draft),
    Line("annex:queue", "get", signed_in(REFUSED)),
    Line("annex:review", "get", signed_in(REFUSED), waiting),
    Line("annex:review", "post", signed_in(REFUSED), waiting, data={"what": "approve"}),
    # Nobody of the table has read the lesson before, so nobody is asked.
    Line("annex:again", "get", signed_in(MISSING), lambda world: {"notice": world.more["notice"].uuid}),
    Line("annex:again", "post", signed_in(MISSING), lambda world: {"notice": world.more["notice"].uuid}),
]
