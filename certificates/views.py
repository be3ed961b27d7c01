"""The holder's PDF, and the public page for whoever checks a certificate."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from accounts.permissions import SignedInRequest, public, signed_in
from certificates.documents import certificate_pdf
from certificates.forms import VerifyForm
from certificates.selectors import own_award, public_award


@signed_in
@never_cache
def pdf(request: SignedInRequest, award: uuid.UUID) -> HttpResponseBase:
    """The certificate of the signed-in holder."""
    own = own_award(request.user, award)
    response = HttpResponse(certificate_pdf(own), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{own.number}.pdf"'
    return response


@public
def verify(request: HttpRequest) -> HttpResponseBase:
    """Type a number; the answer has an address of its own."""
    form = VerifyForm(request.GET if "number" in request.GET else None)
    if form.is_valid():
        return redirect("certificates:verify_one", typed=form.cleaned_data["number"].strip())
    return render(request, "certificates/verify.html", {"form": form}, status=400 if form.is_bound else 200)


@public
@never_cache
def verify_one(request: HttpRequest, typed: str) -> HttpResponseBase:
    """What a stranger may learn of one certificate. Unknown and restricted answer alike."""
    award = public_award(typed)
    form = VerifyForm(initial={"number": typed[:60]} if award is None else None)
    context = {"award": award, "typed": typed[:60], "form": form}
    return render(request, "certificates/verify_one.html", context, status=200 if award else 404)
