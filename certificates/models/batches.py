"""Jobs that issue, issue again or print the certificates of many, and how far they are."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User
from learning.models import Class, Course, Enrolment


class Batch(models.Model):
    """One job for the certificates of many officers: those of a class, a course or an agency.

    Its officers are in `BatchLine`, so a worker that died goes on where it was. Pages wait as files in a folder of its
    own (`certificates.batches.files`); row and folder are deleted after a day. `worked_by` is drawn by the worker that
    has it now. `held_back` counts those who were left out before it began. Personal data: who asked, and the officers.
    """

    class What(models.TextChoices):
        ISSUE = "issue", _("Issue what is missing, and print")
        PRINT = "print", _("Print what was issued")
        REISSUE = "reissue", _("Issue again where the name has changed, and print")

    class Form(models.TextChoices):
        ZIP = "zip", _("One ZIP file, a PDF for each officer")
        PDF = "pdf", _("One PDF file to print")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    what = models.CharField(max_length=8, choices=What.choices)
    form = models.CharField(max_length=3, choices=Form.choices)
    klass = models.ForeignKey(Class, null=True, on_delete=models.CASCADE, related_name="+")
    course = models.ForeignKey(Course, null=True, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    held_back = models.PositiveIntegerField(default=0)
    worked_by = models.CharField(max_length=32, blank=True)
    worked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    file = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file="") | Q(finished_at__isnull=False), name="a_batch_has_its_file_when_it_is_finished"
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.made_at:%Y-%m-%d %H:%M}"


class BatchLine(models.Model):
    """One officer's enrolment in a job, what came of it, and the certificates (primary keys) that were set for it.

    Personal data: whose enrolment it is; deleted with the job after a day.
    """

    class Outcome(models.TextChoices):
        WAITING = "", _("waits")
        PRINTED = "printed", _("printed")
        ISSUED = "issued", _("issued and printed")
        REISSUED = "reissued", _("issued again and printed")
        NOT_CERTIFIED = "none", _("no certificate: the course is not completed or not reviewed")
        NOT_VALID = "invalid", _("suspended, revoked or replaced")
        GONE = "gone", _("moved on, left or was erased meanwhile")
        HELD_BACK = "held", _("restricted, so in no file")
        FAILED = "failed", _("could not be set: the people who run the site can see why")

    PRINTABLE = (Outcome.PRINTED, Outcome.ISSUED, Outcome.REISSUED)

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="lines")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True, default=Outcome.WAITING)
    awards = models.JSONField(default=list)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["batch", "enrolment"], name="an_officer_once_in_a_batch")]
        indexes = [models.Index(fields=["batch", "outcome", "position"], name="line_by_batch_and_outcome")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.position} {self.outcome}"
