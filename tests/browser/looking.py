"""What the journeys look with: sizes of screens, the site, and what must be true of every page."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which(os.environ.get("SULUH_BROWSER", "chromium")) or ""
SIZES = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 800}}


SHOTS = Path(os.environ["SULUH_SHOTS"]) if os.environ.get("SULUH_SHOTS") else None


@dataclass
class Site:
    url: str
    environment: dict[str, str]
    processes: list[subprocess.Popen]

    def manage(self, *arguments: str, check: bool = True, **environment: str) -> subprocess.CompletedProcess:
        """Run a management command of this site."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, **environment},
            check=check,
            capture_output=True,
            text=True,
        )

    def editor_of(self, course: str, lesson: str, language: str = "en") -> str:
        """The address of a lesson's page in the editor; the search of the workshop is filled by the worker, later."""
        asked = f"""
from courses.pages.models import CoursePage, LessonPage
page = CoursePage.objects.get(course__slug="{course}", locale__language_code="{language}")
print("lesson", LessonPage.objects.descendant_of(page).get(key="{lesson}").pk)
"""
        page = self.manage("shell", "-v0", "-c", asked).stdout.rsplit("lesson ", 1)[1].strip()
        return f"{self.url}/admin/pages/{page}/edit/"

    def stop_worker(self) -> None:
        self.processes[1].terminate()
        self.processes[1].wait(10)


RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # All is looked at; what is in order is only counted, not described.
    "resultTypes": ["violations"],
}


#: All of a screen that axe can see: what is written, what is chosen and where the focus is, and on what it is shown.
_SCREEN = """() => {
    const fields = [...document.querySelectorAll("input:not([type=hidden]), select, textarea")];
    return JSON.stringify([
        location.origin, innerWidth, innerHeight, matchMedia("(prefers-color-scheme: dark)").matches,
        document.documentElement.outerHTML.replace(/<input[^>]*name="csrfmiddlewaretoken"[^>]*>/g, ""),
        fields.map((field) => [field.value, field.checked]),
        [...document.querySelectorAll("*")].indexOf(document.activeElement),
    ]);
}"""
#: Screens that axe found in order: the door is the same for everybody, and what was opened is looked at again.
_IN_ORDER: set[bytes] = set()


def check_accessibility(page: Page, part: str | None = None) -> None:
    """axe finds nothing, in a part of the page or in all of it, and nothing scrolls sideways."""
    screen = hashlib.sha256(f"{part} {page.evaluate(_SCREEN)}".encode()).digest()
    if screen not in _IN_ORDER:
        results = Axe().run(page, context=part, options=RULES)
        assert not results.response["violations"], f"{page.url}\n{results.generate_report()}"
        _IN_ORDER.add(screen)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{page.url} scrolls sideways"
