"""The question bank: items, their versions and wordings, and what stands on the shelf of an edition."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, AppendOnlyQuerySet
from learning.models import Activity, Course, EditionRevision, FrozenContent


class Bank(models.Model):
    """A question bank; a course has one of its own. Holds no personal data."""

    name = models.CharField(max_length=80, unique=True)
    course = models.ForeignKey(Course, null=True, blank=True, on_delete=models.PROTECT, related_name="banks")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """A shelf of a bank, as authors sort it; it may stand in another. Holds no personal data.

    Where an item stands decides what a blueprint draws at the next publication, and nothing on a paper that is drawn:
    the shelf of an edition keeps its own copy (`EditionItem.traits`).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bank = models.ForeignKey(Bank, on_delete=models.CASCADE, related_name="categories")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(fields=["bank", "parent", "name"], name="category_name_once_per_parent"),
            models.UniqueConstraint(
                fields=["bank", "name"], condition=Q(parent=None), name="category_name_once_at_the_top"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """One question, the same in every language. Its content is in versions, its texts in wordings.

    The pool decides its life: practice items are open and travel with lessons, so they are never drawn in a test. The
    database keeps that: it refuses a practice item on a paper and a change of pool once a paper could have held it.
    An item is a draft while `drafted_at` is set, and retired once `retired_at` is; either is asked nowhere new, and old
    papers keep it. `category`, `difficulty` and tags sort it and are no part of its versions; `review_on` is the day on
    which somebody looks at it again.
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
        SHORT_TEXT = "shorttext", _("Short text")
        NUMBER = "number", _("Number")
        GAPS = "gaps", _("Fill in the gaps")
        HOTSPOT = "hotspot", _("Place on a picture")
        ESSAY = "essay", _("Essay")
        SET = "set", _("Scenario set")

    class Difficulty(models.IntegerChoices):
        EASY = 1, _("Easy")
        MEDIUM = 2, _("Medium")
        HARD = 3, _("Hard")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="items")
    key = models.CharField(max_length=40)
    type = models.CharField(max_length=16, choices=Type.choices)
    pool = models.CharField(max_length=8, choices=Pool.choices)
    retired_at = models.DateTimeField(null=True, blank=True)
    drafted_at = models.DateTimeField(null=True, blank=True)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT, related_name="items")
    difficulty = models.PositiveSmallIntegerField(null=True, blank=True, choices=Difficulty.choices)
    review_on = models.DateField(null=True, blank=True)

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


class ItemTag(models.Model):
    """A word by which authors find an item and blueprints draw it. Holds no personal data."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["item", "name"], name="item_tag_once")]

    def __str__(self) -> str:
        return self.name


class ItemVersion(models.Model):
    """One version of an item: option ids, key and rules. Never changed; an edit makes a new version.

    `module` is the key of the module it belongs to, `scenario` the key of the lesson whose scenario it is about (or
    empty), `source` the citation shown with the feedback. `weight` is how many points it counts; NULL counts one.
    `created_by` and `note` say whose version it is and what changed. Personal data: who made it.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    structure = models.JSONField()
    answer_key = models.JSONField()
    must_be_right = models.BooleanField(default=False)
    module = models.CharField(max_length=120, blank=True)
    scenario = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, null=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["item", "number"]
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="item_version_number_once")]

    def __str__(self) -> str:
        return f"{self.item} v{self.number}"

    @property
    def points(self) -> int:
        """How many points a right answer counts."""
        return self.weight or 1


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
    translation that is behind for a correction that keeps the meaning; NULL for words of today. `traits` is how the
    item was sorted at publication, for the blueprint (`assessments.drawing.traits`); NULL on what was published
    before there was one. The unique constraint's index serves the view of one question.
    """

    revision = models.ForeignKey(EditionRevision, on_delete=models.PROTECT, related_name="items")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=12)
    content = models.ForeignKey(FrozenContent, on_delete=models.PROTECT, related_name="+")
    open_until = models.DateField(null=True)
    traits = models.JSONField(null=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "activity", "version", "language"], name="edition_item_once_per_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.version} {self.language}"
