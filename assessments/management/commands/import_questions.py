"""``manage.py import_questions FILE --bank NAME --format …``: questions of other systems into a bank, as drafts."""

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError

from accounts.exchange import ENCODINGS
from assessments.exchange.formats import FORMATS
from assessments.exchange.plan import Asked, ImportPlan, NotPossible, plan_questions
from assessments.exchange.question import FileRefused
from assessments.exchange.spool import ERROR, LOSS, SKIPPED
from assessments.exchange.targets import NoBank, target_of
from assessments.models import Item
from assessments.services.importing import PlanOutOfDate, import_questions

HELP = """\
Import questions of another system into a bank, as drafts.

The file is read to its end first. Then every question that is sound is made, in one transaction: all of them or, if
anything goes wrong meanwhile, none. A question that is broken, or that there is no type for here, does not hold up
the others; it is named with its place in the file and the reason, and so is everything that a question loses.
A question that the bank has already is skipped, so the same file twice changes nothing: put the broken ones right
and import the file again. A file that cannot be read at all is refused as a whole: status 1, nothing changed.

--plan only says what would happen. Nobody is asked a draft before somebody who publishes releases it.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file of questions")
        parser.add_argument(
            "--bank",
            required=True,
            metavar="NAME",
            help="a bank by its name, or a course by its slug; another name makes a bank that belongs to no course",
        )
        formats = "|".join(FORMATS)
        # Not `choices`: a wrong name is refused in one line, like all else.
        parser.add_argument("--format", required=True, metavar=formats, help="of the file")
        parser.add_argument("--plan", action="store_true", help="only say what would happen")
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
        parser.add_argument(
            "--pool",
            default=Item.Pool.PRACTICE.value,
            choices=Item.Pool.values,
            help="what the questions are for; it never changes (practice, if nothing is said)",
        )
        parser.add_argument("--module", default="", help="key of the module; questions of a test belong to one")
        parser.add_argument("--language", default="", help="of the questions; that of the course, if nothing is said")
        parser.add_argument(
            "--encoding", default="", choices=["", *ENCODINGS], help="of a file of text; found out, if nothing is said"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if options["format"] not in FORMATS:
            self._refuse(f"“{options['format']}” is no format (--format). There are: {', '.join(FORMATS)}.", options)
        asked = Asked(
            format=options["format"],
            pool=options["pool"],
            module=options["module"],
            language=options["language"],
            encoding=options["encoding"],
        )
        try:
            target = target_of(options["bank"], may_be_new=True)
            with (
                path.open("rb") as file,
                plan_questions(by=None, target=target, file=file, asked=asked, progress=self._progress("read")) as plan,
            ):
                self._say(plan, is_json=options["json"])
                made = 0
                if not options["plan"]:
                    made = import_questions(by=None, plan=plan, progress=self._progress("written")).questions
                self._finish(plan, made, options)
        except OSError as error:
            self._refuse(f"{path}: {error.strerror}. Give the path of a file of questions.", options)
        except FileRefused as refusal:
            self._refuse(f"{path}: {refusal}", options)
        except (NoBank, NotPossible, PlanOutOfDate, ValueError) as refusal:
            self._refuse(str(refusal), options)

    def _progress(self, what: str) -> Any:
        last = 0

        def tell(done: int, percent: int) -> None:
            nonlocal last
            if done >= 1000 and percent >= last + 5:
                last = percent
                self.stderr.write(f"{percent} % {what}: {done} questions", style_func=str)
                self.stderr.flush()

        return tell

    def _say(self, plan: ImportPlan, *, is_json: bool) -> None:
        """What stands on standard error whatever happens: what was guessed, and in words each line of the report."""
        if plan.encoding and plan.encoding.is_guessed:
            samples = " Look at these words: " + " / ".join(plan.samples) if plan.samples else ""
            self.stderr.write(
                f"The file does not say its encoding; it is read as {plan.encoding.label} ({plan.encoding.name}). Give "
                f"--encoding if letters are wrong.{samples}",
                style_func=str,
            )
        if is_json:
            return
        for kind, word in ((ERROR, "Error"), (SKIPPED, "Skipped"), (LOSS, "Loss")):
            for each in plan.lines(kind):
                self.stderr.write(f"{word}: {each['where']}: {each['why']}", style_func=str)

    def _finish(self, plan: ImportPlan, made: int, options: dict[str, Any]) -> None:
        if options["json"]:
            self._print_json(plan, made)
            return
        what = "Would import" if options["plan"] else "Imported"
        number = plan.planned if options["plan"] else made
        self.stdout.write(
            f"{what} {number} questions into {plan.target.name}, as drafts; {plan.spool.count(SKIPPED)} skipped, "
            f"{plan.spool.count(ERROR)} broken, {plan.spool.count(LOSS)} losses."
        )
        if plan.unexplained:
            self.stdout.write(
                f"{plan.unexplained} of the questions in the file have no feedback. Their right answer stands there; "
                "write why it is right before you release them."
            )
        if options["plan"]:
            self.stdout.write("Only planned; nothing was changed.")

    def _print_json(self, plan: ImportPlan, made: int) -> None:
        """One document, written line by line: a long report is never held as a whole."""
        head: dict[str, Any] = {
            "imported": made,
            "planned": plan.planned,
            "bank": plan.target.name,
            "language": plan.language,
            "encoding": plan.encoding.name if plan.encoding else "",
            "without_feedback": plan.unexplained,
        }
        self.stdout.write(json.dumps(head, ensure_ascii=False)[:-1] + ",", ending="\n")
        names = (("skipped", SKIPPED), ("errors", ERROR), ("losses", LOSS))
        for place, (name, kind) in enumerate(names, start=1):
            self.stdout.write(f'"{name}": [', ending="")
            self._list(plan.lines(kind))
            self.stdout.write("]" + ("," if place < len(names) else "}"), ending="\n")

    def _list(self, lines: Iterable[dict[str, str]]) -> None:
        for number, each in enumerate(lines):
            self.stdout.write(("," if number else "") + "\n  " + json.dumps(each, ensure_ascii=False), ending="")

    def _refuse(self, why: str, options: dict[str, Any]) -> NoReturn:
        if options["json"]:
            refused = {"imported": 0, "planned": 0, "skipped": [], "losses": []}
            self.stdout.write(
                json.dumps(refused | {"errors": [{"where": str(options["file"]), "why": why}]}, ensure_ascii=False)
            )
            self.stderr.write(why, style_func=str)
            sys.exit(1)
        raise CommandError(why)
