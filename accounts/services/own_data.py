"""What a person does about the own data: correct it, ask to be erased; and erasing itself."""

import datetime as dt
import logging
from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Actor, ErasureRequest, IdentityProvider, Member, Merge, Posting, User
from accounts.permissions import Refused
from accounts.personal_data import Declaration
from accounts.selectors.own_data import (
    RENAMED,
    Step,
    declarations,
    erasure_plan,
    may_ask_erasure,
    why_not_erasable,
)
from accounts.services.audit import actor_of, audit
from accounts.services.people import target_of

logger = logging.getLogger("suluh.erasure")


class NotErasable(Refused):
    """Somebody depends on this person's being here."""


class MayNotErase(Refused):
    """The person holds a role that this viewer may not end."""


def _members_of(user: User) -> list[Member]:
    running = Posting.objects.filter(user=user, member__isnull=False).current()
    return list(Member.objects.filter(postings__in=running).distinct())


class AddressSignsIn(Refused):
    """Whoever enters a colleague's address could be taken for the colleague by the member's own sign-in service."""


@transaction.atomic
def correct_oneself(*, by: User, full_name: str, latin_name: str, sex: str, email: str) -> User:
    """Correct what is held about oneself. Certificates that were issued keep the name that stands on them.

    The name of a pseudonymous account is its code, and stays: who it is only the member knows. A changed full name is
    shown to the coordinators of the person's members; the log holds no name, neither the old nor the new one.

    Raises:
        AddressSignsIn: the person's member has a sign-in service that knows people by their address.
    """
    user = User.objects.select_for_update().get(pk=by.pk)
    new: dict[str, str] = {"sex": sex, "email": email}
    if not user.is_pseudonymous:
        new |= {"full_name": full_name, "latin_name": latin_name}
    changed = sorted(name for name, value in new.items() if getattr(user, name) != value)
    if not changed:
        return user
    by_address = IdentityProvider.objects.filter(is_on=True, claim=IdentityProvider.Claim.EMAIL)
    if "email" in changed and by_address.filter(member__in=_members_of(user)).exists():
        raise AddressSignsIn(_("Your member knows you by this address at sign-in, so your coordinator changes it."))
    for name in changed:
        setattr(user, name, new[name])
    user.save(update_fields=changed)
    if "email" in changed:
        EmailAddress.objects.filter(user=user).exclude(email__iexact=email).delete()
    if "full_name" in changed:
        members: list[Member | None] = [*_members_of(user)]
        for member in members or [None]:
            audit(by=user, action=RENAMED, target=target_of(user), member=member)
    if others := [name for name in changed if name != "full_name"]:
        audit(by=user, action="person.corrected", target=target_of(user), details={"fields": others})
    return user


@transaction.atomic
def ask_erasure(*, by: User, user: User, reason: str = "") -> ErasureRequest:
    """Ask that a person be erased after `ERASURE_DAYS`; asked again, the first request stands.

    Arguments:
        by: the person, or a coordinator to whom the person said so.
        reason: what the coordinator says about it; empty from the person, who owes none.

    Raises:
        MayNotErase: somebody else's, with a role that `by` may not end.
        NotErasable: the last coordinator of a member, or the last administrator.
    """
    if by != user and not may_ask_erasure(by, user):
        raise MayNotErase(_("This person holds a role that you may not end, so you cannot ask for this."))
    user = User.objects.select_for_update().get(pk=user.pk)
    # An account that was merged into this one is the same person's.
    for merge in Merge.objects.filter(kept=user, undone_at=None).select_related("closed"):
        erase_person(by=by, user=merge.closed, reason=reason)
    if reason_against := why_not_erasable(user):
        raise NotErasable(reason_against)
    due_on = timezone.localdate() + dt.timedelta(days=int(settings.ERASURE_DAYS))
    request, is_new = ErasureRequest.objects.get_or_create(
        user=user, defaults={"due_on": due_on, "by": actor_of(by), "reason": reason}
    )
    if is_new:
        for member in _for_the_log(user):
            audit(by=by, action="erasure.asked", target=target_of(user), member=member, reason=reason)
    return request


