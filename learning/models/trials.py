"""Courses as they would be if they were published now, for those who make and review them."""

import uuid

from django.db import models
from django.utils import timezone

from accounts.models import Actor
from learning.models.centre import Course, ReviewState


class Trial(models.Model):
    """What one person would publish of one course: an edition that never was, played without a record.

    Made from drafts, replaced by the next build of the same person, and gone a day after the last one. No officer's row
    points here, and nothing here is an edition: enrolments, attempts and statements cannot name it. `basis` says from
    which state of the workshop it was built, `digest` covers what it shows, like that of a revision. `papers` holds, by
    the key of a test, every question that it may draw with its key; no page is given it whole. `problems` are what was
    left out because it is not finished. Personal data: whose it is.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    made_by = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="+")
    basis = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    rules = models.JSONField()
    outline = models.JSONField()
    papers = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    built_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["made_by", "course"], name="one_trial_per_person_and_course")]

    def __str__(self) -> str:
        return f"{self.uuid}"


class TrialEntry(models.Model):
    """One activity in one language in a trial: what `ManifestEntry` and `FrozenContent` are to an edition, but kept no
    longer than the trial. `digest` is the one that the content would have on the shelf. Holds no personal data.
    """

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="entries")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=16)
    language = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    body = models.JSONField()
    review_state = models.CharField(max_length=8, choices=ReviewState.choices, default=ReviewState.DRAFT)

    class Meta:
        verbose_name_plural = "trial entries"
        constraints = [
            models.UniqueConstraint(fields=["trial", "key", "language"], name="trial_entry_once_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.trial_id} {self.key} {self.language}"
