import getpass
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from certificates.models import SigningKey
from certificates.services import (
    KeyUnavailable,
    NoReason,
    OtherSite,
    PassphraseTooWeak,
    awards_to_sign_anew,
    back_up_keys,
    distrust_signing_key,
    private_of,
    restore_keys,
    rotate_signing_key,
    sign_all_anew,
)
from certificates.signing.backup import DamagedBackup, WrongPassphrase, read_backup
from certificates.signing.keys import multikey

FROM_ENVIRONMENT = "SIGNING_BACKUP_PASSPHRASE"

CANNOT_OPEN = (
    "The key that signs cannot be opened with SIGNING_SECRET. Certificates that were issued go on being verified; new "
    "ones wait for their signature. One of three helps:\n"
    "  - give SIGNING_SECRET its former value, or add that to SIGNING_SECRETS_BEFORE;\n"
    "  - signing_keys restore FILE, with a backup that holds this key;\n"
    "  - signing_keys rotate, which makes a new key. Nothing that was issued is lost by it."
)
WORDS = {
    "add": "is added",
    "open": "is opened again, under the SIGNING_SECRET of today",
    "distrust": "is not trusted any more, as the backup says",
    "keep": "stays as it is",
}


class Command(BaseCommand):
    help = "The keys that sign certificates: list, rotate, distrust, back up and restore them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        actions.add_parser("list", help="all keys with their fingerprints; ends with status 1 if none can sign")
        rotate = actions.add_parser("rotate", help="let a new key sign; what the one before signed stays good")
        rotate.add_argument("--reason", default="", help="for the audit log")
        distrust = actions.add_parser(
            "distrust", help="believe nothing any more that a key signed, and sign it anew; goes on where it stopped"
        )
        distrust.add_argument("fingerprint", help="as `list` prints it, in quotes or without its spaces")
        distrust.add_argument("--reason", required=True, help="for the audit log")
        for name, help_text in (
            ("backup", "write all keys to a file under a passphrase"),
            ("restore", "bring the keys of such a file in; again changes nothing"),
        ):
            action = actions.add_parser(
                name, help=help_text, description=f"The passphrase is asked for, or read from {FROM_ENVIRONMENT}."
            )
            if name == "backup":
                action.add_argument("--to", required=True, type=Path, metavar="FILE", help="must not exist yet")
            else:
                action.add_argument("file", type=Path, metavar="FILE")
                action.add_argument("--plan", action="store_true", help="only say what would be done")
                action.add_argument("--other-site", action="store_true", help="take the keys of another address")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        try:
            getattr(self, f"_{action}")(**options)
        except (NoReason, PassphraseTooWeak) as reason:
            raise CommandError(str(reason)) from reason
        except KeyUnavailable as error:
            raise CommandError(CANNOT_OPEN) from error
        except DamagedBackup as error:
            raise CommandError("This is no backup of signing keys, or it is damaged. Nothing was changed.") from error
        except WrongPassphrase as error:
            raise CommandError("The passphrase does not open this file. Nothing was changed.") from error
        except OtherSite as error:
            raise CommandError(
                f"This file is of {error}, another address. If that is meant: --other-site. Nothing was changed."
            ) from error

    def _list(self, **_options: Any) -> None:
        keys = SigningKey.objects.annotate(n=Count("awards")).order_by("-is_active", "-created_at")
        signs = False
        for key in keys:
            signs |= key.is_active and self._opens(key)
            self.stdout.write(f"{key.fingerprint}  {self._state(key)}; {key.n} certificates")
            self.stdout.write(f"    {multikey(key.public_bytes)}")
        if waiting := awards_to_sign_anew().count():
            self.stdout.write(f"{waiting} certificates wait to be signed anew.")
        if not keys:
            self.stdout.write("No key yet. The first certificate makes one.")
        elif not signs:
            raise CommandError(CANNOT_OPEN)

    def _state(self, key: SigningKey) -> str:
        if key.distrusted_at:
            return f"distrusted since {key.distrusted_at:%Y-%m-%d}"
        if key.retired_at:
            return f"retired since {key.retired_at:%Y-%m-%d}"
        return f"signs since {key.created_at:%Y-%m-%d}" + ("" if self._opens(key) else ", but cannot be opened")

    def _opens(self, key: SigningKey) -> bool:
        try:
            private_of(key)
        except KeyUnavailable:
            return False
        return True

    def _rotate(self, reason: str, **_options: Any) -> None:
        key = rotate_signing_key(by=None, reason=reason)
        self.stdout.write(f"{key.fingerprint} signs from now on. Make a backup: signing_keys backup --to FILE")

    def _distrust(self, fingerprint: str, reason: str, **_options: Any) -> None:
        wanted = fingerprint.replace(" ", "").upper()
        found = [key for key in SigningKey.objects.all() if key.digest == wanted]
        if not found:
            raise CommandError("There is no key with this fingerprint. See: signing_keys list")
        distrust_signing_key(by=None, key=found[0], reason=reason)
        total = awards_to_sign_anew().count()
        done = sign_all_anew(progress=lambda done: self.stderr.write(f"{done} of {total} certificates signed anew"))
        left = awards_to_sign_anew().count()
        self.stdout.write(f"Not trusted any more: {found[0].fingerprint}. {done} certificates signed anew.")
        if left:
            raise CommandError(f"{left} could not be: their seals do not hold. See: verify_awards")

    def _backup(self, to: Path, **_options: Any) -> None:
        if to.exists():
            raise CommandError(f"{to} exists. A backup overwrites nothing.")
        text = back_up_keys(by=None, passphrase=self._passphrase(twice=True))
        # For nobody else to read, from the first byte on.
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        self.stdout.write(f"{to} holds the keys. Keep it apart from its passphrase and from the other backups.")

    def _restore(self, file: Path, plan: bool, other_site: bool, **_options: Any) -> None:
        try:
            text = file.read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read.") from error
        site, made_at = read_backup(text)
        self.stdout.write(f"Signing keys of {site}, written {made_at[:10]}.")
        steps = restore_keys(by=None, text=text, passphrase=self._passphrase(), other_site=other_site, plan_only=plan)
        for step in steps:
            signs = " and signs from now on" if step.becomes_active else ""
            self.stdout.write(f"{step.key.fingerprint} {WORDS[step.does]}{signs}.")
        changed = sum(step.does != "keep" for step in steps)
        self.stdout.write(
            "This is the plan; nothing was changed." if plan else f"{changed} of {len(steps)} keys changed here."
        )
        if changed and not plan:
            self.stdout.write("Check: signing_keys list, verify_awards")

    def _passphrase(self, *, twice: bool = False) -> str:
        given = os.environ.get(FROM_ENVIRONMENT)
        if given:
            return given
        if not sys.stdin.isatty():
            raise CommandError(f"Nobody is here to type a passphrase. Give it in {FROM_ENVIRONMENT}.")
        typed = getpass.getpass("Passphrase of the backup: ")
        if twice and typed != getpass.getpass("Once more: "):
            raise CommandError("These two are not the same.")
        return typed
