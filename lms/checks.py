"""System checks: what is wrong with a site's settings, said before it serves anybody."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


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
