"""What is arranged around a test for people: exams with tickets, extra time, and attempts given again."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, AppendOnlyQuerySet
from learning.models import Activity, Class, Enrolment


class Exam(models.Model):
    """One arranged sitting of a test: when, for which class, and where.

    `networks` are address ranges (CIDR) from which it may be sat; empty: from anywhere. Who may sit it has a `Ticket`.
    `time_zone` is the one in which its times were said, for paper, where no browser can turn them; empty: UTC.
    Cancelled, never deleted. Personal data: who arranged it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    klass = models.ForeignKey(Class, on_delete=models.PROTECT, related_name="exams")
    title = models.CharField(_("title"), max_length=80)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    time_zone = models.CharField(_("time zone"), max_length=40, null=True)
    networks = models.JSONField(_("address ranges"), default=list, blank=True)
    arranged_by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    arranged_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-opens_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="exam_closes_after_it_opens",
                violation_error_message=_("It closes before it opens."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it can be begun now, by the server's clock."""
        return self.cancelled_at is None and self.opens_at <= timezone.now() < self.closes_at

    @property
    def is_over(self) -> bool:
        """Whether it has closed."""
        return timezone.now() >= self.closes_at


class Ticket(models.Model):
    """One officer's admission to one exam, good once. `digest` is of its code, which is shown once and kept nowhere.

    Personal data: through the enrolment.
    """

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="tickets")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "enrolment"], name="ticket_once_per_officer")]

    def __str__(self) -> str:
        return f"{self.exam_id} {self.enrolment_id}"


class ExtraTime(models.Model):
    """So much more time for one person in every test, in percent. The reason is nobody's business and stands nowhere.

    Ended, never deleted; at most one is in force. Personal data: that a person has extra time, and who gave it.
    """

    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="extra_time")
    percent = models.PositiveSmallIntegerField(
        _("more time, in percent"), validators=[MinValueValidator(5), MaxValueValidator(200)]
    )
    given_by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "extra time"
        constraints = [
            models.UniqueConstraint(fields=["actor"], condition=Q(ended_at=None), name="one_extra_time_in_force"),
            models.CheckConstraint(
                condition=Q(percent__gte=5, percent__lte=200), name="extra_time_is_5_to_200_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %"


class Reopening(models.Model):
    """A test opened again for one officer who had no attempt left: counting begins anew from here.

    `told_at` says when the officer was written to, or was found to have no address. Personal data: through the
    enrolment; who decided, and why.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="reopenings")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    reopened_by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    reopened_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["reopened_at"]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.activity_id}"
