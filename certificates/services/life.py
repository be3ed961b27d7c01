"""What becomes of an award after it was issued: suspended, reinstated, revoked, issued again. Decision 0043.

Every row stays. Each change is locked over all rows of the number, has a reason and stands in `AwardChange`.
"""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import tidy_name
from accounts.permissions import Refused, Right, scope_of
from accounts.services import actor_of, audit
from certificates.kept import drop_lists
from certificates.models import Award, AwardChange
from certificates.numbers import new_number
from certificates.services.issuing import award_target, locked_period, supersede_award
from certificates.services.sealing import sign_award
from learning.selectors.classes import known_by_name

#: A revocation by mistake is undone for so long; after that a new certificate is issued in its place.
UNDO_HOURS = 24
LONGEST_REASON = 300


class NoReason(Exception):
    """No reason was given."""


class WrongState(Exception):
    """What was asked does not fit what the certificate is now, perhaps because somebody else was faster."""


class NoHolder(Exception):
    """There is nobody any more for whom the certificate could be issued again."""


def may_certify(user: User, award: Award) -> bool:
    """Whether `user` decides about this award: who certifies for all members, and nobody about the own ones."""
    return _covers(user, Right.CERTIFY, award) and award.actor.user_id != user.pk


def may_reissue(user: User, award: Award) -> bool:
    """Whether `user` may have this award issued again: also the coordinator of its officer, never the officer."""
    if award.actor.user_id == user.pk:
        return False
    return _covers(user, Right.CERTIFY, award) or _covers(user, Right.REISSUE, award)


def may_name(user: User, award: Award) -> bool:
    """Whether `user` may say under which name an award is issued again: the coordinator of its officer, and who
    certifies where the holder may be known to the RSO by name.

    Others could try out names: the refusal of the name that stands there already tells what it is.
    """
    if _covers(user, Right.REISSUE, award):
        return True
    return Award.objects.filter(known_by_name("actor"), pk=award.pk).exists()


def _covers(user: User, right: Right, award: Award) -> bool:
    agency = award.enrolment.agency_id if award.enrolment else None
    return scope_of(user, right).covers(member=award.member_id, agency=agency)


@transaction.atomic
def suspend_award(*, by: User, award: Award, reason: str) -> Award:
    """Say of a certificate that it does not hold for now, for instance while a doubt is looked into.

    Raises:
        NoReason: no reason was given.
        WrongState: it is not in force: suspended already, revoked, or replaced by a newer one.
    """
    award, reason = _begin(by, award, reason)
    if award.state != Award.State.VALID:
        raise WrongState(_cannot(award))
    return _change(by, award, Award.State.SUSPENDED, AwardChange.Kind.SUSPENDED, reason, "award.suspended")


@transaction.atomic
def revoke_award(*, by: User, award: Award, reason: str) -> Award:
    """Say of a certificate that it never holds again. The reason is shown on no public page.

    Raises:
        NoReason: no reason was given.
        WrongState: it is revoked already, or replaced by a newer one, which is the one to revoke.
    """
    award, reason = _begin(by, award, reason)
    if award.state not in (Award.State.VALID, Award.State.SUSPENDED):
        raise WrongState(_cannot(award))
    return _change(by, award, Award.State.REVOKED, AwardChange.Kind.REVOKED, reason, "award.revoked")


@transaction.atomic
def reinstate_award(*, by: User, award: Award, reason: str) -> Award:
    """End a suspension, or undo a revocation of the last 24 hours; what was suspended before it is so again.

    Raises:
        NoReason: no reason was given.
        WrongState: it is neither suspended nor revoked, was revoked longer ago, or another was issued in its place.
    """
    award, reason = _begin(by, award, reason)
    if award.state == Award.State.SUSPENDED:
        to = Award.State.VALID
    elif award.state == Award.State.REVOKED:
        if not may_undo(award):
            raise WrongState(
                _("A revocation can be undone for %(hours)d hours. After that a new certificate is issued.")
                % {"hours": UNDO_HOURS}
            )
        to = _before_revocation(award)
    else:
        raise WrongState(_cannot(award))
    return _change(by, award, to, AwardChange.Kind.REINSTATED, reason, "award.reinstated")


def may_undo(award: Award) -> bool:
    """Whether a revocation is so recent that it can be undone, and nothing was issued in its place."""
    last = award.changes.filter(kind=AwardChange.Kind.REVOKED).order_by("-pk").first()
    if award.state != Award.State.REVOKED or last is None or Award.objects.filter(reissues=award).exists():
        return False
    # A trainer certificate that was granted since has another number and stands in its place.
    same = Award.objects.standing().filter(kind=Award.Kind.TRAINER, actor=award.actor_id, course=award.course_id)
    if award.kind == Award.Kind.TRAINER and same.filter(pk__gt=award.pk).exists():
        return False
    # A clock that was set back since makes it seem to lie ahead: then it is recent.
    return timezone.now() - last.changed_at <= dt.timedelta(hours=UNDO_HOURS)


def _before_revocation(award: Award) -> Award.State:
    kinds = (AwardChange.Kind.SUSPENDED, AwardChange.Kind.REINSTATED)
    last = award.changes.filter(kind__in=kinds).order_by("-pk").first()
    is_suspended = last is not None and last.kind == AwardChange.Kind.SUSPENDED
    return Award.State.SUSPENDED if is_suspended else Award.State.VALID


