"""A paper that its officer lets the trainer see."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from assessments.models.attempts import Attempt


class SittingShare(models.Model):
    """While it is not ended, those who teach the officer's class may read this one paper as the officer sees it.

    The officer gives it and takes it back; without one nobody of the class's side reads an answer. Each look stands in
    the audit log. Ended, never deleted; at most one of a paper is in force. Personal data: through the attempt.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="shares")
    shared_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["shared_at"]
        constraints = [
            models.UniqueConstraint(fields=["attempt"], condition=Q(ended_at=None), name="one_share_of_a_paper"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.shared_at:%Y-%m-%d}"
