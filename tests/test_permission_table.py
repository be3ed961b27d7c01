"""Who gets what at every address of ours: not yours is 404, yours but not allowed is 403, a stranger signs in first."""

import copy
import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.urls import reverse
from django.utils import translation

from assessments.models import Attempt
from assessments.services import start_attempt
from certificates.models import Award
from learning.services import enrol
from tests.cast import make_cast
from tests.factories import complete, make_course
from tests.permissions import files
from tests.permissions.lines import MISSING, REFUSED, ROLES, SIGN_IN, UNPROCESSABLE, WRONG_METHOD, Line, World
from tests.test_architecture import ROOMS, own_urls

TABLE: list[Line] = [line for file in files() for line in file.LINES]


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker) -> Iterator[World]:
    """The world, made once for all lines; what a test does to it is taken back after the test."""
    with django_db_blocker.unblock(), transaction.atomic():
        translation.activate("en")
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
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(made, db) -> World:
    """The world as it was made, with people as a new request reads them."""
    return copy.deepcopy(made)


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


def test_every_address_of_ours_has_a_line_in_the_table():
    listed = {line.name for line in TABLE}
    assert set(own_urls()) - listed == set(), "add a line that says who gets what"
    assert listed - set(own_urls()) == set(), "the table names addresses that are gone"


def test_every_line_says_what_every_role_gets():
    for line in TABLE:
        assert set(line.answers) == set(ROLES), str(line)


@pytest.mark.logs_errors
@pytest.mark.parametrize("line", TABLE, ids=str)
def test_each_role_gets_what_the_table_says_and_neither_looking_nor_a_refusal_changes_anything(line, world):
    address = reverse(line.name, kwargs=line.kwargs(world))
    clients = {role: world.cast.client(getattr(world.cast, role, None)) for role in ROLES}
    # The owner goes last: what he may change, others are refused before.
    for role in sorted(ROLES, key=lambda role: role == "officer"):
        expected = line.answers[role]
        writes = Writes()
        with connection.execute_wrapper(writes):
            answer = getattr(clients[role], line.method)(address, line.data)
        where = f"{line} by {role}: {answer.status_code} {getattr(answer, 'url', '')}"
        if expected == SIGN_IN:
            assert answer.status_code == 302, where
            back = address if line.method == "get" else "/en/me/"
            assert answer.url == f"/en/accounts/login/?next={back}" or line.name == "assessments:question", where
        else:
            assert answer.status_code == expected, where
            assert "/login/" not in getattr(answer, "url", ""), where
        if (line.method == "get" and not line.remembers) or expected in (
            SIGN_IN,
            REFUSED,
            MISSING,
            WRONG_METHOD,
            UNPROCESSABLE,
        ):
            assert writes.found == [], f"{where}: something changed"


def test_a_lesson_sends_whoever_is_not_enrolled_to_the_page_of_the_course(world):
    for role in ("colleague", "coordinator", "nobody"):
        answer = world.cast.client(getattr(world.cast, role)).get("/en/courses/t1/m1-l1/")
        assert answer.url == "/en/courses/t1/"


def test_a_person_who_was_put_out_of_use_is_a_stranger_at_once(world):
    client = world.cast.client(world.cast.officer)
    assert client.get("/en/me/").status_code == 200
    world.cast.officer.is_active = False
    world.cast.officer.save()
    assert client.get("/en/me/").status_code == 302
    assert client.get(reverse("certificates:pdf", args=[world.award.uuid])).status_code == 302


def test_a_write_is_seen_unless_it_was_taken_back(world):
    writes = Writes()
    with connection.execute_wrapper(writes):
        with transaction.atomic():
            world.cast.officer.save()
            transaction.set_rollback(True)
        assert writes.found == []
        world.cast.officer.save()
    assert writes.found == ["accounts_user"]
