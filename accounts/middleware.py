"""What stands between a session and every page: it belongs to this browser, is not over, and owes no second factor."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.second_factor import has_passed, idle_limit, is_open_before, needs_second_factor
from accounts.sessions import SHARED_IDLE, is_shared, refuse_session, why_over

_Handler = Callable[[HttpRequest], HttpResponse]


def sessions(get_response: _Handler) -> _Handler:
    """Let a signed-in person's request through, as a stranger's where the session is over.

    As a stranger's and not with an answer of our own: the page itself then knows whether it is open to anybody, where
    to come back to, and how to keep an answer that was sent too late.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return _leave_little(request, get_response(request), was_shared=False)
        was_shared = is_shared(request.session)
        over = why_over(request, idle=idle_limit(user))
        if over:
            _end(request, user, over, was_shared=was_shared)
        elif needs_second_factor(user) and not has_passed(request) and not is_open_before(request, user):
            return _leave_little(request, _to_second_factor(request), was_shared=was_shared)
        return _leave_little(request, get_response(request), was_shared=was_shared)

    return middleware


def _end(request: HttpRequest, user: User, why: str, *, was_shared: bool) -> None:
    if why == "browser":
        refuse_session(by=user, key=request.session.session_key or "")
        said = _(
            "This sign-in was opened from another browser, so it was ended to protect the account. If you did not do "
            "that, change your password after you sign in, and tell whoever gave you your account."
        )
    elif why == "idle":
        minutes = SHARED_IDLE // 60 if was_shared else settings.IDLE_MINUTES
        said = ngettext(
            "You were signed out because nothing was pressed for %(minutes)d minute. Nothing that was saved is lost.",
            "You were signed out because nothing was pressed for %(minutes)d minutes. Nothing that was saved is lost.",
            minutes,
        ) % {"minutes": minutes}
    else:
        said = _("Your sign-in has reached its longest time and has ended. Nothing that was saved is lost.")
    auth.logout(request)
    messages.warning(request, said)


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    """Show why the page is closed and how it opens, and lead back to it."""
    address = reverse("second_factor")
    if request.method in ("GET", "HEAD"):
        address += "?" + urlencode({"next": request.get_full_path()})
    else:
        messages.warning(request, _("Nothing was changed: your role needs a second step first."))
    response = HttpResponseRedirect(address)
    response["Cache-Control"] = "private, no-store"
    return response


def _leave_little(request: HttpRequest, response: HttpResponse, *, was_shared: bool) -> HttpResponse:
    """On a shared computer nothing stays in the browser: no page, no lasting cookie, and at the end none at all."""
    signed_in = request.user.is_authenticated
    if not (was_shared or (signed_in and is_shared(request.session))):
        return response
    if "no-store" not in response.get("Cache-Control", ""):
        response["Cache-Control"] = "private, no-store"
    if not signed_in:
        response["Clear-Site-Data"] = '"cache", "storage"'
        for name in (settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.DEVICE_COOKIE_NAME):
            response.delete_cookie(name, samesite="Lax")
    elif settings.LANGUAGE_COOKIE_NAME in response.cookies:
        response.cookies[settings.LANGUAGE_COOKIE_NAME].update({"max-age": "", "expires": ""})
    return response
