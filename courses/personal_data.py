from accounts.personal_data import holds_none
from courses.models import CourseIndexPage, CoursePage, LessonPage, ModulePage, TranslationBasis, WaitingPage

holds_none(CourseIndexPage, CoursePage, ModulePage, LessonPage, TranslationBasis, WaitingPage)
