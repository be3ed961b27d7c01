"""Models of this app live on its floors; Django finds them through here."""

from courses.pages.models import (
    CourseIndexPage,
    CoursePage,
    DoNoHarmTask,
    FrozenPicture,
    LastImport,
    LessonPage,
    MediaFile,
    ModulePage,
    Picture,
    PictureRendition,
    ReviewedIn,
    ReviewedText,
    ReviewNote,
    SignOff,
    TranslationBasis,
    WaitingPage,
)

__all__ = [
    "CourseIndexPage",
    "CoursePage",
    "DoNoHarmTask",
    "FrozenPicture",
    "LastImport",
    "LessonPage",
    "MediaFile",
    "ModulePage",
    "Picture",
    "PictureRendition",
    "ReviewNote",
    "ReviewedIn",
    "ReviewedText",
    "SignOff",
    "TranslationBasis",
    "WaitingPage",
]
