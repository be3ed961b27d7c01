"""Asking to be forgotten, and what retention is about to do and has done."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models.people import Actor, User


class ErasureRequest(models.Model):
    """One person is to be erased on a day. Until then it can be withdrawn, which deletes the row, and so does erasing.

    `by` is the key of who asked: the person, or a coordinator on the person's request, who gives a reason. Personal
    data: that, and why, somebody wants to be forgotten.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="erasure_request")
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(db_index=True)
    by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.due_on}"


class RetentionReport(models.Model):
    """One rule of retention found rows for the first time: how many, and since when. Nothing was done then.

    The rule applies from `applies_on`, or at once when an administrator said so: then `approved_at` and the key of who
    did are there. Personal data: that key. Deleting a row makes its rule report again before it does anything.
    """

    rule = models.SlugField(max_length=60, unique=True)
    reported_at = models.DateTimeField(default=timezone.now)
    rows = models.PositiveIntegerField()
    oldest_at = models.DateTimeField(null=True)
    applies_on = models.DateField()
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["rule"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at=None) | Q(approved_at__gte=F("reported_at")),
                name="retention_approved_after_it_was_reported",
            )
        ]

    def __str__(self) -> str:
        return self.rule


class RetentionRun(models.Model):
    """One rule of retention touched so many rows on one day. A day without any makes no row. Holds no personal data."""

    rule = models.SlugField(max_length=60)
    at = models.DateTimeField(default=timezone.now)
    rows = models.PositiveIntegerField()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["rule", "-id"], name="retention_runs_of_a_rule")]

    def __str__(self) -> str:
        return f"{self.rule} {self.at:%Y-%m-%d}"
