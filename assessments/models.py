"""The question bank, the papers that are drawn from it, and what officers answered."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AppendOnlyQuerySet
from learning.models import Activity, Course, EditionRevision, Enrolment, FrozenContent


class Bank(models.Model):
    """A question bank; a course has one of its own. Holds no personal data."""

    name = models.CharField(max_length=80, unique=True)
    course = models.ForeignKey(Course, null=True, blank=True, on_delete=models.PROTECT, related_name="banks")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """One question, the same in every language. Its content is in versions, its texts in wordings.

    The pool decides its life: practice items are open and travel with lessons, so they are never drawn in a test. The
    database keeps that: it refuses a practice item on a paper and a change of pool once a paper could have held it.
    """

    class Pool(models.TextChoices):
        PRACTICE = "practice", _("Practice")
        PRETEST = "pretest", _("Pre-test")
        TEST = "test", _("Final test")

    class Type(models.TextChoices):
        SINGLE = "single", _("Single choice")
        MULTIPLE = "multiple", _("Multiple response")
        TRUE_FALSE = "truefalse", _("True or false")
        ORDERING = "ordering", _("Ordering")
        MATCHING = "matching", _("Matching")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="items")
    key = models.CharField(max_length=40)
    type = models.CharField(max_length=16, choices=Type.choices)
    pool = models.CharField(max_length=8, choices=Pool.choices)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["bank", "key"]
        constraints = [
            models.UniqueConstraint(fields=["bank", "key"], name="item_key_once_per_bank"),
            models.CheckConstraint(condition=Q(pool__in=["practice", "pretest", "test"]), name="item_has_a_known_pool"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def iri(self) -> str:
        return f"urn:uuid:{self.uuid}"


class ItemVersion(models.Model):
    """One version of an item: option ids, key and rules. Never changed; an edit makes a new version.

    `module` is the key of the module it belongs to, `scenario` the key of the lesson whose scenario it is about (or
    empty), `source` the citation shown with the feedback.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    structure = models.JSONField()
    answer_key = models.JSONField()
    must_be_right = models.BooleanField(default=False)
    module = models.CharField(max_length=120, blank=True)
    scenario = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["item", "number"]
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="item_version_number_once")]

    def __str__(self) -> str:
        return f"{self.item} v{self.number}"


class ItemWording(models.Model):
    """The text of one item version in one language: a draft that people edit; papers show frozen copies.

    `text`: ``{"stem", "options": {id: text}, "left": {id: text}, "feedback"}``. A translator works here and nowhere
    near the key. `translated_from` is the digest of what a translation was made from (`assessments.wordings`), and
    `source_text` its words, to say what changed; both are empty in the language in which the question was written.
    """

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="wordings")
    language = models.CharField(max_length=12)
    text = models.JSONField()
    translated_from = models.CharField(max_length=64, blank=True)
    source_text = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "language"], name="item_wording_once_per_language")]

    def __str__(self) -> str:
        return f"{self.version} {self.language}"


class EditionItem(models.Model):
    """One item version, in one language, that a test of one revision may draw, with its frozen wording.

    Its content holds the text of the case that the question is about. `open_until` is the last day of the grace of a
    translation that is behind for a correction that keeps the meaning; NULL for words of today. The unique constraint's
    index serves the view of one question.
    """

    revision = models.ForeignKey(EditionRevision, on_delete=models.PROTECT, related_name="items")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=12)
    content = models.ForeignKey(FrozenContent, on_delete=models.PROTECT, related_name="+")
    open_until = models.DateField(null=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "activity", "version", "language"], name="edition_item_once_per_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.version} {self.language}"


class Attempt(models.Model):
    """One officer's go at one test: a paper drawn once from one revision and never redrawn.

    Open while `submitted_at` is NULL; at most one is. `language` is the one at submission, until then the one at start.
    `digest` covers what was shown: item versions and content of every question. Personal data: through the enrolment.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(EditionRevision, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=12)
    started_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)
    right = models.PositiveSmallIntegerField(null=True)
    total = models.PositiveSmallIntegerField()
    pass_mark = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(null=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "activity"], condition=Q(submitted_at=None), name="one_open_attempt_per_test"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None, right=None) | Q(submitted_at__isnull=False, right__isnull=False),
                name="attempt_is_graded_when_submitted",
            ),
            models.CheckConstraint(
                condition=Q(right=None) | Q(right__lte=models.F("total")), name="attempt_has_no_more_right_than_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uuid}"


class Response(models.Model):
    """One question on one paper, and the answer to it as it was saved last.

    `answer` holds ids only, NULL while unanswered. `edits` counts the saves: a form that was rendered before a later
    save is seen by it. `language` and `content` are what was
    shown when the paper was drawn, then what was shown when it was answered. Personal data: the answer.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="responses")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    option_order = models.JSONField()
    answer = models.JSONField(null=True)
    answered_at = models.DateTimeField(null=True)
    edits = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=12, blank=True)
    content = models.ForeignKey(FrozenContent, null=True, on_delete=models.PROTECT, related_name="+")
    is_right = models.BooleanField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="response_position_once_per_paper"),
            models.UniqueConstraint(fields=["attempt", "version"], name="response_item_once_per_paper"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt} {self.position}"
