"""Matching the left with the right."""

from collections.abc import Mapping, Sequence
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
    scoring_of,
    share,
    stranger,
)


class Matching(ItemType):
    """An answer maps left ids to option ids. All pairs right, or the share of right pairs.

    Scored by its share it may be left unfinished; else every left id has its partner.
    """

    name = "matching"
    template = "assessments/items/rows.html"
    scorings = (ALL, PARTIAL)

    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        left, options = structure.get("left", []), structure.get("options", [])
        if found := id_problems(left) or id_problems(options):
            return found
        # One partner for all is a poor question and a sound one; other systems have such.
        if len(left) < 2 or not options:
            found.append(_("a matching needs at least two entries on the left and one on the right."))
        if not isinstance(answer_key, dict) or set(answer_key) != set(left):
            return [*found, _("the key must give every left entry its partner.")]
        found += [
            _("the key names “%(id)s”, which is no option.") % {"id": each}
            for each in answer_key.values()
            if each not in options
        ]
        return found + self.common_problems(structure)

    def own_parts(self, structure: JSON) -> dict[str, Sequence[str]]:
        return {"left": structure["left"], "options": structure["options"]}

    def is_whole(self, structure: JSON) -> bool:
        return scoring_of(self, structure) == ALL

    def read(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        answer = {each: partner for each, partner in self.draft(structure, data, prefix).items() if partner}
        if not answer:
            return None
        if len(answer) < len(structure["left"]) and self.is_whole(structure):
            raise InvalidAnswer(_("Give every entry its partner."))
        return self.normalise(structure, answer)

    def draft(self, structure: JSON, data: FormData, prefix: str) -> dict[str, str]:
        return {each: str(data.get(f"{prefix}-{each}") or "") for each in structure["left"]}

    def normalise(self, structure: JSON, answer: JSON) -> JSON:
        left, options = structure["left"], structure["options"]
        if not isinstance(answer, dict) or not answer or not set(answer) <= set(left):
            raise stranger()
        if any(not isinstance(each, str) or each not in options for each in answer.values()):
            raise stranger()
        if len(answer) < len(left) and self.is_whole(structure):
            raise stranger()
        return {each: answer[each] for each in left if each in answer}

    def score(self, structure: JSON, answer_key: JSON, answer: JSON | None) -> Fraction:
        given = answer or {}
        right = sum(given.get(each) == partner for each, partner in answer_key.items())
        return share(self, structure, right, len(answer_key))

    def interaction(self, structure: JSON, answer: JSON) -> tuple[str, str]:
        return "matching", "[,]".join(f"{left}[.]{option}" for left, option in answer.items())

    def rows(
        self,
        structure: JSON,
        wording: Mapping[str, Any],
        order: list[str],
        answer: JSON | None,
        answer_key: JSON | None,
        language: str = "",
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
