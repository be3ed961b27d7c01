"""Sealing what must not be read in a copy of the database: a key of the site, derived from SECRET_KEY, for each use.

Whoever has both the database and SECRET_KEY can open it. With another SECRET_KEY nothing can be opened any more.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class CannotOpen(Exception):
    """Sealed with another key, changed on the way, or too old."""


def _cipher(use: str) -> Fernet:
    key = HKDF(SHA256(), length=32, salt=None, info=f"suluh {use}".encode()).derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def seal(text: str, *, use: str) -> str:
    """A text in cipher, for one use; empty stays empty."""
    return _cipher(use).encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str, *, use: str, seconds: int | None = None) -> str:
    """What was sealed for this use, at most so many seconds ago.

    Raises:
        CannotOpen: it was not sealed here for this use, or too long ago.
    """
    if not sealed:
        return ""
    try:
        return _cipher(use).decrypt(sealed.encode(), ttl=seconds).decode()
    except (InvalidToken, UnicodeError) as error:
        raise CannotOpen from error
