"""The files of a certificate, for its holder."""

import uuid

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache

from accounts.permissions import SignedInRequest, signed_in
from certificates.documents import certificate_pdf
from certificates.rendering import LAYOUTS
from certificates.selectors import own_award


@signed_in
@never_cache
def pdf(request: SignedInRequest, award: uuid.UUID) -> HttpResponseBase:
    """The certificate of the signed-in holder, lying or upright, in one language or with English beside it.

    Anything else that is asked for gives the usual one.
    """
    own = own_award(request.user, award)
    layout = request.GET.get("layout", "")
    content = certificate_pdf(
        own, layout=layout if layout in LAYOUTS else LAYOUTS[0], with_english=request.GET.get("with") == "en"
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{own.number}.pdf"'
    return response
