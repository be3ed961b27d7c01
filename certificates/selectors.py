"""Reads of certificates: the holder's own, what a coordinator sees, and what a stranger may learn."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.utils import timezone

from accounts.models import Member, User
from accounts.permissions import Viewer
from accounts.selectors import public_name
from certificates.models import Award
from certificates.numbers import normalise
from learning.models import Course, Enrolment
from learning.permissions import visible_enrolments
from learning.sharing import enrolments_shared_with
from lms.text import ascii_digits


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
    return list(Award.objects.filter(actor__user=user).select_related("course"))


def awards_seen_by(viewer: Viewer) -> QuerySet[Award]:
    """The awards of the officers whose names this viewer may see."""
    return Award.objects.filter(enrolment__in=Enrolment.objects.filter(visible_enrolments(viewer)))


def awards_of_enrolments(viewer: Viewer, enrolments: Sequence[Enrolment]) -> dict[int, Award]:
    """Enrolment → the award that an officer has of it; while a refresher is under way, that of the course before."""
    before = {each.pk: since for each in enrolments if (since := getattr(each, "refresher", None))}
    wanted = {each.pk for each in enrolments} | {refresher.before_id for refresher in before.values()}
    awards = {award.enrolment_id: award for award in awards_seen_by(viewer).filter(enrolment__in=wanted)}
    found = {each.pk: awards[each.pk] for each in enrolments if each.pk in awards}
    earlier = {pk: awards[row.before_id] for pk, row in before.items() if row.before_id in awards}
    return earlier | found


@dataclass(frozen=True)
class SharedRow:
    """What the RSO may read of one officer of a member that shares them: no score, no agency, no progress."""

    #: Name or learner code.
    shown_as: str
    person: uuid.UUID
    valid_until: dt.date | None
    is_specimen: bool

    @property
    def is_certified(self) -> bool:
        return self.valid_until is not None and self.valid_until >= timezone.localdate()


def shared_rows(viewer: Viewer, member: Member, course: Course, *, as_file: bool = False) -> QuerySet[Enrolment]:
    """The officers of one member in one course that it shares with the viewer; to be read by `read_shared`.

    Arguments:
        as_file: leave restricted officers out, because they stand in no export, not even by code.
    """
    rows = enrolments_shared_with(viewer).filter(member=member, course=course)
    if as_file:
        rows = rows.filter(actor__user__is_restricted=False)
    awards = Award.objects.filter(
        actor__user=OuterRef("actor__user"), course=course, member=member, state=Award.State.VALID
    ).order_by("-valid_until", "-pk")
    if settings.REQUIRE_REVIEW:
        awards = awards.filter(is_specimen=False)
    return rows.annotate(
        valid_until=Subquery(awards.values("valid_until")[:1]), is_specimen=Subquery(awards.values("is_specimen")[:1])
    )


def read_shared(rows: Iterable[Enrolment]) -> list[SharedRow]:
    """Rows of `shared_rows`, as they are shown."""
    return [
        SharedRow(
            shown_as=row.shown_as,  # type: ignore[attr-defined]
            person=row.actor.user.uuid,  # type: ignore[union-attr]
            valid_until=row.valid_until,  # type: ignore[attr-defined]
            is_specimen=bool(row.is_specimen),  # type: ignore[attr-defined]
        )
        for row in rows
    ]


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
