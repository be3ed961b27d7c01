"""Reads for a stranger who checks a certificate."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Q

from accounts.selectors import public_name
from certificates.models import Award
from certificates.numbers import normalise
from lms.text import ascii_digits


@dataclass(frozen=True)
class PublicAward:
    """All that a stranger may learn of an award (domain rules §4.1): no rank, agency, country, photo or score."""

    name: str
    course: str
    edition: int
    revision: int
    language: str
    number: str
    state: str
    is_specimen: bool
    issued_on: dt.date
    valid_until: dt.date


def public_award(typed: str) -> PublicAward | None:
    """What is public of the award with this number or uuid.

    None for an unknown one and alike for holders who are restricted, also those who became so later or were erased as
    such: the query does not find them, so the answer takes the same way and the same time. Any other holder who was
    erased is shown by initials, as long as the name on the certificate is kept.
    """
    award = _by_number_or_uuid(typed)
    if award is None or not award.holder_name or award.snapshot.get("is_withheld"):
        return None
    user = award.actor.user
    state = award.state
    if state == Award.State.VALID and award.is_expired:
        state = "expired"
    return PublicAward(
        name=public_name(user, award.holder_name),
        course=award.snapshot["course"],
        edition=award.edition,
        revision=award.revision,
        language=award.language,
        number=award.number,
        state=state,
        is_specimen=award.is_specimen,
        issued_on=award.issued_at.date(),
        valid_until=award.valid_until,
    )


def _by_number_or_uuid(typed: str) -> Award | None:
    shown = Q(actor__user=None) | Q(actor__user__is_restricted=False)
    rows = Award.objects.filter(shown).select_related("actor__user").order_by("-issued_at")
    number = normalise(typed)
    if number:
        return rows.filter(number=number).first()
    try:
        return rows.filter(uuid=uuid.UUID(ascii_digits(typed).strip().strip("/"))).first()
    except ValueError:
        return None
