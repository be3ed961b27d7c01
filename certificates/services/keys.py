"""Writes of signing keys: the first one, and reading the private half."""

import logging
import time

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.sealing import CannotOpen, seal, unseal
from accounts.services import audit
from certificates.kept import drop_lists
from certificates.models import SigningKey
from certificates.signing.keys import base64url, from_base64url, new_private, public_of

logger = logging.getLogger("suluh.certificates")

_USE = "signing keys"


class KeyUnavailable(Exception):
    """The active key cannot be opened: SIGNING_SECRET is not the one it was sealed with, or it was destroyed."""


def active_key() -> SigningKey:
    """The key that signs; a new site makes its first one here."""
    found = SigningKey.objects.filter(is_active=True).first()
    if found:
        return found
    try:
        with transaction.atomic():
            return make_key()
    except IntegrityError:
        # Somebody else was faster.
        return SigningKey.objects.get(is_active=True)


def make_key() -> SigningKey:
    """A new key that signs; there must be no other. Part of `active_key` and of rotating."""
    private = new_private()
    key = SigningKey.objects.create(public=base64url(public_of(private)), sealed=sealed_private(private))
    drop_lists()
    audit(
        by=None, action="signing_key.made", target="certificates.signingkey", details={"fingerprint": key.fingerprint}
    )
    return key


def sealed_private(private: bytes) -> str:
    """A private key as it is stored."""
    return seal(base64url(private), use=_USE, secrets=settings.SIGNING_SECRETS)


def private_of(key: SigningKey) -> bytes:
    """The private half, 32 bytes.

    Raises:
        KeyUnavailable: see the class.
    """
    try:
        private = from_base64url(unseal(key.sealed, use=_USE, secrets=settings.SIGNING_SECRETS))
    except CannotOpen as error:
        raise KeyUnavailable(f"The signing key {key.fingerprint} cannot be opened with SIGNING_SECRET.") from error
    if not private:
        raise KeyUnavailable(f"The private half of the signing key {key.fingerprint} was destroyed.")
    return private


@transaction.atomic
def next_list_serial(*, key: SigningKey) -> int:
    """The serial of the next list of withdrawn certificates, which this key signs: higher than that of any before.

    It is the second of today, or one more than the last where a clock that was set back says less. A database that was
    restored knows only serials of its day; the second of today is higher than those that it forgot.
    """
    SigningKey.objects.select_for_update().get(pk=key.pk)
    last = SigningKey.objects.aggregate(last=Max("list_serial"))["last"] or 0
    serial = max(last + 1, int(time.time()))
    SigningKey.objects.filter(pk=key.pk).update(list_serial=serial)
    return serial
