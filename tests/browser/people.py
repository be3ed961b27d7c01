"""People at a browser: what an officer does, in the words of the journeys."""

import re
import time
from pathlib import Path

import yaml
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect

from portal.demo import PEOPLE
from tests.browser.looking import ROOT, SIZES, Site, check_accessibility

COURSE = ROOT / "curriculum" / "preventing-trafficking"


def right_answers() -> dict[str, dict]:
    """Stem → type, answer and option texts of every question of the shipped course."""
    neutral = yaml.safe_load((COURSE / "questions.yaml").read_text(encoding="utf-8"))
    texts = yaml.safe_load((COURSE / "en" / "questions.yaml").read_text(encoding="utf-8"))
    items = neutral["questions"] if isinstance(neutral, dict) else neutral
    wordings = texts.get("questions", texts)
    return {wordings[item["key"]]["stem"]: item | {"text": wordings[item["key"]]} for item in items}


#: Codes that somebody has used in this run: each opens a door once.
_USED: set[tuple[str, str]] = set()


def unused_code(name: str, secret: str = "") -> str:
    """A code that a sign-in will take: of the app while one is left, else a recovery code of a demo person."""
    person = next((each for each in PEOPLE if each.username == name), None)
    moment = int(time.time()) // 30
    codes = [
        format_hotp_value(hotp_value(secret or (person.secret if person else ""), moment + each)) for each in (0, 1, -1)
    ]
    if person:
        recovery = Authenticator(data={"seed": person.recovery_seed, "used_mask": 0})
        codes += RecoveryCodes(recovery).generate_codes()
    code = next(each for each in codes if (name, each) not in _USED)
    _USED.add((name, code))
    return code


def needs_code(name: str) -> bool:
    """Whether a person of the demo is asked for a one-time code."""
    return any(each.username == name and each.needs_code for each in PEOPLE)


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, browser: Browser, site: Site, size: str = "phone", shots: Path | None = None, **context) -> None:
        self.site = site
        self.context = browser.new_context(viewport=SIZES[size], **{"locale": "en-GB", **context})
        self.page: Page = self.context.new_page()
        self.shots, self.size = shots, size
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(f"{self.page.url}: {error}"))
        self.page.on(
            "console",
            lambda message: (
                self.problems.append(f"{self.page.url}: {message.text}")
                if message.type == "error" and "status of 4" not in message.text
                else None
            ),
        )

    def open(self, path: str) -> None:
        self.page.goto(self.site.url + path)
        self.look()

    def look(self, name: str = "") -> None:
        """What is on the screen is accessible; the script of no page failed; a picture is taken when asked for."""
        check_accessibility(self.page)
        assert not self.problems, self.problems
        if self.shots and name:
            self.page.screenshot(path=self.shots / f"{name}-{self.size}.png", full_page=True)

    def press(self, label: str | re.Pattern, role: str = "button") -> None:
        self.page.get_by_role(role, name=label).first.click()
        self.page.wait_for_load_state()

    def sign_in(self, name: str, password: str = "suluh-demo", path: str = "/en/accounts/login/") -> None:
        self.open(path)
        self.page.get_by_label("User name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.press("Sign in")
        self.second_step(name)

    def second_step(self, name: str) -> None:
        """Type a code where the role of a demo person needs one, whatever the language of the page."""
        if needs_code(name):
            self.page.wait_for_url("**/2fa/authenticate/")
            self.look()
            self.page.locator("input[name=code]").fill(unused_code(name))
            self.page.locator("main form button").first.click()
            self.page.wait_for_url(lambda address: "/2fa/" not in address)

    def answer(self, prefix_scope=None, *, right: bool = True) -> None:
        """Answer the question on the screen."""
        scope = prefix_scope or self.page.locator("form[data-answer]")
        stem = scope.locator("legend").inner_text().strip()
        item = right_answers()[stem]
        if item["type"] in ("single", "multiple", "truefalse"):
            wanted = item["answer"] if right else [next(o for o in item["options"] if o not in item["answer"])]
            for option in wanted:
                scope.get_by_label(item["text"]["options"][option], exact=True).check()
        elif item["type"] == "ordering":
            order = item["answer"] if right else list(reversed(item["answer"]))
            for place, option in enumerate(order, start=1):
                scope.get_by_label(item["text"]["options"][option], exact=True).select_option(str(place))
        else:
            pairs = item["answer"]
            shown = list(pairs.values()) if right else list(pairs.values())[::-1]
            for left, option in zip(pairs, shown, strict=True):
                scope.get_by_label(item["text"]["left"][left], exact=True).select_option(option)

    def close(self) -> None:
        assert not self.problems, self.problems
        self.context.close()


__all__ = ["Person", "expect", "right_answers"]
