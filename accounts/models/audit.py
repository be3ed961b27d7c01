"""The audit log: who did or saw what of whom, as a chain from which no entry goes missing unseen."""

from typing import Any

from django.db import models
from django.db.models import F, Q
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
    no name. `number` counts without gaps, `previous` is the digest of the entry before and `digest` the own one, so
    that a changed or missing entry shows (`accounts.chain`, decision 0021). Personal data: the link of the actor's key,
    which erasure cuts, and `address`, from where it was done (empty for commands and background work).

    Indexes: number orders the page; action + number serves a member's look at what the RSO looked at.
    """

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=64)
    target = models.CharField(max_length=120, db_index=True)
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    details = models.JSONField(default=dict)
    address = models.CharField(max_length=45, blank=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        indexes = [models.Index(fields=["action", "number"], name="audit_by_action")]

    def __str__(self) -> str:
        return f"{self.number} {self.at:%Y-%m-%d %H:%M} {self.action} {self.target}"


class AuditHead(models.Model):
    """The end of the chain, in one row: how many entries were ever written, and the digest of the last.

    It is locked while an entry is appended, so that numbers have no gaps, and it outlives entries that are cut off:
    the database refuses to let the count fall or the row go. Holds no personal data.
    """

    count = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="audit_head_stands_once")]

    def __str__(self) -> str:
        return f"{self.count}:{self.digest}"


class AuditSegment(models.Model):
    """A stretch of the chain that was pruned: entries `first` to `last` were verified, sealed here and deleted.

    The chain goes on over it, because the entry after it follows on `digest`. Only entries inside a segment can be
    deleted at all. Append-only. Holds no personal data.
    """

    first = models.PositiveBigIntegerField(unique=True)
    last = models.PositiveBigIntegerField(unique=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(default=timezone.now)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["first"]
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="audit_segment_holds_something")]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"


class AuditCheck(models.Model):
    """One verification of the chain by the daily task: how far it stood then, and the first differences it found.

    The next one compares with the count and digest of the last that found none. Holds no personal data.
    """

    at = models.DateTimeField(default=timezone.now)
    count = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64, blank=True)
    differences = models.JSONField(default=list)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.count}"
