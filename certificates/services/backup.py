"""Backup of the signing keys, and restoring them under another SIGNING_SECRET."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Right, require_right
from accounts.services import audit
from certificates.models import Credential, SigningKey
from certificates.services.keys import KeyUnavailable, active_key, private_of, sealed_private
from certificates.services.rotating import retire_key
from certificates.signing.backup import (
    SHORTEST_PASSPHRASE,
    DamagedBackup,
    open_backup,
    read_backup,
    write_backup,
)
from certificates.signing.keys import base64url, from_base64url, public_of

JSON = dict[str, Any]

#: So many different ones a passphrase has at least: a word that is repeated is as long as one likes.
FEWEST_CHARACTERS = 6


class PassphraseTooWeak(Exception):
    """The passphrase could be guessed."""


class OtherSite(Exception):
    """The file is of another site."""


@dataclass(frozen=True)
class Step:
    """What restoring does with one key: "add", "open", "distrust", or "keep" as it is."""

    does: str
    key: SigningKey
    private: str = ""
    becomes_active: bool = False


@transaction.atomic
def back_up_keys(*, by: User | None, passphrase: str) -> str:
    """Every signing key as one file under a passphrase; private halves that were destroyed are not in it.

    Arguments:
        by: None for whoever is at the console.

    Raises:
        accounts.permissions.Refused: `by` does not run the site.
        PassphraseTooWeak: see the class.
        certificates.services.keys.KeyUnavailable: the key that signs cannot be opened, so the file would lack it.
    """
    if by is not None:
        require_right(by, Right.MANAGE_SITE)
    _require_strength(passphrase)
    active_key()
    keys = list(SigningKey.objects.order_by("created_at", "pk"))
    text = write_backup(
        [_written(key) for key in keys],
        site=settings.PUBLIC_URL,
        made_at=timezone.now().isoformat(),
        passphrase=passphrase,
    )
    SigningKey.objects.filter(is_active=True).update(backed_up_at=timezone.now())
    audit(by=by, action="signing_key.backed_up", target="certificates.signingkey", details={"keys": len(keys)})
    return text


def _require_strength(passphrase: str) -> None:
    """The file lies about for years and can be tried without end, so more is asked than of a password."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise PassphraseTooWeak(
            _("The passphrase needs at least %(letters)d characters.") % {"letters": SHORTEST_PASSPHRASE}
        )
    try:
        CommonPasswordValidator().validate(passphrase)
        is_common = False
    except ValidationError:
        is_common = True
    if is_common or passphrase.isdigit() or len(set(passphrase.casefold())) < FEWEST_CHARACTERS:
        raise PassphraseTooWeak(_("This passphrase is easily guessed. Take five words that do not belong together."))


def _written(key: SigningKey) -> JSON:
    return {
        "public": key.public,
        "private": base64url(private_of(key)) if key.is_active else "",
        "is_active": key.is_active,
        "created_at": key.created_at.isoformat(),
        "retired_at": key.retired_at.isoformat() if key.retired_at else None,
        "distrusted_at": key.distrusted_at.isoformat() if key.distrusted_at else None,
    }


@transaction.atomic
def restore_keys(
    *, by: User | None, text: str, passphrase: str, other_site: bool = False, plan_only: bool = False
) -> list[Step]:
    """Bring the keys of a backup in, sealed by the SIGNING_SECRET of today. A second call changes nothing.

    A key that is not here is added. The one that signed becomes the one that signs, unless it is retired or distrusted
    here, which a backup does not take back. One that signs here but cannot be opened is opened again. What the backup
    knows to be distrusted is distrusted here too.

    Arguments:
        by: None for whoever is at the console.
        other_site: take the file of a site with another address.
        plan_only: only tell what would be done.

    Raises:
        accounts.permissions.Refused: `by` does not run the site.
        certificates.signing.backup.DamagedBackup, certificates.signing.backup.WrongPassphrase: see the classes.
        OtherSite: see the class.
    """
    if by is not None:
        require_right(by, Right.MANAGE_SITE)
    site, _made_at = read_backup(text)
    written = open_backup(text, passphrase=passphrase)
    if site != settings.PUBLIC_URL and not other_site:
        raise OtherSite(site)
    here = {key.public: key for key in SigningKey.objects.select_for_update()}
    steps = [_step(each, here) for each in written]
    done = [step for step in steps if step.does != "keep"]
    if plan_only or not done:
        return steps
    for step in done:
        _take(step)
    audit(
        by=by,
        action="signing_key.restored",
        target="certificates.signingkey",
        details={"keys": [f"{step.does} {step.key.fingerprint}" for step in done]},
    )
    return steps


def _step(written: JSON, here: dict[str, SigningKey]) -> Step:
    """What to do with one key of a file.

    Raises:
        DamagedBackup: its halves do not belong together, or something is missing.
    """
    try:
        private = str(written["private"])
        if len(from_base64url(written["public"])) != 32:
            raise DamagedBackup
        if private and base64url(public_of(from_base64url(private))) != written["public"]:
            raise DamagedBackup
        distrusted, retired = _time(written["distrusted_at"]), _time(written["retired_at"])
        new = SigningKey(
            public=written["public"],
            is_active=False,
            created_at=dt.datetime.fromisoformat(written["created_at"]),
            retired_at=retired or timezone.now(),
            distrusted_at=distrusted,
        )
        found = here.get(new.public)
        if found is None:
            return Step("add", new, private, becomes_active=bool(written["is_active"] and private and not distrusted))
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedBackup from error
    if distrusted and not found.distrusted_at:
        return Step("distrust", found)
    if found.is_active and private and not _opens(found):
        return Step("open", found, private)
    return Step("keep", found)


def _time(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _opens(key: SigningKey) -> bool:
    try:
        return public_of(private_of(key)) == key.public_bytes
    except KeyUnavailable:
        return False


def _take(step: Step) -> None:
    key = step.key
    if step.does == "open":
        key.sealed = sealed_private(from_base64url(step.private))
    elif step.does == "distrust":
        if key.is_active:
            retire_key(key=key)
        key.distrusted_at, key.sealed = timezone.now(), ""
        Credential.objects.filter(key=key).delete()
    elif step.becomes_active:
        for before in SigningKey.objects.filter(is_active=True):
            retire_key(key=before)
        key.is_active, key.retired_at = True, None
        key.sealed = sealed_private(from_base64url(step.private))
    key.save()
