"""The language-neutral centre: courses, their editions, classes, who is nominated, who takes them, how far they are.

Everything that counts hangs on neutral rows: an `Activity` has one identity in every language, an `Edition` is frozen
content and rules, an `Enrolment` pins an edition. Titles and texts live in `FrozenContent`, by language.
"""

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
from learning.models.trials import Trial, TrialEntry

__all__ = [
    "Activity",
    "ActivityProgress",
    "Class",
    "ClassQuerySet",
    "ClassTrainer",
    "ClassTrainerQuerySet",
    "Course",
    "CourseProgress",
    "Edition",
    "EditionRevision",
    "Enrolment",
    "FrozenContent",
    "ManifestEntry",
    "Nomination",
    "ReviewState",
    "Seats",
    "Trial",
    "TrialEntry",
]
