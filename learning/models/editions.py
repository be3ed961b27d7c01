"""From one edition to the next: what a new one asks of those who hold the old, and how officers come to it."""

from django.db import models
from django.utils import timezone

from accounts.models import AppendOnlyQuerySet
from learning.models.centre import Edition, Enrolment


class Delta(models.Model):
    """What a new edition asks of whoever completed an earlier one: some lessons and a few questions. Frozen with it.

    An edition without a row asks nothing. `lessons` are keys; the questions come from the final-test pool of the
    modules in which these lessons stand. Whoever comes from further back gets the union (see `learning.deltas`). Holds
    no personal data.
    """

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="delta")
    lessons = models.JSONField()
    questions = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()

    objects = AppendOnlyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.edition}: {len(self.lessons)}"


class Refresher(models.Model):
    """An enrolment that asks for the delta only, because its officer completed an earlier edition.

    `before` is the enrolment that was completed, which ends and stays as evidence; `since` is the number of its
    edition. One row for each enrolment that was completed, so that nobody begins twice. Personal data: through the
    enrolment.
    """

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="refresher")
    before = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="refreshed_by")
    since = models.PositiveSmallIntegerField()

    objects = AppendOnlyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.enrolment} since {self.since}"


class EditionMove(models.Model):
    """An enrolment that went from one edition to a later one before it was complete.

    `anew` lists the uuids of activities whose content changed in between: what was done there before does not count
    any more, and its statements stay in the record. Personal data: through the enrolment.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="moves")
    from_edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    to_edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    anew = models.JSONField()
    moved_at = models.DateTimeField(default=timezone.now)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["moved_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["enrolment", "to_edition"], name="move_once_to_an_edition")]

    def __str__(self) -> str:
        return f"{self.enrolment} {self.from_edition_id} {self.to_edition_id}"
