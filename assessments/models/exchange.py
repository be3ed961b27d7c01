"""Files of questions that wait to be imported."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models.bank import Item


class QuestionFile(models.Model):
    """One uploaded file of questions, from the upload until it is imported or a day has gone by.

    The file itself is kept here and not on a disk, so that it is deleted with its row. `bank` is the name of the bank,
    which may not be there yet; `plan` is what the import would do, or did, in words for its page; `done` is how far it
    is, in percent. Personal data: who uploaded it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits to be checked")
        PLANNED = "planned", _("is checked")
        REFUSED = "refused", _("cannot be read")
        APPLYING = "applying", _("is being imported")
        APPLIED = "applied", _("is imported")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    changed_at = models.DateTimeField(default=timezone.now)
    content = models.BinaryField(null=True)
    format = models.CharField(max_length=16)
    bank = models.CharField(max_length=80)
    pool = models.CharField(max_length=8, choices=Item.Pool.choices)
    module = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=12)
    encoding = models.CharField(max_length=24, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    done = models.PositiveSmallIntegerField(default=0)
    plan = models.JSONField(default=dict)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(content=None), name="an_imported_file_of_questions_is_not_kept"
            )
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.made_at:%Y-%m-%d %H:%M} {self.state}"
