"""The page on which an officer reads a country box again, because the own member asks for it."""

import uuid

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.permissions import SignedInRequest, signed_in
from learning import selectors, services


@signed_in
@never_cache
def again(request: SignedInRequest, notice: uuid.UUID) -> HttpResponseBase:
    """Read what changed, and say so."""
    asked = selectors.one_to_read_again(request.user, notice, get_language())
    if request.method == "POST":
        services.read_annex_again(by=request.user, notice=notice, language=get_language())
        messages.success(request, _("Thank you. It is in your record that you have read it again."))
        return redirect("portal:home")
    language = asked.box.language_for(get_language())
    return render(
        request,
        "learning/annex/again.html",
        {
            "asked": asked,
            "words": {"language": language, "own": asked.box.words[language]},
            "read": selectors.OwnAnnex.of(selectors.text_to_read(asked, get_language())),
        },
    )
