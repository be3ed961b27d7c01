"""The one interface that every type of question implements. Pure: JSON values in, JSON values out.

Words used in all types:

- *structure*: what is neutral of an item: its option ids in authors' order, and how it is scored;
- *answer key*: the right answer, in the shape of an answer or as the type says;
- *answer*: what the officer gave: ids, and what was typed where a type takes that. Grading reads no wording, so it is
  the same in every language;
- *wording*: one language's text: ``{"stem", "options": {id: text}, "feedback", …}``.

Any structure may have `pinned` (ids of options that keep their place) and `picture`, a file on the shelf
(``{"address", "width", "height"}``), whose words are ``wording["picture"]["alt"]``.
"""

import abc
import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Protocol

from django.utils.translation import gettext as _

JSON = Any
RIGHT, WRONG = Fraction(1), Fraction(0)
#: How an answer of several parts is scored: by all of them or none, by its right share, by that less what is wrong.
ALL, PARTIAL, PENALTY = "all", "partial", "penalty"
#: The address of a picture on the shelf (`learning.models.FrozenFile.address`).
ADDRESS = re.compile(r"/files/[0-9a-f]{64}\.(?:webp|png|jpe?g)")


class InvalidAnswer(ValueError):
    """The posted answer names an option that the question does not have, or has another shape."""


class FormData(Protocol):
    """What a posted form offers; Django's QueryDict does."""

    def get(self, key: str, default: Any = None, /) -> Any: ...
    def getlist(self, key: str, /) -> list[str]: ...


@dataclass(frozen=True)
class RegionView:
    """A rectangle on a picture, in the picture's own pixels, and where its letter stands, in a circle."""

    x: int
    y: int
    width: int
    height: int
    letter_x: int
    letter_y: int
    radius: int


@dataclass(frozen=True)
class OptionView:
    """One option as a page shows it: `mark` is ``"right"``, ``"wrong"`` or empty while nothing is revealed.

    Of a picture's region also its `letter` and where it is.
    """

    id: str
    text: str
    chosen: bool = False
    mark: str = ""
    letter: str = ""
    region: RegionView | None = None


@dataclass(frozen=True)
class RowView:
    """One row that takes a choice from a list: a left side of a matching, an entry of an ordering, a gap."""

    id: str
    text: str
    choices: tuple[OptionView, ...]
    mark: str = ""
    right_text: str = ""

    @property
    def chosen_text(self) -> str:
        """What is chosen, or nothing."""
        return "".join(choice.text for choice in self.choices if choice.chosen)


@dataclass(frozen=True)
class TypedView:
    """One field that takes a text: what stands in it, how long it may be, and the units to choose from, if any."""

    id: str
    text: str
    most: int
    mark: str = ""
    right_text: str = ""
    choices: tuple[OptionView, ...] = ()

    @property
    def size(self) -> int:
        """How wide the field is, in characters."""
        return min(self.most, 40)


@dataclass(frozen=True)
class PieceView:
    """A piece of a text with gaps: words, or a gap, of which `number` is what a screen reader calls it."""

    words: str = ""
    number: int = 0
    row: RowView | None = None
    typed: TypedView | None = None


@dataclass(frozen=True)
class PartView:
    """One question of a set, to be shown by its own type."""

    id: str
    type: str
    structure: JSON
    wording: Mapping[str, Any]
    order: list[str]
    answer: JSON | None
    answer_key: JSON | None


