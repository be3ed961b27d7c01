"""What is kept of course bundles: what the site had after the last import, and files that wait for a decision."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learning.models import Course


class LastImport(models.Model):
    """What a course was after its last import: for each page, question and wording the digest of it then.

    `parts` maps names such as ``lesson/m1-l1/en`` to digests. What has another digest today was edited on the site
    since, and an import that changes it says so before. Holds no personal data.
    """

    course = models.OneToOneField(Course, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    parts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.course_id}"


def inbox() -> Path:
    """The folder of files that wait; outside of everything that is served."""
    folder = Path(settings.DATA_DIR) / "inbox"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class CourseFile(models.Model):
    """One file that somebody brought in, from the upload until it is applied, thrown away, or a day has gone by.

    The file lies in `inbox` under the uuid, and is deleted when it is applied or thrown away. `plan` is what the person
    reads: problems, changes, notes. `same_meaning` says that its corrections keep the meaning. Personal data: who
    uploaded it, and when.
    """

    class Kind(models.TextChoices):
        BUNDLE = "bundle", _("Course as files")
        WORD = "word", _("Word file")

    class State(models.TextChoices):
        PLANNED = "planned", _("waits for your decision")
        APPLYING = "applying", _("is being applied")
        APPLIED = "applied", _("is applied")
        FAILED = "failed", _("could not be applied")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    changed_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    module = models.ForeignKey("courses.ModulePage", null=True, on_delete=models.CASCADE, related_name="+")
    as_new_edition = models.BooleanField(default=False)
    same_meaning = models.BooleanField(null=True)
    note = models.CharField(max_length=300, blank=True)
    plan = models.JSONField(default=dict)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="word", module__isnull=False) | models.Q(kind="bundle", module=None),
                name="a_word_file_goes_into_a_module",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.made_at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def path(self) -> Path:
        """Where the file lies, with the ending of its kind."""
        return inbox() / f"{self.uuid}.{'zip' if self.kind == self.Kind.BUNDLE else 'docx'}"
