"""What the site says to everybody about its keys and about what it took back, signed by the key of today."""

import datetime as dt
import hashlib
import json

from django.conf import settings
from django.core.cache import caches
from django.utils import timezone

from certificates.credentials.did import did_document, did_of, method_of_key
from certificates.credentials.proofs import with_proof
from certificates.credentials.status import BELIEVED, STATES, status_list
from certificates.kept import kept, name_of_status_list
from certificates.models import Award
from certificates.services.keys import active_key, private_of
from certificates.services.sealing import trusted_keys


class NoSuchList(Exception):
    """No certificate has its place in a list of this number."""


def issuer_document() -> str:
    """The DID document: every key whose signatures are believed. A distrusted one is not in it."""
    return _text(did_document(did_of(settings.PUBLIC_URL), [key.public_bytes for key in trusted_keys()]))


def signed_status_list(*, number: int, purpose: str) -> str:
    """A status list as a signed credential.

    The same for whoever asks, and within an hour the same bytes as long as nothing was revoked, suspended or
    reinstated. Asking often reads no awards: the list is kept for a minute and dropped by a change (`kept.py`).

    Raises:
        NoSuchList: see the class.
        certificates.services.keys.KeyUnavailable: no key can be opened.
    """
    return kept(name_of_status_list(number, purpose), lambda: _signed_status_list(number, purpose))


def _signed_status_list(number: int, purpose: str) -> str:
    awards = Award.objects.filter(status_list=number)
    if not awards.exists():
        raise NoSuchList(number)
    set_ones = awards.withdrawn_as(STATES[purpose]).values_list("status_index", flat=True)
    indices = sorted(index for index in set_ones if index is not None)
    key = active_key()
    since = timezone.now().replace(minute=0, second=0, microsecond=0)
    content = hashlib.sha256(json.dumps([settings.PUBLIC_URL, key.public, str(since), indices]).encode()).hexdigest()
    signed_before, name = caches["local"], f"status-list:{number}:{purpose}:{content}"
    text = signed_before.get(name)
    if text is None:
        document = status_list(number, purpose, indices, site=settings.PUBLIC_URL, since=since)
        method = method_of_key(did_of(settings.PUBLIC_URL), key.public_bytes)
        signed = with_proof(document, private=private_of(key), method=method, created=since)
        text = _text(signed)
        signed_before.set(name, text, timeout=min(BELIEVED, dt.timedelta(hours=1)).total_seconds())
    return str(text)


def _text(document: dict[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
