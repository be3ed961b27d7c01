"""System checks: what is wrong with a site's settings, said before it serves anybody."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security)
def check_public_url(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse plain http outside the demo: names and answers would travel readable."""
    if settings.HTTPS or settings.SULUH_DEMO or settings.DEBUG:
        return []
    return [
        Error(
            "PUBLIC_URL does not start with https://.",
            hint="Set PUBLIC_URL to the address that officers use, or SULUH_DEMO=1 for a trial on this machine.",
            id="lms.E002",
        )
    ]


@register(Tags.security)
def check_demo_review(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse a real site that serves unreviewed content by accident of configuration."""
    if (
        settings.SULUH_DEMO
        and settings.HTTPS
        and not settings.REQUIRE_REVIEW
        and settings.PUBLIC_HOST not in ("localhost", "127.0.0.1")
    ):
        return [
            Error(
                f"SULUH_DEMO=1 on the public address {settings.PUBLIC_URL}: demo people have a known password.",
                hint="Unset SULUH_DEMO on a site that others can reach, or keep the demo on localhost.",
                id="lms.E003",
            )
        ]
    return []
