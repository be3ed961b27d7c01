"""The audit log: who did or saw what of whom."""

from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models.members import Member
from accounts.models.people import Actor


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """A queryset that only ever adds."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError(f"{self.model.__name__} is append-only: rows are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{self.model.__name__} is append-only: rows are never deleted.")


class AuditEvent(models.Model):
    """One thing that somebody did to, or saw of, somebody or something. Append-only, also in the database.

    `actor` is the key of who did it (none for the system itself); `target` names a row as ``app.model:uuid`` and holds
    no name. Personal data: only through the link of the actor's key, which erasure cuts.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=64)
    target = models.CharField(max_length=120, db_index=True)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    details = models.JSONField(default=dict)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.target}"
