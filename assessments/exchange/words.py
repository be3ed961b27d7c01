"""Words that a question of the bank must have and other systems do not ask for, in the language of the question."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from assessments.exchange.question import FALSE, TRUE
from assessments.types import TYPES
from assessments.types.typed import shown_key

#: What stands before a feedback: for which answers it is.
RIGHT, PARTLY_RIGHT, WRONG = gettext_lazy("Right"), gettext_lazy("Partly right"), gettext_lazy("Wrong")
ANYTHING_ELSE = gettext_lazy("Anything else")
#: What gaps ask that came without a question, and a place on a picture that came without a name.
FILL_IN, PLACE_NAME = gettext_lazy("Fill in the gaps."), gettext_lazy("Place %(letter)s")


def spoken(words: Promise, language: str) -> str:
    """Words of ours in a language."""
    with override(language):
        return str(words)


def truths(language: str) -> dict[str, str]:
    """The two answers to a statement."""
    with override(language):
        return {TRUE: _("True"), FALSE: _("False")}


def explanation(
    type: str, structure: Mapping[str, Any], answer_key: Any, text: Mapping[str, Any], language: str
) -> str:
    """What stands as the feedback of a question that came without one: its right answer."""
    if TYPES[type].is_marked_by_hand:
        with override(language):
            return _("A person reads this answer and marks it.")
    answer = "; ".join(_right(type, structure, answer_key, text, language))
    with override(language):
        return _("The right answer: %(answer)s") % {"answer": answer}


def _right(
    type: str, structure: Mapping[str, Any], key: Any, text: Mapping[str, Any], language: str, under: str = ""
) -> Iterator[str]:
    """The words of the right answer. `under` is the id of the part of a set whose texts they are."""

    def words(part: str, option: str) -> str:
        return str(text.get(part, {}).get(f"{under}{option}", option))

    if type in ("single", "multiple", "truefalse", "hotspot"):
        yield from (words("options", each) for each in structure["options"] if each in key)
    elif type == "ordering":
        yield from (f"{place}. {words('options', each)}" for place, each in enumerate(key, start=1))
    elif type == "matching":
        yield from (f"{words('left', each)} – {words('options', key[each])}" for each in structure["left"])
    elif type == "shorttext":
        yield shown_key(key, language)
    elif type == "number":
        tolerance = key.get("tolerance", "0")
        near = "" if tolerance == "0" else f" ± {tolerance}" + (" %" if key.get("in_percent") else "")
        unit = f" {words('units', key['unit'])}" if key.get("unit") else ""
        yield f"\u2066{key['value']}{near}\u2069{unit}" if near else f"{key['value']}{unit}"
    elif type == "gaps":
        for gap in structure["gaps"]:
            own = key[gap["id"]]
            yield shown_key(own, language) if isinstance(own, Mapping) else words("options", own)
    elif type == "set":
        for number, part in enumerate(structure["parts"], start=1):
            own = _right(part["type"], part["structure"], key[part["id"]], text, language, f"{part['id']}-")
            yield f"{number}. {', '.join(own)}"
