"""The files of a certificate, for its holder."""

import uuid

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache

from accounts.permissions import SignedInRequest, signed_in
from certificates.documents import certificate_pdf
from certificates.selectors import own_award


@signed_in
@never_cache
def pdf(request: SignedInRequest, award: uuid.UUID) -> HttpResponseBase:
    """The certificate of the signed-in holder."""
    own = own_award(request.user, award)
    response = HttpResponse(certificate_pdf(own), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{own.number}.pdf"'
    return response
