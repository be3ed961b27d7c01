"""Reads of certificates: the holder's own, what a coordinator sees, and what a stranger may learn."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from accounts.permissions import Viewer
from accounts.selectors import initials
from certificates.models import Award
from certificates.numbers import normalise
from learning.models import Enrolment
from learning.permissions import visible_enrolments


def own_award(user: User, award_uuid: uuid.UUID) -> Award:
    """One of the viewer's own awards.

    Raises:
        Http404: there is none; another person's answers the same.
    """
    award = Award.objects.filter(uuid=award_uuid, actor__user=user).select_related("actor__user").first()
    if award is None:
        raise Http404
    return award


def own_awards(user: User) -> list[Award]:
    """All of the viewer's awards, newest first."""
    return list(Award.objects.filter(actor__user=user))


def awards_seen_by(viewer: Viewer) -> QuerySet[Award]:
    """The awards of the officers whose names this viewer may see."""
    return Award.objects.filter(enrolment__in=Enrolment.objects.filter(visible_enrolments(viewer)))


@dataclass(frozen=True)
class RegisterFilter:
    """Which certificates go into a register: by course, agency (primary keys) and the day of certification."""

    course: int | None = None
    agency: int | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None


def register_awards(viewer: Viewer, wanted: RegisterFilter) -> QuerySet[Award]:
    """The certificates of the viewer's own officers that a national register may hold, oldest first.

    Without those that were revoked, those of restricted officers and of persons who were erased; and where the site
    requires review, without specimens, which attest nothing.
    """
    rows = awards_seen_by(viewer).filter(
        state=Award.State.VALID, actor__user__isnull=False, actor__user__is_restricted=False
    )
    if settings.REQUIRE_REVIEW:
        rows = rows.filter(is_specimen=False)
    if wanted.course:
        rows = rows.filter(course=wanted.course)
    if wanted.agency:
        rows = rows.filter(enrolment__agency=wanted.agency)
    if wanted.first_day:
        rows = rows.filter(issued_at__date__gte=wanted.first_day)
    if wanted.last_day:
        rows = rows.filter(issued_at__date__lte=wanted.last_day)
    return rows.order_by("issued_at", "pk")


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
    """What is public of the award with this number or uuid; None for an unknown one and restricted holders alike."""
    award = _by_number_or_uuid(typed)
    if award is None:
        return None
    user = award.actor.user
    if user is None or user.is_restricted:
        return None
    shows_full = user.public_name == User.PublicName.FULL
    state = award.state
    if state == Award.State.VALID and award.is_expired:
        state = "expired"
    return PublicAward(
        name=award.holder_name if shows_full else initials(award.holder_name),
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
    rows = Award.objects.select_related("actor__user").order_by("-issued_at")
    number = normalise(typed)
    if number:
        return rows.filter(number=number).first()
    try:
        return rows.filter(uuid=uuid.UUID(typed.strip().strip("/"))).first()
    except ValueError:
        return None
