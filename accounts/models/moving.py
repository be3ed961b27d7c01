"""Moving on: offers of officers to other members, and accounts that turned out to be one person's."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.members import Agency, Member
from accounts.models.people import Actor, User

#: An offer that nobody answered is over after so long.
OFFER_LASTS = dt.timedelta(days=30)
#: So long a merge can be taken back.
UNDO_LASTS = dt.timedelta(days=30)


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Transfers, asked by where they stand now."""

    def open(self) -> "TransferQuerySet":
        """Offers that wait for an answer; the old ones are over, whether or not somebody wrote it down."""
        return self.filter(state=Transfer.State.OFFERED, offered_at__gt=timezone.now() - OFFER_LASTS)


class Transfer(models.Model):
    """One offer of an officer by one member to another, and how it was answered.

    Until it is accepted the receiving member reads the learner code, the kind of agency and the note, never the name.
    `from_agency` is where the officer served when the offer was made, `agency` the one that took the officer, from
    `starts_on`. An offer runs out by itself after `OFFER_LASTS`. Personal data: who goes where, and the note.
    """

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Run out")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="transfers")
    from_member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    from_agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    to_member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind of agency"), max_length=16, choices=Agency.Kind.choices, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OFFERED)
    offered_at = models.DateTimeField(default=timezone.now)
    offered_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(null=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-offered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(state="offered"), name="one_open_offer_per_person"),
            models.CheckConstraint(condition=~Q(from_member=F("to_member")), name="transfer_is_to_another_member"),
            models.CheckConstraint(
                condition=Q(state="accepted", starts_on__isnull=False) | (~Q(state="accepted") & Q(starts_on=None)),
                name="transfer_begins_when_accepted",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def ends_at(self) -> dt.datetime:
        """When an unanswered offer is over."""
        return self.offered_at + OFFER_LASTS

    @property
    def stands(self) -> "Transfer.State":
        """Where it stands now: an offer past its time has run out, also while nobody wrote it down."""
        if self.state == self.State.OFFERED and self.ends_at <= timezone.now():
            return self.State.EXPIRED
        return self.State(self.state)


class TwoPeople(models.Model):
    """Two accounts that look alike, of which somebody said that they are two people: never proposed again.

    Kept with the lower primary key first. Personal data: that two accounts look alike.
    """

    first = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    decided_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "two people"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="two_people_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="two_people_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"


class Merge(models.Model):
    """Two accounts of one person made one: `kept` has everything now, `closed` can no longer be used.

    Nothing that was recorded is rewritten: the keys (`Actor`) of the closed account got another owner. `remembered`
    holds what taking it back needs: keys and postings by uuid, and what each room put away under its own name.
    Personal data: that a person had two accounts.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kept = models.ForeignKey(User, on_delete=models.CASCADE, related_name="merges")
    closed = models.ForeignKey(User, on_delete=models.CASCADE, related_name="merged_away")
    merged_at = models.DateTimeField(default=timezone.now)
    merged_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    remembered = models.JSONField(default=dict)

    class Meta:
        ordering = ["-merged_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["closed"], condition=Q(undone_at=None), name="merged_into_one_account"),
            models.CheckConstraint(condition=~Q(kept=F("closed")), name="merge_of_two_accounts"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def undo_ends_at(self) -> dt.datetime:
        """Until when it can be taken back."""
        return self.merged_at + UNDO_LASTS

    @property
    def can_be_undone(self) -> bool:
        """Whether it was not taken back, and there is still time for it."""
        return self.undone_at is None and timezone.now() < self.undo_ends_at
