"""Small middleware of the project."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def admin_policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give the authors' side, and only it, the looser content policy and framing that Wagtail's editor needs."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/admin/"):
            own = response.headers.get("Content-Security-Policy")
            if own:
                # A preview was made as a page of the site, with its strict policy: only our editor may frame it.
                response["Content-Security-Policy"] = own.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
            response["X-Frame-Options"] = "SAMEORIGIN"
        return response

    return middleware


#: What other software reads of us, the same for everybody.
_PUBLIC_DOCUMENTS = ("/.well-known/", "/credentials/", "/verify/list.json")


def public_documents(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer what is public as if nobody were signed in: no cookie is read or set, so any cache may keep the answer and
    nothing tells who asked."""

    def middleware(request: HttpRequest) -> HttpResponse:
        is_public = request.path.startswith(_PUBLIC_DOCUMENTS)
        if is_public:
            request.COOKIES = {}
        response = get_response(request)
        if is_public and response.status_code in (200, 304):
            for name in ("Vary", "Content-Language"):
                del response[name]
            response.cookies.clear()
        return response

    return middleware


def private_pages(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Let no cache keep a page that was made for a signed-in person, unless its view says otherwise."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    return middleware
