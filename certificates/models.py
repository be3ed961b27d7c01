"""Awards: what somebody was certified for, as it stood on that day."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Member
from certificates.numbers import new_number
from learning.models import Course, Enrolment


class Award(models.Model):
    """One period of validity of one certificate: a snapshot that needs no course page.

    `number` is what people type and stays over renewals; `uuid` is this period's own. `snapshot` holds what is
    printed beside the name and could change later: course title and code, hours, pass standard. Personal data: the name
    as on the certificate, kept under the duty to answer for certificates.
    """

    class Kind(models.TextChoices):
        COMPLETION = "completion", _("Certificate of completion")

    class State(models.TextChoices):
        VALID = "valid", _("Valid")
        REVOKED = "revoked", _("Revoked")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    number = models.CharField(max_length=20, default=new_number, db_index=True)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.COMPLETION)
    state = models.CharField(max_length=8, choices=State.choices, default=State.VALID)
    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="awards")
    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="award")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    holder_name = models.CharField(max_length=200)
    edition = models.PositiveSmallIntegerField()
    revision = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=12)
    content = models.CharField(max_length=64)
    is_specimen = models.BooleanField()
    snapshot = models.JSONField()
    issued_at = models.DateTimeField(default=timezone.now)
    valid_until = models.DateField()

    class Meta:
        ordering = ["-issued_at"]
        indexes = [models.Index(fields=["member", "course"], name="award_by_member_and_course")]
        constraints = [
            models.UniqueConstraint(fields=["actor", "number", "issued_at"], name="award_once_per_period"),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("issued_at__date")), name="award_is_valid_for_some_time"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_expired(self) -> bool:
        return self.valid_until < timezone.localdate()
