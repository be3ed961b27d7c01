"""Which browser a request comes from: a random number in a cookie, another one for each attempt.

An exam is held by one browser. What is stored of it is a digest with the attempt in it, so nobody can tell from the
table that two people shared a computer.
"""

import hashlib
import re
import secrets
import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

_NUMBER = re.compile(r"[0-9a-f]{32}")
#: A year: an exam may be prepared long before.
LASTS = 365 * 24 * 3600


def _number(request: HttpRequest) -> str:
    found = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    return found if _NUMBER.fullmatch(found) else ""


def browser_of(request: HttpRequest, attempt: uuid.UUID) -> str:
    """What is stored of the browser of a request for one attempt; empty where it has no number yet."""
    number = _number(request)
    return hashlib.sha256(f"{number} {attempt}".encode()).hexdigest()[:32] if number else ""


def give_number(request: HttpRequest) -> None:
    """Let the rest of this request, and its answer by `keep_number`, have a number where the browser has none."""
    if not _number(request):
        request.COOKIES[settings.DEVICE_COOKIE_NAME] = secrets.token_hex(16)
        request.META["suluh.new_device"] = True


def keep_number(request: HttpRequest, response: HttpResponseBase, *, lasts: bool) -> None:
    """Send a new number to the browser; on a shared computer it goes with the browser's window."""
    if request.META.get("suluh.new_device"):
        response.set_cookie(
            settings.DEVICE_COOKIE_NAME,
            _number(request),
            max_age=LASTS if lasts else None,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
