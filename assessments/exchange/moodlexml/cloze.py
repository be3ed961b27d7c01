"""Moodle's text with embedded answers, ``{1:MULTICHOICE:=right~wrong#feedback}``: taken apart, and put together.

https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type
"""

import html
import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from assessments.exchange.question import MOST_PARTS, Left

_START = re.compile(r"\{([0-9]*):([A-Z]{2,}(?:_[A-Z]+)?):?")
_KINDS = {
    **dict.fromkeys(("SHORTANSWER", "SA", "MW"), ("typed", "")),
    **dict.fromkeys(("SHORTANSWER_C", "SAC", "MWC"), ("typed", "case")),
    **dict.fromkeys(("NUMERICAL", "NM"), ("number", "")),
    **dict.fromkeys(("MULTICHOICE", "MC"), ("choice", "listed inline")),
    **dict.fromkeys(("MULTICHOICE_S", "MCS"), ("choice", "inline")),
    **dict.fromkeys(("MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH"), ("choice", "listed")),
    **dict.fromkeys(("MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"), ("choice", "")),
    **dict.fromkeys(("MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH"), ("several", "listed")),
    **dict.fromkeys(("MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_HS", "MRHS"), ("several", "")),
}
#: What an answer has to be written by its number, because it means something where it stands.
_SPECIAL = re.compile(r"[\\&#~{}\"<>]|^[=%]")


@dataclass(frozen=True)
class Alternative:
    """One answer of a gap: its text as HTML, what it counts in percent, and its feedback as HTML."""

    text: str
    percent: float
    feedback: str = ""


@dataclass(frozen=True)
class Gap:
    """A gap: `kind` is ``typed``, ``number``, ``choice`` or ``several``."""

    kind: str
    weight: int
    alternatives: tuple[Alternative, ...]
    is_listed: bool = False
    is_inline: bool = True
    heeds_case: bool = False
    is_specific: bool = False


@dataclass
class Cloze:
    """Words and gaps in turn: one more piece of words than gaps."""

    words: list[str] = field(default_factory=lambda: [""])
    gaps: list[Gap] = field(default_factory=list)


def parse(text: str) -> Cloze:
    """A text taken apart; what looks like no gap stays words.

    Raises:
        Left: it has far more gaps than a question can have.
    """
    found, begin, place = Cloze([]), 0, 0
    while match := _START.search(text, place):
        place = match.end()
        kind = _KINDS.get(match[2])
        if kind is None:
            continue
        if len(found.gaps) == MOST_PARTS:
            raise Left(_("A question has at most %(most)s options.") % {"most": 40})
        end = _end(text, place)
        if end < 0:
            break  # nor does any that follows end
        found.words.append(text[begin : match.start()])
        found.gaps.append(_gap(kind, match[1], text[place:end]))
        begin = place = end + 1
    found.words.append(text[begin:])
    return found


def _end(text: str, place: int) -> int:
    """Where the gap ends: at the first brace that is not escaped."""
    end = place
    while (end := text.find("}", end)) >= 0:
        if text[end - 1] != "\\":
            return end
        end += 1
    return -1


def _gap(kind: tuple[str, str], weight: str, inside: str) -> Gap:
    # “#” parts feedback, except in an entity.
    pieces = re.split(r"(?<!\\)~", inside) if inside else []
    alternatives, is_specific = [], False
    for piece in pieces:
        answer, _sign, feedback = _parted(piece)
        percent = 0.0
        given = re.match(r"\s*(?:=|%(-?[0-9]+(?:[.,][0-9]*)?)%)", answer)
        if given:
            percent = float(given[1].replace(",", ".")) if given[1] else 100.0
            is_specific = is_specific or given[1] is not None
            answer = answer[given.end() :]
        if answer.strip():
            alternatives.append(Alternative(_bare(answer), percent, _bare(feedback)))
    traits = kind[1]
    return Gap(
        kind=kind[0],
        weight=int(weight[:4] or 1) or 1,
        alternatives=tuple(alternatives),
        is_listed="listed" in traits,
        is_inline="inline" in traits,
        heeds_case="case" in traits,
        is_specific=is_specific,
    )


def _parted(piece: str) -> tuple[str, str, str]:
    mark = re.search(r"(?<!\\)(?<!&)(?<!&amp;)#", piece)
    return (piece[: mark.start()], "#", piece[mark.end() :]) if mark else (piece, "", "")


def _bare(text: str) -> str:
    return html.unescape(re.sub(r"\\([~#}/\"\\{])", r"\1", text.strip()))


# --- out


def protected(words: str) -> str:
    """HTML between gaps, in which nothing is taken for a gap."""
    return words.replace("{", "&#123;")


def written(gap: Gap) -> str:
    """A gap as it stands in a text."""
    name = {
        "typed": "SHORTANSWER_C" if gap.heeds_case else "SHORTANSWER",
        "number": "NUMERICAL",
        "choice": ("MULTICHOICE" if gap.is_inline else "MULTICHOICE_V") if gap.is_listed else "",
        "several": "MULTIRESPONSE" if gap.is_listed else "MULTIRESPONSE_S",
    }[gap.kind] or ("MULTICHOICE_S" if gap.is_inline else "MULTICHOICE_VS")
    inside = "~".join(f"{_percent(gap, each.percent)}{_quoted(each.text)}" for each in gap.alternatives)
    return f"{{{gap.weight}:{name}:{inside}}}"


def _percent(gap: Gap, percent: float) -> str:
    if percent == 100:
        return "="
    # Where several are chosen, a wrong one takes points away, if it does not say that it takes none.
    return f"%{percent:.7f}".rstrip("0").rstrip(".") + "%" if percent or gap.kind == "several" else ""


def _quoted(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text)
