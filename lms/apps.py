from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created

from lms.languages import lend_wagtails_words
from lms.text import teach_order


class LmsConfig(AppConfig):
    """The project itself: base templates, static files, commands without a room of their own."""

    name = "lms"

    def ready(self) -> None:
        from lms import checks  # noqa: F401  (registers the system checks)

        lend_wagtails_words([code for code, _name in settings.LANGUAGES], Path(settings.LOCALE_PATHS[0]))
        connection_created.connect(teach_order, dispatch_uid="order of names")
