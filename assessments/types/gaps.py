"""A text with gaps: words to choose, or to type."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.types.base import (
    ALL,
    JSON,
    PARTIAL,
    FormData,
    ItemType,
    OptionView,
    PieceView,
    RowView,
    TypedView,
    id_problems,
    share,
    stranger,
)
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

#: A gap in the text of every language.
MARK = re.compile(r"\[\[([^\[\]\s]{1,40})\]\]")


class Gaps(ItemType):
    """``structure["gaps"]`` lists ``{"id"}`` with ``"options"`` to choose from, or else to be typed (``"length"``).

    ``wording["text"]`` has the mark of every gap once, ``[[g1]]``, where the language wants it. An answer maps gaps to
    an option or a typed text; it may be left unfinished. The key maps every gap to its option, or to accepted texts as
    those of a short text. All gaps right, or the share of right gaps.
    """

    name = "gaps"
    template = "assessments/items/gaps.html"
    scorings = (ALL, PARTIAL)

    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        gaps = structure.get("gaps")
        if not isinstance(gaps, list) or not gaps or any(not isinstance(each, Mapping) for each in gaps):
            return [_("a text with gaps needs at least one gap.")]
        ids = [each.get("id") for each in gaps]
        if found := id_problems(ids) or [each for gap in gaps for each in id_problems(gap.get("options", []))]:
            return found
        if not isinstance(answer_key, Mapping) or set(answer_key) != set(ids):
            return [_("the key must fill every gap.")]
        for gap in gaps:
            key = answer_key[gap["id"]]
            if "options" not in gap:
                found += length_problems(gap, LONGEST_SHORT) or accepted_problems(key, _most(gap))
            elif len(gap["options"]) < 2:
                found.append(_("a gap to choose for needs at least two options."))
            elif key not in gap["options"]:
                found.append(_("the key names “%(id)s”, which is no option.") % {"id": key})
        return found + self.common_problems(structure)

    def own_parts(self, structure: JSON) -> dict[str, Sequence[str]]:
        options = self.listed_order(structure)
        return {"options": options} if options else {}

    def lines(self, structure: JSON) -> Sequence[str]:
        return ("text",)

    def wording_problems(self, structure: JSON, wording: Mapping[str, Any]) -> list[str]:
        found = super().wording_problems(structure, wording)
        marks = Counter(MARK.findall(str(wording.get("text") or "")))
        ids = [gap["id"] for gap in structure["gaps"]]
        found += [
            "text: " + _("the gap [[%(id)s]] stands in it once.") % {"id": each} for each in ids if marks[each] != 1
        ]
        return found + [
            "text: " + _("“%(id)s” is no part of this question.") % {"id": each} for each in marks if each not in ids
        ]

    def languages(self, answer_key: JSON) -> frozenset[str] | None:
        return spoken(answer_key)

    def basis(self, structure: JSON, answer_key: JSON) -> JSON:
        """Without the accepted texts: one more of them changes nothing in what is translated."""
        key = {
            gap: {"folds": list(each.get("folds", FOLDS))} if isinstance(each, Mapping) else each
            for gap, each in answer_key.items()
        }
        return [structure, key]

    def listed_order(self, structure: JSON) -> list[str]:
        """Gaps may share options; each stands in it once."""
        return list(dict.fromkeys(each for gap in structure["gaps"] for each in gap.get("options", ())))

    def read(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        answer = {gap: text for gap, text in self.draft(structure, data, prefix).items() if text.strip()}
        return self.normalise(structure, answer) if answer else None

    def draft(self, structure: JSON, data: FormData, prefix: str) -> dict[str, str]:
        return {gap["id"]: str(data.get(f"{prefix}-{gap['id']}") or "") for gap in structure["gaps"]}

    def normalise(self, structure: JSON, answer: JSON) -> JSON:
        gaps = {gap["id"]: gap for gap in structure["gaps"]}
        if not isinstance(answer, dict) or not answer or not set(answer) <= set(gaps):
            raise stranger()
        found: dict[str, str] = {}
        for gap_id, gap in gaps.items():
            if gap_id not in answer:
                continue
            given = answer[gap_id]
            if "options" not in gap:
                found[gap_id] = typed(given, _most(gap), is_required=True)
            elif isinstance(given, str) and given in gap["options"]:
                found[gap_id] = given
            else:
                raise stranger()
        return found

    def solution(self, structure: JSON, answer_key: JSON, language: str = "") -> JSON | None:
        return {
            gap["id"]: shown_key(key, language) if isinstance(key := answer_key[gap["id"]], Mapping) else key
            for gap in structure["gaps"]
        }

    def score(self, structure: JSON, answer_key: JSON, answer: JSON | None) -> Fraction:
        right = sum(_fills(answer_key[gap["id"]], (answer or {}).get(gap["id"])) for gap in structure["gaps"])
        return share(self, structure, right, len(structure["gaps"]))

    def interaction(self, structure: JSON, answer: JSON) -> tuple[str, str]:
        return "fill-in", "[,]".join(answer.get(gap["id"], "") for gap in structure["gaps"])

    def rows(
        self,
        structure: JSON,
        wording: Mapping[str, Any],
        order: list[str],
        answer: JSON | None,
        answer_key: JSON | None,
        language: str = "",
    ) -> list[PieceView]:
        gaps = {gap["id"]: gap for gap in structure["gaps"]}
        found: list[PieceView] = []
        # Every second piece is the id of a gap.
        for place, piece in enumerate(MARK.split(wording["text"])):
            if not place % 2:
                found += [PieceView(words=piece)] if piece else []
            elif piece in gaps:
                given = (answer or {}).get(piece, "")
                key = answer_key[piece] if answer_key is not None else None
                found.append(_gap(gaps[piece], place // 2 + 1, wording, order, given, key, language))
        return found


def _gap(
    gap: Mapping[str, Any],
    number: int,
    wording: Mapping[str, Any],
    order: list[str],
    given: str,
    key: JSON | None,
    language: str,
) -> PieceView:
    mark = "" if key is None else "right" if _fills(key, given) else "wrong"
    if "options" not in gap:
        right_text = "" if key is None else shown_key(key, language)
        return PieceView(number=number, typed=TypedView(gap["id"], given, _most(gap), mark, right_text))
    texts = wording["options"]
    choices = tuple(
        OptionView(id=each, text=texts[each], chosen=given == each) for each in order if each in gap["options"]
    )
    right_text = "" if key is None else texts[key]
    return PieceView(number=number, row=RowView(gap["id"], "", choices, mark, right_text))


def _fills(key: JSON, given: str | None) -> bool:
    if not given:
        return False
    return is_accepted(key, given) if isinstance(key, Mapping) else given == key


def _most(gap: Mapping[str, Any]) -> int:
    return int(gap.get("length", SHORT))
