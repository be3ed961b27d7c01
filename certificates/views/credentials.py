"""The credential of a certificate, for its holder; and what everybody may know to check one."""

import uuid
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from accounts.permissions import SignedInRequest, public, signed_in
from certificates.credentials.badge import badge_png, badge_svg
from certificates.credentials.baking import bake_png, bake_svg
from certificates.credentials.status import FRESH
from certificates.documents import badge_text
from certificates.models import Award, Credential
from certificates.selectors import own_award
from certificates.services import KeyUnavailable, NoSuchList, credential_of, issuer_document, signed_status_list

_Made = Callable[[Award, Credential], str | bytes]


def _download(request: SignedInRequest, award: uuid.UUID, ending: str, kind: str, made: _Made) -> HttpResponseBase:
    own = own_award(request.user, award)
    try:
        credential = credential_of(award=own)
    except KeyUnavailable:
        return render(request, "certificates/not_signed_yet.html", status=503)
    response = HttpResponse(made(own, credential), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{own.number}.{ending}"'
    return response


@signed_in
@never_cache
def as_json(request: SignedInRequest, award: uuid.UUID) -> HttpResponseBase:
    """The credential with its Data Integrity proof."""
    return _download(request, award, "json", "application/vc", lambda _award, made: made.document)


@signed_in
@never_cache
def as_jwt(request: SignedInRequest, award: uuid.UUID) -> HttpResponseBase:
    """The credential as a signed token."""
    return _download(request, award, "jwt", "application/vc+jwt", lambda _award, made: made.jwt)


@signed_in
@never_cache
def as_png(request: SignedInRequest, award: uuid.UUID) -> HttpResponseBase:
    """The badge with the credential baked in."""
    return _download(
        request, award, "png", "image/png", lambda own, made: bake_png(badge_png(badge_text(own)), made.document)
    )


@signed_in
@never_cache
def as_svg(request: SignedInRequest, award: uuid.UUID) -> HttpResponseBase:
    """The badge as a drawing with the credential baked in."""
    return _download(
        request, award, "svg", "image/svg+xml", lambda own, made: bake_svg(badge_svg(badge_text(own)), made.document)
    )


@public
def did(request: HttpRequest) -> HttpResponseBase:
    """The issuer and its keys."""
    return _for_everybody(issuer_document(), "application/did+ld+json")


@public
def status(request: HttpRequest, number: int, purpose: str) -> HttpResponseBase:
    """A list of what was revoked or suspended. Nothing is noted of who asks."""
    try:
        return _for_everybody(signed_status_list(number=number, purpose=purpose), "application/vc")
    except NoSuchList as error:
        raise Http404 from error
    except KeyUnavailable:
        response = HttpResponse("The list cannot be signed at present.", content_type="text/plain", status=503)
        response["Retry-After"] = "600"
        return response


def _for_everybody(text: str, kind: str) -> HttpResponse:
    """The same for everybody and from anywhere (Fetch Standard, CORS), to be kept a few minutes by any cache."""
    response = HttpResponse(text, content_type=kind)
    response["Cache-Control"] = f"public, max-age={int(FRESH.total_seconds())}"
    response["Access-Control-Allow-Origin"] = "*"
    return response
