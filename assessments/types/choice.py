"""Single choice, true or false, and multiple response."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.types.base import (
    ALL,
    JSON,
    PARTIAL,
    PENALTY,
    RIGHT,
    WRONG,
    FormData,
    InvalidAnswer,
    ItemType,
    OptionView,
    id_problems,
    scoring_of,
)


class Choice(ItemType):
    """Options of which some are right. An answer is a sorted list of option ids."""

    template = "assessments/items/choice.html"

    def is_single(self, structure: JSON) -> bool:
        """Whether one option is chosen, and no more."""
        return False

    def takes_several(self, structure: JSON) -> bool:
        return not self.is_single(structure)

    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        options = structure.get("options", [])
        if found := id_problems(options):
            return found
        if len(options) < 2:
            found.append(_("a question to choose from needs at least two options."))
        if not isinstance(answer_key, list):
            return [*found, _("the key is a list of options.")]
        unknown = [each for each in answer_key if each not in options]
        found += [_("the key names “%(id)s”, which is no option.") % {"id": each} for each in unknown]
        if not answer_key:
            found.append(_("the key names no right option."))
        elif not unknown and len(set(answer_key)) != len(answer_key):
            found.append(_("the key names an option twice."))
        if self.is_single(structure) and len(answer_key) > 1:
            found.append(_("a single choice has one right option; the key names several."))
        return found + self.common_problems(structure)

    def read(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        answer = sorted(set(data.getlist(prefix)))
        return self.normalise(structure, answer) if answer else None

    def normalise(self, structure: JSON, answer: JSON) -> JSON:
        options = structure["options"]
        if (
            not isinstance(answer, list)
            or not answer
            or any(not isinstance(each, str) or each not in options for each in answer)
        ):
            raise InvalidAnswer(_("The answer names an option that this question does not have."))
        if len(set(answer)) != len(answer) or (self.is_single(structure) and len(answer) > 1):
            raise InvalidAnswer(_("The answer names more options than this question takes."))
        return sorted(answer)

    def score(self, structure: JSON, answer_key: JSON, answer: JSON | None) -> Fraction:
        chosen, key = set(answer or ()), set(answer_key)
        scoring = scoring_of(self, structure)
        if scoring == PARTIAL and chosen:
            # Ticking everything gains nothing. As Moodle's “OU multiple response”.
            return Fraction(len(chosen & key), max(len(chosen), len(key)))
        if scoring == PENALTY:
            return max(WRONG, Fraction(len(chosen & key) - len(chosen - key), len(key)))
        return RIGHT if chosen == key else WRONG

    def interaction(self, structure: JSON, answer: JSON) -> tuple[str, str]:
        return "choice", "[,]".join(answer)

    def rows(
        self,
        structure: JSON,
        wording: Mapping[str, Any],
        order: list[str],
        answer: JSON | None,
        answer_key: JSON | None,
        language: str = "",
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
    """One right option."""

    name = "single"

    def is_single(self, structure: JSON) -> bool:
        return True


class TrueFalse(Single):
    """Two options that stay as listed."""

    name = "truefalse"
    is_shuffled = False

    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        found = super().problems(structure, answer_key)
        if len(structure.get("options", [])) > 2:
            found.append(_("true or false has two options."))
        return found


class Multiple(Choice):
    """All right options and no other, or by their share."""

    name = "multiple"
    scorings = (ALL, PARTIAL, PENALTY)
