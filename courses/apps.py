from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from courses import receivers  # noqa: F401
        from courses.pages import (
            questions,  # noqa: F401
            quizzes,  # noqa: F401
        )
