"""The learning record: what happened, as it was said, in the order it came in. Append-only."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, AppendOnlyQuerySet


class Source(models.TextChoices):
    """Who vouches for a statement. A browser can forge one, so rules of completion say which sources count."""

    SERVER = "server", _("Decided by the server")
    PLAYER = "player", _("Said by the officer's browser in our own player")
    OFFLINE = "offline", _("Said by a device that was offline")
    PACKAGE = "package", _("Said by an uploaded package")
    CLIENT = "client", _("Said by another system")


class Statement(models.Model):
    """One xAPI statement.

    The columns beside `statement` repeat what is asked for in queries: verb, object, registration (the enrolment).
    `occurred_at` is the sender's claim, `received_at` is ours. `actor` is a random key (see `accounts.models.Actor`);
    the statement itself names the actor by that key only. `device` and `sequence` number what one device sent, so that
    a replay is seen. Personal data: only through the key. After 24 months ageing drops the response inside
    `statement`; `digest` stays that of what was said, so that a replay is still known (decision 0022).

    Indexes: registration + id serves the projection of one enrolment; object serves "who did this activity";
    received_at serves ageing and the mending of progress.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="statements")
    verb = models.CharField(max_length=200)
    object_id = models.CharField(max_length=300)
    registration = models.UUIDField(null=True)
    statement = models.JSONField()
    digest = models.CharField(max_length=64)
    source = models.CharField(max_length=8, choices=Source.choices)
    device = models.CharField(max_length=64, blank=True)
    sequence = models.PositiveBigIntegerField(null=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["registration", "id"], name="statement_by_registration"),
            models.Index(fields=["object_id"], name="statement_by_object"),
            models.Index(fields=["received_at"], name="statement_by_received_at"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "device", "sequence"],
                condition=~Q(device="") & Q(sequence__isnull=False),
                name="statement_once_per_device_and_sequence",
            ),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="statement_has_a_known_source"),
        ]

    def __str__(self) -> str:
        return f"{self.verb.rsplit('/', 1)[-1]} {self.object_id}"
