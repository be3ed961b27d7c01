"""Writes of credentials: an award as Open Badges 3.0, signed once and kept."""

import json
import logging

from django.conf import settings
from django.db import transaction

from certificates.credentials.achievement import credential, identifiers
from certificates.credentials.did import did_of, method_of_key
from certificates.credentials.jwt import as_jwt
from certificates.credentials.proofs import with_proof
from certificates.models import Award, Credential
from certificates.services.keys import KeyUnavailable, active_key, private_of
from certificates.services.sealing import sign_award

logger = logging.getLogger("suluh.certificates")


@transaction.atomic
def credential_of(*, award: Award) -> Credential:
    """The credential of an award whose holder is there, as first made; see the model for when it is made anew.

    Raises:
        KeyUnavailable: it has to be signed and no key can be opened.
        ValueError: the holder is gone.
    """
    if not sign_award(award=award):
        raise KeyUnavailable(f"The award {award.uuid} is not signed yet.")
    award = Award.objects.select_for_update(of=("self",)).select_related("course", "actor__user").get(pk=award.pk)
    holder = award.actor.user
    if holder is None:
        raise ValueError("Nobody holds this award any more.")
    kept = Credential.objects.select_related("key").filter(award=award).first()
    if kept and not kept.key.distrusted_at and _says_today(kept, identifiers(award, holder)):
        return kept
    key = active_key()
    private, method = private_of(key), method_of_key(did_of(settings.PUBLIC_URL), key.public_bytes)
    document = credential(award, holder, site=settings.PUBLIC_URL)
    # The time of the certificate, so that the same key gives the same bytes; but no key signed before there was it.
    signed = with_proof(document, private=private, method=method, created=max(award.issued_at, key.created_at))
    made, _is_new = Credential.objects.update_or_create(
        award=award,
        defaults={
            "key": key,
            "document": json.dumps(signed, ensure_ascii=False, separators=(",", ":")),
            "jwt": as_jwt(document, private=private, method=method),
        },
    )
    return made


def _says_today(kept: Credential, holder: list[dict[str, object]]) -> bool:
    said = json.loads(kept.document)
    # Those of before have a digest of the name besides; they were handed out so, and keep their bytes.
    shown = [each for each in said["credentialSubject"]["identifier"] if not each["hashed"]]
    return bool(said["issuer"]["id"] == did_of(settings.PUBLIC_URL) and shown == holder)
