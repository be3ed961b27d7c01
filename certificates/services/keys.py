"""Writes of signing keys: the first one, and reading the private half."""

import logging

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.sealing import CannotOpen, seal, unseal
from accounts.services import audit
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
