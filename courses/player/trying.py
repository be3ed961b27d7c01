"""Trying a course: how it is to look, which its addresses say, and how far one is, which only the session knows."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.staticfiles import finders
from django.urls import register_converter

from courses.player.addresses import Addresses
from learning.selectors import Mark

SCHEMES = ("light", "dark")
SIZES = {"large": "125%", "larger": "150%"}
#: Every way in which the pages of a trial can be made to look; the empty one is the device's.
LOOKS = tuple("-".join(filter(None, (scheme, size))) for scheme in ("", *SCHEMES) for size in ("", *SIZES))

#: In the session: the uuid of a trial → what was tried in it.
KEPT = "trials"
#: A session is one row: it remembers so many trials.
MOST_KEPT = 3


@dataclass(frozen=True)
class TrialAddress:
    """What stands in the addresses of a trial: which it is, and how its pages are to look."""

    uuid: uuid.UUID
    look: str = ""

    def __str__(self) -> str:
        return f"{self.uuid}~{self.look}" if self.look else str(self.uuid)

    @property
    def at(self) -> Addresses:
        """Makes the addresses of this trial's pages, which keep the look."""
        return Addresses("courses:try_", (str(self),))


class TrialConverter:
    """``<trial:trial>`` in a path: a uuid, and behind a tilde how the pages are to look."""

    regex = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:~[a-z-]+)?"

    def to_python(self, value: str) -> TrialAddress:
        plain, _tilde, look = value.partition("~")
        if look not in LOOKS:
            raise ValueError(look)
        return TrialAddress(uuid.UUID(plain), look)

    def to_url(self, value: "TrialAddress | uuid.UUID | str") -> str:
        return str(value)


register_converter(TrialConverter, "trial")


@cache
def style_of(look: str) -> str:
    """The style sheet of the site as it is on a device with this scheme and size of text.

    Made from the one sheet: what depends on the device's scheme is said for always, or for never. So no page of an
    officer carries a byte for it, and whatever is added to the sheet is right here too.
    """
    scheme = next((each for each in SCHEMES if each in look.split("-")), "")
    size = next((each for each in SIZES if each in look.split("-")), "")
    text = Path(str(finders.find("lms/suluh.css"))).read_text(encoding="utf-8")
    if scheme:
        text = text.replace("color-scheme: light dark", f"color-scheme: {scheme}")
        always = re.compile(r"(?:screen and )?\(prefers-color-scheme: dark\)")
        text = always.sub("screen" if scheme == "dark" else "not all", text)
    return text + (f"html {{ font-size: {SIZES[size]}; }}\n" if size else "")


class Tried:
    """What one person tried in one trial: done, answered, and papers, for as long as the session lives."""

    def __init__(self, session: SessionBase, trial: uuid.UUID) -> None:
        self.session, self.name = session, str(trial)
        self._state: dict[str, Any] = session.get(KEPT, {}).get(self.name) or {}

    @property
    def done(self) -> set[str]:
        """The uuids of what was finished."""
        return set(self._state.get("done", ()))

    @property
    def answers(self) -> Mapping[str, Any]:
        """Activity → what was answered in it last."""
        return {activity: answer for activity, (answer, _right) in self._state.get("answers", {}).items()}

    def marks(self) -> dict[str, Mark]:
        """As `learning.selectors.marks_of` of an enrolment."""
        found = {activity: Mark(True, right) for activity, (_answer, right) in self._state.get("answers", {}).items()}
        return found | {activity: Mark(True, True) for activity in self.done}

    def finish(self, activity: str) -> None:
        """A lesson was read or a test handed in."""
        self._write(done=sorted(self.done | {activity}))

    def answer(self, activity: str, answer: Any, right: bool) -> None:
        """Something in a lesson was answered."""
        self._write(answers={**self._state.get("answers", {}), activity: [answer, right]})

    def paper(self, key: str) -> dict[str, Any] | None:
        """The paper of a test, as it was put down last."""
        found: dict[str, Any] | None = self._state.get("papers", {}).get(key)
        return found

    def put_paper(self, key: str, paper: Mapping[str, Any]) -> None:
        self._write(papers={**self._state.get("papers", {}), key: paper})

    def begin_anew(self) -> None:
        """Forget all of it."""
        self.session[KEPT] = {name: state for name, state in self.session.get(KEPT, {}).items() if name != self.name}
        self._state = {}

    def _write(self, **news: Any) -> None:
        self._state = {**self._state, **news}
        others = {name: state for name, state in self.session.get(KEPT, {}).items() if name != self.name}
        self.session[KEPT] = dict(list({**others, self.name: self._state}.items())[-MOST_KEPT:])
