"""Ed25519 keys (RFC 8032): made, kept in cipher, and written as other software reads them. Pure: no database."""

import base64
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
#: Multicodec of an Ed25519 public key, as a variable-length integer.
_ED25519_PUB = b"\xed\x01"


def base64url(value: bytes) -> str:
    """Without padding (RFC 4648 §5, RFC 7515 §2)."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """The inverse of `base64url`.

    Raises:
        ValueError: it is not base64url.
    """
    try:
        value = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise ValueError("not base64url") from error
    if base64url(value) != text:
        raise ValueError("not base64url in its one form")
    return value


def new_private() -> bytes:
    """A new private key, 32 bytes."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """The public half of a private key, 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def sign(private: bytes, message: bytes) -> bytes:
    """The signature of a message, 64 bytes. The same key and message give the same signature."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(message)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this key signed this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_id(public: bytes) -> bytes:
    """Four bytes by which a token names its key: the beginning of SHA-256 of the public half."""
    return hashlib.sha256(public).digest()[:4]


def base58(value: bytes) -> str:
    """Base58-btc with its multibase prefix, as proof values are written (Data Integrity EdDSA 1.0 §3.3.1)."""
    number, letters = int.from_bytes(value), ""
    while number:
        number, place = divmod(number, 58)
        letters = _BASE58[place] + letters
    return "z" + "1" * (len(value) - len(value.lstrip(b"\0"))) + letters


def multikey(public: bytes) -> str:
    """The public half as a Multikey (Controlled Identifiers 1.0 §2.2.2): base58-btc of the multicodec value."""
    return base58(_ED25519_PUB + public)


def from_base58(text: object) -> bytes:
    """The inverse of `base58`.

    Raises:
        ValueError: it is not base58-btc with its prefix.
    """
    if not isinstance(text, str) or not text.startswith("z") or len(text) > 200:
        raise ValueError("not base58")
    number = 0
    for letter in text[1:]:
        number = number * 58 + _BASE58.index(letter)
    zeros = len(text[1:]) - len(text[1:].lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


def from_multikey(text: object) -> bytes:
    """The public half that a Multikey holds.

    Raises:
        ValueError: it is no Ed25519 Multikey.
    """
    value = from_base58(text)
    if not value.startswith(_ED25519_PUB) or len(value) != 34:
        raise ValueError("not an Ed25519 key")
    return value[2:]
