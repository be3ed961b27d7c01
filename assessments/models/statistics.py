"""What an item analysis found, kept because a large test takes longer to go through than a page may."""

from django.db import models
from django.utils import timezone

from learning.models import Activity


class TestAnalysis(models.Model):
    """What is known of the questions of one test, as of `worked_out_at`.

    `figures` is `assessments.statistics.figures.TestFigures` as JSON, and `basis` says of which papers, corrections and
    words, so that nothing is gone through twice. `asked_at` is set while somebody waits for it to be worked out anew.
    It can always be thrown away: everything is worked out from the papers again. Holds no personal data.
    """

    __test__ = False  # no test, although pytest would take it for one

    activity = models.OneToOneField(Activity, primary_key=True, on_delete=models.CASCADE, related_name="+")
    figures = models.JSONField()
    basis = models.JSONField(default=dict)
    worked_out_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "test analyses"

    def __str__(self) -> str:
        return f"{self.activity_id}"
