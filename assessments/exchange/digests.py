"""When two questions are the same, whatever their options are called and wherever they came from."""

import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from assessments.types import TYPES
from assessments.types.base import scoring_of
from assessments.types.typed import FOLDS

#: What differs without making another question: the order that is kept, and how much may be typed.
_ASIDE = ("pinned", "scoring", "picture", "length")


def same(
    *,
    type: str,
    structure: Mapping[str, Any],
    answer_key: Any,
    text: Mapping[str, Any],
    points: int = 1,
    picture: str = "",
) -> bytes:
    """A digest that is equal for equal questions of one language.

    Arguments:
        structure: one that has no problems.
        picture: the digest of the picture, where there is one.
    """
    names, scoring = _names(type, structure), scoring_of(TYPES[type], structure)
    words = {part: value for part, value in text.items() if part != "picture"}
    if type == "truefalse":
        words.pop("options", None)  # each language, and each author, has words of their own for it
    if type == "matching":  # in which order partners are listed says nothing: officers see them mixed
        words["options"], words["left"] = _partners(structure, answer_key, text)
        structure, answer_key = {}, []
    content = [
        type,
        scoring,
        _renamed({name: value for name, value in structure.items() if name not in _ASIDE}, names),
        _key(type, answer_key, names),
        {part: _words(value, names) if isinstance(value, Mapping | str) else value for part, value in words.items()},
        points,
        picture,
    ]
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).digest()[:16]


def alike(type: str, text: Mapping[str, Any]) -> bytes:
    """A digest of the words alone: equal whichever answer of a question is the right one.

    By it a question is known again of which somebody may not see the key, so that nobody finds it out by trying.
    """
    words = {part: value for part, value in text.items() if part not in ("feedback", "picture", "rubric")}
    if type == "truefalse":
        words.pop("options", None)
    content = {
        part: sorted(_words(each, {}) for each in value.values()) if isinstance(value, Mapping) else _words(value, {})
        for part, value in words.items()
        if value
    }
    plain = json.dumps(["alike", type, content], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).digest()[:16]


def _partners(structure: Mapping[str, Any], key: Any, text: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """The words of all partners, and those of each entry with its own."""

    def plain(part: str, option: str) -> str:
        return " ".join(str(text[part][option]).split())

    pairs = [[plain("left", each), plain("options", key[each])] for each in structure["left"]]
    return sorted({plain("options", each) for each in structure["options"]}), pairs


def _names(type: str, structure: Mapping[str, Any]) -> dict[str, str]:
    """The ids of a question, each with its place instead; those of sets and gaps stand in texts, and stay."""
    if type in ("set", "gaps"):
        return {}
    return {
        each: f"{part}{place}"
        for part in ("options", "left", "units")
        for place, each in enumerate(structure.get(part, ()))
    }


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {names.get(key, key): _renamed(each, names) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


def _key(type: str, key: Any, names: Mapping[str, str]) -> Any:
    if type == "shorttext":
        accepted = sorted({each for texts in key["accepted"].values() for each in texts})
        return [accepted, sorted(key.get("folds", FOLDS))]
    if type == "number":
        tolerance = Fraction(key.get("tolerance", "0"))
        if key.get("in_percent"):
            tolerance = abs(Fraction(key["value"])) * tolerance / 100
        return [key["value"], str(tolerance), names.get(key.get("unit", ""), "")]
    own = _renamed(key, names)
    return sorted(own) if type in ("single", "multiple", "truefalse", "hotspot") else own


def _words(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {names.get(key, key): _words(each, names) for key, each in value.items()}
    return " ".join(str(value).split())
