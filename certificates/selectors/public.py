"""Reads for a stranger who checks certificates."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.selectors import public_name
from certificates.models import Award
from certificates.numbers import normalise
from lms.text import ascii_digits

STANDING = (Award.State.VALID, Award.State.SUSPENDED)


@dataclass(frozen=True)
class Period:
    """From when to when a certificate is valid."""

    issued_on: dt.date
    valid_until: dt.date


@dataclass(frozen=True)
class PublicAward:
    """All that a stranger may learn of an award (domain rules §4.1): no rank, agency, country, photo, score or reason.

    `state` is one of `Award.State`, or “expired”. `newer` is the period that stands in the place of a superseded one.
    """

    name: str
    course: str
    code: str
    kind: str
    edition: int
    revision: int
    language: str
    number: str
    state: str
    is_specimen: bool
    issued_on: dt.date
    valid_until: dt.date
    newer: Period | None = None


def public_award(typed: str) -> PublicAward | None:
    """What is public of the award with this number or uuid: the newest standing period of a number, that one of a uuid.

    None for an unknown one and alike for holders who are restricted, also those who became so later or were erased as
    such: the query does not find them, so the answer takes the same way and the same time. Any other holder who was
    erased is shown by initials, as long as the name on the certificate is kept.
    """
    return public_awards([typed])[0]


def public_awards(typed: Sequence[str]) -> list[PublicAward | None]:
    """The same for many numbers or uuids, in their order, with as many questions to the database as for one."""
    wanted = [_meant(each) for each in typed]
    numbers = {each for each in wanted if isinstance(each, str)}
    uuids = {each for each in wanted if isinstance(each, uuid.UUID)}
    periods = list(_shown().filter(Q(number__in=numbers) | Q(uuid__in=uuids)))
    by_uuid = {award.uuid: award for award in periods}
    by_number = {
        number: best
        for number in numbers
        if (best := newest_standing(award for award in periods if award.number == number))
    }
    awards = [by_uuid.get(each) if isinstance(each, uuid.UUID) else by_number.get(each or "") for each in wanted]
    newer = _newer_than([award for award in awards if award and award.state == Award.State.SUPERSEDED])
    return [_public(award, newer) if award else None for award in awards]


def _meant(typed: str) -> str | uuid.UUID | None:
    number = normalise(typed)
    if number:
        return number
    try:
        return uuid.UUID(ascii_digits(typed).strip().strip("/"))
    except ValueError:
        return None


def _shown() -> QuerySet[Award]:
    """Every period that the public page answers for; what was withheld at an erasure is sorted out by `_public`."""
    shown = Q(actor__user=None) | Q(actor__user__is_restricted=False)
    return Award.objects.filter(shown).exclude(holder_name="").select_related("actor__user").order_by("issued_at", "pk")


def newest_standing(periods: Iterable[Award]) -> Award | None:
    """The newest period in force or suspended, or the newest of all where none is; from periods in their order."""
    rows = list(periods)
    standing = [award for award in rows if award.state in STANDING]
    return (standing or rows or [None])[-1]


def _newer_than(superseded: Sequence[Award]) -> dict[int, Period]:
    """Superseded period → the one that stands in its place."""
    if not superseded:
        return {}
    rows = list(_shown().filter(number__in={award.number for award in superseded}))
    found = {}
    for award in superseded:
        after = newest_standing(
            row for row in rows if row.number == award.number and (row.issued_at, row.pk) > (award.issued_at, award.pk)
        )
        if after:
            found[award.pk] = Period(after.issued_at.date(), after.valid_until)
    return found


def _public(award: Award, newer: dict[int, Period]) -> PublicAward | None:
    if award.snapshot.get("is_withheld"):
        return None
    return PublicAward(
        name=public_name(award.actor.user, award.holder_name),
        course=award.snapshot["course"],
        code=award.snapshot["code"],
        kind=award.kind,
        edition=award.edition,
        revision=award.revision,
        language=award.language,
        number=award.number,
        state="expired" if award.state == Award.State.VALID and award.is_expired else award.state,
        is_specimen=award.is_specimen,
        issued_on=award.issued_at.date(),
        valid_until=award.valid_until,
        newer=newer.get(award.pk),
    )
