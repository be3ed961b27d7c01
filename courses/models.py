"""Models of this app live on its floors; Django finds them through here."""

from courses.pages.models import CourseIndexPage, CoursePage, LessonPage, ModulePage, TranslationBasis, WaitingPage

__all__ = ["CourseIndexPage", "CoursePage", "LessonPage", "ModulePage", "TranslationBasis", "WaitingPage"]
