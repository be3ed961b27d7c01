"""Matching the left with the right."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.types.base import JSON, RIGHT, WRONG, FormData, InvalidAnswer, ItemType, OptionView, RowView


class Matching(ItemType):
    """An answer maps every left id to an option id. All pairs right, or not right."""

    name = "matching"
    template = "assessments/items/rows.html"

    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        left, options = structure.get("left", []), structure.get("options", [])
        found = []
        if len(left) < 2 or len(options) < 2:
            found.append("a matching needs at least two entries on each side.")
        if set(answer_key) != set(left):
            found.append("the key must give every left entry its partner.")
        found += [f"the key names “{each}”, which is no option." for each in answer_key.values() if each not in options]
        return found

    def parts(self, structure: JSON) -> Mapping[str, Sequence[str]]:
        return {"left": structure["left"], "options": structure["options"]}

    def read(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        answer = {each: str(data.get(f"{prefix}-{each}") or "") for each in structure["left"]}
        if not any(answer.values()):
            return None
        if not all(answer.values()):
            raise InvalidAnswer(_("Give every entry its partner."))
        return self.normalise(structure, answer)

    def draft(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        return {each: str(data.get(f"{prefix}-{each}") or "") for each in structure["left"]}

    def normalise(self, structure: JSON, answer: JSON) -> JSON:
        if (
            not isinstance(answer, dict)
            or set(answer) != set(structure["left"])
            or any(each not in structure["options"] for each in answer.values())
        ):
            raise InvalidAnswer(_("The answer names an entry that this question does not have."))
        return {each: answer[each] for each in structure["left"]}

    def score(self, structure: JSON, answer_key: JSON, answer: JSON | None) -> Fraction:
        return RIGHT if answer is not None and dict(answer) == dict(answer_key) else WRONG

    def interaction(self, structure: JSON, answer: JSON) -> tuple[str, str]:
        return "matching", "[,]".join(f"{left}[.]{option}" for left, option in answer.items())

    def rows(
        self,
        structure: JSON,
        wording: Mapping[str, Any],
        order: list[str],
        answer: JSON | None,
        answer_key: JSON | None,
    ) -> list[RowView]:
        given = answer or {}
        return [
            RowView(
                id=each,
                text=wording["left"][each],
                choices=tuple(
                    OptionView(id=option, text=wording["options"][option], chosen=given.get(each) == option)
                    for option in order
                ),
                mark=("right" if given.get(each) == answer_key[each] else "wrong") if answer_key else "",
                right_text=wording["options"][answer_key[each]] if answer_key else "",
            )
            for each in structure["left"]
        ]
