"""Who gets what at every address of ours: not yours is 404, yours but not allowed is 403, a stranger signs in first."""

import time

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.permissions import files
from tests.permissions.lines import MISSING, REFUSED, ROLES, SIGN_IN, UNPROCESSABLE, WRONG_METHOD, Line
from tests.permissions.world import Writes
from tests.test_architecture import own_urls

TABLE: list[Line] = [line for file in files() for line in file.LINES]


def test_every_address_of_ours_has_a_line_in_the_table():
    listed = {line.name for line in TABLE}
    assert set(own_urls()) - listed == set(), "add a line that says who gets what"
    assert listed - set(own_urls()) == set(), "the table names addresses that are gone"


def test_every_line_says_what_every_role_gets():
    for line in TABLE:
        assert set(line.answers) == set(ROLES), str(line)


class SignedIn:
    """A browser for each role in the world that was made for the file, signed in once as in any other test."""

    #: Before a session that nobody uses ends: what a test writes to it is taken back.
    FRESH = settings.IDLE_MINUTES * 60 * 2 / 3

    def __init__(self, cast) -> None:
        self.began = time.monotonic()
        signed_in = {role: cast.client(getattr(cast, role, None)) for role in ROLES}
        self.keys = {role: client.cookies.get(settings.SESSION_COOKIE_NAME) for role, client in signed_in.items()}

    def clients(self, cast) -> dict[str, Client]:
        if time.monotonic() - self.began > self.FRESH:
            return {role: cast.client(getattr(cast, role, None)) for role in ROLES}
        clients = {role: Client() for role in ROLES}
        for role, key in self.keys.items():
            if key is not None:
                clients[role].cookies[settings.SESSION_COOKIE_NAME] = key.value
        return clients


@pytest.fixture(scope="module")
def browsers(made, django_db_blocker) -> SignedIn:
    with django_db_blocker.unblock():
        return SignedIn(made.cast)


@pytest.mark.strict
@pytest.mark.logs_errors
@pytest.mark.parametrize("line", TABLE, ids=str)
def test_each_role_gets_what_the_table_says_and_neither_looking_nor_a_refusal_changes_anything(line, browsers, world):
    address = reverse(line.name, kwargs=line.kwargs(world))
    clients = browsers.clients(world.cast)
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