@transaction.atomic
def reissue_award(*, by: User, award: Award, reason: str, name: str = "") -> Award:
    """Issue a certificate again under the holder's name of today, or another that the holder wants on it.

    The new row has its own uuid and seal, the same number, date of issue and end; the one before is superseded. A
    second press finds the certificate under that name already.

    Arguments:
        name: as it should stand on the certificate; empty for the name of the account.

    Raises:
        NoReason: no reason was given.
        WrongState: it is not in force, or bears that name already.
        NoHolder: the holder was erased, or the name is not kept any more.
        Refused: another name than that of the account, of a holder whom `by` may not know by name.
        accounts.names.BadText: no name can be like that.
    """
    award, reason = _begin(by, award, reason, reissue=True)
    if name.strip() and not may_name(by, award):
        raise Refused(_("Another name is put on it by the coordinator of the member, who knows the holder."))
    if award.state != Award.State.VALID:
        raise WrongState(_cannot(award))
    holder = _holder(award)
    name = tidy_name(name) if name.strip() else holder.full_name
    if name == award.holder_name:
        raise WrongState(_("The certificate bears this name already. Nothing was changed."))
    again = _again(award, name=name, number=award.number, is_wished=name != holder.full_name)
    supersede_award(award=award, changed_by=actor_of(by))
    _note(by, again, AwardChange.Kind.REISSUED, reason, "award.reissued", before=award)
    return again


@transaction.atomic
def replace_award(*, by: User, award: Award, reason: str) -> Award:
    """Issue a new certificate, with a new number, in place of one whose revocation cannot be undone any more.

    Raises:
        NoReason: no reason was given.
        WrongState: it is not revoked, can still be reinstated, or was replaced already.
        NoHolder: the holder was erased, or the name is not kept any more.
    """
    award, reason = _begin(by, award, reason)
    if award.state != Award.State.REVOKED or Award.objects.filter(reissues=award).exists():
        raise WrongState(_cannot(award))
    if may_undo(award):
        raise WrongState(_("The revocation can still be undone: reinstate the certificate."))
    _holder(award)
    again = _again(
        award, name=award.holder_name, number=new_number(), is_wished=bool(award.snapshot.get("name_wished"))
    )
    _note(by, again, AwardChange.Kind.REISSUED, reason, "award.replaced", before=award)
    return again


def _begin(by: User, award: Award, reason: str, *, reissue: bool = False) -> tuple[Award, str]:
    """Check who asks and why, then the award as it is now, locked."""
    if award.actor.user_id == by.pk:
        raise Refused(_("This is your own certificate. Somebody else has to decide about it."))
    if not (may_reissue if reissue else may_certify)(by, award):
        raise Refused(_("Your role does not include this certificate."))
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise NoReason(_("Say why. The reason is shown to nobody outside."))
    return locked_period(award), reason


def _cannot(award: Award) -> str:
    if award.state == Award.State.SUPERSEDED:
        return _("A newer certificate stands in place of this one. Nothing was changed.")
    if award.state == Award.State.VALID:
        return _("The certificate is in force already. Nothing was changed.")
    if award.state == Award.State.SUSPENDED:
        return _("The certificate is suspended: reinstate it first. Nothing was changed.")
    return _("The certificate is revoked. Nothing was changed.")


def _holder(award: Award) -> User:
    if award.actor.user is None or not award.holder_name:
        raise NoHolder(_("The holder of this certificate was erased, so that it cannot be issued again."))
    return award.actor.user


def _again(award: Award, *, name: str, number: str, is_wished: bool) -> Award:
    """The same certificate once more. It follows on the one before by a moment, so that its date stays.

    A name that is not that of the account is kept over renewals, because its holder wished it.
    """
    fields: dict[str, Any] = {
        field: getattr(award, field)
        for field in (
            "kind",
            "actor",
            "enrolment",
            "course",
            "member",
            "edition",
            "revision",
            "language",
            "content",
            "is_specimen",
            "valid_until",
        )
    }
    again = Award.objects.create(
        **fields,
        uuid=uuid.uuid4(),
        number=number,
        reissues=award,
        holder_name=name,
        snapshot={key: value for key, value in award.snapshot.items() if key != "name_wished"}
        | {"reissued_on": timezone.localdate().isoformat()}
        | ({"name_wished": True} if is_wished else {}),
        issued_at=award.issued_at + dt.timedelta(microseconds=1),
    )
    sign_award(award=again)
    return Award.objects.select_related("actor__user", "course", "enrolment", "member").get(pk=again.pk)


def _change(by: User, award: Award, state: Award.State, kind: AwardChange.Kind, reason: str, action: str) -> Award:
    was, award.state = award.state, state
    award.save(update_fields=["state"])
    # What is said of this one holds for those before it under its number.
    for number in set(Award.objects.filter(number=award.number).values_list("status_list", flat=True)):
        drop_lists(status_list=number)
    _note(by, award, kind, reason, action, was=was)
    return award


def _note(
    by: User,
    award: Award,
    kind: AwardChange.Kind,
    reason: str,
    action: str,
    *,
    was: str = "",
    before: Award | None = None,
) -> None:
    AwardChange.objects.create(award=award, kind=kind, reason=reason, changed_by=actor_of(by))
    details: dict[str, Any] = {"number": award.number, "course": award.snapshot["code"]}
    if award.actor.user is not None:
        details["people"] = [str(award.actor.user.uuid)]
    if was:
        details |= {"from": was, "to": award.state}
    if before is not None:
        details["before"] = str(before.uuid)
    audit(by=by, action=action, target=award_target(award), member=award.member, reason=reason, details=details)
