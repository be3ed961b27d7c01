"""The transcript as a credential, signed when it is asked for; nothing of it is kept."""

import json

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from certificates.credentials.did import did_of, method_of_key
from certificates.credentials.proofs import with_proof
from certificates.credentials.transcript import transcript_credential
from certificates.models import Award
from certificates.services.keys import active_key, private_of
from certificates.services.sealing import sign_award


class NothingInForce(Exception):
    """The person holds no certificate that attests something today."""


def signed_transcript(*, holder: User) -> str:
    """The certificates of a person that are in force as one signed credential; specimens attest nothing.

    Raises:
        NothingInForce: there is none.
        KeyUnavailable: no key can be opened.
    """
    rows = Award.objects.in_force().filter(actor__user=holder, is_specimen=False)
    # Signing gives an award its place in the status list.
    ready = [award.pk for award in rows.exclude(holder_name="") if sign_award(award=award)]
    awards = list(Award.objects.filter(pk__in=ready).select_related("course", "actor__user").order_by("pk"))
    if not awards:
        raise NothingInForce
    key, now = active_key(), timezone.now()
    signed = with_proof(
        transcript_credential(awards, holder, site=settings.PUBLIC_URL, now=now),
        private=private_of(key),
        method=method_of_key(did_of(settings.PUBLIC_URL), key.public_bytes),
        created=now,
    )
    return json.dumps(signed, ensure_ascii=False, separators=(",", ":"))
