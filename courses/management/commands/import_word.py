"""``manage.py import_word FILE.docx --course SLUG --module KEY [--plan] [--json]``: drafts from a Word file."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.pages.models import ModulePage
from courses.pages.selectors import source_page_of
from courses.pages.word import WordPlan, WordRefused, apply_word, plan_word
from learning.models import Course


class Command(BaseCommand):
    help = (
        "Read lessons from a Word file (.docx) into a module, as drafts that only authors see. Every “Heading 1” "
        "begins a lesson. Shows what becomes of headings, lists, tables and pictures, and names what is lost."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE.docx")
        parser.add_argument("--course", required=True, help="the course, such as preventing-trafficking")
        parser.add_argument("--module", required=True, help="the key of the module, such as m1")
        parser.add_argument("--plan", action="store_true", help="only show what would be made")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, path: Path, course: str, module: str, plan: bool, json: bool, **options: Any) -> None:
        try:
            found = _module(course, module)
            if not path.is_file():
                raise WordRefused(f"There is no file {path}.")
            planned = plan_word(path, name=path.name)
            keys = [] if plan else [page.key for page in apply_word(by=None, plan=planned, module=found)]
        except WordRefused as reason:
            if json:
                self.stdout.write(_document({"applied": False, "problems": [str(reason)], "lessons": []}))
                sys.exit(1)
            raise CommandError(f"{reason} Nothing was imported.") from reason
        if json:
            self.stdout.write(_document({"applied": not plan, "problems": [], **planned.as_json(), "keys": keys}))
            return
        self.show(planned, keys)

    def show(self, plan: WordPlan, keys: list[str]) -> None:
        for number, lesson in enumerate(plan.as_json()["lessons"]):
            key = f" ({keys[number]})" if keys else ""
            self.stdout.write(
                f"{lesson['title']}{key}: texts {lesson['texts']}, tables {lesson['tables']}, "
                f"pictures {lesson['pictures']}"
            )
        for note in (*plan.notes, *plan.needs):
            self.stdout.write(f"  {note}")
        self.stdout.write("  Made as drafts." if keys else "  Only planned; nothing was changed.")


def _module(slug: str, key: str) -> ModulePage:
    course = Course.objects.filter(slug=slug).first()
    page = source_page_of(course) if course else None
    if page is None:
        known = ", ".join(Course.objects.values_list("slug", flat=True)) or "none yet"
        raise WordRefused(f"There is no course “{slug}”. Courses: {known}.")
    module: ModulePage | None = ModulePage.objects.child_of(page).filter(key=key).first()
    if module is None:
        known = ", ".join(ModulePage.objects.child_of(page).values_list("key", flat=True)) or "none yet"
        raise WordRefused(f"The course “{slug}” has no module “{key}”. Modules: {known}.")
    return module


def _document(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
