"""Essays: what markers give, and what was released together."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, AppendOnlyQuerySet
from assessments.models.attempts import Response
from learning.models import Activity


class Essay(models.Model):
    """An essay of a handed-in paper, for people to mark; one that was left empty has no row.

    `round` counts how often it was opened for marking anew; only marks of its newest round count, and what was released
    before holds until the next release. The index serves the queue. Personal data: through the response.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a marker")
        APART = "apart", _("the marks are too far apart: a third marker decides")
        AGREED = "agreed", _("marked")
        RELEASED = "released", _("released")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="essay")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    round = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["activity", "language", "state"], name="essay_by_queue")]

    def __str__(self) -> str:
        return f"{self.response} {self.state}"


class Mark(models.Model):
    """What one marker gives one essay. Taken for marking while `marked_at` is NULL, for a while and by nobody else.

    `given` is criterion → points. A marker may change a mark until the essay is released. Personal data: who marked;
    the officer whose essay it is, through the response; the comment is for that officer.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    essay = models.ForeignKey(Essay, on_delete=models.CASCADE, related_name="marks")
    marker = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField(default=0)
    given = models.JSONField(default=dict)
    comment = models.CharField(_("comment for the officer"), max_length=300, blank=True)
    taken_at = models.DateTimeField(default=timezone.now)
    marked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["taken_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["essay", "marker", "round"], name="mark_once_per_marker_and_round")
        ]
        indexes = [models.Index(fields=["marker", "marked_at"], name="mark_by_marker_and_whether")]

    def __str__(self) -> str:
        return f"{self.essay} {self.given}"

    @property
    def total(self) -> int:
        """The points of all criteria."""
        return sum(self.given.values())


class MarkRelease(models.Model):
    """The marks of essays of one test that their officers were told at the same moment. Personal data: who did it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    papers = models.PositiveIntegerField()
    released_by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(default=timezone.now)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["released_at", "pk"]

    def __str__(self) -> str:
        return f"{self.activity} {self.papers}"


class EssayScore(models.Model):
    """What an essay counts, 0 to 1, since it was released; of several the newest counts. Never changed.

    `given` is criterion → points, as what the marks came to, and `comments` what its officer reads. Personal data: the
    score and the comments, through the response.
    """

    essay = models.ForeignKey(Essay, on_delete=models.CASCADE, related_name="scores")
    release = models.ForeignKey(MarkRelease, on_delete=models.PROTECT, related_name="scores")
    score = models.DecimalField(max_digits=5, decimal_places=4)
    given = models.JSONField()
    comments = models.JSONField(default=list)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["essay", "release"], name="essay_score_once_per_release"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="essay_score_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.essay} {self.score}"

    @property
    def percent(self) -> int:
        """How much of what can be reached was reached, rounded down."""
        return int(100 * self.score)
