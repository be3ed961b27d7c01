from django.apps import AppConfig


class LmsConfig(AppConfig):
    """The project itself: base templates, static files, commands without a room of their own."""

    name = "lms"

    def ready(self) -> None:
        from lms import checks  # noqa: F401  (registers the system checks)
