"""``manage.py export_questions --bank NAME --format … --to PATH``: the questions of a bank for another system."""

import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf.locale import LANG_INFO
from django.core.management.base import BaseCommand, CommandError

from assessments.exchange.formats import WRITTEN
from assessments.exchange.out import Exported
from assessments.exchange.plan import no_language
from assessments.exchange.targets import NoBank, target_of
from assessments.models import Bank
from assessments.services.exporting import export_questions


class Command(BaseCommand):
    help = (
        "Write the questions of a bank into a file that another system reads, with their answers, in one language. "
        "What the format cannot carry is said on standard error, a line each. Retired questions are left out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bank", required=True, metavar="NAME", help="a bank by its name, or a course by its slug")
        parser.add_argument("--format", required=True, metavar="|".join(WRITTEN))
        parser.add_argument("--to", required=True, type=Path, metavar="PATH", help="the file that is written")
        parser.add_argument("--language", default="", help="of the words; that of the course, if nothing is said")

    def handle(self, *args: Any, **options: Any) -> None:
        to: Path = options["to"]
        if options["format"] not in WRITTEN:
            raise CommandError(f"“{options['format']}” is no format (--format). There are: {', '.join(WRITTEN)}.")
        if options["language"] and options["language"] not in LANG_INFO:
            raise CommandError(no_language(options["language"]))
        try:
            target = target_of(options["bank"], may_be_new=False)
        except NoBank as refusal:
            raise CommandError(str(refusal)) from refusal
        if target.bank is None:
            raise CommandError(f"The course {target.name} has no questions yet.")
        try:
            done = self._write(target.bank, to, options["language"] or target.language, options["format"])
        except OSError as error:
            raise CommandError(f"{to}: {error.strerror}. Give a path that can be written (--to).") from error
        for loss in done.losses:
            self.stderr.write(f"{loss.where}: {loss.why}", style_func=str)
        self.stdout.write(
            f"{target.name}: {done.questions} questions for {to}; "
            + (f"{len(done.losses)} lines above say what of them is not in it." if done.losses else "all of each.")
        )

    def _write(self, bank: Bank, to: Path, language: str, format: str) -> Exported:
        """Beside the file first, so that an export that fails leaves the old file as it was."""
        handle, name = tempfile.mkstemp(dir=to.parent, prefix=f".{to.name}-")
        new = Path(name)
        try:
            with os.fdopen(handle, "w+b") as file:
                done = export_questions(by=None, bank=bank, format=format, language=language, file=file)
            new.chmod(0o644)
            new.replace(to)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
        return done
