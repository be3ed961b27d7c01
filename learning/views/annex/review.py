"""The pages of those who review the national annex."""

import uuid

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.permissions import Right, SignedInRequest, requires
from learning import selectors, services
from learning.forms import AnnexReturnForm


@requires(Right.REVIEW)
@never_cache
def queue(request: SignedInRequest) -> HttpResponseBase:
    """What members handed in, the oldest first."""
    return render(request, "learning/annex/queue.html", {"rows": selectors.waiting_texts(request.user, get_language())})


@requires(Right.REVIEW)
@never_cache
def one(request: SignedInRequest, text: uuid.UUID) -> HttpResponseBase:
    """One text beside what officers read until now: approve it, or return it with a comment."""
    waiting = selectors.one_waiting(request.user, text, get_language())
    form = AnnexReturnForm(request.POST if request.POST.get("what") == "return" else None)
    if request.method == "POST" and (request.POST.get("what") == "approve" or form.is_valid()):
        try:
            if request.POST.get("what") == "approve":
                services.approve_annex_text(by=request.user, text=waiting.text)
                messages.success(request, _("The text is approved. Officers of the member read it from its day on."))
            else:
                services.return_annex_text(by=request.user, text=waiting.text, comment=form.cleaned_data["comment"])
                messages.success(request, _("The text is returned. The coordinators of the member read your comment."))
        except services.CannotReview as refusal:
            messages.error(request, str(refusal))
            return redirect("annex:review", text=text)
        return redirect("annex:queue")
    language = waiting.box.language_for(get_language()) if waiting.box else ""
    return render(
        request,
        "learning/annex/review.html",
        {
            "waiting": waiting,
            "text": waiting.text,
            "words": {"language": language, "own": waiting.box.words[language]} if waiting.box else None,
            "new": selectors.OwnAnnex.of(waiting.text),
            "before": selectors.OwnAnnex.of(waiting.before) if waiting.before else None,
            "form": form,
        },
        status=422 if request.method == "POST" else 200,
    )
