"""Writing the audit log: one entry or many, each following on the one before, and pruning what is old."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.chain import GENESIS, digest_of, plain
from accounts.models import Actor, AuditEvent, AuditHead, AuditSegment, Member, User
from lms.origin import current_address

BATCH = 500


class ChainBroken(Exception):
    """The audit log cannot be gone on with: its head is gone, or what is to be sealed does not hold."""


@dataclass(frozen=True)
class Entry:
    """One entry to be written by `audit_many`; the arguments are those of `audit`."""

    action: str
    target: str
    member: Member | None = None
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def actor_of(user: User) -> Actor:
    """The key under which this person's learning is recorded, made on first need."""
    try:
        return user.actor
    except Actor.DoesNotExist:
        actor, _made = Actor.objects.get_or_create(user=user, joined_at=None)
        return actor


def audit(
    *,
    by: User | None,
    action: str,
    target: str,
    member: Member | None = None,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """Write one entry of the audit log.

    Call it last: from here to the end of the transaction nobody else can write an entry.

    Arguments:
        by: who did it; None for the system itself.
        action: what was done, as ``noun.verb`` (``"posting.made"``), with a sentence in `accounts.audit_words`.
        target: of what, as ``app.model:uuid``; never a name.
        member: whose officer or data it concerns, where there is one.
        reason: the words the person gave, where one was asked for.
        details: what changed or was seen, without names or answers. People stand under ``"people"`` as a list of their
            uuids, so that the auditor finds who saw whom. No number with a point.
    """
    return audit_many(by=by, entries=[Entry(action, target, member, reason, details or {})])[0]


def audit_many(*, by: User | None, entries: Iterable[Entry]) -> list[AuditEvent]:
    """Write many entries of one person at once, in this order, under one lock. Call it last, like `audit`.

    Raises:
        accounts.chain.NotPlain: details hold a number with a point. Nothing is written.
        ChainBroken: the head of the log is gone. Nothing is written.
    """
    actor = actor_of(by) if by else None
    address = current_address()
    # What takes time is done before the lock.
    waiting = [(entry, plain(entry.details)) for entry in entries]
    if not waiting:
        return []
    with transaction.atomic(savepoint=False):
        head = _locked_head()
        now = timezone.now()
        number, digest = head.count, head.digest
        events = []
        for entry, details in waiting:
            number += 1
            event = AuditEvent(
                number=number,
                at=now,
                actor=actor,
                action=str(entry.action),
                target=entry.target,
                member=entry.member,
                reason=entry.reason,
                details=details,
                address=address,
                previous=digest,
            )
            event.digest = digest = digest_of(event.__dict__, digest)
            events.append(event)
        AuditEvent.objects.bulk_create(events, batch_size=BATCH)
        head.count, head.digest = number, digest
        head.save(update_fields=["count", "digest"])
    return events


def _locked_head() -> AuditHead:
    """The head, held until the transaction ends. SQLite has one writer at a time, so there it is held already.

    A head that is missing is made only for a log that is empty: otherwise numbers would be given a second time.
    """
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        if AuditEvent.objects.exists() or AuditSegment.objects.exists():
            raise ChainBroken("The head of the audit log is gone: restore the database from a backup.")
        AuditHead.objects.get_or_create(pk=1, defaults={"digest": GENESIS})
        head = AuditHead.objects.select_for_update().get(pk=1)
    return head


def count_prunable() -> int:
    """How many entries `prune_audit` would seal and delete now."""
    last = _last_prunable(timezone.now())
    return AuditEvent.objects.filter(number__lte=last).count() if last else 0


@transaction.atomic
def prune_audit(*, by: User | None = None) -> int:
    """Seal and delete the entries older than `AUDIT_MONTHS`; returns how many. For the daily work of retention.

    Only a beginning of the chain is cut off, up to the first entry that is young enough. It is verified before it is
    sealed, so that pruning hides no change. May run twice.

    Raises:
        ChainBroken: what is to be sealed does not hold. Nothing is deleted; `manage.py verify_audit` says more.
    """
    head = _locked_head()
    last = _last_prunable(timezone.now())
    if last is None:
        return 0
    sealed = AuditSegment.objects.order_by("last").last()
    first = sealed.last + 1 if sealed else 1
    previous = digest = sealed.digest if sealed else GENESIS
    expected = first
    for event in AuditEvent.objects.filter(number__lte=last).order_by("number").iterator(chunk_size=2000):
        if event.number != expected or event.previous != digest or event.digest != digest_of(event.__dict__, digest):
            raise ChainBroken(f"Entry {expected} of the audit log does not hold, so nothing is pruned.")
        digest, expected = event.digest, expected + 1
    if expected != last + 1 or last > head.count:
        raise ChainBroken(f"Entry {expected} of the audit log is missing, so nothing is pruned.")
    AuditSegment.objects.create(first=first, last=last, previous=previous, digest=digest)
    # Not through the manager of the model, which refuses every deletion; the database lets sealed entries go.
    AuditEvent._base_manager.filter(number__range=(first, last)).delete()
    count = last - first + 1
    audit(
        by=by,
        action="audit.pruned",
        target=f"accounts.auditsegment:{first}-{last}",
        details={"first": first, "last": last, "digest": digest},
    )
    return count


def _last_prunable(now: dt.datetime) -> int | None:
    """The number of the last entry before the first that is to be kept."""
    limit = now - dt.timedelta(days=settings.AUDIT_MONTHS * 365 / 12)
    kept = AuditEvent.objects.filter(at__gte=limit).order_by("number").values_list("number", flat=True).first()
    old = AuditEvent.objects.filter(at__lt=limit)
    if kept is not None:
        old = old.filter(number__lt=kept)
    return old.order_by("number").values_list("number", flat=True).last()
