"""The tables of the workshop: pages, and what is kept beside them."""

from courses.pages.models.exchange import LastImport
from courses.pages.models.media import FrozenPicture, MediaFile, Picture, PictureRendition
from courses.pages.models.translations import TranslationBasis
from courses.pages.models.tree import CourseIndexPage, CoursePage, LessonPage, ModulePage, new_key
from courses.pages.models.waiting import WaitingPage

__all__ = [
    "CourseIndexPage",
    "CoursePage",
    "FrozenPicture",
    "LastImport",
    "LessonPage",
    "MediaFile",
    "ModulePage",
    "Picture",
    "PictureRendition",
    "TranslationBasis",
    "WaitingPage",
    "new_key",
]
