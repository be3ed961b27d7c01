"""Attempts: a paper, its answers, and answers that came and did not count."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.bank import ItemVersion
from learning.models import Activity, EditionRevision, Enrolment, FrozenContent


class Attempt(models.Model):
    """One officer's go at one test: a paper drawn once from one revision and never redrawn.

    Open while `submitted_at` is NULL; at most one is. `language` is the one at submission, until then the one at start.
    `digest` covers what was shown: item versions and content of every question. `right` of `total` questions are right
    in full; `score` of `points` decides. Once handed in it is never changed: what a correction of a question does to it
    stands in `Regrade`. Personal data: through the enrolment.

    Attributes:
        deadline_at: by the server's clock, with extra time; answers still count for the grace of its rules. NULL: none.
        closed_by: who or what handed it in.
        exam, device: where it is sat under supervision, and the one device that may answer there.
        notes: the rules that applied, as ``{"rule", "at", …}`` in their order (`assessments.answering.notes`).
    """

    class ClosedBy(models.TextChoices):
        OFFICER = "officer", _("handed in by the officer")
        TIME = "time", _("handed in when the time was over")
        PAPER = "paper", _("handed in on paper")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(EditionRevision, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=12)
    started_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)
    right = models.PositiveSmallIntegerField(null=True)
    total = models.PositiveSmallIntegerField()
    pass_mark = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    score = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    points = models.PositiveSmallIntegerField(null=True)
    deadline_at = models.DateTimeField(null=True, db_index=True)
    closed_by = models.CharField(max_length=8, null=True, choices=ClosedBy.choices)
    exam = models.ForeignKey("Exam", null=True, on_delete=models.PROTECT, related_name="attempts")
    device = models.CharField(max_length=36, null=True)
    notes = models.JSONField(null=True)

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "activity"], condition=Q(submitted_at=None), name="one_open_attempt_per_test"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None, right=None) | Q(submitted_at__isnull=False, right__isnull=False),
                name="attempt_is_graded_when_submitted",
            ),
            models.CheckConstraint(
                condition=Q(right=None) | Q(right__lte=models.F("total")), name="attempt_has_no_more_right_than_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uuid}"


class Response(models.Model):
    """One question on one paper, and the answer to it as it was saved last.

    `answer` holds ids, and what was typed where a question takes that; NULL while unanswered. `edits` counts the saves:
    a form that was rendered before a later save is seen by it. `device` saved last, and `sequences` is the highest
    sequence number taken from each device, so nothing counts twice and nothing older overwrites. `language` and
    `content` are what was shown when the paper was drawn, then what was shown when it was answered. `score` is 0 to 1,
    NULL while a person has to mark it. Personal data: the answer.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="responses")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    option_order = models.JSONField()
    answer = models.JSONField(null=True)
    answered_at = models.DateTimeField(null=True)
    edits = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=12, blank=True)
    content = models.ForeignKey(FrozenContent, null=True, on_delete=models.PROTECT, related_name="+")
    is_right = models.BooleanField(null=True)
    score = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    device = models.CharField(max_length=36, null=True)
    sequences = models.JSONField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="response_position_once_per_paper"),
            models.UniqueConstraint(fields=["attempt", "version"], name="response_item_once_per_paper"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt} {self.position}"


class RecordDue(models.Model):
    """The statements of this handed-in attempt are not in the learning record yet. Written with the hand-in, gone with
    the recording: so a class that hands in at the same second waits for nothing but its own rows.

    With a `release` its answers are in the record, and what its marks came to is due. Personal data: none of its own.
    """

    attempt = models.OneToOneField(Attempt, primary_key=True, on_delete=models.CASCADE, related_name="record_due")
    release = models.ForeignKey("MarkRelease", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "records due"

    def __str__(self) -> str:
        return f"{self.attempt_id}"


class StrayAnswer(models.Model):
    """An answer that arrived and does not count, kept so that nothing an officer did is lost.

    `received_at` is ours; `chosen_at` is what the device says and decides nothing. The unique constraint makes a replay
    one row. Personal data: the answer, through the response.
    """

    class Why(models.TextChoices):
        CONFLICT = "conflict", _("another answer was saved in the meantime")
        LATE = "late", _("the time was over, or the test was handed in")
        OLDER = "older", _("the same device had saved a later answer")
        REPLACED = "replaced", _("another device had taken over")

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="strays")
    answer = models.JSONField()
    device = models.CharField(max_length=36, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    why = models.CharField(max_length=8, choices=Why.choices)
    received_at = models.DateTimeField(default=timezone.now)
    chosen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["received_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["response", "device", "sequence"],
                condition=~Q(device=""),
                name="stray_answer_once_per_sequence",
            )
        ]

    def __str__(self) -> str:
        return f"{self.response} {self.why}"
