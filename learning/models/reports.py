"""What officers report about lessons, questions and translations."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from learning.models.centre import Activity, EditionRevision


class ContentReport(models.Model):
    """One officer says that something is wrong at one place of an edition, and hears what came of it.

    `block` is the id of the part of a lesson, `item` the uuid of a question (one or neither); `content` is the digest
    of what was shown, so the place can be seen as it was. Open while `answered_at` is NULL; `seen_at` is when the
    officer read the answer. Nothing says to authors who it was, nor of which member. Personal data: through the key of
    who reported and who answered, and the note.

    The partial unique constraint makes a second press find the report that is there; its index serves the queue.
    """

    class Kind(models.TextChoices):
        WRONG = "wrong", _("Something is wrong: a fact, a law, an answer")
        UNCLEAR = "unclear", _("I do not understand it")
        TRANSLATION = "translation", _("The translation is wrong or unclear")
        HARMFUL = "harmful", _("It could harm or upset somebody")
        BROKEN = "broken", _("Something does not work")

    class Outcome(models.TextChoices):
        MENDED = "mended", _("Mended")
        STAYS = "stays", _("Stays as it is")
        NOTED = "noted", _("Noted for the next edition")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(EditionRevision, on_delete=models.PROTECT, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=12)
    content = models.CharField(max_length=64, blank=True)
    block = models.CharField(max_length=60, blank=True)
    item = models.UUIDField(null=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    note = models.CharField(max_length=300, blank=True)
    reported_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    answer = models.CharField(max_length=300, blank=True)
    answered_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-reported_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "block", "language", "kind", "actor"],
                condition=Q(answered_at=None, item=None),
                name="one_open_report_of_a_place",
            ),
            models.UniqueConstraint(
                fields=["item", "language", "kind", "actor"],
                condition=Q(answered_at=None, item__isnull=False),
                name="one_open_report_of_a_question",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, outcome="") | Q(answered_at__isnull=False) & ~Q(outcome=""),
                name="report_has_an_outcome_when_answered",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["wrong", "unclear", "translation", "harmful", "broken"]),
                name="report_is_of_a_known_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uuid}"
