from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page says of itself: the mode of the site, its address, and whether somebody is signed in."""
    return {
        "SULUH_DEMO": settings.SULUH_DEMO,
        "page_path": request.path,
        # Lazy: a page that does not ask must not depend on the cookie.
        "is_signed_in": SimpleLazyObject(lambda: hasattr(request, "user") and request.user.is_authenticated),
    }
