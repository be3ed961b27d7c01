"""The national annex: what a member writes into the country boxes of a course, and what is to be read again."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Member
from learning.models.centre import Course

#: How many characters an annex text may have. It is published to the officers of a member after a review, like a
#: lesson; case data are asked about all the same (`lms.forms.PublishedTextField`).
LONGEST_TEXT = 1500


class AnnexText(models.Model):
    """What one member tells its officers in one country box of a course, in one language, from a day on.

    The box is a neutral thing of the course: ``lesson`` and ``block`` are the two halves of the key of its part
    (``m1-l2/law-1``), stable in every edition and language. `contacts` is a list of ``{"name", "number", "hours",
    "languages", "tested_on"}``: numbers that the coordinator called. `basis` is the digest of what the author asked for
    when the text was written, so that another request shows.

    A row only goes forward: draft, submitted, then approved, returned or withdrawn. What was handed in is never
    rewritten (the database refuses it): a change is another row, so what officers read on a day can be shown again. Of
    one box and language the row counts that begins last and was written last. Personal data: who wrote, handed in and
    reviewed, by key.

    Indexes: member + course + lesson serves the lesson's page; the unique constraint the desk.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting for the review")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    OPEN = (State.DRAFT, State.SUBMITTED)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    lesson = models.CharField(max_length=80)
    block = models.CharField(max_length=80)
    language = models.CharField(_("language"), max_length=12)
    text = models.CharField(_("text"), max_length=LONGEST_TEXT)
    contacts = models.JSONField(_("contacts"), default=list, blank=True)
    valid_from = models.DateField(_("valid from"), default=timezone.localdate)
    basis = models.CharField(max_length=64, blank=True)
    asks_again = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    edits = models.PositiveSmallIntegerField(default=0, help_text=_("How often the draft was saved."))
    comment = models.CharField(_("comment"), max_length=300, blank=True)
    written_by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    submitted_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["valid_from", "pk"]
        indexes = [models.Index(fields=["member", "course", "lesson"], name="annex_text_of_a_lesson")]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "course", "lesson", "block", "language"],
                condition=Q(state__in=["draft", "submitted"]),
                name="one_open_annex_text_per_language",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at=None) | (~Q(state="draft") & Q(submitted_at__isnull=False)),
                name="annex_text_is_handed_in_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "returned"])
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="annex_text_is_reviewed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(comment=""), name="annex_text_returned_with_a_comment"
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at=None)),
                name="annex_text_withdrawn_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uuid} {self.state}"

    @property
    def box(self) -> str:
        """The key of the box: that of the part in the frozen lesson."""
        return f"{self.lesson}/{self.block}"

    def is_to_come(self, on: dt.date | None = None) -> bool:
        """Whether it is not valid yet on a day, today unless told."""
        return self.valid_from > (on or timezone.localdate())


class AnnexNotice(models.Model):
    """A member asks its officers who know a country box already to read it again: a delta in that member alone.

    Made with the approval of `text`, for its lesson and box. Who read it again says so in the record (a statement whose
    id follows from enrolment and notice); nothing of it is kept here. Holds no personal data.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    text = models.OneToOneField(AnnexText, on_delete=models.PROTECT, related_name="notice")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.uuid}"
