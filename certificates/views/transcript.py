"""The own transcript."""

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from accounts.permissions import SignedInRequest, signed_in
from certificates.selectors import own_awards
from certificates.selectors.recognitions import own_recognised
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
