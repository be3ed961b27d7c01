from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.permissions import Refused
from courses.pages.rights import may_enter


def authors_only(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Close the authors' side to whoever holds no such right today, even in a session that began with one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        is_theirs = request.path.startswith(("/admin/", "/documents/"))
        if is_theirs and request.user.is_authenticated and not may_enter(request.user):
            raise Refused(_("Your role does not include the authors’ side."))

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware
