"""The one interface that every type of question implements. Pure: JSON values in, JSON values out.

Words used in all types:

- *structure*: what is neutral of an item: its option ids, in authors' order;
- *answer key*: the right answer, in the shape of an answer;
- *answer*: what the officer gave, made of ids only, so that grading reads no text and works in every language;
- *wording*: one language's text: ``{"stem", "options": {id: text}, "feedback", …}``.
"""

import abc
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

JSON = Any


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

    @abc.abstractmethod
    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        """What is wrong with an item of this type, for authors; empty when nothing is."""

    def wording_problems(self, structure: JSON, wording: Mapping[str, Any]) -> list[str]:
        """What is missing or too much in one language's text."""
        found = [f"“{part}” is missing." for part in ("stem", "feedback") if not wording.get(part)]
        for part in self.parts(structure):
            wanted, given = set(structure[part]), set(wording.get(part, {}))
            found += [f"{part}: the text of “{each}” is missing." for each in sorted(wanted - given)]
            found += [f"{part}: “{each}” is no part of this question." for each in sorted(given - wanted)]
        return found

    def parts(self, structure: JSON) -> tuple[str, ...]:
        """The lists of ids that need a text."""
        return ("options",)

    def paper_order(self, structure: JSON, rng: random.Random) -> list[str]:
        """The order in which the options stand on one paper."""
        order = list(structure["options"])
        rng.shuffle(order)
        return order

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
    def check_answer(self, structure: JSON, answer: JSON) -> None:
        """Raise `InvalidAnswer` unless the answer has the right shape and knows only ids of this question."""

    @abc.abstractmethod
    def is_right(self, answer_key: JSON, answer: JSON | None) -> bool:
        """Whether an answer is right, all or nothing. No answer is not right."""

    @abc.abstractmethod
    def rows(
        self,
        structure: JSON,
        wording: Mapping[str, Any],
        order: list[str],
        answer: JSON | None,
        answer_key: JSON | None,
    ) -> list[OptionView] | list[RowView]:
        """What a page shows. With an `answer_key` right and wrong are marked; without, nothing is given away."""
