"""Tests on paper: which attempt is printed under which code, and what people read from the sheets."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor
from assessments.models.attempts import Attempt
from learning.models import Class


class TestPaper(models.Model):
    """One attempt that is sat on paper: drawn and printed for an officer of a class, open until it is handed in here.

    `code` stands on every sheet. `sat_from` and `sat_until` are the sitting, as it was typed with the first entry;
    `handed_in_at` is when it was handed in here, days later perhaps, while the attempt ends with the sitting.
    Withdrawn, it is deleted with its attempt. Personal data: through the attempt; who printed it.
    """

    __test__ = False  # its name looks like a test to pytest

    class State(models.TextChoices):
        PRINTED = "printed", _("printed")
        ONCE = "once", _("entered once")
        DIFFERS = "differs", _("differs")
        CHECKED = "checked", _("checked")
        CLOSED = "closed", _("handed in")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="test_paper")
    klass = models.ForeignKey(Class, on_delete=models.PROTECT, related_name="test_papers")
    code = models.CharField(max_length=8, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PRINTED)
    printed_by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    printed_at = models.DateTimeField(default=timezone.now)
    sat_from = models.DateTimeField(null=True)
    sat_until = models.DateTimeField(null=True)
    handed_in_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["printed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sat_from=None, sat_until=None) | Q(sat_until__gt=F("sat_from")),
                name="test_paper_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.code


class PaperEntry(models.Model):
    """What one person read from one paper: first, again without seeing the first, or third, where the two differed.

    `given` is field → text as typed; emptied when the paper is handed in, because the answers then stand on the
    attempt. Of a paper that is never handed in the entries are deleted after 24 months. Personal data: the answers,
    through the paper; who typed them.
    """

    paper = models.ForeignKey(TestPaper, on_delete=models.CASCADE, related_name="entries")
    number = models.PositiveSmallIntegerField()
    given = models.JSONField(default=dict)
    entered_by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "paper entries"
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="paper_entry_once_per_number"),
            models.UniqueConstraint(
                fields=["paper", "entered_by"], condition=Q(number__lte=2), name="paper_entered_by_two_people"
            ),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=3), name="paper_entry_is_one_of_three"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.number}"
