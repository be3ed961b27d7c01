"""Corrections that keep the meaning."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Actor
from learning.models import Course


class MeaningKept(models.Model):
    """One text of a course's source language of which whoever published a correction said that its meaning stays.

    `place` is a part of a lesson (``m1-l1/body.kp-1``) or a question (``questions/F1``); `from_digest` is of what
    officers read before, `to_digest` of what was published then (of a part `courses.pages.translation.source_parts`, of
    a question `assessments.wordings.basis_of`). `in_force_at` is when the corrected text went on the shelf, NULL until
    it does. Personal data: who said so, through the actor's key.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200)
    from_digest = models.CharField(max_length=64)
    to_digest = models.CharField(max_length=64)
    declared_at = models.DateTimeField(default=timezone.now)
    in_force_at = models.DateTimeField(null=True)
    actor = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "corrections that keep the meaning"
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_digest=models.F("to_digest")), name="a_correction_that_keeps_the_meaning_corrects"
            ),
            models.UniqueConstraint(
                fields=["course", "place", "from_digest", "to_digest"],
                condition=Q(in_force_at=None),
                name="a_kept_meaning_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_id}:{self.place}"
