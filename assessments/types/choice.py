"""Single choice, true or false, and multiple response."""

import random
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.types.base import JSON, RIGHT, WRONG, FormData, InvalidAnswer, ItemType, OptionView


class Choice(ItemType):
    """Options of which some are right. An answer is a sorted list of option ids."""

    template = "assessments/items/choice.html"
    single = False

    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        options = structure.get("options", [])
        found = []
        if len(options) < 2:
            found.append("a question to choose from needs at least two options.")
        if len(set(options)) != len(options):
            found.append("two options have the same id.")
        unknown = [each for each in answer_key if each not in options]
        found += [f"the key names “{each}”, which is no option." for each in unknown]
        if not answer_key:
            found.append("the key names no right option.")
        if self.single and len(answer_key) > 1:
            found.append("a single choice has one right option; the key names several.")
        return found

    def read(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        answer = sorted(set(data.getlist(prefix)))
        return self.normalise(structure, answer) if answer else None

    def normalise(self, structure: JSON, answer: JSON) -> JSON:
        if not isinstance(answer, list) or not answer or any(each not in structure["options"] for each in answer):
            raise InvalidAnswer(_("The answer names an option that this question does not have."))
        if len(set(answer)) != len(answer) or (self.single and len(answer) > 1):
            raise InvalidAnswer(_("The answer names more options than this question takes."))
        return sorted(answer)

    def score(self, structure: JSON, answer_key: JSON, answer: JSON | None) -> Fraction:
        return RIGHT if answer is not None and sorted(answer) == sorted(answer_key) else WRONG

    def interaction(self, structure: JSON, answer: JSON) -> tuple[str, str]:
        return "choice", "[,]".join(answer)

    def rows(
        self,
        structure: JSON,
        wording: Mapping[str, Any],
        order: list[str],
        answer: JSON | None,
        answer_key: JSON | None,
    ) -> list[OptionView]:
        chosen = set(answer or ())
        key = set(answer_key) if answer_key is not None else None
        return [
            OptionView(id=each, text=wording["options"][each], chosen=each in chosen, mark=_mark(each, chosen, key))
            for each in order
        ]


def _mark(option: str, chosen: set[str], key: set[str] | None) -> str:
    if key is None:
        return ""
    if option in key:
        return "right"
    return "wrong" if option in chosen else ""


class Single(Choice):
    name = "single"
    single = True


class TrueFalse(Single):
    """Two options that stay as listed."""

    name = "truefalse"

    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        found = super().problems(structure, answer_key)
        if len(structure.get("options", [])) > 2:
            found.append("true or false has two options.")
        return found

    def paper_order(self, structure: JSON, rng: random.Random) -> list[str]:
        return list(structure["options"])


class Multiple(Choice):
    """All right options and no other: all or nothing."""

    name = "multiple"
