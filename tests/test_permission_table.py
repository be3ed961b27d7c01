"""Who gets what at every address of ours: not yours is 404, yours but not allowed is 403, a stranger signs in first."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.apps import apps
from django.urls import reverse

from accounts.models import AppendOnlyQuerySet
from assessments.models import Attempt
from assessments.services import start_attempt
from certificates.models import Award
from learning.services import enrol
from tests.cast import Cast
from tests.factories import complete, make_course
from tests.test_architecture import ROOMS, own_urls

ROLES = (
    "stranger",
    "officer",  # the owner of everything that has an owner in this table
    "colleague",
    "outsider",
    "coordinator",
    "foreign_coordinator",
    "agency_coordinator",
    "rso",
    "analyst",
    "trainer",
    "auditor",
    "admin",
    "nobody",
)
#: Roles that do not learn: those who watch, and whoever has no posting.
NOT_LEARNING = ("analyst", "auditor", "admin", "nobody")

OK, GONE, REFUSED, MISSING, WRONG_METHOD, UNPROCESSABLE = 200, 302, 403, 404, 405, 422
SIGN_IN = "to sign in and back"


@dataclass
class World:
    """What there is: the officer is certified in T1 and has an open pre-test in T2; nobody else has done anything."""

    cast: Cast
    award: Award
    closed: Attempt
    open: Attempt


@dataclass(frozen=True)
class Line:
    """One line of the table: an address, how it is asked, and the answer to each role."""

    name: str
    method: str
    answers: dict[str, int | str]
    kwargs: Callable[[World], dict] = lambda world: {}
    data: dict[str, str] = field(default_factory=dict)
    note: str = ""
    #: Looking here leaves a preference of the person behind, and nothing else.
    remembers: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.name} {self.note}".strip()


def everybody(answer: int | str, *, but: tuple[str, ...] = (), then: int | str = 0, **others: int | str) -> dict:
    """The same answer for all roles, another for those in `but`, and named exceptions."""
    return dict.fromkeys(ROLES, answer) | dict.fromkeys(but, then) | others


def signed_in(answer: int, *, but: tuple[str, ...] = (), then: int | str = 0, **others: int | str) -> dict:
    """As `everybody`, for pages where a stranger is asked to sign in."""
    return everybody(answer, but=but, then=then, stranger=SIGN_IN, **others)


def course(world: World) -> dict:
    return {"course": "t1"}


def lesson(world: World) -> dict:
    return {"course": "t1", "key": "m1-l1"}


def check(world: World) -> dict:
    return {"course": "t1", "key": "m1-l1", "check": "check-1"}


def open_attempt(world: World) -> dict:
    return {"attempt": world.open.uuid}


def closed_attempt(world: World) -> dict:
    return {"attempt": world.closed.uuid}


def no_attempt(world: World) -> dict:
    return {"attempt": uuid.uuid4()}


def open_question(world: World) -> dict:
    return {"attempt": world.open.uuid, "position": 1}


def closed_question(world: World) -> dict:
    return {"attempt": world.closed.uuid, "position": 1}


def award(world: World) -> dict:
    return {"award": world.award.uuid}


OWNER_ONLY = signed_in(MISSING, officer=OK)
OWNER_ONLY_ON = signed_in(MISSING, officer=GONE)
COUNTS = signed_in(REFUSED, rso=OK, analyst=OK)
POST_ONLY = everybody(WRONG_METHOD)

TABLE = [
    # the project
    Line("healthz", "get", everybody(OK)),
    Line("readyz", "get", everybody(OK)),
    Line("choose_language", "get", everybody(GONE), lambda world: {"code": "ur"}, remembers=True),
    Line("choose_language", "get", everybody(MISSING), lambda world: {"code": "xx"}, note="that there is not"),
    # front doors
    Line("portal:front", "get", everybody(GONE, stranger=OK)),
    Line("portal:home", "get", signed_in(OK)),
    Line("portal:public_name", "get", POST_ONLY),
    Line("portal:public_name", "post", signed_in(GONE), data={"public_name": "full"}),
    Line("portal:public_name", "post", signed_in(GONE), data={"public_name": "rank"}, note="with a wrong choice"),
    Line(
        "portal:coordinator",
        "get",
        signed_in(REFUSED, coordinator=OK, foreign_coordinator=OK, agency_coordinator=OK),
    ),
    # the authors' side
    Line(
        "out_of_date", "get", signed_in(REFUSED, trainer=OK, admin=GONE)
    ),  # Wagtail answers a missing right with its home
    # figures
    Line("reports:certification", "get", COUNTS),
    Line("reports:certification_file", "get", COUNTS),
    # courses: the catalogue is open; lessons send whoever is not enrolled to the course's own page
    Line("courses:catalogue", "get", everybody(OK)),
    Line("courses:course", "get", everybody(OK), course),
    Line("courses:course", "get", everybody(MISSING), lambda world: {"course": "none"}, note="that there is not"),
    Line("courses:course", "get", everybody(MISSING), lambda world: {"course": "t3"}, note="that is not published"),
    Line("courses:enrol", "get", POST_ONLY, course),
    Line("courses:enrol", "post", signed_in(GONE, but=NOT_LEARNING, then=REFUSED), course),
    Line("courses:enrol", "post", signed_in(MISSING), lambda world: {"course": "none"}, note="that there is not"),
    Line(
        "courses:enrol",
        "post",
        signed_in(REFUSED, outsider=GONE, foreign_coordinator=GONE),
        lambda world: {"course": "t4"},
        note="for another member's officers",
    ),
    Line("courses:activity", "get", signed_in(GONE, officer=OK), lesson),
    Line(
        "courses:activity",
        "get",
        signed_in(GONE, officer=MISSING),
        lambda world: {"course": "t1", "key": "none"},
        note="that there is not",
    ),
    Line("courses:done", "get", POST_ONLY, lesson),
    Line("courses:done", "post", signed_in(GONE), lesson),
    Line("courses:check", "get", POST_ONLY, check),
    Line("courses:check", "post", signed_in(GONE, officer=UNPROCESSABLE), check, note="without an answer"),
    # tests: an attempt is its owner's alone, whoever else may see that the course was taken
    Line("assessments:start", "get", POST_ONLY, lambda world: {"course": "t2", "key": "pre-test"}),
    Line("assessments:start", "post", OWNER_ONLY_ON, lambda world: {"course": "t2", "key": "pre-test"}),
    Line("assessments:overview", "get", OWNER_ONLY_ON, open_attempt),
    Line("assessments:overview", "get", signed_in(MISSING), no_attempt, note="that there is not"),
    Line("assessments:question", "get", OWNER_ONLY, open_question),
    Line("assessments:question", "get", OWNER_ONLY_ON, closed_question, note="of a closed attempt"),
    Line("assessments:question", "post", signed_in(MISSING, officer=REFUSED), open_question, note="without our token"),
    Line("assessments:question", "put", everybody(WRONG_METHOD), open_question),
    Line("assessments:hand_in", "get", OWNER_ONLY, open_attempt),
    Line("assessments:hand_in", "post", OWNER_ONLY_ON, open_attempt),
    Line("assessments:hand_in", "post", signed_in(MISSING), no_attempt, note="that there is not"),
    Line("assessments:result", "get", OWNER_ONLY, closed_attempt),
    Line("assessments:result", "get", OWNER_ONLY_ON, open_attempt, note="of an open attempt"),
    # certificates: the paper is its holder's, the check is everybody's
    Line("certificates:pdf", "get", OWNER_ONLY, award),
    Line(
        "certificates:pdf", "get", signed_in(MISSING), lambda world: {"award": uuid.uuid4()}, note="that there is not"
    ),
    Line("certificates:verify", "get", everybody(OK)),
    Line("certificates:verify_one", "get", everybody(OK), lambda world: {"typed": world.award.number}),
    Line(
        "certificates:verify_one", "get", everybody(OK), lambda world: {"typed": str(world.award.uuid)}, note="by uuid"
    ),
    Line("certificates:verify_one", "get", everybody(MISSING), lambda world: {"typed": "SLH-0"}, note="unknown"),
]


@pytest.fixture
def world(cast, course) -> World:
    enrolment = complete(cast.officer, course.course)
    second = make_course("T2")
    make_course("T3", publish=False)
    closed_to_home = make_course("T4").course
    closed_to_home.access = "members"
    closed_to_home.save()
    closed_to_home.open_to.add(cast.away)
    return World(
        cast=cast,
        award=Award.objects.get(),
        closed=Attempt.objects.get(enrolment=enrolment),
        open=start_attempt(
            by=cast.officer, enrolment=enrol(by=cast.officer, course=second.course), key="pre-test", language="en"
        ),
    )


def everything() -> dict[str, tuple[int, str]]:
    """How many rows each table of ours has, and a digest of what is in them; the audit log may grow."""
    state = {}
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models(include_auto_created=True):
            if model._meta.label == "accounts.AuditEvent":
                continue
            rows = model._base_manager.order_by("pk")
            if isinstance(model._default_manager.all(), AppendOnlyQuerySet):  # the database refuses any change
                state[model._meta.label] = (rows.count(), "")
            else:
                found = [repr(row) for row in rows.values_list()]
                state[model._meta.label] = (len(found), hashlib.sha256("\n".join(found).encode()).hexdigest())
    return state


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
    before = everything()
    # The owner goes last: what he may change, others are refused before.
    for role in sorted(ROLES, key=lambda role: role == "officer"):
        expected = line.answers[role]
        answer = getattr(clients[role], line.method)(address, line.data)
        where = f"{line} by {role}: {answer.status_code} {getattr(answer, 'url', '')}"
        if expected == SIGN_IN:
            assert answer.status_code == 302, where
            back = address if line.method == "get" else "/en/me/"
            assert answer.url == f"/en/accounts/login/?next={back}" or line.name == "assessments:question", where
        else:
            assert answer.status_code == expected, where
            assert "/login/" not in getattr(answer, "url", ""), where
        after = everything()
        if (line.method == "get" and not line.remembers) or expected in (
            SIGN_IN,
            REFUSED,
            MISSING,
            WRONG_METHOD,
            UNPROCESSABLE,
        ):
            assert after == before, f"{where}: something changed"
        before = after


def test_a_lesson_sends_whoever_is_not_enrolled_to_the_page_of_the_course(world):
    for role in ("colleague", "coordinator", "nobody"):
        answer = world.cast.client(getattr(world.cast, role)).get("/en/courses/t1/m1-l1/")
        assert answer.url == "/en/courses/t1/"


def test_after_a_form_that_came_too_late_one_comes_back_to_the_page_that_held_it(cast, course):
    client = cast.client(None)
    page = "/en/courses/t1/m1-l1/"
    answer = client.post(f"{page}done/", headers={"referer": f"http://testserver{page}?check=check-1"})
    assert answer.url == f"/en/accounts/login/?next={page}%3Fcheck%3Dcheck-1"


@pytest.mark.parametrize("elsewhere", ["", "https://evil.example/en/me/", "javascript:alert(1)", "//evil.example/"])
def test_a_form_sent_from_elsewhere_brings_nobody_elsewhere(cast, course, elsewhere):
    answer = cast.client(None).post("/en/courses/t1/enrol/", headers={"referer": elsewhere})
    assert answer.url == "/en/accounts/login/?next=/en/me/"


def test_a_person_who_was_put_out_of_use_is_a_stranger_at_once(world):
    client = world.cast.client(world.cast.officer)
    assert client.get("/en/me/").status_code == 200
    world.cast.officer.is_active = False
    world.cast.officer.save()
    assert client.get("/en/me/").status_code == 302
    assert client.get(reverse("certificates:pdf", args=[world.award.uuid])).status_code == 302
