"""The public pages for whoever checks a certificate: no cookie, no session, nothing kept of who looked."""

import dataclasses
import math
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.permissions import public
from certificates.device import device_context
from certificates.forms.verifying import ManyForm, VerifyForm
from certificates.many import as_table, check_many, receipt_for, states_of, was_counted
from certificates.models import Award
from certificates.selectors import PublicAward, public_award
from lms.limits import seconds_to_wait
from lms.tables import as_csv

View = Callable[..., HttpResponseBase]


def in_chosen_language(view: View) -> View:
    """Answer in the language of `?language=`: chosen here, it needs no cookie and goes along with the address."""

    @wraps(view)
    def in_language(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        chosen = request.GET.get("language") or request.POST.get("language") or ""
        # Templates read it there.
        request.chosen_language = chosen if chosen in dict(settings.LANGUAGES) else ""  # type: ignore[attr-defined]
        if request.chosen_language:  # type: ignore[attr-defined]
            # As the middleware does; the next request begins with its own.
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        return view(request, *args, **kwargs)

    return in_language


@public
@in_chosen_language
def verify(request: HttpRequest) -> HttpResponseBase:
    """Type a number; the answer has an address of its own. A device keeps this page to read codes without a link."""
    form = VerifyForm(request.GET if "number" in request.GET else None)
    if form.is_valid():
        address = reverse("certificates:verify_one", args=[form.cleaned_data["number"].strip()])
        return HttpResponseRedirect(address + _language_of(request))
    context = {"form": form, **device_context()}
    return render(request, "certificates/verify.html", context, status=400 if form.is_bound else 200)


@public
@never_cache
@in_chosen_language
def verify_one(request: HttpRequest, typed: str) -> HttpResponseBase:
    """What a stranger may learn of one certificate. Unknown and restricted answer alike, also as JSON."""
    as_json = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    wait = seconds_to_wait("verify", limit=settings.VERIFY_PER_MINUTE, seconds=60)
    if wait:
        response = _wait(request, wait, as_json=as_json)
    else:
        award = public_award(typed)
        response = _as_json(award) if as_json else _as_page(request, typed, award)
    patch_vary_headers(response, ["Accept"])
    return response


def _as_page(request: HttpRequest, typed: str, award: PublicAward | None) -> HttpResponse:
    form = VerifyForm(initial={"number": typed[:60]} if award is None else None)
    context = {"award": award, "typed": typed[:60], "form": form, "is_answer": True, **device_context()}
    context["kind"] = Award.Kind(award.kind).label if award else ""
    return render(request, "certificates/verify_one.html", context, status=200 if award else 404)


def _as_json(award: PublicAward | None) -> HttpResponse:
    if award is None:
        return JsonResponse({"state": "unknown"}, status=404)
    return JsonResponse(dataclasses.asdict(award), json_dumps_params={"ensure_ascii": False})


def _wait(request: HttpRequest, seconds: int, *, as_json: bool = False) -> HttpResponse:
    """429, with when to come again."""
    response: HttpResponse
    if as_json:
        response = JsonResponse({"state": "wait", "seconds": seconds}, status=429)
    else:
        response = render(request, "certificates/verify_wait.html", {"minutes": math.ceil(seconds / 60)}, status=429)
    response["Retry-After"] = str(seconds)
    return response


# Changes nothing and knows nobody: a token against forged requests would protect nothing, and needs a cookie.
@public
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_chosen_language
def verify_many(request: HttpRequest) -> HttpResponseBase:
    """A whole list at once, for an academy; answered as a table or as a CSV file, and forgotten."""
    form = ManyForm(request.POST or None, request.FILES or None) if request.method == "POST" else ManyForm()
    context: dict[str, Any] = {"form": form}
    if request.method != "POST":
        return render(request, "certificates/verify_many.html", context)
    if not form.is_valid():
        return render(request, "certificates/verify_many.html", context, status=422)
    typed = form.cleaned_data["typed"]
    if not was_counted(typed, form.cleaned_data["receipt"]):
        limit = settings.VERIFY_LISTED_PER_HOUR
        wait = seconds_to_wait("verify-many", limit=limit, seconds=3600, cost=len(typed))
        if wait:
            return _wait(request, wait)
    answers = check_many(typed)
    if "csv" in request.POST:
        response = HttpResponse(as_csv(*as_table(answers)), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="certificates.csv"'
        return response
    context |= {"answers": answers, "states": states_of(answers)}
    context |= {"rows": "\n".join(typed), "receipt": receipt_for(typed)}
    return render(request, "certificates/verify_many.html", context)


def _language_of(request: HttpRequest) -> str:
    chosen = request.chosen_language  # type: ignore[attr-defined]
    return "?" + urlencode({"language": chosen}) if chosen else ""
