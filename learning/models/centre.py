"""Courses, their editions, who takes them and how far they are."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Agency, AppendOnlyQuerySet, Member


class Course(models.Model):
    """One course, in all its editions and languages. Holds no personal data and no text to read.

    `position` orders the catalogue. `access` says who may enrol; with `members` only officers of `open_to`, with
    `nomination` nobody alone.
    """

    class Pillar(models.TextChoices):
        PREVENTION = "prevention", _("Prevention")
        PROSECUTION = "prosecution", _("Prosecution")
        VICTIM_PROTECTION = "victim_protection", _("Victim protection")
        REFUGEE_PROTECTION = "refugee_protection", _("Refugee protection")
        COOPERATION = "cooperation", _("Inter-agency cooperation")
        BORDERS = "borders", _("People smuggling and border integrity")

    class Access(models.TextChoices):
        OPEN = "open", _("Open to everyone who is posted")
        MEMBERS = "members", _("Open to officers of listed members")
        NOMINATION = "nomination", _("By nomination of a national coordinator")
        CLOSED = "closed", _("Closed to new enrolments")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    code = models.CharField(max_length=16, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    pillar = models.CharField(max_length=24, choices=Pillar.choices)
    access = models.CharField(_("who may take it"), max_length=16, choices=Access.choices, default=Access.OPEN)
    open_to = models.ManyToManyField(Member, verbose_name=_("listed members"), blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    pillar__in=[
                        "prevention",
                        "prosecution",
                        "victim_protection",
                        "refugee_protection",
                        "cooperation",
                        "borders",
                    ]
                ),
                name="course_has_a_known_pillar",
            )
        ]

    def __str__(self) -> str:
        return self.code


class Activity(models.Model):
    """The neutral identity of anything that counts in a course, in every language and edition.

    `key` is a readable name, unique in its course and stable for ever (``m1-l2``, ``m1-l2/check-1``, ``final-test``).
    Order and nesting belong to the edition's outline, not here.
    """

    class Kind(models.TextChoices):
        COURSE = "course", _("Course")
        MODULE = "module", _("Module")
        LESSON = "lesson", _("Lesson")
        CHECK = "check", _("Knowledge check")
        QUIZ = "quiz", _("Test")
        SCENARIO = "scenario", _("Branching scenario")

    uuid = models.UUIDField(unique=True)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="activities")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=Kind.choices)

    class Meta:
        verbose_name_plural = "activities"
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="activity_key_once_per_course")]

    def __str__(self) -> str:
        return f"{self.course_id}:{self.key}"

    @property
    def iri(self) -> str:
        """The address of the activity in statements: independent of any host, so that a move changes no record."""
        return f"urn:uuid:{self.uuid}"


class Edition(models.Model):
    """Edition *n* of a course: a line of revisions under the same rules of substance.

    `rules` are frozen with the edition: pass mark, what completes the course, validity (see `learning.manifest.Rules`).
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    rules = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["course", "number"]
        constraints = [models.UniqueConstraint(fields=["course", "number"], name="edition_number_once_per_course")]

    def __str__(self) -> str:
        return f"{self.course} {self.number}"


class FrozenContent(models.Model):
    """A piece of content as it was shown, stored once under its SHA-256.

    `body` is what is served (for a lesson: rendered parts), `source` what it was made from. Never changed: the database
    refuses it.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    body = models.JSONField()
    source = models.JSONField()

    objects = AppendOnlyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.digest[:12]


class EditionRevision(models.Model):
    """Revision *m* of an edition: the manifest as it stood from `published_at` until the next revision.

    `outline` is the neutral tree of activities (see `learning.manifest`). `digest` covers outline, rules and entries of
    every language, so two manifests with one digest are the same.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    outline = models.JSONField()
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "number"]
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="revision_number_once_per_edition")]

    def __str__(self) -> str:
        return f"{self.edition}.{self.number}"


class ReviewState(models.TextChoices):
    """Released is not reviewed: every entry of a manifest carries the state of its content."""

    DRAFT = "draft", _("Draft, not yet reviewed")
    REVIEWED = "reviewed", _("Reviewed")


class ManifestEntry(models.Model):
    """One activity in one language in one revision: which frozen content was shown, and where it came from.

    `origin` names the page revision or item version (``page:12@345``), for people who look into the past. The unique
    constraint's index serves every lesson view.
    """

    revision = models.ForeignKey(EditionRevision, on_delete=models.PROTECT, related_name="entries")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=12)
    content = models.ForeignKey(FrozenContent, on_delete=models.PROTECT, related_name="+")
    review_state = models.CharField(max_length=8, choices=ReviewState.choices, default=ReviewState.DRAFT)
    origin = models.CharField(max_length=120, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "manifest entries"
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "activity", "language"], name="manifest_entry_once_per_language"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.activity} {self.language}"


class Enrolment(models.Model):
    """One person taking one course, pinned to an edition that may move forward, never back.

    Member and agency are as they were at enrolment: history is counted where it happened. A fact, not a projection:
    `rebuild_progress` leaves it alone. `klass` is the class in which the person sits; leaving it sets it free, and what
    was learned stays. Personal data: through the actor's key.

    Indexes: actor + course serves "my learning"; member + course serves the coordinator's desk and the counts.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="enrolments")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="enrolments")
    klass = models.ForeignKey("Class", null=True, on_delete=models.PROTECT, related_name="enrolments")
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    enrolled_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, help_text=_("Withdrawn, or replaced by a later enrolment."))

    class Meta:
        ordering = ["-enrolled_at"]
        indexes = [models.Index(fields=["member", "course"], name="enrolment_by_member_and_course")]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "course"], condition=Q(ended_at=None), name="one_open_enrolment_per_course"
            )
        ]

    def __str__(self) -> str:
        return f"{self.uuid}"


class ActivityProgress(models.Model):
    """How far one enrolment is with one activity. A projection of the record: `rebuild_progress` can make it anew.

    `score` is scaled, 0 to 1, of the best attempt; `revision` and `language` are those of the statement that completed
    it, for the certificate. Personal data: through the enrolment.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="activity_progress")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    passed = models.BooleanField(null=True)
    score = models.FloatField(null=True)
    language = models.CharField(max_length=12, blank=True)
    revision = models.PositiveSmallIntegerField(null=True)
    content = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "activity"], name="progress_once_per_activity"),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=1), name="progress_score_is_scaled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} {self.activity_id}"


class CourseProgress(models.Model):
    """Where one enrolment stands with its course. A projection of the record, like `ActivityProgress`.

    `completed_at` follows the record's own statement that the rules of the edition were met, so a later revision never
    takes it away. How many lessons are done is counted from `ActivityProgress`. Personal data: through the enrolment.
    """

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="progress")
    last_activity = models.ForeignKey(Activity, null=True, on_delete=models.PROTECT, related_name="+")
    last_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        verbose_name_plural = "course progress"

    def __str__(self) -> str:
        return f"{self.enrolment}"
