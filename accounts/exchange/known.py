"""Who is at a member already, as the rows of a list are compared with them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import Member, Posting, User

T = TypeVar("T")
STEP = 500


@dataclass
class Known:
    """A person of the member, as a row is compared with."""

    user: int
    username: str
    full_name: str
    email: str
    values: dict[str, Any]
    postings: list[tuple[int, int | None, str, str]] = field(default_factory=list)
    """(key, agency, role, rank band) of what runs or is to come."""


def batches(of: Iterable[T]) -> Iterator[list[T]]:
    """Pieces that a single statement takes."""
    iterator = iter(of)
    while piece := list(islice(iterator, STEP)):
        yield piece


def people_of(member: Member) -> dict[int, Known]:
    """Everybody with a posting at the member that runs or is to come, by key, in the order in which they were made."""
    today = timezone.localdate()
    open_ = Posting.objects.open(today)
    rows = open_.filter(member=member).order_by("user_id", "pk")
    found: dict[int, Known] = {}
    person = ("username", "full_name", "email", "latin_name", "language", "sex", "is_restricted", "learner_code")
    for key, agency, role, band, user, *values in rows.values_list(
        "pk", "agency_id", "role", "rank_band", "user_id", *(f"user__{each}" for each in person)
    ).iterator(chunk_size=2000):
        if user not in found:
            by_name = dict(zip(person, values, strict=True))
            found[user] = Known(user, by_name["username"], by_name["full_name"], by_name["email"], by_name)
            by_name["elsewhere"] = False
        found[user].postings.append((key, agency, role, band))
    elsewhere = open_.filter(user__in=rows.values("user")).exclude(member=member)
    for user in elsewhere.values_list("user_id", flat=True):
        found[user].values["elsewhere"] = True
    return found


def users_named(usernames: Iterable[str]) -> dict[str, int]:
    """Who has which of these user names, whatever the case."""
    found: dict[str, int] = {}
    for piece in batches(dict.fromkeys(each.lower() for each in usernames)):
        rows = User.objects.annotate(lowered=Lower("username")).filter(lowered__in=piece)
        found |= dict(rows.values_list("lowered", "pk"))
    return found
