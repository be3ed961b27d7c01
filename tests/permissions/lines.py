"""What a line of the permission table is, and the answers that many lines share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from assessments.models import Attempt
from certificates.models import Award
from tests.cast import Cast

ROLES = (
    "stranger",
    "officer",  # the owner of everything that has an owner in this table
    "colleague",
    "outsider",
    "coordinator",
    "foreign_coordinator",
    "agency_coordinator",
    "verifier",
    "service_desk",
    "rso",
    "analyst",
    "trainer",
    "auditor",
    "admin",
    "nobody",
)
#: Roles that do not learn: those who watch, and whoever has no posting.
NOT_LEARNING = ("service_desk", "analyst", "auditor", "admin", "nobody")

#: Roles that passed a second step when they signed in.
SECOND_STEP = (
    "coordinator",
    "foreign_coordinator",
    "agency_coordinator",
    "verifier",
    "service_desk",
    "rso",
    "analyst",
    "trainer",
    "auditor",
    "admin",
)

OK, GONE, REFUSED, MISSING, WRONG_METHOD, UNPROCESSABLE = 200, 302, 403, 404, 405, 422
SIGN_IN = "to sign in and back"


@dataclass
class World:
    """What there is: the officer is certified in T1 and has an open pre-test in T2; nobody else has done anything."""

    cast: Cast
    award: Award
    closed: Attempt
    open: Attempt
    #: What a file of lines made for itself in its `prepare`.
    more: dict[str, Any] = field(default_factory=dict)


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


OWNER_ONLY = signed_in(MISSING, officer=OK)
OWNER_ONLY_ON = signed_in(MISSING, officer=GONE)
COUNTS = signed_in(REFUSED, rso=OK, analyst=OK)
POST_ONLY = everybody(WRONG_METHOD)
