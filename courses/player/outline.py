"""The sense of place: a course's outline with what is done, where one is and what comes next."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.rules.words import name_of
from courses.player.addresses import Addresses
from learning.manifest import DELTA, FINAL, Node, Outline
from learning.selectors import Shown
from lms.kept import KeptHtml, render_shared


@dataclass(frozen=True)
class Stop:
    """One thing on the way: a lesson or a test. `url` is empty while it is closed."""

    title: str
    url: str
    minutes: int
    is_done: bool
    is_current: bool
    is_next: bool
    note: str = ""
    language: str = ""


@dataclass(frozen=True)
class Stage:
    """A module with its lessons, or a test on its own."""

    title: str
    key: str
    minutes: int
    level: str
    objectives: tuple[str, ...]
    stops: tuple[Stop, ...]
    is_test: bool = False
    language: str = ""
    objectives_language: str = ""

    @property
    def done_count(self) -> int:
        return sum(stop.is_done for stop in self.stops)

    @property
    def is_done(self) -> bool:
        return all(stop.is_done for stop in self.stops)


class State(NamedTuple):
    """Where one person stands with one stop: all that is personal in an outline."""

    is_done: bool = False
    is_current: bool = False
    is_next: bool = False
    is_closed: bool = False


def quiz_title(node: Node) -> str:
    """Tests are named by the interface, the same in every course."""
    return name_of(node.purpose)


def title_of(node: Node, text: Mapping[str, Any]) -> str:
    """What an activity is called in a course's frozen text."""
    return quiz_title(node) if node.kind == "quiz" else text["titles"].get(node.uuid, node.key)


def language_of(node: Node, text: Mapping[str, Any]) -> str:
    """The language of a title that is not translated; empty where it is, or is the interface's."""
    return str(text.get("title_languages", {}).get(node.uuid, ""))


def _states(outline: Outline, done: AbstractSet[str], current: str) -> Callable[[Node], State]:
    """How somebody who has `done` these stands with each stop; `current` is the key of the one being shown."""
    following = next((node.uuid for node in outline.path if node.uuid not in done), None)
    lessons_left = any(node.required and node.kind == "lesson" and node.uuid not in done for node in outline.path)

    def state(node: Node) -> State:
        return State(
            is_done=node.uuid in done,
            is_current=node.key == current,
            is_next=node.uuid == following,
            is_closed=node.purpose in (FINAL, DELTA) and lessons_left,
        )

    return state


def _stop(at: Addresses, node: Node, text: Mapping[str, Any], state: State, linked: bool = True) -> Stop:
    return Stop(
        title=title_of(node, text),
        url=at.to("activity", node.key) if linked and not state.is_closed else "",
        minutes=node.minutes,
        is_done=state.is_done,
        is_current=state.is_current,
        is_next=linked and state.is_next,
        note=_("Opens when the lessons are done") if linked and state.is_closed else "",
        language=language_of(node, text),
    )


def stages(
    *,
    at: Addresses,
    outline: Outline,
    text: Mapping[str, Any],
    done: AbstractSet[str],
    current: str = "",
    linked: bool = True,
) -> list[Stage]:
    """The outline as pages show it.

    Arguments:
        at: where the pages of the course stand.
        text: the course's frozen text in one language, with titles by uuid.
        done: uuids of completed activities.
        current: key of the activity being shown.
        linked: whether the viewer may open the lessons (is enrolled).
    """
    state = _states(outline, done, current)

    def stop(node: Node) -> Stop:
        return _stop(at, node, text, state(node), linked)

    found = []
    for node in outline.children:
        is_test = node.kind == "quiz"
        found.append(
            Stage(
                title=title_of(node, text),
                key=node.key,
                minutes=node.minutes,
                level=node.level,
                objectives=tuple(text["modules"].get(node.key, {}).get("objectives", ())),
                stops=(stop(node),) if is_test else tuple(stop(child) for child in node.children),
                is_test=is_test,
                language=language_of(node, text),
                objectives_language=text.get("objective_languages", {}).get(node.key, ""),
            )
        )
    return found


class KeptOutline:
    """The outline beside a lesson, in one language of the interface: a frame, and each stop in the states seen so far.

    A stop has a handful of states and looks the same to everybody who stands so; which state is whose is asked each
    time. So the work for a page is a lookup for each stop, however long the course.
    """

    def __init__(self, at: Addresses, outline: Outline, text: Mapping[str, Any], language: str) -> None:
        self.at, self.outline, self.text, self.language = at, outline, text, language
        self.nodes = [each for node in outline.children for each in ((node,) if node.kind == "quiz" else node.children)]
        self.frame = render_shared(
            "courses/_stages.html",
            {"stages": stages(at=at, outline=outline, text=text, done=frozenset()), "language": language},
        )
        self.stops: dict[tuple[str, State], str] = {}

    def html(self, done: AbstractSet[str], current: str) -> SafeString:
        """The outline for somebody who has `done` these and looks at `current`."""
        state = _states(self.outline, done, current)
        return self.frame.join([self._stop(node, state(node)) for node in self.nodes])

    def _stop(self, node: Node, state: State) -> str:
        found = self.stops.get((node.key, state))
        if found is None:
            stop = _stop(self.at, node, self.text, state)
            language = "" if node.kind == "quiz" else stop.language or self.language
            context = {"stop": stop, "language": language}
            found = self.stops[node.key, state] = render_to_string("courses/_stop.html", context)
        return found


_KEPT: KeptHtml[tuple[Any, ...], KeptOutline] = KeptHtml(128)


def kept_outline(at: Addresses, shown: Shown) -> KeptOutline:
    """The outline that stands beside what is shown."""
    return _KEPT.get_or_make(
        (get_language(), at, shown.revision.digest, shown.own_outline, shown.course_content, shown.course_language),
        lambda: KeptOutline(at, shown.outline, shown.text, shown.course_language),
    )
