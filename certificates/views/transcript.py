"""The own transcript."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.permissions import SignedInRequest, signed_in
from certificates.selectors import own_awards
from certificates.selectors.recognitions import own_recognised
from certificates.services import KeyUnavailable
from certificates.services.transcripts import NothingInForce, signed_transcript
from certificates.transcript import transcript_pdf


@signed_in
@never_cache
def pdf(request: SignedInRequest) -> HttpResponseBase:
    """Everything that the signed-in person holds, as a PDF in the person's language."""
    user = request.user
    language = user.language or get_language()
    content = transcript_pdf(user, own_awards(user), list(own_recognised(user)), language)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="transcript-{timezone.localdate():%Y-%m-%d}.pdf"'
    return answer


@signed_in
@never_cache
def as_json(request: SignedInRequest) -> HttpResponseBase:
    """The certificates of the signed-in person that are in force as one signed credential."""
    user = request.user
    try:
        with override(user.language or get_language()):
            content = signed_transcript(holder=user)
    except NothingInForce:
        messages.info(request, _("You hold no certificate that is in force."))
        return redirect("awards:own")
    except KeyUnavailable:
        return render(request, "certificates/not_signed_yet.html", status=503)
    answer = HttpResponse(content, content_type="application/vc")
    answer["Content-Disposition"] = f'attachment; filename="transcript-{timezone.localdate():%Y-%m-%d}.json"'
    return answer
