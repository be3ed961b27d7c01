"""Models of this app live on its floors; Django finds them through here."""

from courses.pages.models import (
    CourseIndexPage,
    CoursePage,
    DoNoHarmTask,
    LessonPage,
    ModulePage,
    ReviewedIn,
    ReviewedText,
    ReviewNote,
    SignOff,
    TranslationBasis,
)

__all__ = [
    "CourseIndexPage",
    "CoursePage",
    "DoNoHarmTask",
    "LessonPage",
    "ModulePage",
    "ReviewNote",
    "ReviewedIn",
    "ReviewedText",
    "SignOff",
    "TranslationBasis",
]
