"""The public pages for whoever checks a certificate."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from accounts.permissions import public
from certificates.forms.verifying import VerifyForm
from certificates.selectors import public_award


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
