"""The rules of a test as authors draft them."""

from django.db import models
from django.db.models import Q

from learning.manifest import DELTA, FINAL, PRETEST
from learning.models import Course


class Quiz(models.Model):
    """The rules of one test of a course as they are drafted: `assessments.rules.TestRules` as JSON.

    Nothing reads it but the authors' side; publication freezes it in the outline of a revision. Without a row the rules
    are the usual ones of the purpose. `edits` counts the saves, so that two authors do not overwrite each other. Holds
    no personal data.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="quizzes")
    purpose = models.CharField(max_length=8)
    rules = models.JSONField()
    edits = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["course", "purpose"]
        verbose_name_plural = "quizzes"
        constraints = [
            models.UniqueConstraint(fields=["course", "purpose"], name="quiz_once_per_purpose"),
            models.CheckConstraint(condition=Q(purpose__in=[PRETEST, FINAL, DELTA]), name="quiz_has_a_known_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} {self.purpose}"
