from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from courses import receivers  # noqa: F401
        from courses.pages.previewing import show_parts_with
        from courses.player.views.parts import preview_parts

        show_parts_with(preview_parts)
