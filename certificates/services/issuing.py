"""Writes of certificates: issuing an award, once."""

import datetime as dt
import logging
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Actor, Member, User
from accounts.selectors import learner_posting
from accounts.services import audit
from certificates.kept import drop_lists
from certificates.models import Award, AwardChange, AwardReminder, Credential, MissingCharacters
from certificates.periods import RENEWAL_DAYS, months_later
from certificates.services.sealing import sign_award
from certificates.signatories import page_snapshot
from learning.manifest import digest_of
from learning.models import Course, Enrolment, Refresher
from learning.selectors import annex_in_force, completion_of, latest_revision, outline_for

logger = logging.getLogger("suluh.certificates")


class NotCertifiable(Exception):
    """The enrolment is not complete, or its content may not certify on this site."""


class NotInOrder(NotCertifiable):
    """What the enrolment goes on from was revoked or is suspended, however many refreshers lie in between."""


@transaction.atomic
def issue_award(*, enrolment: Enrolment) -> Award:
    """Issue the certificate of a completed enrolment; a second call, whatever its cause, gives the first one's award.

    The award of a refresher or renewal is another period of validity of the same certificate: it bears the number of
    the one before, which is superseded only now.

    Raises:
        NotCertifiable: the enrolment is not complete, its holder is gone, the site requires review and the content
            shown had none, or the certificate that it goes on from was revoked or is suspended.
    """
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",)).select_related("actor__user", "course").get(pk=enrolment.pk)
    )
    existing = _award_of(enrolment)
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
    issued_at, valid_until = period_after(earlier, completion.rules.validity_months)
    award = Award.objects.create(
        **({"number": earlier.number} if earlier else {}),
        actor=enrolment.actor,
        enrolment=enrolment,
        course=enrolment.course,
        member_id=enrolment.member_id,
        holder_name=earlier.holder_name if earlier and is_wished(earlier) else enrolment.actor.user.full_name,
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
            **_goes_on_from(enrolment),
            **({"name_wished": True} if earlier and is_wished(earlier) else {}),
            **annex_of(enrolment.actor.user, enrolment.member, enrolment.course, issued_at.date()),
            **page_snapshot(
                course=enrolment.course,
                edition=completion.edition,
                revision=completion.revision,
                language=completion.language,
                day=issued_at.date(),
            ),
        },
        issued_at=issued_at,
        valid_until=valid_until,
    )
    sign_award(award=award)
    if earlier:
        supersede_award(award=earlier)
    audit(
        by=None,
        action="award.issued",
        target=award_target(award),
        member=enrolment.member,
        details={
            "number": award.number,
            "specimen": award.is_specimen,
            "person": str(enrolment.actor.user.uuid),
        },
    )
    return award


def is_wished(award: Award) -> bool:
    """Whether the name on a certificate is one that its holder wished there, other than that of the account."""
    return bool(award.holder_name and award.snapshot.get("name_wished"))


def award_target(award: Award) -> str:
    """How the audit log names an award."""
    return f"certificates.award:{award.uuid}"


def period_after(earlier: Award | None, months: int) -> tuple[dt.datetime, dt.date]:
    """When a new period is issued and until when it is valid.

    The instant is never before that of the period before, also where the clock was set back in between: whatever sorts
    by it finds the newest. Who renews in the last days loses none of them.
    """
    issued_at = timezone.now()
    if earlier is None:
        return issued_at, months_later(issued_at.date(), months)
    issued_at = max(issued_at, earlier.issued_at + dt.timedelta(microseconds=1))
    left = earlier.valid_until - issued_at.date()
    begins = earlier.valid_until if dt.timedelta() <= left <= dt.timedelta(days=RENEWAL_DAYS) else issued_at.date()
    return issued_at, months_later(begins, months)


def annex_of(user: User, member: Member | None, course: Course, day: dt.date) -> dict[str, Any]:
    """What a snapshot holds of the national annex that its holder read on a day; nothing where there was none.

    The texts themselves are kept and only go forward (decision 0027), so their number, the day from which the last of
    them holds and a digest of their uuids say which they were.
    """
    posting = learner_posting(user)
    member = posting.member if posting is not None and posting.member is not None else member
    texts = annex_in_force(member, course, day) if member is not None else []
    if not texts:
        return {}
    return {
        "annex": {
            "on": day.isoformat(),
            "texts": len(texts),
            "latest": max(text.valid_from for text in texts).isoformat(),
            "digest": digest_of(sorted(str(text.uuid) for text in texts)),
        }
    }


def _goes_on_from(enrolment: Enrolment) -> dict[str, int]:
    """Of a refresher or a renewal the edition that was completed before."""
    refresher: Refresher | None = getattr(enrolment, "refresher", None)
    if refresher is None:
        return {}
    outline = outline_for(enrolment, latest_revision(enrolment.edition_id))
    return {"renews" if outline.renews else "refreshes": refresher.since}


def locked_period(award: Award) -> Award:
    """An award as it is now, read after every row of its number was locked, so that no two changes cross."""
    rows = Award.objects.select_for_update(of=("self",)).filter(number=award.number).order_by("pk")
    list(rows.values_list("pk"))
    return Award.objects.select_related("actor__user", "course", "enrolment", "member").get(pk=award.pk)


def supersede_award(*, award: Award, changed_by: Actor | None = None) -> None:
    """Say of an award that a newer one stands in its place; one that was revoked stays so. Part of issuing that one."""
    if award.state in (Award.State.REVOKED, Award.State.SUPERSEDED):
        return
    award.state = Award.State.SUPERSEDED
    award.save(update_fields=["state"])
    drop_lists(status_list=award.status_list)
    AwardChange.objects.create(award=award, kind=AwardChange.Kind.SUPERSEDED, changed_by=changed_by)


def _award_of(enrolment: Enrolment) -> Award | None:
    """The newest: one that was issued again under a changed name stands for the first."""
    return Award.objects.filter(enrolment=enrolment, kind=Award.Kind.COMPLETION).order_by("-pk").first()


def _award_before(enrolment: Enrolment) -> Award | None:
    """The award of the completed enrolment that a refresher goes on from: the new period keeps its number.

    None for a whole course, and where the earlier edition was never certified.

    Raises:
        NotInOrder: that award was revoked, also while the refresher was under way: under its number nothing is
            valid any more. Or it is suspended: once it is reinstated, the sweep issues the new one.
    """
    refresher: Refresher | None = getattr(enrolment, "refresher", None)
    if refresher is None:
        return None
    try:
        issued = issue_award(enrolment=refresher.before)
    except NotInOrder:
        raise
    except NotCertifiable:
        return None
    locked_period(issued)
    earlier = _award_of(refresher.before)
    assert earlier is not None
    if earlier.state in (Award.State.REVOKED, Award.State.SUSPENDED):
        raise NotInOrder(f"The certificate that enrolment {enrolment.uuid} goes on from is {earlier.state}.")
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

    Each is given a key of its own that was never anybody's; what is counted stays. The enrolment, which is a record of
    the person's own and goes with the person, still says that the course was certified. Returns how many.
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
    # Characters that only the name had.
    MissingCharacters.objects.filter(award__in=awards).delete()
    # They name the holder.
    AwardReminder.objects.filter(award__in=awards).delete()
    return len(awards)
