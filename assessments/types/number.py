"""A number, with a tolerance and perhaps a unit."""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.types.base import (
    JSON,
    RIGHT,
    WRONG,
    FormData,
    InvalidAnswer,
    ItemType,
    OptionView,
    TypedView,
    id_problems,
    stranger,
)
from assessments.types.typed import typed
from lms.text import ascii_digits

#: How many characters a number may have, as it is typed.
MOST = 40
_CANONICAL = re.compile(r"(-?)([0-9]{1,20})(?:\.([0-9]{1,20}))?")
_SIGNS = str.maketrans({"−": "-", "‐": "-", "–": "-", "＋": "+", "﹣": "-", "－": "-", "．": ".", "，": ","})
#: Parts thousands, and means nothing: spaces of any width, apostrophes, the Arabic sign for it; and marks of direction.
_GROUPS = re.compile("[\\s'’٬\u200e\u200f\u061c\u2066-\u2069]")


_TWO_WAYS = re.compile("[1-9][0-9]{0,2}[,.][0-9]{3}")
#: Thousands in threes, or as in South Asia in twos before the last three.
_WHOLE = re.compile(r"[0-9]*|[0-9]{1,3}(?:([,.])[0-9]{3})(?:\1[0-9]{3})*|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")


class Number(ItemType):
    """An answer is ``{"value": decimal}``, with ``"unit"`` where the structure lists units.

    The key: ``{"value", "tolerance", "in_percent", "unit"}``: right is what is as near as the tolerance, the edge
    included, in the unit of the key. Decimals are texts, so that nothing is lost in a binary fraction.
    """

    name = "number"
    template = "assessments/items/typed.html"
    is_shuffled = False

    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        units = structure.get("units", [])
        if found := id_problems(units):
            return found
        if not isinstance(answer_key, Mapping) or not set(answer_key) <= {"value", "tolerance", "in_percent", "unit"}:
            return [_("the key is a value, with a tolerance and a unit where there are some.")]
        for name in ("value", "tolerance"):
            text = answer_key.get(name, "0" if name == "tolerance" else None)
            if not isinstance(text, str) or _canonical(text) != text:
                found.append(_("“%(text)s” is no number as 12 or 0.5.") % {"text": text})
            elif name == "tolerance" and text.startswith("-"):
                found.append(_("a tolerance is not below zero."))
        if type(answer_key.get("in_percent", False)) is not bool:
            found.append(_("whether a tolerance is in percent is yes or no."))
        if answer_key.get("unit") not in (units or [None]):
            found.append(_("the key names the unit, if there are units, and no other."))
        return found + self.common_problems(structure)

    def own_parts(self, structure: JSON) -> dict[str, Sequence[str]]:
        return {"units": structure["units"]} if structure.get("units") else {}

    def read(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        text, unit = typed(data.get(prefix) or "", MOST), str(data.get(f"{prefix}-unit") or "")
        if not text:
            return None
        answer = {"value": number_in(text)}
        if structure.get("units"):
            if not unit:
                raise InvalidAnswer(_("Choose the unit, too."))
            answer["unit"] = unit
        return self.normalise(structure, answer)

    def draft(self, structure: JSON, data: FormData, prefix: str) -> JSON | None:
        """``typed`` is the text as it was typed, where an answer has its value."""
        return {"typed": str(data.get(prefix) or ""), "unit": str(data.get(f"{prefix}-unit") or "")}

    def normalise(self, structure: JSON, answer: JSON) -> JSON:
        units = structure.get("units")
        if not isinstance(answer, dict) or set(answer) != ({"value", "unit"} if units else {"value"}):
            raise stranger()
        value = _canonical(answer["value"]) if isinstance(answer["value"], str) else None
        if value is None:
            raise no_number()
        if not units:
            return {"value": value}
        if not isinstance(answer["unit"], str) or answer["unit"] not in units:
            raise stranger()
        return {"value": value, "unit": answer["unit"]}

    def solution(self, structure: JSON, answer_key: JSON, language: str = "") -> JSON | None:
        return {name: answer_key[name] for name in ("value", "unit") if name in answer_key}

    def score(self, structure: JSON, answer_key: JSON, answer: JSON | None) -> Fraction:
        if answer is None or answer.get("unit") != answer_key.get("unit"):
            return WRONG
        given, wanted = Fraction(answer["value"]), Fraction(answer_key["value"])
        tolerance = Fraction(answer_key.get("tolerance", "0"))
        if answer_key.get("in_percent"):
            tolerance = abs(wanted) * tolerance / 100
        return RIGHT if abs(given - wanted) <= tolerance else WRONG

    def interaction(self, structure: JSON, answer: JSON) -> tuple[str, str]:
        # A numeric response is a number and nothing else, so one with a unit is two things filled in.
        if "unit" in answer:
            return "fill-in", f"{answer['value']}[,]{answer['unit']}"
        return "numeric", str(answer["value"])

    def rows(
        self,
        structure: JSON,
        wording: Mapping[str, Any],
        order: list[str],
        answer: JSON | None,
        answer_key: JSON | None,
        language: str = "",
    ) -> list[TypedView]:
        given = answer or {}
        units = tuple(
            OptionView(id=each, text=wording["units"][each], chosen=given.get("unit") == each)
            for each in structure.get("units", ())
        )
        mark = right_text = ""
        if answer_key is not None:
            mark = "right" if self.is_right(structure, answer_key, answer) else "wrong"
            right_text = _in_words(answer_key, {unit.id: unit.text for unit in units})
        text = given.get("typed") or _again(given.get("value", ""))
        return [TypedView("", text, MOST, mark, right_text, units)]


def number_in(text: str) -> str:
    """The canonical decimal that a typed number means, in any script.

    Digits of every script count. Spaces, apostrophes and “٬” part thousands. “٫” is the decimal sign. Where both “,”
    and “.” stand, the last is the decimal sign; one that stands more than once parts thousands; one that stands once is
    the decimal sign, except where it could part thousands as well, as in 1,250.

    Raises:
        InvalidAnswer: it is no number, or can be read in two ways, which differ by a thousand.
    """
    plain = _GROUPS.sub("", ascii_digits(text).translate(_SIGNS))
    minus = "-" if plain.startswith("-") else ""
    plain = plain[1:] if plain[:1] in "+-" else plain
    signs = [each for each in plain if each in ",.٫"]
    decimal = ""
    if "٫" in signs:
        decimal = "٫"
    elif len(set(signs)) == 2:
        decimal = signs[-1]
    elif len(signs) == 1:
        decimal = signs[0]
        if _TWO_WAYS.fullmatch(plain):
            whole, _sign, rest = plain.partition(decimal)
            raise InvalidAnswer(
                _("“%(typed)s” can be read in two ways. Write it as %(thousands)s or as %(decimal)s.")
                % {"typed": text, "thousands": minus + whole + rest, "decimal": f"{minus}{whole}{decimal}{rest}0"}
            )
    whole, sign, rest = plain.partition(decimal) if decimal else (plain, "", "")
    if not plain or (sign and not rest) or not _WHOLE.fullmatch(whole):
        raise no_number()
    value = _canonical(f"{minus}{re.sub('[,.]', '', whole) or '0'}{'.' if sign else ''}{rest}")
    if value is None:
        raise no_number()
    return value


def no_number() -> InvalidAnswer:
    """For what is no number."""
    return InvalidAnswer(_("This is no number. Write it in digits, such as 12 or 12.5."))


def _canonical(text: str) -> str | None:
    """A decimal without what means nothing in it, or None if it is none."""
    found = _CANONICAL.fullmatch(text)
    if found is None:
        return None
    sign, whole, rest = found[1], found[2].lstrip("0") or "0", (found[3] or "").rstrip("0")
    value = f"{whole}.{rest}" if rest else whole
    return value if value == "0" else sign + value


def _again(value: str) -> str:
    """A value as it stands in its field, so that the same is read from it again: 1.125 could be 1125."""
    return f"{value}0" if _TWO_WAYS.fullmatch(value.removeprefix("-")) else value


def _in_words(key: Mapping[str, Any], units: Mapping[str, str]) -> str:
    """The right answer: the value, its tolerance, its unit. A calculation runs from left to right in every script."""
    value = str(key["value"])
    if key.get("tolerance", "0") != "0":
        value = f"\u2066{value} ± {key['tolerance']}" + (" %\u2069" if key.get("in_percent") else "\u2069")
    return " ".join(filter(None, (value, units.get(key.get("unit", ""), ""))))
