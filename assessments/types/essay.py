"""An essay: stored, and marked by a person."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.types.base import JSON, WRONG, FormData, ItemType, TypedView
from assessments.types.typed import length_problems, typed

#: How long an essay may be, where nothing else is said, and at most.
USUAL, LONGEST = 4000, 20_000


class Essay(ItemType):
    """An answer is a text of any number of lines. There is no key: a person marks it.

    ``structure["length"]`` is how many characters it may have.
    """

    name = "essay"
    template = "assessments/items/essay.html"
    is_marked_by_hand = True
    is_shuffled = False

    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        found = length_problems(structure, LONGEST)
        if answer_key or answer_key is None:
            found.append(_("an essay has no key: a person marks it."))
        return found + self.common_problems(structure)

    def own_parts(self, structure: JSON) -> dict[str, Sequence[str]]:
        return {}

    def read(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        return typed(data.get(prefix) or "", _most(structure), is_one_line=False) or None

    def draft(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        return str(data.get(prefix) or "")

    def normalise(self, structure: JSON, answer: JSON) -> JSON:
        return typed(answer, _most(structure), is_one_line=False, is_required=True)

    def solution(self, structure: JSON, answer_key: JSON, language: str = "") -> JSON | None:
        return None

    def score(self, structure: JSON, answer_key: JSON, answer: JSON | None) -> Fraction:
        return WRONG

    def interaction(self, structure: JSON, answer: JSON) -> tuple[str, str]:
        return "long-fill-in", str(answer)

    def rows(
        self,
        structure: JSON,
        wording: Mapping[str, Any],
        order: list[str],
        answer: JSON | None,
        answer_key: JSON | None,
        language: str = "",
    ) -> list[TypedView]:
        return [TypedView("", answer or "", _most(structure))]


def _most(structure: JSON) -> int:
    return int(structure.get("length", USUAL))
