"""Writes about two accounts of one person: said to be two people, made one, and taken apart again."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Actor, Merge, Posting, Transfer, TwoPeople, User
from accounts.permissions import Refused, Right, may_give
from accounts.roles import Role
from accounts.selectors.people import people_seen_by
from accounts.services.audit import actor_of, audit
from accounts.services.people import MayNotGive, NotYours, target_of
from accounts.signals import accounts_merged, merge_undone
from accounts.third_parties import end_sessions


class OwnAccount(Refused):
    """Nobody merges an account of one's own: a certificate would have a new holder on the holder's word alone."""


class HasOtherRoles(Exception):
    """One of the accounts has a role elsewhere, or one that this person may not give."""


class OfferIsOpen(Exception):
    """One of the accounts is offered to another member."""


class CannotBeUndone(Exception):
    """A merge that was taken back, is too old, or on which a later one stands."""


@transaction.atomic
def say_two_people(*, by: User, first: User, second: User) -> TwoPeople:
    """Remember that two accounts that look alike are two people.

    Raises:
        NotYours: one of them is not in `by`'s charge.
    """
    low, high = sorted((first, second), key=lambda each: each.pk)
    _require_both(by, low, high)
    row, made = TwoPeople.objects.get_or_create(first=low, second=high, defaults={"decided_by": actor_of(by)})
    if made:
        for one, other in ((low, high), (high, low)):
            audit(by=by, action="person.told_apart", target=target_of(one), details={"from": target_of(other)})
    return row


def why_not_mergeable(*, by: User, kept: User, closed: User) -> str:
    """Why two accounts cannot be merged by this person, in words; empty when they can."""
    try:
        _require_mergeable(by, kept, closed)
    except (Refused, HasOtherRoles, OfferIsOpen) as refusal:
        return str(refusal)
    return ""


@transaction.atomic
def merge_people(*, by: User, kept: User, closed: User) -> Merge:
    """Make two accounts of one person one: `kept` stays, `closed` can no longer be used.

    The keys of the closed account get the other owner, so record, enrolments and certificates follow and no row of them
    is rewritten. Postings are joined without doubles. Other rooms put in order what is there twice (the news
    `accounts_merged`). It can be taken back for thirty days.

    Raises:
        NotYours: one of them is not in `by`'s charge.
        OwnAccount: one of them is `by`.
        HasOtherRoles: a role with another member or the RSO, or one that `by` may not give.
        OfferIsOpen: one of them is offered to another member.
    """
    locked = {
        each.pk: each
        for each in User.objects.select_for_update(of=("self",)).filter(pk__in=[kept.pk, closed.pk]).order_by("pk")
    }
    kept, closed = locked[kept.pk], locked[closed.pk]
    _require_mergeable(by, kept, closed)
    moved, ended = _join_postings(kept, closed)
    keys = [str(each.key) for each in Actor.objects.filter(user=closed)]
    merge = Merge.objects.create(
        kept=kept,
        closed=closed,
        merged_by=actor_of(by),
        remembered={
            "accounts": {
                "keys": keys,
                "open_key": str(actor_of(closed).key),
                "postings": moved,
                "ended": ended,
                "kept_was_restricted": kept.is_restricted,
            }
        },
    )
    now = timezone.now()
    actor_of(kept)  # must be there, or new learning would go under the other's key
    Actor.objects.filter(user=closed, joined_at=None).update(joined_at=now)
    Actor.objects.filter(user=closed).update(user=kept)
    if closed.is_restricted and not kept.is_restricted:
        kept.is_restricted = True
        kept.save(update_fields=["is_restricted"])
    closed.is_active = False
    closed.save(update_fields=["is_active"])
    end_sessions(closed)
    for receiver, put_away in accounts_merged.send(sender=Merge, merge=merge):
        if put_away:
            merge.remembered[receiver.__module__.split(".")[0]] = put_away
    merge.save(update_fields=["remembered"])
    _audit_merge(by, merge, "person.merged")
    return merge


@transaction.atomic
def undo_merge(*, by: User, merge: Merge) -> Merge:
    """Take a merge back: keys, postings and whatever other rooms put away return, and the closed account opens again.

    What was done under the kept account's own key since then stays with it.

    Raises:
        NotYours: the account that stayed is not in `by`'s charge.
        OwnAccount: one of them is `by`.
        CannotBeUndone: done already, too late, or a later merge stands on it.
        MayNotGive: the account that stayed holds a posting that `by` may not give.
    """
    merge = Merge.objects.select_for_update(of=("self",)).select_related("kept", "closed").get(pk=merge.pk)
    kept, closed = merge.kept, merge.closed
    if by in (kept, closed):
        raise OwnAccount(_("You cannot merge or part your own account. Ask another coordinator."))
    if not people_seen_by(by, Right.MANAGE_PEOPLE).filter(pk=kept.pk).exists():
        raise NotYours(_("You may merge only accounts of people in your own charge."))
    if not merge.can_be_undone:
        raise CannotBeUndone(_("This merge was taken back already, or is older than thirty days."))
    if Merge.objects.filter(closed=kept, undone_at=None).exists():
        raise CannotBeUndone(_("The account that stayed was merged in its turn. Take that merge back first."))
    put_away: dict[str, Any] = merge.remembered["accounts"]
    _give_back_postings(by, merge, put_away)
    # A key that came into being meanwhile gives way to the one that the account always had.
    Actor.objects.filter(user=closed, joined_at=None).update(joined_at=timezone.now())
    Actor.objects.filter(user=kept, key__in=put_away["keys"]).update(user=closed)
    Actor.objects.filter(user=closed, key=put_away["open_key"]).update(joined_at=None)
    if kept.is_restricted and closed.is_restricted and not put_away["kept_was_restricted"]:
        kept.is_restricted = False
        kept.save(update_fields=["is_restricted"])
    closed.is_active = True
    closed.save(update_fields=["is_active"])
    merge.undone_at, merge.undone_by = timezone.now(), actor_of(by)
    merge.save(update_fields=["undone_at", "undone_by"])
    merge_undone.send(sender=Merge, merge=merge, remembered=merge.remembered)
    _audit_merge(by, merge, "person.merge_undone")
    return merge


def _require_both(by: User, first: User, second: User) -> None:
    seen = people_seen_by(by, Right.MANAGE_PEOPLE).filter(pk__in=[first.pk, second.pk]).count()
    if first == second or seen != 2:
        raise NotYours(_("You may merge only accounts of people in your own charge."))


def _require_mergeable(by: User, kept: User, closed: User) -> None:
    _require_both(by, kept, closed)
    if by in (kept, closed):
        raise OwnAccount(_("You cannot merge or part your own account. Ask another coordinator."))
    if not (kept.is_active and closed.is_active):
        raise HasOtherRoles(_("One of the two accounts is closed."))
    postings = Posting.objects.open().filter(user__in=[kept, closed])
    for posting in postings:
        # Also a role of the own member that `by` may not give: a merge must not be a way to hand it on.
        place = {"member": posting.member_id, "agency": posting.agency_id}
        if not may_give(by, Role(posting.role), **place):
            raise HasOtherRoles(
                _("One of the two accounts has a role that you cannot give or end. It must end before they are merged.")
            )
    if kept.is_superuser or closed.is_superuser:
        raise HasOtherRoles(_("One of the two accounts runs the site."))
    if Transfer.objects.open().filter(person__in=[kept, closed]).exists():
        raise OfferIsOpen(_("One of the two is offered to another member. Withdraw the offer first."))


def _join_postings(kept: User, closed: User) -> tuple[list[str], list[list[str | None]]]:
    """Give the closed account's postings to the kept one, but for those it has too: these end. Returns uuids of those
    that moved, and (uuid, first day, last day) of those that ended, as they were."""
    own = {(each.role, each.member_id, each.agency_id) for each in Posting.objects.open().filter(user=kept)}
    today = timezone.localdate()
    moved: list[str] = []
    ended: list[list[str | None]] = []
    for posting in Posting.objects.select_for_update(of=("self",)).filter(user=closed):
        is_open = posting.ends_on is None or posting.ends_on >= today
        if is_open and (posting.role, posting.member_id, posting.agency_id) in own:
            last = posting.ends_on.isoformat() if posting.ends_on else None
            ended.append([str(posting.uuid), posting.starts_on.isoformat(), last])
            posting.ends_on = today - dt.timedelta(days=1)
            posting.starts_on = min(posting.starts_on, posting.ends_on)
        else:
            moved.append(str(posting.uuid))
            posting.user = kept
        posting.save(update_fields=["user", "starts_on", "ends_on"])
    return moved, ended


def _give_back_postings(by: User, merge: Merge, put_away: dict[str, Any]) -> None:
    moved = Posting.objects.filter(user=merge.kept, uuid__in=put_away["postings"])
    # All that the account holds, as for the merge itself: one agency's coordinator undoes nothing across agencies.
    for posting in Posting.objects.open().filter(user=merge.kept):
        if not may_give(by, Role(posting.role), member=posting.member_id, agency=posting.agency_id):
            raise MayNotGive(_("Your role does not let you give or end this role here."))
    # Those that ended run again: where the person has moved to another member since, they are no longer `by`'s to give.
    for posting in Posting.objects.filter(user=merge.closed, uuid__in=[each[0] for each in put_away["ended"]]):
        if not may_give(by, Role(posting.role), member=posting.member_id, agency=posting.agency_id):
            raise MayNotGive(_("Your role does not let you give or end this role here."))
    moved.update(user=merge.closed)
    for posting_uuid, starts_on, ends_on in put_away["ended"]:
        Posting.objects.filter(user=merge.closed, uuid=posting_uuid).update(starts_on=starts_on, ends_on=ends_on)


def _audit_merge(by: User, merge: Merge, action: str) -> None:
    posting = Posting.objects.filter(user=merge.kept, member__isnull=False).select_related("member").first()
    for one, other in ((merge.kept, merge.closed), (merge.closed, merge.kept)):
        audit(
            by=by,
            action=action,
            target=target_of(one),
            member=posting.member if posting else None,
            details={
                "merge": str(merge.uuid),
                "kept": target_of(merge.kept),
                "with": target_of(other),
                "keys": merge.remembered["accounts"]["keys"],
            },
        )
