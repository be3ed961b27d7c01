"""A short text: a word, a name, a year."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from assessments.types.base import JSON, RIGHT, WRONG, FormData, ItemType, TypedView
from assessments.types.typed import (
    FOLDS,
    LONGEST_SHORT,
    SHORT,
    accepted_problems,
    is_accepted,
    length_problems,
    shown_key,
    spoken,
    typed,
)


class ShortText(ItemType):
    """An answer is a text of one line. The key: ``{"accepted": {language: [texts]}, "folds": [...]}``.

    It is right when it equals any accepted text of any language, apart from what is left out in comparing (`FOLDS`).
    ``structure["length"]`` is how many characters it may have.
    """

    name = "shorttext"
    template = "assessments/items/typed.html"
    is_shuffled = False

    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        found = length_problems(structure, LONGEST_SHORT)
        return found or accepted_problems(answer_key, _most(structure)) + self.common_problems(structure)

    def own_parts(self, structure: JSON) -> dict[str, Sequence[str]]:
        return {}

    def languages(self, answer_key: JSON) -> frozenset[str] | None:
        return spoken(answer_key)

    def basis(self, structure: JSON, answer_key: JSON) -> JSON:
        """Without the accepted texts: one more of them changes nothing in what is translated."""
        return [structure, {"folds": list(answer_key.get("folds", FOLDS))}]

    def read(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        return typed(data.get(prefix) or "", _most(structure)) or None

    def draft(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        return str(data.get(prefix) or "")

    def normalise(self, structure: JSON, answer: JSON) -> JSON:
        return typed(answer, _most(structure), is_required=True)

    def solution(self, structure: JSON, answer_key: JSON, language: str = "") -> JSON | None:
        return shown_key(answer_key, language)

    def score(self, structure: JSON, answer_key: JSON, answer: JSON | None) -> Fraction:
        return RIGHT if answer is not None and is_accepted(answer_key, answer) else WRONG

    def interaction(self, structure: JSON, answer: JSON) -> tuple[str, str]:
        return "fill-in", str(answer)

    def rows(
        self,
        structure: JSON,
        wording: Mapping[str, Any],
        order: list[str],
        answer: JSON | None,
        answer_key: JSON | None,
        language: str = "",
    ) -> list[TypedView]:
        mark = right_text = ""
        if answer_key is not None:
            mark = "right" if answer and is_accepted(answer_key, answer) else "wrong"
            right_text = shown_key(answer_key, language)
        return [TypedView("", answer or "", _most(structure), mark, right_text)]


def _most(structure: JSON) -> int:
    return int(structure.get("length", SHORT))
