"""The tables of the workshop: pages, and what is kept beside them."""

from courses.pages.models.exchange import CourseFile, LastImport
from courses.pages.models.meaning import MeaningKept
from courses.pages.models.media import FrozenPicture, MediaFile, Picture, PictureRendition
from courses.pages.models.review import DoNoHarmTask, ReviewedIn, ReviewedText, ReviewNote, SignOff, review_workflow
from courses.pages.models.translating import (
    SegmentTranslation,
    Term,
    TermWording,
    TranslationAssignment,
    TranslationFile,
)
from courses.pages.models.translations import TranslationBasis
from courses.pages.models.tree import CourseIndexPage, CoursePage, LessonPage, ModulePage, new_key, renew_block_ids
from courses.pages.models.waiting import WaitingPage

__all__ = [
    "CourseFile",
    "CourseIndexPage",
    "CoursePage",
    "DoNoHarmTask",
    "FrozenPicture",
    "LastImport",
    "LessonPage",
    "MeaningKept",
    "MediaFile",
    "ModulePage",
    "Picture",
    "PictureRendition",
    "ReviewNote",
    "ReviewedIn",
    "ReviewedText",
    "SegmentTranslation",
    "SignOff",
    "Term",
    "TermWording",
    "TranslationAssignment",
    "TranslationBasis",
    "TranslationFile",
    "WaitingPage",
    "new_key",
    "renew_block_ids",
    "review_workflow",
]
