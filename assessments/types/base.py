"""The one interface that every type of question implements. Pure: JSON values in, JSON values out.

Words used in all types:

- *structure*: what is neutral of an item: its option ids in authors' order, and how it is scored;
- *answer key*: the right answer, in the shape of an answer or as the type says;
- *answer*: what the officer gave: ids, and what was typed where a type takes that. Grading reads no wording, so it is
  the same in every language;
- *wording*: one language's text: ``{"stem", "options": {id: text}, "feedback", …}``.
"""

import abc
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Protocol

JSON = Any
RIGHT, WRONG = Fraction(1), Fraction(0)


class InvalidAnswer(ValueError):
    """The posted answer names an option that the question does not have, or has another shape."""


class FormData(Protocol):
    """What a posted form offers; Django's QueryDict does."""

    def get(self, key: str, default: Any = None, /) -> Any: ...
    def getlist(self, key: str, /) -> list[str]: ...


@dataclass(frozen=True)
class OptionView:
    """One option as a page shows it: `mark` is ``"right"``, ``"wrong"`` or empty while nothing is revealed."""

    id: str
    text: str
    chosen: bool = False
    mark: str = ""


@dataclass(frozen=True)
class RowView:
    """One row that takes a choice from a list: a left side of a matching, an entry of an ordering."""

    id: str
    text: str
    choices: tuple[OptionView, ...]
    mark: str = ""
    right_text: str = ""


class ItemType(abc.ABC):
    """A type of question: reading a form, checking, grading, showing."""

    name: ClassVar[str]
    template: ClassVar[str]
    #: Whether a person marks it: then no answer has a score by itself.
    is_marked_by_hand: ClassVar[bool] = False

    # --- for authors

    @abc.abstractmethod
    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        """What is wrong with an item of this type, for authors; empty when nothing is."""

    def parts(self, structure: JSON) -> Mapping[str, Sequence[str]]:
        """The parts of a wording beside stem and feedback, each with the ids that need a text."""
        return {"options": structure["options"]}

    def wording_problems(self, structure: JSON, wording: Mapping[str, Any]) -> list[str]:
        """What is missing or too much in one language's text."""
        found = [f"“{part}” is missing." for part in ("stem", "feedback") if not wording.get(part)]
        for part, ids in self.parts(structure).items():
            wanted, given = set(ids), set(wording.get(part, {}))
            found += [f"{part}: the text of “{each}” is missing." for each in sorted(wanted - given)]
            found += [f"{part}: “{each}” is no part of this question." for each in sorted(given - wanted)]
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

    def listed_order(self, structure: JSON) -> list[str]:
        """All options in the order of the authors, as `rows` takes an order."""
        return list(structure.get("options", ()))

    def paper_order(self, structure: JSON, rng: random.Random) -> list[str]:
        """The order in which the options stand on one paper. Those in ``structure["pinned"]`` keep their place."""
        options, pinned = list(structure["options"]), set(structure.get("pinned", ()))
        free = [each for each in options if each not in pinned]
        rng.shuffle(free)
        return [each if each in pinned else free.pop() for each in options]

    @abc.abstractmethod
    def read(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        """The answer in a posted form, or None when nothing was answered.

        Raises:
            InvalidAnswer: an id that the question does not have.
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
    ) -> Sequence[Any]:
        """What a page shows. With an `answer_key` right and wrong are marked; without, nothing is given away."""

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
