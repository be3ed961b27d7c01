"""Models of this app live on its floors; Django finds them through here."""

from courses.pages.models import (
    CourseIndexPage,
    CoursePage,
    FrozenPicture,
    LastImport,
    LessonPage,
    MediaFile,
    ModulePage,
    Picture,
    PictureRendition,
    TranslationBasis,
    WaitingPage,
)

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
]
