"""Writes of certificates: issuing an award, once."""

import calendar
import datetime as dt
import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.services import audit
from certificates.models import Award
from learning.models import Enrolment
from learning.selectors import completion_of

logger = logging.getLogger("suluh.certificates")


class NotCertifiable(Exception):
    """The enrolment is not complete, or its content may not certify on this site."""


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last day of that month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@transaction.atomic
def issue_award(*, enrolment: Enrolment) -> Award:
    """Issue the certificate of a completed enrolment; a second call, whatever its cause, gives the first one's award.

    Raises:
        NotCertifiable: the enrolment is not complete, its holder is gone, or the site requires review and the content
            shown had none.
    """
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",)).select_related("actor__user", "course").get(pk=enrolment.pk)
    )
    existing = Award.objects.filter(enrolment=enrolment).first()
    if existing:
        return existing
    completion = completion_of(enrolment)
    if completion is None:
        raise NotCertifiable(f"Enrolment {enrolment.uuid} is not complete.")
    if enrolment.actor.user is None:
        raise NotCertifiable(f"Enrolment {enrolment.uuid} has no holder any more.")
    if settings.REQUIRE_REVIEW and not completion.is_reviewed:
        raise NotCertifiable(
            f"{enrolment.course} edition {completion.edition}.{completion.revision} was not reviewed in "
            f"“{completion.language}”; this site certifies reviewed content only."
        )
    issued_at = timezone.now()
    award = Award.objects.create(
        actor=enrolment.actor,
        enrolment=enrolment,
        course=enrolment.course,
        member_id=enrolment.member_id,
        holder_name=enrolment.actor.user.full_name,
        edition=completion.edition,
        revision=completion.revision,
        language=completion.language,
        content=completion.content,
        is_specimen=not completion.is_reviewed,
        snapshot={
            "course": completion.title,
            "code": enrolment.course.code,
            "design_minutes": completion.rules.design_minutes,
            "pass_mark": completion.rules.pass_mark,
        },
        issued_at=issued_at,
        valid_until=months_later(issued_at.date(), completion.rules.validity_months),
    )
    audit(
        by=None,
        action="award.issued",
        target=f"certificates.award:{award.uuid}",
        member=enrolment.member,
        details={
            "number": award.number,
            "specimen": award.is_specimen,
            "person": str(enrolment.actor.user.uuid),
        },
    )
    return award
