"""Reads for checking certificates: the address on paper, the issuer's keys, and what a device takes along."""

from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from certificates.models import Award, SigningKey
from certificates.services import token_of
from learning.selectors import catalogue

#: What a device has to know of a certificate whose token is genuine.
WITHDRAWN = (Award.State.REVOKED, Award.State.SUSPENDED, Award.State.SUPERSEDED)


def verify_address(award: Award) -> str:
    """What the code on paper holds: with a link the number is looked up, without the page reads the token behind “#”.

    The token is the holder's of today (`token_of`); while an award is not signed the address has none.
    """
    address = settings.PUBLIC_URL + reverse("certificates:verify_one", args=[award.number])
    token = token_of(award=award)
    return f"{address}#{token}" if token else address


def distrusted_keys() -> list[str]:
    """The public halves of keys that are believed no more."""
    return list(SigningKey.objects.exclude(distrusted_at=None).values_list("public", flat=True))


def withdrawn_places() -> dict[str, dict[int, list[int]]]:
    """State → status list → the places in it of awards in that state that have not expired, see `withdrawn_as`.

    Of everybody, restricted or not: a place is drawn at random and names nobody. If it left the restricted out, a
    withdrawn certificate of theirs would pass, and whoever compared it with the public status list would know them.
    """
    found: dict[str, dict[int, list[int]]] = {str(state.value): {} for state in WITHDRAWN}
    rows = Award.objects.filter(status_index__isnull=False, valid_until__gte=timezone.localdate()).order_by()
    for state in WITHDRAWN:
        for number, place in rows.withdrawn_as(state).values_list("status_list", "status_index").iterator():
            assert number is not None and place is not None
            found[str(state.value)].setdefault(number, []).append(place)
    return found


def course_titles() -> Mapping[str, Mapping[str, str]]:
    """Course code → language → title, of every published course in the languages of the site."""
    found: dict[str, dict[str, str]] = {}
    for language, _name in settings.LANGUAGES:
        for text in catalogue(language):
            if text.language == language:
                found.setdefault(text.course.code, {})[language] = text.title
    return found
