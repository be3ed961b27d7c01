"""A holder's own certificates."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from accounts.permissions import SignedInRequest, signed_in
from certificates.selectors import certificates_of
from learning.selectors import refresher_offers


@signed_in
@never_cache
def own(request: SignedInRequest) -> HttpResponseBase:
    """Every certificate of the signed-in person: its state, how long it holds, what stood before, how it is renewed."""
    offers = {offer.enrolment.pk: offer for offer in refresher_offers(request.user, get_language())}
    return render(
        request,
        "certificates/own.html",
        {"certificates": [(each, offers.get(each.award.enrolment_id or 0)) for each in certificates_of(request.user)]},
    )
