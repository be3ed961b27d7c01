"""``manage.py export_course SLUG --to PATH``: a course as a bundle of readable files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.pages.exchange import NotExportable, export_course


class Command(BaseCommand):
    help = (
        "Export a course as a bundle: a folder, or a zip file when PATH ends in .zip. Export, import and export again "
        "give the same bytes. The format is described in curriculum/README.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the course, such as preventing-trafficking")
        parser.add_argument(
            "--to",
            type=Path,
            required=True,
            metavar="PATH",
            help="a new, empty or earlier bundle folder, or a zip file",
        )

    def handle(self, *args: Any, slug: str, to: Path, **options: Any) -> None:
        try:
            exported = export_course(slug, to)
        except NotExportable as reason:
            raise CommandError(str(reason)) from reason
        for note in exported.notes:
            self.stderr.write(note)
        languages = ", ".join(language.code for language in exported.bundle.languages)
        self.stdout.write(f"{slug}: {len(exported.files)} files written to {to} ({languages}).")
