"""The translator's desk: what people and machines typed, who is on what, and the term base."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, User
from learning.manifest import digest_of
from learning.models import Course


class SegmentTranslation(models.Model):
    """What somebody typed, or a machine proposed, for one segment of a course in one language, and of which source.

    `place` is the key of a page (or ``questions``) with a path in it, such as ``m1-l1/body.kp-1.text``; in a place with
    several texts each is its own segment, known by its words. `words_digest` is of the source's words, `digest` of
    these with whatever is neutral in the segment (`courses.pages.translating.segments`): an accepted row whose
    `digest` is not that of today is stale, and a row whose words are gone is what the translation was before.

    Nothing here reaches officers: handing a unit in writes what is accepted into the workshop. `edits` counts the
    saves, so that the second of two translators is told. `overruled` are warnings with the reason why they do not
    hold: ``[{"code", "reason"}]``. Personal data: through the actor's key.
    """

    class Origin(models.TextChoices):
        TYPED = "typed", _("Typed")
        MEMORY = "memory", _("From the translation memory")
        FILE = "file", _("From a file")
        MACHINE = "machine", _("Machine translation")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=12)
    place = models.CharField(max_length=200)
    words_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    source = models.TextField(blank=True)
    text = models.TextField(blank=True)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.TYPED)
    overruled = models.JSONField(default=list)
    edits = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True)
    handed_in_at = models.DateTimeField(null=True)
    actor = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "language", "place", "words_digest"], name="segment_translated_once_per_language"
            ),
            models.CheckConstraint(
                condition=Q(handed_in_at=None) | Q(accepted_at__isnull=False), name="segment_is_accepted_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.language}"


class TranslationAssignment(models.Model):
    """Who translates one unit of a course into one language, by when.

    `unit` is the key of a module, or ``course`` for the text of the catalogue. Open while `ended_at` is NULL; a unit
    has one open assignment in a language at most. `ended_because` is what a translator said who handed it back.
    `told_at`: when the translator was told by e-mail, or had no address. Personal data: who translates, and who asked.
    """

    class Ended(models.TextChoices):
        DONE = "done", _("Handed in")
        RETURNED = "returned", _("Handed back")
        MOVED = "moved", _("Given to somebody else")
        STOPPED = "stopped", _("Ended")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=60)
    language = models.CharField(max_length=12)
    translator = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    assigned_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    assigned_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=8, choices=Ended.choices, blank=True)
    ended_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_as="") | (Q(ended_at__isnull=False) & ~Q(ended_as="")),
                name="assignment_says_how_it_ended",
            ),
            models.UniqueConstraint(
                fields=["course", "unit", "language"],
                condition=Q(ended_at=None),
                name="one_open_assignment_per_unit_and_language",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_id}:{self.unit} {self.language}"


class TranslationFile(models.Model):
    """One file of a translator's own tool that came back, from the upload until it is applied or thrown away.

    `entries` is what it says (`courses.pages.translating.files.entries.InEntry`), and is emptied when it is applied:
    the file itself is not kept. What it would change is worked out anew each time it is looked at. `result` is what was
    done: counts, and each entry that was not taken. Personal data: who brought it in, and when.
    """

    class Kind(models.TextChoices):
        PO = "po", "PO"
        XLIFF = "xliff", "XLIFF"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    unit = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=12)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    name = models.CharField(max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    applied_at = models.DateTimeField(null=True)
    entries = models.JSONField(default=list)
    result = models.JSONField(default=dict)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=("po", "xliff")), name="a_translation_file_is_of_a_known_kind")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.language} {self.made_at:%Y-%m-%d %H:%M}"


class Term(models.Model):
    """One term of the term base, in English. `key` names it in files. Holds no personal data.

    `added_at` says that it was added on the site; NULL for one that came with a file, which a later file may correct.
    """

    key = models.SlugField(max_length=60, unique=True)
    term = models.CharField(max_length=120)
    definition = models.CharField(max_length=400, blank=True)
    source = models.CharField(max_length=120, blank=True)
    added_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["term"]

    def __str__(self) -> str:
        return self.term


class TermWording(models.Model):
    """How a term is said in one language: `forms` that are right, the first preferred, and `forbidden` ones.

    `confidence` is the mark of the collection it came from: seen, standard, unsure. An approval names who and when, and
    ends with every change of the forms; whoever changed them last (`changed_by`) does not decide on them. A file
    corrects only what no person touched: `changed_at` and `decided_at` are NULL. Personal data: who proposed and who
    approved, through the actor's key.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        CHECKED = "checked", _("Checked by a lawyer")
        APPROVED = "approved", _("Approved")

    class Confidence(models.TextChoices):
        SEEN = "H", _("seen in a law or an official text")
        STANDARD = "M", _("a standard term, not seen in an official text")
        UNSURE = "L", _("unsure")

    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="wordings")
    language = models.CharField(max_length=12)
    forms = models.JSONField(default=list)
    forbidden = models.JSONField(default=list)
    note = models.CharField(max_length=300, blank=True)
    confidence = models.CharField(max_length=1, choices=Confidence.choices, default=Confidence.UNSURE)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PROPOSED)
    changed_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Actor, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["term", "language"]
        constraints = [models.UniqueConstraint(fields=["term", "language"], name="term_once_per_language")]

    def __str__(self) -> str:
        return f"{self.term} {self.language}"

    @property
    def seen(self) -> str:
        """Says what a person looked at who decides, or proposes something else."""
        return digest_of([self.forms, self.forbidden, self.status])
