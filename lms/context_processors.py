from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page says of itself: the mode of the site, its address, and whether somebody is signed in."""
    return {
        "SULUH_DEMO": settings.SULUH_DEMO,
        "page_path": request.path,
        "here": _here(request),
        # Lazy: a page that does not ask must not depend on the cookie.
        "is_signed_in": SimpleLazyObject(lambda: hasattr(request, "user") and request.user.is_authenticated),
    }


def _here(request: HttpRequest) -> str:
    """An address that shows this page again; after a form was sent, that of the page which held the form."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    parts = urlsplit(request.headers.get("Referer", ""))
    try:
        ours = parts.netloc == request.get_host()
    except DisallowedHost:  # this is the page that says so
        ours = False
    if not ours:
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
