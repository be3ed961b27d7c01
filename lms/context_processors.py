from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page says of itself: the mode of the site, its address, and whether somebody is signed in."""
    user = getattr(request, "user", None)
    return {
        "SULUH_DEMO": settings.SULUH_DEMO,
        "page_path": request.path,
        "is_signed_in": user is not None and user.is_authenticated,
    }
