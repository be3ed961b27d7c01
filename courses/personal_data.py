from accounts.personal_data import holds_none
from courses.models import CourseIndexPage, CoursePage, LessonPage, ModulePage

holds_none(CourseIndexPage, CoursePage, ModulePage, LessonPage)
