"""Sealing what must not be read in a copy of the database: a key of the site, derived from SECRET_KEY, for each use.

Whoever has both the database and SECRET_KEY can open it. With another SECRET_KEY nothing can be opened any more.
Where a use has secrets of its own, these stand in the place of SECRET_KEY: the first seals, each of them opens.
"""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class CannotOpen(Exception):
    """Sealed with another key, changed on the way, or too old."""


def _cipher(use: str, secrets: Sequence[str]) -> MultiFernet:
    def key(secret: str) -> bytes:
        return HKDF(SHA256(), length=32, salt=None, info=f"suluh {use}".encode()).derive(secret.encode())

    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(key(secret))) for secret in secrets or [str(settings.SECRET_KEY)]]
    )


def seal(text: str, *, use: str, secrets: Sequence[str] = ()) -> str:
    """A text in cipher, for one use; empty stays empty."""
    return _cipher(use, secrets).encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str, *, use: str, seconds: int | None = None, secrets: Sequence[str] = ()) -> str:
    """What was sealed for this use, at most so many seconds ago.

    Raises:
        CannotOpen: it was not sealed here for this use, or too long ago.
    """
    if not sealed:
        return ""
    try:
        return _cipher(use, secrets).decrypt(sealed.encode(), ttl=seconds).decode()
    except (InvalidToken, UnicodeError) as error:
        raise CannotOpen from error
