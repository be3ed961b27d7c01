"""System checks: what is wrong with a site's settings, said before it serves anybody."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security)
def check_public_url(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse plain http outside a demo on this machine: names and answers would travel readable."""
    if settings.HTTPS or settings.DEBUG or (settings.SULUH_DEMO and _is_here()):
        return []
    return [
        Error(
            "PUBLIC_URL does not start with https://.",
            hint="Set PUBLIC_URL to the address that officers use, or SULUH_DEMO=1 for a trial on localhost.",
            id="lms.E002",
        )
    ]


@register(Tags.security)
def check_demo_stays_here(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse a demo that others can reach: its people have a known password and its key is no secret."""
    if not settings.SULUH_DEMO or _is_here():
        return []
    return [
        Error(
            f"SULUH_DEMO=1 on the public address {settings.PUBLIC_URL}: demo people have a known password.",
            hint="Unset SULUH_DEMO on a site that others can reach, or keep the demo on localhost.",
            id="lms.E003",
        )
    ]


def _is_here() -> bool:
    return settings.PUBLIC_HOST in ("localhost", "127.0.0.1", "[::1]")
