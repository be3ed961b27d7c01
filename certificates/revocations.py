"""From awards and keys to the signed list that a device takes along (decision 0044)."""

import json
import logging

from django.core.cache import cache
from django.utils import timezone

from certificates.models import SigningKey
from certificates.selectors.verifying import course_titles, distrusted_keys, withdrawn_places
from certificates.services import KeyUnavailable, private_of, trusted_keys
from certificates.signing.revocations import signed_list

logger = logging.getLogger("suluh.certificates")

_KEY = "certificates.revocation_list"
#: A withdrawal is in the list after so many seconds at the latest.
_FRESH = 60


def revocation_list() -> str:
    """The list as JSON; empty while there is no key that could sign it. Makes no key: looking changes nothing."""
    found = cache.get(_KEY)
    if found is None:
        found = _made()
        cache.set(_KEY, found, timeout=_FRESH)
    return str(found)


def _made() -> str:
    keys = trusted_keys()
    active = next((key for key in keys if key.is_active), None)
    if active is None:
        return ""
    try:
        private = private_of(active)
    except KeyUnavailable as reason:
        logger.error("The list of withdrawn certificates cannot be signed. %s", reason)
        return ""
    return json.dumps(
        signed_list(
            issued_at=timezone.now(),
            keys=[_said(key) for key in keys],
            distrusted=distrusted_keys(),
            states=withdrawn_places(),
            courses=course_titles(),
            private=private,
            public=active.public,
        ),
        ensure_ascii=False,
    )


def _said(key: SigningKey) -> dict[str, object]:
    return {"public": key.public, "fingerprint": key.fingerprint, "active": key.is_active}
