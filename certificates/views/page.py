"""Who signs certificates and whose logos stand on them: proposed by one, approved by another."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.permissions import Right, SignedInRequest, requires
from certificates import services
from certificates.forms.page import LogoForm, SignatoryForm
from certificates.models import PagePart
from certificates.selectors.page import page_part, page_parts, page_picture, printed_with_squares

_FORMS: dict[str, Any] = {PagePart.Kind.SIGNATORY: SignatoryForm, PagePart.Kind.LOGO: LogoForm}
_REFUSALS = (services.OwnProposal, services.AlreadyDecided, services.PageIsFull)
A_PAGE = 50


@requires(Right.CERTIFY)
@never_cache
def overview(request: SignedInRequest) -> HttpResponseBase:
    """What stands on certificates, what waits for another pair of eyes, and what could not be printed."""
    return _overview(request)


def _overview(request: SignedInRequest, *, refusal: str = "") -> HttpResponseBase:
    parts, today = list(page_parts(request.user)), timezone.localdate()
    over = [each for each in parts if each.removed_at or (each.valid_until and each.valid_until < today)]
    context = {
        "waiting": [each for each in parts if not each.approved_at and each not in over],
        "standing": [each for each in parts if each.approved_at and each not in over],
        "over": over[:A_PAGE],
        "squares": printed_with_squares(request.user)[:A_PAGE],
        "refusal": refusal,
    }
    return render(request, "certificates/page/overview.html", context, status=409 if refusal else 200)


@requires(Right.CERTIFY)
@never_cache
def propose(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """Propose a signatory or a logo."""
    if kind not in _FORMS:
        raise Http404
    form = _FORMS[kind](request.POST, request.FILES) if request.method == "POST" else _FORMS[kind]()
    if form.is_bound and form.is_valid():
        picture = form.cleaned_data.pop("picture")
        try:
            services.propose_page_part(
                by=request.user, kind=kind, picture=picture.read() if picture else None, **form.cleaned_data
            )
        except services.BadPicture as refusal:
            form.add_error("picture", str(refusal))
        except services.IncompletePart as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Proposed. Another person of the RSO approves it."))
            return redirect("award_page:overview")
    context = {"form": form, "is_logo": kind == PagePart.Kind.LOGO}
    return render(request, "certificates/page/propose.html", context, status=422 if form.errors else 200)


@requires(Right.CERTIFY)
@require_POST
def approve(request: SignedInRequest, part: uuid.UUID) -> HttpResponseBase:
    """Approve what another person proposed."""
    try:
        services.approve_page_part(by=request.user, part=page_part(request.user, part))
    except _REFUSALS as refusal:
        return _overview(request, refusal=str(refusal))
    messages.success(request, _("Approved. It stands on what is issued from its first day on."))
    return redirect("award_page:overview")


@requires(Right.CERTIFY)
@require_POST
def remove(request: SignedInRequest, part: uuid.UUID) -> HttpResponseBase:
    """Take something off, or a proposal back."""
    services.remove_page_part(by=request.user, part=page_part(request.user, part))
    messages.success(request, _("Taken off. What was issued stays as it is."))
    return redirect("award_page:overview")


@requires(Right.CERTIFY)
def picture(request: SignedInRequest, digest: str) -> HttpResponseBase:
    """The picture of a signature or logo."""
    found = page_picture(request.user, digest)
    response = HttpResponse(found.content, content_type="image/png")
    # Named by its digest, so it never changes; and it is for this person alone.
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response
