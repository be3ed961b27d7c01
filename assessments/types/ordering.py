"""Putting steps in order."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.types.base import (
    ALL,
    JSON,
    PARTIAL,
    FormData,
    InvalidAnswer,
    ItemType,
    OptionView,
    RowView,
    id_problems,
    share,
)


class Ordering(ItemType):
    """An answer is the list of all option ids, first step first. The form gives each option a place.

    All places right, or the share of right places. Shown as listed: the authors' order is part of the question.
    """

    name = "ordering"
    template = "assessments/items/rows.html"
    scorings = (ALL, PARTIAL)
    is_shuffled = False

    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        options = structure.get("options", [])
        if found := id_problems(options):
            return found
        if len(options) < 2:
            return [_("an ordering needs at least two steps.")]
        if not isinstance(answer_key, list) or not _same(options, answer_key):
            return [_("the key must name every step once.")]
        return self.common_problems(structure)

    def is_whole(self, structure: JSON) -> bool:
        return True

    def read(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        options = structure["options"]
        places = self.draft(structure, data, prefix)
        if not any(places.values()):
            return None
        wanted = {str(number) for number in range(1, len(options) + 1)}
        if set(places.values()) != wanted:
            raise InvalidAnswer(_("Give each step its own place: every number once."))
        return sorted(options, key=lambda each: int(places[each]))

    def draft(self, structure: JSON, data: FormData, prefix: str) -> dict[str, str]:
        """Option → place as chosen, where an answer is a list."""
        return {each: str(data.get(f"{prefix}-{each}") or "") for each in structure["options"]}

    def normalise(self, structure: JSON, answer: JSON) -> JSON:
        if not isinstance(answer, list) or not _same(structure["options"], answer):
            raise InvalidAnswer(_("The answer must name every step once."))
        return list(answer)

    def score(self, structure: JSON, answer_key: JSON, answer: JSON | None) -> Fraction:
        right = sum(mine == theirs for mine, theirs in zip(answer or (), answer_key, strict=False))
        return share(self, structure, right, len(answer_key))

    def interaction(self, structure: JSON, answer: JSON) -> tuple[str, str]:
        return "sequencing", "[,]".join(answer)

    def rows(
        self,
        structure: JSON,
        wording: Mapping[str, Any],
        order: list[str],
        answer: JSON | None,
        answer_key: JSON | None,
        language: str = "",
    ) -> list[RowView]:
        if isinstance(answer, dict):
            places = answer
        else:
            places = {each: str(place) for place, each in enumerate(answer or (), start=1)}
        right = {each: place for place, each in enumerate(answer_key or (), start=1)}
        return [
            RowView(
                id=each,
                text=wording["options"][each],
                choices=tuple(
                    OptionView(id=str(place), text=str(place), chosen=places.get(each) == str(place))
                    for place in range(1, len(order) + 1)
                ),
                mark=("right" if places.get(each) == str(right[each]) else "wrong") if right else "",
                right_text=str(right[each]) if right else "",
            )
            for each in order
        ]


def _same(options: list[str], named: list[JSON]) -> bool:
    return all(isinstance(each, str) for each in named) and sorted(options) == sorted(named)