@transaction.atomic
def cancel_erasure(*, by: User, user: User) -> bool:
    """Withdraw a request: the account stays as it is. Returns whether there was one.

    Raises:
        MayNotErase: somebody else's, who asked without help, or with a role that `by` may not end.
    """
    if by != user and not may_ask_erasure(by, user):
        raise MayNotErase(_("This person holds a role that you may not end, so you cannot ask for this."))
    request = ErasureRequest.objects.select_for_update(of=("self",)).select_related("by").filter(user=user).first()
    if request is None:
        return False
    if by != user and request.by is not None and request.by.user_id == user.pk:
        raise MayNotErase(_("The person asked for this, so only the person can withdraw it."))
    request.delete()
    for member in _for_the_log(user):
        audit(by=by, action="erasure.withdrawn", target=target_of(user), member=member)
    return True


def _for_the_log(user: User) -> list[Member | None]:
    return [*_members_of(user)] or [None]


@transaction.atomic
def erase_person(*, by: User | None, user: User, reason: str = "") -> list[Step]:
    """Erase a person, now and for good; returns what was done, kind by kind.

    The account and all that hangs on it go; the learning record, progress and certificates stay under keys whose link
    to the person is cut. What is kept longer, and why, is in the registry (`accounts.personal_data`).

    Arguments:
        by: who does it; None for the daily job and the command.

    Raises:
        NotErasable: the last coordinator of a member, or the last administrator.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if reason_against := why_not_erasable(user):
        raise NotErasable(reason_against)
    plan = erasure_plan(user)
    target, members = target_of(user), _for_the_log(user)
    # The rooms below first: their rows lead to the person through rows of the rooms above.
    for declaration in reversed(declarations()):
        _erase(declaration, user)
    Actor.objects.filter(user=user).update(user=None)
    user.delete()
    counted = {step.declaration.model._meta.label: step.count for step in plan}
    for member in members:
        audit(by=by, action="person.erased", target=target, member=member, reason=reason, details={"rows": counted})
    return plan


def _erase(declaration: Declaration, user: User) -> None:
    """Do to one kind of data what its declaration says; the account and its keys come last, together."""
    if declaration.model in (User, Actor):
        return
    rows: Any = declaration.model._base_manager
    if declaration.erase is not None:
        declaration.erase(user)
    elif declaration.erasure == "delete":
        rows.filter(**{declaration.person: user}).delete()
    elif declaration.erasure == "unlink":
        _empty(declaration, [declaration.person], user)
    _empty(declaration, declaration.others, user)


def _empty(declaration: Declaration, names: Iterable[str], user: User) -> None:
    """Empty fields that lead to the user straight; what leads through a key is unlinked with the key."""
    for name in names:
        if "__" not in name and declaration.model._meta.get_field(name).related_model is User:
            declaration.model._base_manager.filter(**{name: user}).update(**{name: None})


def erase_due(*, on: dt.date | None = None) -> int:
    """Erase everybody whose day has come; returns how many. Each in a transaction of its own; may run twice.

    Whoever became the last coordinator of a member meanwhile stays, and is tried again every day.
    """
    due = ErasureRequest.objects.filter(due_on__lte=on or timezone.localdate()).values_list("user", flat=True)
    done = 0
    for key in list(due):
        user = User.objects.filter(pk=key, erasure_request__isnull=False).first()
        if user is None:
            continue
        try:
            erase_person(by=None, user=user)
        except NotErasable as reason:
            logger.warning("Account %s is not erased yet: %s", user.uuid, reason)
        else:
            done += 1
    return done


@transaction.atomic
def record_download(*, by: User) -> None:
    """Log that somebody took all the own data away: if it was not the person, the person sees it."""
    audit(by=by, action="data.downloaded", target=target_of(by))


@transaction.atomic
def record_sight_of_people(*, by: User, people: Iterable[User]) -> None:
    """Log that somebody saw the names of these people: one entry for each member, which names them by uuid."""
    own = {each.pk: each for each in people}
    by_member: dict[Member, list[str]] = {}
    for posting in Posting.objects.filter(user__in=own, member__isnull=False).current().select_related("member"):
        assert posting.member is not None
        by_member.setdefault(posting.member, []).append(str(own[posting.user_id].uuid))
    for member, seen in by_member.items():
        audit(
            by=by,
            action="people.seen",
            target="accounts.own_data",
            member=member,
            details={"people": sorted(set(seen))},
        )
