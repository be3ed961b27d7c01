"""The RSO's page about languages: how long one may be behind."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Right, SignedInRequest, requires
from learning import selectors, services
from learning.forms import GraceForm


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.MANAGE_CLASSES)
@never_cache
def languages(request: SignedInRequest) -> HttpResponseBase:
    """Say how long a language may be behind for a correction that keeps the meaning."""
    form = GraceForm(request.POST if request.method == "POST" else None, initial={"days": selectors.grace_days()})
    if request.method == "POST" and form.is_valid():
        services.set_grace(by=request.user, days=form.cleaned_data["days"])
        messages.success(request, _("Saved. It counts for what is published from now on."))
        return redirect("learning:languages")
    return render(request, "learning/languages.html", {"form": form}, status=422 if form.errors else 200)
