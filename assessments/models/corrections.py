"""What becomes of a question that was faulty: appeals, corrections, and the results that follow from them."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, AppendOnlyQuerySet
from assessments.models.attempts import Attempt, Response
from assessments.models.bank import ItemVersion
from assessments.models.marking import MarkRelease


class Correction(models.Model):
    """A decision on one version of a faulty item, for every paper it stands on, handed in or open.

    The version is never changed; grading asks for its newest correction. `keys` are the answers that count as right, in
    the shape of an answer key, each by itself; empty where the item is dropped. Personal data: who decided.
    """

    class Kind(models.TextChoices):
        DROP = "drop", _("Count it for nobody")
        ACCEPT = "accept", _("Accept another answer as well")
        KEY = "key", _("Change the key")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="corrections")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    keys = models.JSONField(default=list)
    reason = models.CharField(max_length=300)
    decided_by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["decided_at", "pk"]

    def __str__(self) -> str:
        return f"{self.version} {self.kind}"


class CorrectionRun(models.Model):
    """One way through the handed-in papers that hold a version: to see what a correction would change, or to apply it.

    While `correction` is NULL it is a preview, which anybody may throw away and which is deleted after a week. Applying
    starts it anew with a correction. Papers are taken in batches by primary key up to `seen_to`, so a worker that died
    goes on where it was, and twice changes nothing. `newest_seen` is the correction of the version that was the newest
    when it was drawn up. `figures` says what was found so far (`assessments.correcting.regrading.Figures`).
    Personal data: who drew it up.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Correction.Kind.choices)
    keys = models.JSONField(default=list)
    reason = models.CharField(max_length=300)
    appeal = models.ForeignKey("Appeal", null=True, on_delete=models.SET_NULL, related_name="+")
    newest_seen = models.ForeignKey(Correction, null=True, on_delete=models.PROTECT, related_name="+")
    correction = models.OneToOneField(Correction, null=True, on_delete=models.PROTECT, related_name="run")
    drawn_up_by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    drawn_up_at = models.DateTimeField(default=timezone.now)
    papers = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    seen_to = models.BigIntegerField(default=0)
    figures = models.JSONField(default=dict)
    worked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["drawn_up_at", "pk"]
        indexes = [models.Index(fields=["finished_at"], name="run_by_whether_it_is_finished")]

    def __str__(self) -> str:
        return f"{self.version} {self.kind} {self.done}/{self.papers}"


class Regrade(models.Model):
    """The result of one handed-in attempt that a correction or a release of marks changed. The newest counts; the
    attempt is never changed.

    `passed` is what holds now. A pass is not taken away by a correction: where the new score is below the mark, it
    stays true and `is_below` says so, for the RSO to decide about the certificate. Personal data: through the attempt.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="regrades")
    correction = models.ForeignKey(Correction, null=True, on_delete=models.PROTECT, related_name="regrades")
    release = models.ForeignKey(MarkRelease, null=True, on_delete=models.PROTECT, related_name="regrades")
    right = models.PositiveSmallIntegerField()
    total = models.PositiveSmallIntegerField()
    score = models.DecimalField(max_digits=9, decimal_places=4)
    points = models.PositiveSmallIntegerField()
    passed = models.BooleanField(null=True)
    is_below = models.BooleanField(default=False)
    regraded_at = models.DateTimeField(default=timezone.now)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["regraded_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "correction"], name="regraded_once_per_correction"),
            models.UniqueConstraint(fields=["attempt", "release"], name="regraded_once_per_release"),
            models.CheckConstraint(
                condition=Q(correction=None, release__isnull=False) | Q(correction__isnull=False, release=None),
                name="regrade_has_one_reason",
            ),
            models.CheckConstraint(
                condition=Q(right__lte=models.F("total")), name="regrade_has_no_more_right_than_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt} {self.correction or self.release}"


class Appeal(models.Model):
    """An officer says of one graded question that the result is wrong; a trainer answers.

    At most one for a question of a paper; `told_at` is when a letter about the answer was seen to. Personal data: what
    the officer wrote, and who answered.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        UPHELD = "upheld", _("The officer is right")
        REFUSED = "refused", _("The result stands")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="appeal")
    text = models.CharField(_("what is wrong"), max_length=300)
    made_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    reply = models.CharField(_("answer"), max_length=300, blank=True)
    decided_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="appeal_is_decided_when_not_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.uuid}"
