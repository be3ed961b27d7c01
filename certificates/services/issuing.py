"""Writes of certificates: issuing an award, once."""

import calendar
import datetime as dt
import logging

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Actor, User
from accounts.services import audit
from certificates.models import Award, AwardChange, Credential
from certificates.services.sealing import sign_award
from learning.models import Enrolment, Refresher
from learning.selectors import completion_of, since_of

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

    A refresher's award is another period of validity of the same certificate: it bears the number of the one before,
    which stays as it is.

    Raises:
        NotCertifiable: the enrolment is not complete, its holder is gone, the site requires review and the content
            shown had none, or the certificate that a refresher goes on from was revoked.
    """
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",)).select_related("actor__user", "course").get(pk=enrolment.pk)
    )
    # The newest: one that was issued again under a changed name stands for the first.
    existing = Award.objects.filter(enrolment=enrolment, kind=Award.Kind.COMPLETION).order_by("-pk").first()
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
    earlier = _award_before(enrolment)
    issued_at = timezone.now()
    award = Award.objects.create(
        **({"number": earlier.number} if earlier else {}),
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
            **({"refreshes": since} if (since := since_of(enrolment)) else {}),
        },
        issued_at=issued_at,
        valid_until=months_later(issued_at.date(), completion.rules.validity_months),
    )
    sign_award(award=award)
    if earlier:
        supersede_award(award=earlier)
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


def supersede_award(*, award: Award) -> None:
    """Say of an award that a newer one stands in its place; one that was revoked stays so. Part of issuing that one."""
    if award.state in (Award.State.REVOKED, Award.State.SUPERSEDED):
        return
    award.state = Award.State.SUPERSEDED
    award.save(update_fields=["state"])
    AwardChange.objects.create(award=award, kind=AwardChange.Kind.SUPERSEDED)


def _award_before(enrolment: Enrolment) -> Award | None:
    """The award of the completed enrolment that a refresher goes on from: the new period keeps its number.

    None for a whole course, and where the earlier edition was never certified.

    Raises:
        NotCertifiable: that award was revoked, also while the refresher was under way: under its number nothing is
            valid any more.
    """
    refresher: Refresher | None = getattr(enrolment, "refresher", None)
    if refresher is None:
        return None
    try:
        earlier = issue_award(enrolment=refresher.before)
    except NotCertifiable:
        return None
    if earlier.state == Award.State.REVOKED:
        raise NotCertifiable(f"The certificate that enrolment {enrolment.uuid} goes on from was revoked.")
    return earlier


@transaction.atomic
def withhold_awards(*, user: User) -> int:
    """Let the public page go on to answer for a restricted person's certificates as for unknown ones, after erasure.

    The flag goes with the account, so it is copied into the snapshots. Returns how many certificates there are.
    """
    awards = list(Award.objects.select_for_update().filter(actor__user=user))
    for award in awards:
        award.snapshot = award.snapshot | {"is_withheld": True}
        award.save(update_fields=["snapshot"])
    return len(awards)


@transaction.atomic
def anonymise_awards(*, rows: QuerySet[Award]) -> int:
    """Retention: remove the name from certificates whose time is over, and cut their link to the person.

    Each is given a key of its own that was never anybody's; what is counted stays. Returns how many.
    """
    awards = list(rows.select_for_update().exclude(holder_name=""))
    for award in awards:
        award.holder_name = ""
        # With these the name could be read or guessed.
        award.name_salt = award.token = None
        award.actor = Actor.objects.create(user=None)
        award.save(update_fields=["holder_name", "name_salt", "token", "actor"])
    # It holds the name, or a digest of it.
    Credential.objects.filter(award__in=awards).delete()
    return len(awards)
