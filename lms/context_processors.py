from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page shows, whoever looks: the mode of the site."""
    return {"SULUH_DEMO": settings.SULUH_DEMO}