class ItemType(abc.ABC):
    """A type of question: reading a form, checking, grading, showing."""

    name: ClassVar[str]
    template: ClassVar[str]
    #: Whether a person marks it: then no answer has a score by itself.
    is_marked_by_hand: ClassVar[bool] = False
    #: What ``structure["scoring"]`` may be; the first is meant where it says nothing.
    scorings: ClassVar[tuple[str, ...]] = (ALL,)
    #: Whether `paper_order` may mix the options.
    is_shuffled: ClassVar[bool] = True

    # --- for authors

    @abc.abstractmethod
    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        """What is wrong with an item of this type, for authors; empty when nothing is."""

    def common_problems(self, structure: JSON) -> list[str]:
        """What is wrong with what every type may have: scoring, picture, and options that keep their place."""
        found = []
        if scoring_of(self, structure) not in self.scorings:
            found.append(_("this type of question cannot be scored as “%(way)s”.") % {"way": structure["scoring"]})
        if "picture" in structure and not is_picture(structure["picture"]):
            found.append(_("the picture is no file of this site, or its width and height are missing."))
        options = self.listed_order(structure)
        for each in structure.get("pinned", ()):
            if each not in options:
                found.append(_("“%(id)s” is to keep its place, and is no option.") % {"id": each})
        return found

    def parts(self, structure: JSON) -> Mapping[str, Sequence[str]]:
        """The parts of a wording beside stem and feedback, each with the ids that need a text."""
        return self.own_parts(structure) | ({"picture": ["alt"]} if structure.get("picture") else {})

    def own_parts(self, structure: JSON) -> dict[str, Sequence[str]]:
        """The same without what every type may have."""
        return {"options": structure["options"]}

    def lines(self, structure: JSON) -> Sequence[str]:
        """The parts of a wording that are one text each, beside stem and feedback."""
        return ()

    def wording_problems(self, structure: JSON, wording: Mapping[str, Any]) -> list[str]:
        """What is missing or too much in one language's text. Each begins with the part and a colon."""
        found = [
            _("“%(part)s” is missing.") % {"part": part}
            for part in ("stem", *self.lines(structure), "feedback")
            if not wording.get(part) or not isinstance(wording[part], str)
        ]
        parts = self.parts(structure)
        for part, ids in parts.items():
            texts = wording.get(part, {})
            if not isinstance(texts, Mapping):
                found.append(f"{part}: " + _("texts are expected, each with its id."))
                continue
            wanted, given = set(ids), set(texts)
            missing = {each for each in wanted if not texts.get(each)}
            found += [f"{part}: " + _("the text of “%(id)s” is missing.") % {"id": each} for each in sorted(missing)]
            found += [
                f"{part}: " + _("“%(id)s” is no part of this question.") % {"id": each}
                for each in sorted(given - wanted)
            ]
        known = {"stem", "feedback", *self.lines(structure), *parts}
        found += [
            f"{part}: " + _("“%(id)s” is no part of this question.") % {"id": part}
            for part in sorted(set(wording) - known)
            if wording[part]
        ]
        return found

    def languages(self, answer_key: JSON) -> frozenset[str] | None:
        """The languages in which the key can judge an answer; None for every language.

        A test is not open in a language that its key does not speak.
        """
        return None

    def basis(self, structure: JSON, answer_key: JSON) -> JSON:
        """What of structure and key a translation is made from: all that is the same in every language."""
        return [structure, answer_key]

    # --- for a paper

    def takes_several(self, structure: JSON) -> bool:
        """Whether more than one option may be chosen."""
        return False

    def is_whole(self, structure: JSON) -> bool:
        """Whether an answer is taken only when nothing of it is left open."""
        return False

    def listed_order(self, structure: JSON) -> list[str]:
        """All options in the order of the authors, as `rows` takes an order."""
        return list(structure.get("options", ()))

    def paper_order(self, structure: JSON, rng: random.Random) -> list[str]:
        """The order in which the options stand on one paper. Those in ``structure["pinned"]`` keep their place."""
        options = self.listed_order(structure)
        if not self.is_shuffled:
            return options
        pinned = set(structure.get("pinned", ()))
        free = [each for each in options if each not in pinned]
        rng.shuffle(free)
        return [each if each in pinned else free.pop() for each in options]

    @abc.abstractmethod
    def read(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        """The answer in a posted form, or None when nothing was answered.

        Raises:
            InvalidAnswer: an id that the question does not have, or a text that cannot be taken.
        """

    def draft(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        """What was chosen in a form that is no answer yet, only to show it again; `rows` takes it for an answer."""
        return None

    @abc.abstractmethod
    def normalise(self, structure: JSON, answer: JSON) -> JSON:
        """An answer in its one canonical form, in which it is stored, compared and graded.

        Raises:
            InvalidAnswer: it has another shape, or knows ids that are not of this question.
        """

    @abc.abstractmethod
    def rows(
        self,
        structure: JSON,
        wording: Mapping[str, Any],
        order: list[str],
        answer: JSON | None,
        answer_key: JSON | None,
        language: str = "",
    ) -> Sequence[Any]:
        """What a page shows. With an `answer_key` right and wrong are marked; without, nothing is given away.

        `language` is that of the wording, for keys that speak several.
        """

    def solution(self, structure: JSON, answer_key: JSON, language: str = "") -> JSON | None:
        """A right answer, to be shown; None where there is none. `language` as in `rows`."""
        return answer_key

    # --- grading

    @abc.abstractmethod
    def score(self, structure: JSON, answer_key: JSON, answer: JSON | None) -> Fraction:
        """How much of an answer is right, 0 to 1. No answer is 0."""

    def is_right(self, structure: JSON, answer_key: JSON, answer: JSON | None) -> bool:
        """Whether an answer is right in full."""
        return self.score(structure, answer_key, answer) == RIGHT

    # --- for the record

    @abc.abstractmethod
    def interaction(self, structure: JSON, answer: JSON) -> tuple[str, str]:
        """(interaction type, response) of an answer. Source: xAPI 1.0.3, part 2, appendix C (interactions)."""


def scoring_of(kind: ItemType, structure: JSON) -> str:
    """How an item is scored."""
    return str(structure.get("scoring", kind.scorings[0]))


def share(kind: ItemType, structure: JSON, right: int, total: int) -> Fraction:
    """The score of an answer of which so many of all places are right: their share, or all or nothing."""
    if scoring_of(kind, structure) == PARTIAL and total:
        return Fraction(right, total)
    return RIGHT if right == total else WRONG


def is_picture(value: JSON) -> bool:
    """Whether a picture is as it has to be: an address on the shelf and its size."""
    return (
        isinstance(value, Mapping)
        and set(value) == {"address", "width", "height"}
        and isinstance(value["address"], str)
        and ADDRESS.fullmatch(value["address"]) is not None
        and all(type(value[side]) is int and 0 < value[side] <= 10_000 for side in ("width", "height"))
    )


def pictures_in(structure: JSON) -> list[str]:
    """The addresses of all pictures of an item, those of its parts included, in order."""
    return ADDRESS.findall(json.dumps(structure))


def id_problems(ids: JSON) -> list[str]:
    """What is wrong with a list of ids."""
    if not isinstance(ids, list) or any(not isinstance(each, str) or not each for each in ids):
        return [_("options are a list of ids.")]
    return [_("two options have the same id.")] if len(set(ids)) != len(ids) else []


def stranger() -> InvalidAnswer:
    """For an answer with an id that the question does not have, or in another shape."""
    return InvalidAnswer(_("The answer names an entry that this question does not have."))
