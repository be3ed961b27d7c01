"""Classes, the seats that members have in them, and whom coordinators nominate."""

import datetime as dt
import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Agency, Member
from learning.models.centre import Course, Enrolment

NO_CASES = _("At most 300 characters. Never write about a real case or a person in it.")


class ClassQuerySet(models.QuerySet["Class"]):
    """Classes, asked by day."""

    def not_over(self, on: dt.date | None = None) -> "ClassQuerySet":
        """Classes that run on a day or are to come, counted from today unless told."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on or timezone.localdate()))


class Class(models.Model):
    """One group that takes a course together, from a day to a day or open.

    `places` are those in all, None when there is no limit; `Seats` say how many of them each member has. Who is in is
    in `Enrolment`, who teaches in `ClassTrainer`. Holds no personal data.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.PROTECT, related_name="classes")
    title = models.CharField(_("title"), max_length=80, help_text=_("Short, such as “Bangkok, spring 2027”."))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True, help_text=_("Leave it empty when it is open."))
    places = models.PositiveSmallIntegerField(
        _("places in all"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leave it empty when there is no limit."),
    )
    languages = models.JSONField(_("languages"), default=list, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True, help_text=NO_CASES)

    objects = ClassQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name_plural = "classes"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="class_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Whether the last day has passed."""
        return self.ends_on is not None and self.ends_on < timezone.localdate()

    @property
    def is_to_come(self) -> bool:
        """Whether the first day has not come yet."""
        return self.starts_on > timezone.localdate()


class ClassTrainerQuerySet(models.QuerySet["ClassTrainer"]):
    """Who teaches, asked by day."""

    def not_over(self, on: dt.date | None = None) -> "ClassTrainerQuerySet":
        """Those who teach on a day or are to, counted from today unless told."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on or timezone.localdate()))


class ClassTrainer(models.Model):
    """One person who teaches one class, from a day to a day or open. Ended, never deleted.

    The right to teach comes from the posting; this row says which class. Personal data: that the person teaches.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    klass = models.ForeignKey(Class, on_delete=models.PROTECT, related_name="trainers")
    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = ClassTrainerQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="class_trainer_ends_after_the_beginning",
                violation_error_message=_("The last day is before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.klass_id}:{self.actor_id}"


class Seats(models.Model):
    """How many officers of one member may sit in a class, or take a course for which one is nominated.

    `klass` is None for the seats of a course without a class. No row is no seat. Holds no personal data.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    klass = models.ForeignKey(Class, null=True, on_delete=models.PROTECT, related_name="seats")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "seats"
        constraints = [
            models.UniqueConstraint(
                fields=["klass", "member"], condition=Q(klass__isnull=False), name="seats_once_per_class_and_member"
            ),
            models.UniqueConstraint(
                fields=["course", "member"], condition=Q(klass=None), name="seats_once_per_course_and_member"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_id}/{self.klass_id or '–'} {self.member_id}: {self.number}"


class Nomination(models.Model):
    """A coordinator's proposal that one officer take a course, in a class or without.

    Member and agency are as they were at the nomination. Accepted, it names the enrolment; while that is open and in
    the class, it takes a seat. One that waits is taken up in the order of `decided_at`. Personal data: who was
    nominated, who proposed and decided.

    Indexes: course + class + member + state serves the queue and the count of seats.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        WAITING = "waiting", _("On the waiting list")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    OPEN = (State.PROPOSED, State.WAITING)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="nominations")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    klass = models.ForeignKey(Class, null=True, on_delete=models.PROTECT, related_name="nominations")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    reason = models.CharField(_("reason"), max_length=300, blank=True, help_text=NO_CASES)
    enrolment = models.ForeignKey(Enrolment, null=True, on_delete=models.PROTECT, related_name="nominations")
    proposed_by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        indexes = [models.Index(fields=["course", "klass", "member", "state"], name="nomination_in_the_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course"],
                condition=Q(state__in=["proposed", "waiting"]),
                name="one_open_nomination_per_course",
            ),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(reason=""), name="returned_with_a_reason"),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(enrolment__isnull=False), name="accepted_is_enrolled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uuid} {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether it still asks for something."""
        return self.state in self.OPEN
