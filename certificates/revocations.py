"""From awards and keys to the signed list that a device takes along (decision 0044)."""

import datetime as dt
import hashlib
import json
import logging
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from certificates.kept import REVOCATIONS, kept
from certificates.models import SigningKey
from certificates.selectors.verifying import course_titles, distrusted_keys, withdrawn_places
from certificates.services import KeyUnavailable, next_list_serial, private_of, trusted_keys
from certificates.signing.revocations import signed_list

logger = logging.getLogger("suluh.certificates")

_SIGNED = "certificates.revocation_list.signed"
#: A list that says what the one before said is signed anew after so long: its time is what a device goes by.
_SIGNED_FOR = dt.timedelta(hours=1)


def revocation_list() -> str:
    """The list as JSON; empty while there is no key that could sign it. Looking makes no key.

    The same bytes for an hour unless what it says changes, so that a device which has it is sent nothing. All that a
    look can leave behind is the serial of a list that was signed anew.
    """
    return kept(REVOCATIONS, _made)


@transaction.atomic
def _made() -> str:
    # Locked before anything is read: of two lists the one that says more has the higher serial.
    active = SigningKey.objects.select_for_update().filter(is_active=True).first()
    if active is None:
        return ""
    keys = trusted_keys()
    said = {
        "keys": [_said(key) for key in keys],
        "distrusted": distrusted_keys(),
        "states": withdrawn_places(),
        "courses": course_titles(),
    }
    digest = hashlib.sha256(json.dumps([said, active.public]).encode()).hexdigest()
    now = timezone.now()
    last = cache.get(_SIGNED)
    # One from tomorrow was signed by a clock that stood ahead.
    if last and last["digest"] == digest and dt.timedelta(0) <= now - last["issued_at"] < _SIGNED_FOR:
        return str(last["text"])
    text = _signed(said, active, now)
    if text:
        made = {"digest": digest, "issued_at": now, "text": text}
        cache.set(_SIGNED, made, timeout=int(_SIGNED_FOR.total_seconds()))
    return text


def _signed(said: dict[str, Any], active: SigningKey, now: dt.datetime) -> str:
    try:
        private = private_of(active)
    except KeyUnavailable as reason:
        logger.error("The list of withdrawn certificates cannot be signed. %s", reason)
        return ""
    made = signed_list(
        issued_at=now, serial=next_list_serial(key=active), **said, private=private, public=active.public
    )
    return json.dumps(made, ensure_ascii=False)


def _said(key: SigningKey) -> dict[str, object]:
    return {"public": key.public, "fingerprint": key.fingerprint, "active": key.is_active}
