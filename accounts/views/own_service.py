"""Signing in with the own member's service. The way there is begun by a form; the ways back are the services' calls."""

import logging
import uuid
from http import HTTPStatus

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import services
from accounts.identity import NotProven, Proof, oidc, saml
from accounts.models import IdentityProvider
from accounts.permissions import public
from accounts.selectors import providers_to_choose

logger = logging.getLogger(__name__)
#: Carries a checked answer of a SAML service to the next request, which is the first with the person's own session.
HANDOVER = "suluh_saml"
_KIND = {"oidc": IdentityProvider.Kind.OIDC, "saml": IdentityProvider.Kind.SAML}


def _in_use(provider: uuid.UUID, kind: str | None = None) -> IdentityProvider:
    """A service that may be used now; 404 for any other."""
    found = providers_to_choose().filter(uuid=provider)
    return get_object_or_404(found.filter(kind=_KIND[kind]) if kind else found)


def _back(request: HttpRequest) -> str:
    """Where to go after signing in, if it is a page of ours."""
    back = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if safe else ""


@public
@require_GET
@never_cache
def choose(request: HttpRequest) -> HttpResponseBase:
    """The services that can be signed in with, by member; nothing about people."""
    return render(
        request, "accounts/identity/choose.html", {"providers": providers_to_choose(), "next": _back(request)}
    )


@public
@require_http_methods(["GET", "POST"])
@never_cache
def leave(request: HttpRequest, provider: uuid.UUID) -> HttpResponseBase:
    """The door to one service; a press on its button goes there.

    The answer to the press is a page that leads on by itself and not a redirect: browsers ask the policy about forms
    (`form-action`) of every redirect that follows a form, and nobody knows where a service sends people on to.
    """
    found = _in_use(provider)
    if request.method == "GET":
        return render(request, "accounts/identity/door.html", {"provider": found, "next": _back(request)})
    if limited := ratelimit.consume_or_429(request, action="login"):
        return limited
    speak = oidc if found.kind == IdentityProvider.Kind.OIDC else saml
    try:
        address = speak.begin(request, found, back=_back(request))
    except NotProven as error:
        return _refused(request, found, error)
    return render(request, "accounts/identity/leave.html", {"provider": found, "address": address})


@public
@require_GET
@never_cache
def oidc_callback(request: HttpRequest, provider: uuid.UUID) -> HttpResponseBase:
    """The way back from an OpenID Connect service."""
    found = _in_use(provider, "oidc")
    try:
        state = _state(request, found, request.GET.get("state", ""))
        proof = oidc.finish(request, found, state)
    except NotProven as error:
        return _refused(request, found, error)
    return _sign_in(request, found, proof, state.get("next", ""))


@csrf_exempt
@public
@require_POST
@never_cache
def saml_acs(request: HttpRequest, provider: uuid.UUID) -> HttpResponseBase:
    """Where a SAML service posts its answer. The post of another site brings no cookie of ours, so it goes on."""
    found = _in_use(provider, "saml")
    try:
        sealed = saml.read_response(found, request.POST.get("SAMLResponse", ""))
    except NotProven as error:
        return _refused(request, found, error)
    response = HttpResponseRedirect(found.address("saml_finish"))
    response.status_code = HTTPStatus.SEE_OTHER
    response.set_cookie(
        HANDOVER, sealed, max_age=120, path="/identity/", secure=request.is_secure(), httponly=True, samesite="Lax"
    )
    return response


@public
@require_GET
@never_cache
def saml_finish(request: HttpRequest, provider: uuid.UUID) -> HttpResponseBase:
    """The end of a sign-in by SAML, for whoever began it in this browser."""
    found = _in_use(provider, "saml")
    try:
        handover = saml.open_handover(found, request.COOKIES.get(HANDOVER, ""))
        state = _state(request, found, handover.answers)
    except NotProven as error:
        response = _refused(request, found, error)
    else:
        response = _sign_in(request, found, handover.proof, state.get("next", ""))
    if isinstance(response, HttpResponse):
        response.delete_cookie(HANDOVER, path="/identity/")
    return response


@public
@require_GET
def saml_metadata(request: HttpRequest, provider: uuid.UUID) -> HttpResponseBase:
    """Our side of SAML for a service, also before it is in use: it holds no secret."""
    found = get_object_or_404(
        IdentityProvider.objects.select_related("app"), uuid=provider, kind=IdentityProvider.Kind.SAML
    )
    if not saml.is_available():
        raise Http404(saml.missing())
    return HttpResponse(saml.metadata(found), content_type="application/samlmetadata+xml")


def _state(request: HttpRequest, provider: IdentityProvider, number: str) -> dict[str, str]:
    """What was kept when this browser went to this service; once, and for ten minutes."""
    from_session = provider.app.get_provider(request)
    try:
        return from_session.unstash_redirect_state(request, number)
    except PermissionDenied:
        raise NotProven("begun elsewhere, or too long ago") from None


def _sign_in(request: HttpRequest, provider: IdentityProvider, proof: Proof, back: str) -> HttpResponseBase:
    """Sign in whom the service names, through allauth's stages: our second step is asked as after a password."""
    try:
        user = services.recognise_person(provider=provider, proof=proof)
    except services.NotRecognised as error:
        logger.warning("Sign-in by %s refused: nobody for whom it may speak", provider.key)
        return _answer(request, provider, str(error.message), known=False)
    if request.user.is_authenticated:
        get_adapter(request).logout(request)
    record_authentication(request, user, "socialaccount", provider=provider.key)
    return perform_login(request, user, redirect_url=back or None)


def _refused(request: HttpRequest, provider: IdentityProvider, error: NotProven) -> HttpResponseBase:
    logger.warning("Sign-in by %s refused: %s", provider.key, error.reason)
    return _answer(request, provider, str(error.message), known=True)


def _answer(request: HttpRequest, provider: IdentityProvider, reason: str, *, known: bool) -> HttpResponseBase:
    context = {"provider": provider, "reason": reason, "is_known": known, "title": _("You are not signed in")}
    return render(request, "accounts/identity/refused.html", context, status=HTTPStatus.FORBIDDEN)
