"""Writing the audit log."""

from typing import Any

from accounts.models import Actor, AuditEvent, Member, User


def actor_of(user: User) -> Actor:
    """The key under which this person's learning is recorded, made on first need."""
    try:
        return user.actor
    except Actor.DoesNotExist:
        actor, _made = Actor.objects.get_or_create(user=user)
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
    """Write one line of the audit log.

    Arguments:
        by: who did it; None for the system itself.
        action: what was done, as ``noun.verb`` (``"posting.made"``).
        target: of what, as ``app.model:uuid``; never a name.
        member: whose officer or data it concerns, where there is one.
        reason: the words the person gave, where one was asked for.
        details: what changed, without names or answers.
    """
    return AuditEvent.objects.create(
        actor=actor_of(by) if by else None,
        action=action,
        target=target,
        member=member,
        reason=reason,
        details=details or {},
    )
