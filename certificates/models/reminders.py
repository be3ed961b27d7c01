"""That somebody was reminded of the end of a certificate."""

from django.db import models
from django.utils import timezone

from accounts.models import Actor
from certificates.models.awards import Award


class AwardReminder(models.Model):
    """One person is reminded once that one certificate ends: its officer, or who coordinates the officer's member.

    `days` says which reminder it is: 90, 30 or 7 days before the end, or 0 when it has ended. The row stays, whatever
    the clock says later, so that nobody is reminded twice. `told_at` is when the letter was written; None for who has
    no address, and reads it on the own page. Personal data: through both keys.

    The index of the constraint serves the question of which reminders of an award are there.
    """

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="reminders")
    days = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    is_holder = models.BooleanField()
    made_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["award", "days", "person"], name="reminded_once_of_an_award"),
            models.CheckConstraint(condition=models.Q(days__in=[90, 30, 7, 0]), name="reminder_is_a_known_one"),
        ]

    def __str__(self) -> str:
        return f"{self.award_id}: {self.days}"
