"""Which texts that are shown are a machine's, accepted by a person as they were."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.strings import StringValue

from assessments.models import Item
from courses.pages.models import SegmentTranslation
from courses.pages.selectors import COURSE_KEY
from courses.pages.translating.segments import QUESTIONS, wording_texts
from courses.pages.translation import Rendering, State, block_part, part_of
from learning.models import Course


@dataclass(frozen=True)
class MachineWords:
    """Place → what a machine said there, of one course in one language. A text that was edited since is not found."""

    by_place: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def parts_of(self, shown: Rendering) -> list[str]:
        """The parts of a page in which a machine's words are shown."""
        key = getattr(shown.source, "key", COURSE_KEY)
        if shown.own is None or shown.is_source or not any(place.startswith(f"{key}/") for place in self.by_place):
            return []
        found = {
            part_of(value.path)
            for value in extract_segments(shown.own)
            if isinstance(value, StringSegmentValue)
            and _plain(value.string.data) in self.by_place.get(f"{key}/{value.path}", ())
        }
        return sorted(part for part in found if shown.states.get(part, State.MISSING) != State.MISSING)

    def checks_of(self, parts: Iterable[Mapping[str, Any]]) -> list[str]:
        """Of the parts of a lesson as officers get it, the knowledge checks whose question a machine worded."""
        if not any(place.startswith(f"{QUESTIONS}/") for place in self.by_place):
            return []
        checks = [part for part in parts if part["type"] == "check" and "language" not in part]
        keys = {
            str(each): key
            for each, key in Item.objects.filter(uuid__in=[part["item"] for part in checks]).values_list("uuid", "key")
        }
        return [
            block_part(part["key"].rpartition("/")[2])
            for part in checks
            if self.is_in_question(keys[part["item"]], part["wording"])
        ]

    def is_in_question(self, key: str, wording: Mapping[str, Any]) -> bool:
        """Whether a machine's words are in the wording of a question."""
        if not any(place.startswith(f"{QUESTIONS}/{key}/") for place in self.by_place):
            return False
        return any(
            " ".join(text.split()) in self.by_place.get(f"{QUESTIONS}/{key}/{path}", ())
            for path, text in wording_texts(wording).items()
        )


def machine_words(course: Course, language: str) -> MachineWords:
    """What people accepted of a machine as it was, and handed in. One query."""
    rows = SegmentTranslation.objects.filter(
        course=course,
        language=language,
        origin=SegmentTranslation.Origin.MACHINE,
        handed_in_at__isnull=False,
    ).exclude(text="")
    found: dict[str, set[str]] = defaultdict(set)
    for place, text in rows.values_list("place", "text"):
        # Whether a text is rich is not known here: as it is, and as inline HTML.
        found[place] |= {" ".join(text.split()), _plain(text)}
    return MachineWords({place: frozenset(texts) for place, texts in found.items()})


def _plain(data: str) -> str:
    return " ".join(StringValue(data).render_text().split())
