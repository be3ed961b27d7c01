"""“Report this”: of a lesson, of a question, what came of one's own, and the queue of those who answer."""

import uuid

from learning.models import ContentReport
from learning.services import report_content
from tests.permissions.courses import closed_question, lesson, open_question
from tests.permissions.lines import GONE, MISSING, OK, OWNER_ONLY, REFUSED, Line, World, signed_in


def prepare(world: World) -> None:
    """One open report of the officer, about the lesson that everybody has."""
    award = world.award
    activity = award.enrolment.activity_progress.select_related("activity").get(activity__key="m1-l1").activity
    revision = award.enrolment.edition.revisions.last()
    world.more["report"] = report_content(
        by=world.cast.officer, revision=revision, activity=activity, language="en", kind="unclear", block="kp-1"
    )


def report(world: World) -> dict:
    return {"report": world.more["report"].uuid}


def no_report(world: World) -> dict:
    return {"report": uuid.uuid4()}


LINES = [
    Line("courses:report", "get", signed_in(GONE, officer=OK), lesson),
    Line(
        "courses:report",
        "get",
        signed_in(GONE, officer=MISSING),
        lambda world: {"course": "t1", "key": "final-test"},
        note="of a test",
    ),
    Line("courses:report", "post", signed_in(GONE), lesson, data={"kind": ContentReport.Kind.WRONG}),
    Line("assessments:report", "get", OWNER_ONLY, open_question),
    Line("assessments:report", "get", OWNER_ONLY, closed_question, note="of a closed attempt"),
    Line(
        "assessments:report",
        "post",
        signed_in(MISSING, officer=GONE),
        open_question,
        data={"kind": ContentReport.Kind.UNCLEAR},
    ),
    Line("portal:reports", "get", signed_in(OK)),
    Line("reported", "get", signed_in(REFUSED, trainer=OK, admin=GONE)),
    Line("report_answer", "get", signed_in(REFUSED, trainer=OK, admin=GONE), report),
    Line("report_answer", "get", signed_in(REFUSED, trainer=MISSING, admin=GONE), no_report, note="that there is not"),
]
