"""Awards: what somebody was certified for, as it stood on that day, and what became of it."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, AppendOnlyQuerySet, Member
from certificates.models.keys import SigningKey
from certificates.numbers import new_number
from learning.models import Course, Enrolment


class AwardQuerySet(models.QuerySet["Award"]):
    """Awards, by what they still say."""

    def standing(self) -> Self:
        """Those in force or suspended: not replaced by a newer one and not revoked; expired ones among them."""
        return self.filter(state__in=[Award.State.VALID, Award.State.SUSPENDED])

    def in_force(self) -> Self:
        """Those that attest something today."""
        return self.filter(state=Award.State.VALID, valid_until__gte=timezone.localdate())

    def withdrawn_as(self, state: str) -> Self:
        """Those in a state, and those that one in it replaced: what is said of the newest holds for all of its number.

        Whoever took a badge along before a name was changed must not go on with it after the newer one was revoked.
        """
        newest = Award.objects.filter(state=state).order_by().values("number")
        return self.filter(Q(state=state) | Q(state=Award.State.SUPERSEDED, number__in=newest))


class Award(models.Model):
    """One period of validity of one certificate: a snapshot that needs no course page.

    `number` is what people type and stays over renewals; `uuid` is this period's own. `snapshot` holds what is
    printed beside the name and could change later: course title and code, hours, pass standard, national annex, how the
    page looks and who signed it. A changed name gives another row (`reissues`); the row before is superseded and stays.

    `seal` is the signature of `key` over all that is attested, with a salted digest in place of the name, so that it
    can still be checked when the name is gone; `token` is the short signed form that the printed code carries
    (`certificates.signing`). Both are empty until signed. `status_index` is the place of this row in the status list
    number `status_list`. Personal data: the name as on the certificate (also in `token`), kept under the duty to answer
    for certificates.
    """

    class Kind(models.TextChoices):
        PARTICIPATION = "participation", _("Certificate of participation")
        COMPLETION = "completion", _("Certificate of completion")
        TRAINER = "trainer", _("Trainer certificate")

    class State(models.TextChoices):
        VALID = "valid", _("Valid")
        SUSPENDED = "suspended", _("Suspended")
        SUPERSEDED = "superseded", _("Superseded")
        REVOKED = "revoked", _("Revoked")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    number = models.CharField(max_length=20, default=new_number, db_index=True)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.COMPLETION)
    state = models.CharField(max_length=12, choices=State.choices, default=State.VALID)
    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="awards")
    enrolment = models.ForeignKey(Enrolment, null=True, on_delete=models.PROTECT, related_name="awards")
    reissues = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reissued_as")
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
    key = models.ForeignKey(SigningKey, null=True, on_delete=models.PROTECT, related_name="awards")
    name_salt = models.CharField(max_length=32, null=True)
    name_digest = models.CharField(max_length=64, null=True)
    seal = models.CharField(max_length=86, null=True)
    token = models.TextField(null=True)
    status_list = models.PositiveIntegerField(null=True)
    status_index = models.PositiveIntegerField(null=True)

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at"]
        indexes = [
            models.Index(fields=["member", "course"], name="award_by_member_and_course"),
            # Reminders, and the list of what is withdrawn, ask for these.
            models.Index(fields=["state", "valid_until"], name="award_by_state_and_end"),
            # The sweep that signs asks for what is not.
            models.Index(fields=["id"], condition=Q(seal=None), name="award_not_signed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["actor", "number", "issued_at"], name="award_once_per_period"),
            models.UniqueConstraint(
                fields=["enrolment", "kind"], condition=Q(reissues=None), name="award_once_per_enrolment_and_kind"
            ),
            models.UniqueConstraint(fields=["status_list", "status_index"], name="award_has_its_own_status"),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("issued_at__date")), name="award_is_valid_for_some_time"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_expired(self) -> bool:
        return self.valid_until < timezone.localdate()


class AwardChange(models.Model):
    """One thing that was done to an award after it was issued, by whom and why. Append-only.

    The reason is for those who answer for certificates; no public page shows it. Personal data: through the award, and
    who did it.
    """

    class Kind(models.TextChoices):
        SUSPENDED = "suspended", _("Suspended")
        REINSTATED = "reinstated", _("Reinstated")
        REVOKED = "revoked", _("Revoked")
        SUPERSEDED = "superseded", _("Superseded")
        REISSUED = "reissued", _("Issued again")

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    reason = models.CharField(max_length=300, blank=True)
    changed_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["changed_at", "pk"]

    def __str__(self) -> str:
        return f"{self.award}: {self.kind}"
