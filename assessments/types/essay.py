"""An essay: stored, and marked by a person."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.types.base import JSON, WRONG, FormData, ItemType, TypedView, id_problems
from assessments.types.typed import length_problems, typed

#: How long an essay may be, where nothing else is said, and at most.
USUAL, LONGEST = 4000, 20_000
#: The one criterion of an essay without a rubric, and how much it gives.
AS_A_WHOLE, WHOLE = "whole", 10
#: How much a rubric may give in all: the mean of two marks is a share that `assessments.grading.exact` still knows.
MOST_RUBRIC = 25
MOST_CRITERIA = 8


class Essay(ItemType):
    """An answer is a text of any number of lines. There is no key: a person marks it.

    ``structure["length"]`` is how many characters it may have. ``structure["rubric"]`` is by what it is marked:
    ``[{"id", "points"}]``, each criterion with its text in ``wording["rubric"]``; without one it is marked as a whole,
    0 to `WHOLE`.
    """

    name = "essay"
    template = "assessments/items/essay.html"
    is_marked_by_hand = True
    is_shuffled = False

    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        found = length_problems(structure, LONGEST)
        if answer_key or answer_key is None:
            found.append(_("an essay has no key: a person marks it."))
        return found + rubric_problems(structure.get("rubric", [])) + self.common_problems(structure)

    def own_parts(self, structure: JSON) -> dict[str, Sequence[str]]:
        rubric = structure.get("rubric")
        return {"rubric": [each["id"] for each in rubric]} if rubric else {}

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


def criteria_of(structure: JSON) -> dict[str, int]:
    """Criterion → how many points it gives at most, in the order of the rubric."""
    return {each["id"]: each["points"] for each in structure.get("rubric", ())} or {AS_A_WHOLE: WHOLE}


def points_in_words(
    given: Mapping[str, str], structure: JSON, wording: Mapping[str, Any]
) -> list[tuple[str, str, int]]:
    """(criterion in words, its points, of how many), in the order of the rubric; without words as a whole."""
    words = wording.get("rubric", {})
    return [
        (words.get(each, ""), f"{Decimal(given[each]).normalize():f}", most)
        for each, most in criteria_of(structure).items()
        if each in given
    ]


def rubric_problems(rubric: JSON) -> list[str]:
    """What is wrong with a rubric, for authors."""
    if not isinstance(rubric, list) or not all(
        isinstance(each, Mapping) and set(each) == {"id", "points"} and type(each["points"]) is int for each in rubric
    ):
        return [_("a rubric is a list of criteria, each with an id and its points.")]
    found = id_problems([each["id"] for each in rubric])
    if len(rubric) > MOST_CRITERIA:
        found.append(_("a rubric has %(most)d criteria at most.") % {"most": MOST_CRITERIA})
    if any(each["points"] < 1 for each in rubric):
        found.append(_("a criterion gives one point at least."))
    if sum(each["points"] for each in rubric) > MOST_RUBRIC:
        found.append(_("a rubric gives %(most)d points at most.") % {"most": MOST_RUBRIC})
    return found


def _most(structure: JSON) -> int:
    return int(structure.get("length", USUAL))
