from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.credentials.checking import Outcome
from certificates.selectors import checked_credential


class Command(BaseCommand):
    help = (
        "Check an Open Badges 3.0 credential, ours or another body's: JSON, JWT, PNG or SVG. Prints what was found, "
        "and ends with status 1 unless it is valid. What cannot be checked is never called valid."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--offline", action="store_true", help="ask no other issuer for keys and lists")

    def handle(self, *args: Any, file: Path, offline: bool, **options: Any) -> None:
        try:
            verdict = checked_credential(file.read_bytes(), online=not offline)
        except OSError as error:
            raise CommandError(f"{file} cannot be read.") from error
        said = verdict.credential or {}
        self.stdout.write(verdict.outcome + (f": {verdict.reason}" if verdict.reason else ""))
        for name in ("name", "issuer", "validFrom", "validUntil"):
            value = said.get(name)
            if value is not None:
                self.stdout.write(f"  {name}: {value.get('id') if isinstance(value, dict) else value}")
        if verdict.outcome != Outcome.VALID:
            raise SystemExit(1)
