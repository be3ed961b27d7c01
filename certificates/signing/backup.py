"""The signing keys as one file under a passphrase (scrypt, RFC 7914; AES-256-GCM). Pure: no database."""

import base64
import hashlib
import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

FORMAT = "suluh signing keys 1"
SHORTEST_PASSPHRASE = 12
#: 64 MiB and a fifth of a second for each guess.
_COST = 2**16

JSON = dict[str, Any]


class DamagedBackup(Exception):
    """The file is no backup of signing keys, or was changed on the way."""


class WrongPassphrase(Exception):
    """The passphrase does not open the file."""


def write_backup(keys: list[JSON], *, site: str, made_at: str, passphrase: str) -> str:
    """The file. Site and time stand in clear, so that people know which file they have."""
    salt, nonce = os.urandom(16), os.urandom(12)
    head = {"format": FORMAT, "site": site, "made_at": made_at, "salt": _text(salt), "nonce": _text(nonce)}
    cipher = AESGCM(_key(passphrase, salt)).encrypt(nonce, json.dumps(keys).encode(), _canonical(head))
    body = head | {"keys": _text(cipher)}
    return json.dumps(body | {"sha256": _digest(body)}, indent=2) + "\n"


def read_backup(text: str) -> tuple[str, str]:
    """Site and time of a file that is whole.

    Raises:
        DamagedBackup: see the class.
    """
    body = _whole(text)
    return str(body["site"]), str(body["made_at"])


def open_backup(text: str, *, passphrase: str) -> list[JSON]:
    """The keys in it.

    Raises:
        DamagedBackup, WrongPassphrase: see the classes.
    """
    body = _whole(text)
    try:
        parts = (str(body.pop(name)) for name in ("salt", "nonce", "keys"))
        salt, nonce, cipher = (base64.b64decode(part, validate=True) for part in parts)
        head = body | {"salt": _text(salt), "nonce": _text(nonce)}
        plain = AESGCM(_key(passphrase, salt)).decrypt(nonce, cipher, _canonical(head))
        keys = json.loads(plain)
    except InvalidTag as error:
        raise WrongPassphrase from error
    except (ValueError, KeyError) as error:
        raise DamagedBackup from error
    if not isinstance(keys, list):
        raise DamagedBackup
    return keys


def _whole(text: str) -> JSON:
    try:
        body = json.loads(text)
        digest = body.pop("sha256")
        if body["format"] != FORMAT or digest != _digest(body) or not {"site", "made_at"} <= set(body):
            raise DamagedBackup
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise DamagedBackup from error
    return dict(body)


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_COST, r=8, p=1).derive(passphrase.encode())


def _canonical(value: JSON) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _digest(body: JSON) -> str:
    return hashlib.sha256(_canonical(body)).hexdigest()


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
