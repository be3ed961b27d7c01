"""From where a request came, for whoever writes it down (the audit log) without having the request in hand."""

from collections.abc import Callable
from contextvars import ContextVar
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST = 45

_request: ContextVar[HttpRequest | None] = ContextVar("suluh_request", default=None)


def remember_origin(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keep the request at hand while it is answered, and no longer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = _request.set(request)
        try:
            return get_response(request)
        finally:
            _request.reset(token)

    return middleware


def sent_from(request: HttpRequest) -> str:
    """The page of this site that held the form which was sent, as a path; empty where the browser does not say."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def current_address() -> str:
    """The address that the request came from; empty for a command and for background work.

    The one by which wrong sign-ins are counted: behind a proxy of ours what the proxy saw, never what a stranger wrote
    into a header.
    """
    request = _request.get()
    if request is None:
        return ""
    try:
        return str(get_adapter(request).get_client_ip(request))[:LONGEST]
    except (PermissionDenied, ImproperlyConfigured):
        return ""
