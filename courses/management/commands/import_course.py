"""``manage.py import_course PATH [--plan] [--json]``: course bundles into the database, all or nothing."""

import json
import logging
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from courses.pages.exchange import (
    Bundle,
    BundleProblems,
    Plan,
    Problem,
    Result,
    apply_plan,
    clashes_between,
    plan_import,
    read_bundles,
)


class Command(BaseCommand):
    help = (
        "Import a course bundle (a folder or a zip file; or a folder that holds several). Plans first, shows every "
        "problem with file and line, then applies everything or nothing. Importing twice changes nothing. "
        "The format is described in curriculum/README.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path", type=Path, help="a course folder, a folder of such folders, or a zip file of either"
        )
        parser.add_argument("--plan", action="store_true", help="only show what would be done")
        parser.add_argument(
            "--new-edition", action="store_true", help="make a new edition, also where a correction would do"
        )
        parser.add_argument(
            "--same-meaning",
            action="store_true",
            help="what changes in the source language keeps its meaning: tests stay open in translations that are "
            "behind for it, for the days that the RSO has set",
        )
        parser.add_argument("--note", default="", help="what changed, in a sentence; it is kept with the edition")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(
        self, *args: Any, path: Path, plan: bool, json: bool, new_edition: bool, note: str, **options: Any
    ) -> None:
        results: list[Result] = []
        if new_edition and options["same_meaning"]:
            raise CommandError("A new edition is for a change of substance: give --new-edition or --same-meaning.")
        try:
            plans = self.plans(path, new_edition)
            if not plan:
                results = self.apply(plans, note, options["same_meaning"])
        except BundleProblems as reason:
            self.refuse(reason.problems, as_json=json, plan=plan)
            return
        if json:
            self.stdout.write(_document(plan, [_course(each, _result(each, results)) for each in plans], ()))
            return
        for each in plans:
            self.show(each, _result(each, results), options["verbosity"])

    def plans(self, path: Path, new_edition: bool) -> list[Plan]:
        """Read and plan everything at a path, so that all problems are known before anything changes."""
        self.progress(f"Reading {path} …")
        bundles = read_bundles(path)
        problems: list[Problem] = clashes_between(bundles)
        plans = []
        for bundle in bundles:
            self.progress(f"Comparing {bundle.slug} with the database …")
            plans.append(plan_import(bundle, others=bundles, as_new_edition=new_edition))
            problems += plans[-1].problems
        if problems:
            raise BundleProblems(problems)
        return plans

    def apply(self, plans: list[Plan], note: str, same_meaning: bool) -> list[Result]:
        results = []
        with transaction.atomic(), _quiet_pages():
            for number, plan in enumerate(plans, start=1):
                self.progress(f"Importing {plan.bundle.slug} ({number} of {len(plans)}) …")
                results.append(apply_plan(plan, note=note, same_meaning=same_meaning))
        return results

    def refuse(self, problems: tuple[Problem, ...], *, as_json: bool, plan: bool) -> None:
        """Show every problem and end with status 1."""
        if as_json:
            self.stdout.write(_document(plan, [], problems))
            sys.exit(1)
        for problem in problems:
            self.stderr.write(str(problem))
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise CommandError(f"{count}; nothing was imported. Correct the lines above and run the command again.")

    def show(self, plan: Plan, result: Result | None, verbosity: int) -> None:
        done = result is not None
        self.stdout.write(f"{plan.bundle.slug}: {_counts(plan.bundle)}")
        if verbosity > 1 or not done:
            for change in plan.changes:
                self.stdout.write(f"  {change}")
        self.stdout.write(
            f"  {'made' if done else 'to make'} {plan.count('make')}, {'changed' if done else 'to change'} "
            f"{plan.count('change')}, {'withdrawn' if done else 'to withdraw'} {plan.count('withdraw')}, "
            f"unchanged {plan.unchanged}"
        )
        for note in plan.notes:
            self.stdout.write(f"  {note}")
        if not done:
            self.stdout.write(f"  {plan.forecast}")
        for language, texts in (result.behind if result else {}).items():
            if texts:
                self.stdout.write(
                    f"  {language}: {len(texts)} texts are behind, their source has changed: {', '.join(texts)}"
                )
        if result is None:
            self.stdout.write("  Only planned; nothing was changed.")
        elif result.held_back:
            self.stdout.write(
                "  Loaded into the workshop, but NOT published: officers do not see it. " + result.held_back
            )
        else:
            state = "published now" if result.is_new else "was published already"
            self.stdout.write(f"  edition {result.edition}, revision {result.revision}: {state}")

    def progress(self, text: str) -> None:
        self.stderr.write(text, ending="\n", style_func=str)
        self.stderr.flush()


@contextmanager
def _quiet_pages() -> Iterator[None]:
    """Wagtail logs a line or three for every page, which would bury what the command says."""
    logger = logging.getLogger("wagtail")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


def _result(plan: Plan, results: list[Result]) -> Result | None:
    return next((each for each in results if each.plan.bundle is plan.bundle), None)


def _counts(bundle: Bundle) -> str:
    return (
        f"{len(bundle.modules)} modules, {len(bundle.lessons)} lessons, {len(bundle.questions)} questions, "
        f"languages {', '.join(language.code for language in bundle.languages)}"
    )


def _course(plan: Plan, result: Result | None) -> dict[str, Any]:
    bundle = plan.bundle
    published = result is not None and result.edition is not None
    return {
        "slug": bundle.slug,
        "code": bundle.code,
        "languages": [language.code for language in bundle.languages],
        "modules": len(bundle.modules),
        "lessons": len(bundle.lessons),
        "questions": len(bundle.questions),
        "made": plan.count("make"),
        "changed": plan.count("change"),
        "withdrawn": plan.count("withdraw"),
        "unchanged": plan.unchanged,
        "changes": [
            {
                "action": change.action,
                "kind": change.kind,
                "key": change.key,
                "language": change.language,
                "details": list(change.details),
            }
            for change in plan.changes
        ],
        "edition": (
            {"number": result.edition, "revision": result.revision, "is_new": result.is_new}
            if result and published
            else None
        ),
        "site": {"edition": plan.forecast.edition, "revision": plan.forecast.revision},
        "makes": plan.forecast.makes,
        "edited_on_site": plan.edited,
        "notes": plan.notes,
        "behind": result.behind if result else {},
        "held_back": result.held_back if result else "",
    }


def _document(plan: bool, courses: list[dict[str, Any]], problems: tuple[Problem, ...]) -> str:
    return json.dumps(
        {
            "applied": not plan and not problems,
            "courses": courses,
            "problems": [{"file": each.file, "line": each.line, "message": each.message} for each in problems],
        },
        ensure_ascii=False,
        indent=2,
    )
