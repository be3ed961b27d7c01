"""Certificates that other bodies gave, and whether they are recognised."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Agency, AppendOnlyQuerySet, Member
from learning.manifest import in_hours
from learning.models import Course


class RecognitionQuerySet(models.QuerySet["Recognition"]):
    """Certificates of other bodies, by what they still say."""

    def recognised(self) -> "RecognitionQuerySet":
        """Those recognised and not withdrawn since; also those whose time is over."""
        return self.filter(state=Recognition.State.RECOGNISED)


class Recognition(models.Model):
    """One certificate of another body, written down for an officer of a member, and what was decided about it.

    It is never ours: nothing is issued for it, and it stands in no verification page. The coordinator of the member
    puts it forward after having seen the original; who certifies decides. `stands_for` is the course to which it is
    equivalent until `stands_until`; without a course it is only noted. `address` is where the other body says so.
    Personal data: whose it is, and everything in it.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("waits for the coordinator")
        PROPOSED = "proposed", _("waits for a decision")
        RECOGNISED = "recognised", _("recognised")
        REFUSED = "refused", _("not recognised")
        WITHDRAWN = "withdrawn", _("withdrawn")

    #: As what it is recognised, in the language of a page: filled by `selectors.recognitions.with_course_titles`.
    course_title: str

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="recognitions")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    body = models.CharField(max_length=200)
    awarded_on = models.DateField()
    valid_until = models.DateField(null=True)
    minutes = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)
    address = models.URLField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    stands_for = models.ForeignKey(Course, null=True, on_delete=models.PROTECT, related_name="+")
    stands_until = models.DateField(null=True)
    written_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        ordering = ["-awarded_on", "-pk"]
        indexes = [models.Index(fields=["state", "member"], name="recognition_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("awarded_on")),
                name="recognition_ends_after_it_was_given",
            ),
            models.CheckConstraint(
                condition=Q(stands_for=None) | Q(stands_until__isnull=False), name="recognition_stands_until_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"

    @property
    def hours(self) -> str:
        """As many hours as stand on it; empty where none do."""
        return in_hours(self.minutes) if self.minutes else ""


class Evidence(models.Model):
    """The file that shows one certificate of another body, as its coordinator sent it: PDF, a picture made anew, or the
    text of a digital badge.

    It is kept here and not on a disk, so that it goes with its row. `checked` is what a badge says and what of that
    could be known without a link (`certificates.credentials.evidence.Shown`); empty for other files. Personal data:
    whatever stands on it.
    """

    recognition = models.OneToOneField(Recognition, on_delete=models.CASCADE, related_name="evidence")
    content = models.BinaryField()
    content_type = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    checked = models.JSONField(default=dict, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.digest[:12]


class RecognitionStep(models.Model):
    """One thing that was done to a certificate of another body: by whom, when and why. Append-only.

    Personal data: through the certificate, and who did it.
    """

    class Kind(models.TextChoices):
        WRITTEN = "written", _("Written down")
        PROPOSED = "proposed", _("Put forward")
        RECOGNISED = "recognised", _("Recognised")
        REFUSED = "refused", _("Not recognised")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    recognition = models.ForeignKey(Recognition, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=300, blank=True)
    done_by = models.ForeignKey(Actor, null=True, on_delete=models.SET_NULL, related_name="+")
    done_at = models.DateTimeField(default=timezone.now)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["done_at", "pk"]

    def __str__(self) -> str:
        return f"{self.recognition_id}: {self.kind}"
