"""What officers, and later their supervisors, say about a course. What was said is nobody's."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learning.models import Course, Enrolment


class EffectKind(models.TextChoices):
    """The short forms: two of the officer, one of the supervisor."""

    REACTION = "reaction", _("At the end of the course")
    FOLLOW_UP = "followup", _("Use at work")
    SUPERVISOR = "superior", _("Supervisor")


class EffectAsked(models.Model):
    """One enrolment is asked one form, and whether that is done with: so nobody is asked twice.

    It holds nothing of what was answered and no time of it, and nothing in `EffectAnswer` leads here. `invited_at` is
    when a follow-up was opened, `told_at` and `reminded_at` when a letter was due; a person without an address has them
    too; both go when the form is closed. Whether a form was answered or not wanted is not told apart, or the one of few
    who answered would be known.

    Of a supervisor the row means that the officer has made a link, whose code is known by a digest until it was used or
    has ended. It takes `invited_at` of the follow-up, so that it does not say when that was. Personal data: through the
    enrolment.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="effect_asked")
    kind = models.CharField(max_length=8, choices=EffectKind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    invited_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    code_digest = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        verbose_name_plural = "effect asked"
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "kind"], name="effect_asked_once_of_an_enrolment"),
            models.CheckConstraint(condition=Q(kind__in=EffectKind.values), name="effect_asked_of_a_known_kind"),
            models.CheckConstraint(condition=Q(state__in=["open", "done"]), name="effect_asked_in_a_known_state"),
        ]
        indexes = [models.Index(fields=["kind", "state", "invited_at"], name="effect_asked_open")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.kind}"


class EffectAnswer(models.Model):
    """One sheet that somebody filled in about a course, without a link to the person, the member or the class.

    Of the time only the month is kept (`month_at`, its first instant), and the key is random. The order in which rows
    came lies in the table until their month is over; then they are written anew, mixed (`is_mixed`), and only then do
    they count. A scale is 1 to 5, NULL where it was left out. `practices` are keys of `assessments.effect.words`,
    `why_none` says why there are none; `is_confirmed` is whether a supervisor has seen a change, else NULL. Holds no
    personal data: the text is anonymous, its form warns of case data, and it goes after 24 months (decision 0041).
    """

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=EffectKind.choices)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    month_at = models.DateTimeField()
    is_mixed = models.BooleanField(default=False)
    useful = models.PositiveSmallIntegerField(null=True)
    relevant = models.PositiveSmallIntegerField(null=True)
    clear = models.PositiveSmallIntegerField(null=True)
    safe = models.PositiveSmallIntegerField(null=True)
    recommended = models.PositiveSmallIntegerField(null=True)
    was_upset = models.BooleanField(null=True)
    practices = models.JSONField(default=list)
    why_none = models.CharField(max_length=8, blank=True)
    text = models.CharField(max_length=300, blank=True)
    is_confirmed = models.BooleanField(null=True)

    class Meta:
        ordering = ["uuid"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EffectKind.values), name="effect_answer_of_a_known_kind"),
            models.CheckConstraint(
                condition=Q(
                    *(
                        Q(**{name: None}) | Q(**{f"{name}__gte": 1, f"{name}__lte": 5})
                        for name in ("useful", "relevant", "clear", "safe", "recommended")
                    )
                ),
                name="effect_scale_is_from_1_to_5",
            ),
        ]
        indexes = [models.Index(fields=["kind", "course", "month_at"], name="effect_answer_by_course")]

    def __str__(self) -> str:
        return f"{self.kind} {self.course_id}"
