"""The tables of the workshop: pages, and what is kept beside them."""

from courses.pages.models.translations import TranslationBasis
from courses.pages.models.tree import CourseIndexPage, CoursePage, LessonPage, ModulePage, new_key, renew_block_ids

__all__ = [
    "CourseIndexPage",
    "CoursePage",
    "LessonPage",
    "ModulePage",
    "TranslationBasis",
    "new_key",
    "renew_block_ids",
]
