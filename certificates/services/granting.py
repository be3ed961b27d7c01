"""Certificates that no completion gives by itself: of participation, and for trainers. Decision 0043."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused, Right, scope_of
from accounts.services import audit
from certificates.models import Award
from certificates.services.issuing import (
    annex_of,
    award_target,
    is_wished,
    locked_period,
    period_after,
    supersede_award,
)
from certificates.services.life import LONGEST_REASON, NoReason
from certificates.services.sealing import sign_award
from certificates.signatories import page_snapshot
from learning.models import Enrolment
from learning.selectors import participation_of

#: Of the lessons that its course requires, the least that somebody took part in (domain rules §4.2).
LEAST_LESSONS = 75


def is_enough(*, done: int, all: int) -> bool:
    """Whether so many of all required lessons are so much of a course that it can be said."""
    return 100 * done >= LEAST_LESSONS * all > 0


class CannotGrant(Exception):
    """The conditions of this certificate are not met. The message is what the person reads."""


@transaction.atomic
def grant_participation(*, by: User, enrolment: Enrolment) -> Award:
    """Certify that somebody took part in a course without passing it; a second call gives the first one's award.

    It says how many of the lessons were done and counts only their time. Whoever passes later gets the certificate of
    completion as well, with a number of its own.

    Raises:
        CannotGrant: the course was completed, fewer than three quarters of its lessons were done, the class of the
            officer still runs, the holder is gone, or the content was not reviewed where the site requires that.
    """
    _require_certifier(by, enrolment.actor.user)
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("actor__user", "course", "klass", "member")
        .get(pk=enrolment.pk)
    )
    existing = Award.objects.filter(enrolment=enrolment, kind=Award.Kind.PARTICIPATION).order_by("-pk").first()
    if existing:
        return existing
    holder = enrolment.actor.user
    if holder is None:
        raise CannotGrant(_("The holder was erased."))
    if enrolment.klass is not None and not enrolment.klass.is_over:
        raise CannotGrant(_("The class still runs. Wait until its last day has passed."))
    took_part = participation_of(enrolment)
    if took_part is None:
        raise CannotGrant(_("This course was completed: there is a certificate of completion."))
    if not is_enough(done=took_part.done, all=took_part.all):
        raise CannotGrant(
            _("%(done)d of %(all)d lessons were done. A certificate of participation asks for %(least)d %%.")
            % {"done": took_part.done, "all": took_part.all, "least": LEAST_LESSONS}
        )
    if settings.REQUIRE_REVIEW and not took_part.is_reviewed:
        raise CannotGrant(_("The course was not reviewed in this language; this site certifies reviewed content only."))
    issued_at, valid_until = period_after(None, took_part.rules.validity_months)
    award = Award.objects.create(
        kind=Award.Kind.PARTICIPATION,
        actor=enrolment.actor,
        enrolment=enrolment,
        course=enrolment.course,
        member=enrolment.member,
        holder_name=holder.full_name,
        edition=took_part.edition,
        revision=took_part.revision,
        language=took_part.language,
        content=took_part.content,
        is_specimen=not took_part.is_reviewed,
        snapshot={
            "course": took_part.title,
            "code": enrolment.course.code,
            "design_minutes": took_part.minutes,
            "lessons": {"done": took_part.done, "all": took_part.all},
            **annex_of(holder, enrolment.member, enrolment.course, issued_at.date()),
            **page_snapshot(
                course=enrolment.course,
                edition=took_part.edition,
                revision=took_part.revision,
                language=took_part.language,
                day=issued_at.date(),
            ),
        },
        issued_at=issued_at,
        valid_until=valid_until,
    )
    sign_award(award=award)
    _note(by, award, holder, "")
    return award


@transaction.atomic
def grant_trainer_award(*, by: User, learner: Award, practised_on: dt.date, reviewed_on: dt.date, reason: str) -> Award:
    """Certify that somebody may teach a course: its learner certificate, a practice session and a peer review.

    It ends with the learner certificate on which it stands. After that was renewed, granting it again gives a new
    period under the same number; a second call for the same certificate gives the award that is there.

    Arguments:
        learner: the certificate of completion of the future trainer.
        practised_on, reviewed_on: the days of the practice session and of the peer review, which happen elsewhere.

    Raises:
        NoReason: no reason was given.
        CannotGrant: the certificate is not one of completion in force, the holder is gone, or a day is to come.
    """
    _require_certifier(by, learner.actor.user)
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise NoReason(_("Say why. The reason is shown to nobody outside."))
    learner = locked_period(learner)
    holder = learner.actor.user
    if holder is None or not learner.holder_name:
        raise CannotGrant(_("The holder was erased."))
    if learner.kind != Award.Kind.COMPLETION or learner.state != Award.State.VALID or learner.is_expired:
        raise CannotGrant(_("It takes a certificate of completion that is in force."))
    if settings.REQUIRE_REVIEW and learner.is_specimen:
        raise CannotGrant(_("That certificate is a specimen and attests nothing."))
    if max(practised_on, reviewed_on) > timezone.localdate():
        raise CannotGrant(_("The practice session and the peer review must have taken place."))
    own = Award.objects.filter(kind=Award.Kind.TRAINER, actor__user=holder, course=learner.course)
    earlier = own.standing().order_by("-pk").first()
    if earlier is not None:
        locked_period(earlier)
        # What was revoked or issued again in the meantime is not what stands now.
        earlier = own.standing().order_by("-pk").first()
    if earlier is not None:
        if earlier.state == Award.State.SUSPENDED:
            raise CannotGrant(_("The trainer certificate of this person is suspended: reinstate it."))
        if earlier.state == Award.State.VALID and earlier.valid_until >= learner.valid_until:
            return earlier
    issued_at, _usual = period_after(earlier, 0)
    award = Award.objects.create(
        **({"number": earlier.number} if earlier else {}),
        kind=Award.Kind.TRAINER,
        actor=learner.actor,
        course=learner.course,
        member=learner.member,
        holder_name=learner.holder_name if is_wished(learner) else holder.full_name,
        edition=learner.edition,
        revision=learner.revision,
        language=learner.language,
        content=learner.content,
        is_specimen=learner.is_specimen,
        snapshot={
            "course": learner.snapshot["course"],
            "code": learner.snapshot["code"],
            "design_minutes": learner.snapshot["design_minutes"],
            "stands_on": learner.number,
            "practised_on": practised_on.isoformat(),
            "reviewed_on": reviewed_on.isoformat(),
            **({"name_wished": True} if is_wished(learner) else {}),
            **annex_of(holder, learner.member, learner.course, issued_at.date()),
            **page_snapshot(
                course=learner.course,
                edition=learner.edition,
                revision=learner.revision,
                language=learner.language,
                day=issued_at.date(),
            ),
        },
        issued_at=issued_at,
        valid_until=max(learner.valid_until, issued_at.date()),
    )
    sign_award(award=award)
    if earlier is not None:
        supersede_award(award=earlier)
    _note(by, award, holder, reason)
    return award


def _require_certifier(by: User, holder: User | None) -> None:
    if not scope_of(by, Right.CERTIFY).everyone:
        raise Refused(_("Your role does not include this certificate."))
    if holder == by:
        raise Refused(_("This is your own certificate. Somebody else has to decide about it."))


def _note(by: User, award: Award, holder: User, reason: str) -> None:
    audit(
        by=by,
        action="award.granted",
        target=award_target(award),
        member=award.member,
        reason=reason,
        details={
            "number": award.number,
            "kind": award.kind,
            "course": award.snapshot["code"],
            "people": [str(holder.uuid)],
        },
    )
