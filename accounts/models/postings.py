"""Who serves where, in which role, from when to when."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.members import Agency, Member
from accounts.models.people import User
from accounts.roles import MEMBERLESS_ROLES, Role


class PostingQuerySet(models.QuerySet["Posting"]):
    """Postings, asked by day."""

    def current(self, on: dt.date | None = None) -> "PostingQuerySet":
        """Postings that run on a day, today unless told."""
        on = on or timezone.localdate()
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)

    def open(self, on: dt.date | None = None) -> "PostingQuerySet":
        """Postings that run on a day or begin later, today unless told."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on or timezone.localdate()))


class Posting(models.Model):
    """One person in one role, for a member or one agency of it, from a day to a day.

    Scope comes from here: what a role may do is in `accounts.permissions`, for whom is in this row. Roles of the RSO
    have no member. Rows are ended, never deleted, so that history counts where it happened. Personal data: where a
    person serves.
    """

    class RankBand(models.TextChoices):
        """Bands of the platform, to which each member maps its own ranks (domain rules §4.4)."""

        ENTRY = "entry", pgettext_lazy("rank", "Entry")
        SUPERVISOR = "supervisor", _("Supervisor")
        SENIOR = "senior", _("Senior")
        EXECUTIVE = "executive", _("Executive")
        CIVILIAN = "civilian", _("Civilian")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="postings")
    role = models.CharField(max_length=32, choices=Role.choices)
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="postings")
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="postings")
    rank_band = models.CharField(_("rank band"), max_length=16, choices=RankBand.choices, blank=True)
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["member", "role"], name="posting_by_member_and_role")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="posting_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=True, agency__isnull=True, role__in=MEMBERLESS_ROLES)
                | (Q(member__isnull=False) & ~Q(role__in=MEMBERLESS_ROLES)),
                name="posting_has_a_member_unless_of_the_rso",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.member or 'RSO'}"

    def runs(self, on: dt.date) -> bool:
        """Whether the posting runs on a day: what `PostingQuerySet.current` asks, of a row that was read."""
        return self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)
