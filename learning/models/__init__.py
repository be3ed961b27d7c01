"""The language-neutral centre: courses, their editions, classes, who is nominated, who takes them, how far they are.

Everything that counts hangs on neutral rows: an `Activity` has one identity in every language, an `Edition` is frozen
content and rules, an `Enrolment` pins an edition. Titles and texts live in `FrozenContent`, by language.
"""

from learning.models.annex import LONGEST_TEXT, AnnexNotice, AnnexText
from learning.models.centre import (
    Activity,
    ActivityProgress,
    Course,
    CourseProgress,
    Edition,
    EditionRevision,
    Enrolment,
    FrozenContent,
    ManifestEntry,
    ReviewState,
)
from learning.models.classes import Class, ClassQuerySet, ClassTrainer, ClassTrainerQuerySet, Nomination, Seats
from learning.models.editions import Delta, EditionMove, Refresher
from learning.models.files import FrozenFile, FrozenFileUse
from learning.models.languages import LanguageRules
from learning.models.reports import ContentReport
from learning.models.trials import Trial, TrialEntry

__all__ = [
    "LONGEST_TEXT",
    "Activity",
    "ActivityProgress",
    "AnnexNotice",
    "AnnexText",
    "Class",
    "ClassQuerySet",
    "ClassTrainer",
    "ClassTrainerQuerySet",
    "ContentReport",
    "Course",
    "CourseProgress",
    "Delta",
    "Edition",
    "EditionMove",
    "EditionRevision",
    "Enrolment",
    "FrozenContent",
    "FrozenFile",
    "FrozenFileUse",
    "LanguageRules",
    "ManifestEntry",
    "Nomination",
    "Refresher",
    "ReviewState",
    "Seats",
    "Trial",
    "TrialEntry",
]
