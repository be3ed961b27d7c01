"""Pages about the person who looks; signing in is django-allauth's."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import translate_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, get_language_from_path
from django.utils.translation import gettext as _

from accounts import services
from accounts.permissions import public

A_YEAR, A_WHILE = 365 * 24 * 3600, 15 * 60
#: Says that a stranger chose a language a moment ago: at sign-in it goes before what the account says.
CHOSEN_NOW = "suluh_language_chosen"


@public
def choose_language(request: HttpRequest, code: str) -> HttpResponseBase:
    """Go to the same page in another language, and remember the choice: in a cookie, and with the person's account.

    A link and no form: it can be followed without a script and from a page that anyone may cache, and all that it
    changes is which words one reads.
    """
    if code not in dict(settings.LANGUAGES):
        raise Http404(_("This site does not offer this language."))
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = f"/{settings.LANGUAGE_CODE}/"
    # Django finds an address only while its own language is on; here it is that of the cookie.
    with translation.override(get_language_from_path(urlsplit(back).path) or get_language()):
        response = HttpResponseRedirect(translate_url(back, code))
    remember_language(response, code)
    if not request.user.is_authenticated:
        secure = settings.LANGUAGE_COOKIE_SECURE
        response.set_cookie(CHOSEN_NOW, code, max_age=A_WHILE, secure=secure, httponly=True, samesite="Lax")
    # Another site may link here; it decides nothing that lasts.
    from_here = request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
    if request.user.is_authenticated and from_here:
        services.choose_language(by=request.user, language=code)
    return response


def remember_language(response: HttpResponse, code: str) -> None:
    """Keep a choice of language in this browser, for the pages that have no language in their address."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=A_YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
