"""Ways in: lists of people that wait to be imported, one-time codes, invitations and registrations."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.members import Agency, Member
from accounts.models.people import User


class PeopleFile(models.Model):
    """One uploaded list of people of a member, from the upload until it is applied or a day has gone by.

    The file itself is kept here and not on a disk, so that it is deleted with its row. Personal data: names of people
    who may have no account yet; the row goes when the list is applied or thrown away, and after a day at the latest.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits to be checked")
        PLANNED = "planned", _("is checked")
        APPLYING = "applying", _("is being applied")
        APPLIED = "applied", _("is applied")
        FAILED = "failed", _("could not be applied")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    changed_at = models.DateTimeField(default=timezone.now)
    content = models.BinaryField(null=True)
    encoding = models.CharField(max_length=24, blank=True)
    new_agencies = models.CharField(max_length=16, choices=Agency.Kind.choices, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    rows = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    plan = models.JSONField(default=dict)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(content=None), name="an_applied_list_keeps_no_file"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.made_at:%Y-%m-%d %H:%M} {self.state}"


class OneTimeCode(models.Model):
    """A code on a slip with which one person chooses a password, once and until a day.

    Only a keyed digest is stored: who reads the database cannot sign in with it. A new code takes the place of the
    open one. Personal data: that a person was given a code, and when.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(used_at=None), name="one_open_code_per_person"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="code_expires_after_it_is_made"),
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"


class Invitation(models.Model):
    """A link with which officers of one member, or of one agency of it, open an account for themselves.

    One for a single use opens the account at once; one for more puts it before a verifier, because such a link is
    passed on. The token is stored as a digest. Personal data: who made it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    uses = models.PositiveSmallIntegerField(_("how many officers may use it"), default=1)
    used = models.PositiveSmallIntegerField(default=0)
    last_day = models.DateField(_("last day"))
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(uses__gte=1, uses__lte=500), name="invitation_for_1_to_500"),
            models.CheckConstraint(condition=Q(used__lte=F("uses")), name="invitation_not_used_too_often"),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.used}/{self.uses}"

    @property
    def opens_at_once(self) -> bool:
        """Whether nobody has to verify who comes by it."""
        return self.uses == 1

    @property
    def state(self) -> str:
        """``"open"``, ``"withdrawn"``, ``"used"`` (up) or ``"over"``."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.used >= self.uses:
            return "used"
        return "over" if self.last_day < timezone.localdate() else "open"


class Registration(models.Model):
    """One person who asked for an account, by a page that is open to all or by a link for many.

    The account exists and is not active until somebody accepts. Personal data: who asked, for which agency, and why it
    was refused; a refused one goes with its account after 30 days.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="registration")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    invitation = models.ForeignKey(Invitation, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(
        _("reason"),
        max_length=200,
        blank=True,
        help_text=_("The person reads it. Write nothing about a case or about anybody else."),
    )

    class Meta:
        ordering = ["made_at", "pk"]
        indexes = [models.Index(fields=["member", "state"], name="registration_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None) | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="registration_decided_unless_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.state}"
