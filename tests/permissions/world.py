"""The world of the permission table, and how a change to it is seen."""

import re

from django.apps import apps

from assessments.models import Attempt
from assessments.services import start_attempt
from certificates.models import Award
from learning.services import enrol
from tests.cast import make_cast
from tests.factories import complete, make_course
from tests.permissions import files
from tests.permissions.lines import World
from tests.test_architecture import ROOMS


def make_world() -> World:
    """The officer is certified in T1 and has an open pre-test in T2; and what each file of lines prepares."""
    cast, course = make_cast(), make_course()
    enrolment = complete(cast.officer, course.course)
    second = make_course("T2")
    make_course("T3", publish=False)
    closed_to_home = make_course("T4").course
    closed_to_home.access = "members"
    closed_to_home.save()
    closed_to_home.open_to.add(cast.away)
    world = World(
        cast=cast,
        award=Award.objects.get(),
        closed=Attempt.objects.get(enrolment=enrolment),
        open=start_attempt(
            by=cast.officer, enrolment=enrol(by=cast.officer, course=second.course), key="pre-test", language="en"
        ),
    )
    for file in files():
        getattr(file, "prepare", lambda world: None)(world)
    return world


#: Tables of ours in which a change counts; the audit log may grow, whatever is asked.
TABLES = {
    model._meta.db_table
    for room in ROOMS
    for model in apps.get_app_config(room).get_models(include_auto_created=True)
    if model._meta.label not in ("accounts.AuditEvent", "accounts.AuditHead")
}
_WRITE = re.compile(r'\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM)\s+"?(\w+)')


class Writes:
    """What is written to our tables and not taken back by a savepoint, seen from the statements themselves."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.savepoints: dict[str, int] = {}

    def __call__(self, execute, sql, params, many, context):
        written = _WRITE.match(sql)
        if written and written.group(1) in TABLES:
            self.found.append(written.group(1))
        elif sql.startswith("SAVEPOINT"):
            self.savepoints[sql.split()[-1]] = len(self.found)
        elif sql.startswith("ROLLBACK TO SAVEPOINT"):
            del self.found[self.savepoints[sql.split()[-1]] :]
        return execute(sql, params, many, context)
