"""What the RSO decides about languages for the whole site."""

from django.db import models
from django.db.models import Q

#: So long can a language be behind at most.
MOST_DAYS = 90


class LanguageRules(models.Model):
    """The one row of rules about languages; none stands for the defaults. Holds no personal data: the log says who.

    `grace_days` says for how many days a test stays open in a language that is behind, for a correction of which its
    publisher said that the meaning stays the same; 0 for not a day. A change counts for what is published after it.
    """

    grace_days = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "language rules"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="language_rules_are_one_row"),
            models.CheckConstraint(condition=Q(grace_days__lte=MOST_DAYS), name="grace_has_an_end"),
        ]

    def __str__(self) -> str:
        return f"{self.grace_days}"
