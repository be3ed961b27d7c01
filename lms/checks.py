"""System checks: what is wrong with a site's settings, said before it serves anybody."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Info, Tags, register
from django.utils.module_loading import import_string

from lms import parts


@register(Tags.security)
def check_public_url(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse plain http outside a demo, which stays on localhost: names and answers would travel readable."""
    if settings.HTTPS or settings.DEBUG or settings.SULUH_DEMO:
        return []
    return [
        Error(
            "PUBLIC_URL does not start with https://.",
            hint="Set PUBLIC_URL to the address that officers use, or SULUH_DEMO=1 for a trial on localhost.",
            id="lms.E002",
        )
    ]


@register()
def check_machine_translation(app_configs: Any, **kwargs: Any) -> list[Error]:
    """A plug-in that is named has to be there, and to know whom to ask."""
    if not settings.MACHINE_TRANSLATION:
        return []
    found = []
    try:
        import_string(settings.MACHINE_TRANSLATION)
    except ImportError:
        found.append(
            Error(
                "MACHINE_TRANSLATION names nothing that can be imported.",
                hint="For LibreTranslate: courses.pages.translating.machine.LibreTranslate. Unset it to do without.",
                id="lms.E003",
            )
        )
    try:
        address = urlsplit(settings.MACHINE_TRANSLATION_URL)
    except ValueError:
        address = urlsplit("")
    if address.scheme not in ("http", "https") or not address.hostname:
        found.append(
            Error(
                "MACHINE_TRANSLATION_URL is no address.",
                hint="Set it to where your own machine translation answers, such as http://127.0.0.1:5000.",
                id="lms.E004",
            )
        )
    return found


@register()
def check_parts(app_configs: Any, **kwargs: Any) -> list[Info]:
    """Say what a site goes without because ``npm ci`` was not run; everything else works."""
    missing = parts.missing_parts()
    if not missing:
        return []
    return [
        Info(
            "Parts from npm are missing, so the site does without: " + "; ".join(each.serves for each in missing) + ".",
            hint=f"Where Node.js is: {parts.INSTALL}, then manage.py collectstatic, and start the site again.",
            id="lms.I001",
        )
    ]
