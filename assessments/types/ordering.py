"""Putting steps in order."""

import random
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.types.base import JSON, RIGHT, WRONG, FormData, InvalidAnswer, ItemType, OptionView, RowView


class Ordering(ItemType):
    """An answer is the list of all option ids, first step first. The form gives each option a place."""

    name = "ordering"
    template = "assessments/items/rows.html"

    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        options = structure.get("options", [])
        if len(options) < 2:
            return ["an ordering needs at least two steps."]
        if sorted(options) != sorted(answer_key) or len(set(options)) != len(options):
            return ["the key must name every step once."]
        return []

    def paper_order(self, structure: JSON, rng: random.Random) -> list[str]:
        """As listed: the authors' order is part of the question."""
        return list(structure["options"])

    def read(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        options = structure["options"]
        places = {each: str(data.get(f"{prefix}-{each}") or "") for each in options}
        if not any(places.values()):
            return None
        wanted = {str(number) for number in range(1, len(options) + 1)}
        if set(places.values()) != wanted:
            raise InvalidAnswer(_("Give each step its own place: every number once."))
        return sorted(options, key=lambda each: int(places[each]))

    def draft(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        """Option → place as chosen, where an answer is a list."""
        return {each: str(data.get(f"{prefix}-{each}") or "") for each in structure["options"]}

    def normalise(self, structure: JSON, answer: JSON) -> JSON:
        if not isinstance(answer, list) or sorted(answer) != sorted(structure["options"]):
            raise InvalidAnswer(_("The answer must name every step once."))
        return list(answer)

    def score(self, structure: JSON, answer_key: JSON, answer: JSON | None) -> Fraction:
        return RIGHT if answer is not None and list(answer) == list(answer_key) else WRONG

    def interaction(self, structure: JSON, answer: JSON) -> tuple[str, str]:
        return "sequencing", "[,]".join(answer)

    def rows(
        self,
        structure: JSON,
        wording: Mapping[str, Any],
        order: list[str],
        answer: JSON | None,
        answer_key: JSON | None,
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
