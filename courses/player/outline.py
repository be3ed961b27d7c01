"""The sense of place: a course's outline with what is done, where one is and what comes next."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from learning.manifest import FINAL, PRETEST, Node, Outline


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

    @property
    def done_count(self) -> int:
        return sum(stop.is_done for stop in self.stops)

    @property
    def is_done(self) -> bool:
        return all(stop.is_done for stop in self.stops)


def quiz_title(node: Node) -> str:
    """Tests are named by the interface, the same in every course."""
    return {PRETEST: _("Pre-test"), FINAL: _("Final test")}.get(node.purpose, node.key)


def stages(
    *, slug: str, outline: Outline, text: dict, done: frozenset[str] | set[str], current: str = "", linked: bool = True
) -> list[Stage]:
    """The outline as pages show it.

    Arguments:
        text: the course's frozen text in one language, with titles by uuid.
        done: uuids of completed activities.
        current: key of the activity being shown.
        linked: whether the viewer may open the lessons (is enrolled).
    """
    following = next((node.uuid for node in outline.path if node.uuid not in done), None)
    lessons_left = {node.uuid for node in outline.path if node.required and node.kind == "lesson"} - set(done)

    def stop(node: Node) -> Stop:
        closed = node.purpose == FINAL and lessons_left
        return Stop(
            title=quiz_title(node) if node.kind == "quiz" else text["titles"].get(node.uuid, node.key),
            url=reverse("courses:activity", args=[slug, node.key]) if linked and not closed else "",
            minutes=node.minutes,
            is_done=node.uuid in done,
            is_current=node.key == current,
            is_next=linked and node.uuid == following,
            note=_("Opens when the lessons are done") if linked and closed else "",
        )

    found = []
    for node in outline.children:
        is_test = node.kind == "quiz"
        found.append(
            Stage(
                title=quiz_title(node) if is_test else text["titles"].get(node.uuid, node.key),
                key=node.key,
                minutes=node.minutes,
                level=node.level,
                objectives=tuple(text["modules"].get(node.key, {}).get("objectives", ())),
                stops=(stop(node),) if is_test else tuple(stop(child) for child in node.children),
                is_test=is_test,
            )
        )
    return found
