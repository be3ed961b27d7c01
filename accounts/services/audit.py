"""Writing the audit log."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Actor, AuditEvent, Member, User


def actor_of(user: User) -> Actor:
    """The key under which this person's learning is recorded, made on first need."""
    try:
        return user.actor
    except Actor.DoesNotExist:
        actor, _made = Actor.objects.get_or_create(user=user)
        return actor


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line for the audit log; see `audit` for what each part means."""

    action: str
    target: str
    member: Member | None = None
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def audit_many(*, by: User | None, entries: Iterable[Entry]) -> list[AuditEvent]:
    """Write lines of the audit log, in this order: the one place through which all of them go."""
    actor = actor_of(by) if by else None
    return AuditEvent.objects.bulk_create(
        [
            AuditEvent(
                actor=actor,
                action=each.action,
                target=each.target,
                member=each.member,
                reason=each.reason,
                details=each.details,
            )
            for each in entries
        ],
        batch_size=500,
    )


def audit(
    *,
    by: User | None,
    action: str,
    target: str,
    member: Member | None = None,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """Write one line of the audit log.

    Arguments:
        by: who did it; None for the system itself.
        action: what was done, as ``noun.verb`` (``"posting.made"``).
        target: of what, as ``app.model:uuid``; never a name.
        member: whose officer or data it concerns, where there is one.
        reason: the words the person gave, where one was asked for.
        details: what changed, without names or answers.
    """
    entry = Entry(action=action, target=target, member=member, reason=reason, details=details or {})
    return audit_many(by=by, entries=[entry])[0]
