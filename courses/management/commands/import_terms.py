"""``manage.py import_terms [FILE] [--plan]``: the term base from a readable file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from courses.pages.exchange import BundleProblems
from courses.pages.exchange.terms import apply_terms, plan_terms, read_terms


class Command(BaseCommand):
    help = (
        "Import terms with their forms in each language. Twice changes nothing, and what people proposed or decided "
        "on the site is kept. Without FILE the terms that come with Suluh; curriculum/terms.yaml shows the format."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", default=settings.CURRICULUM_DIR / "terms.yaml")
        parser.add_argument("--plan", action="store_true", help="only show what would be done")

    def handle(self, *args: Any, file: Path, plan: bool, **options: Any) -> None:
        try:
            entries = read_terms(file)
        except BundleProblems as reason:
            raise CommandError(str(reason)) from reason
        found = plan_terms(entries) if plan else apply_terms(entries)
        done = ("to make", "to change") if plan else ("made", "changed")
        self.stdout.write(
            f"Terms: {done[0]} {found.made}, {done[1]} {found.changed}, unchanged {found.unchanged}, "
            f"kept as people decided {len(found.kept)}."
        )
        if options["verbosity"] > 1:
            for each in found.kept:
                self.stdout.write(f"  kept: {each}")
        if plan:
            self.stdout.write("Only planned; nothing was changed.")
