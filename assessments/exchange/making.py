"""Questions in the words of this site, from what other systems say in theirs. Pure; for all formats.

Others give each answer a part of the points, in percent; here a question is scored by all or nothing, by its share, or
by that less what is wrong. What is not exactly the same is taken as the stricter of what is near, so that nothing wrong
is ever counted as right, and is named as a loss.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from assessments.exchange.markup import one_line
from assessments.exchange.pieces import AS_MOODLE, UNSAID, compared_by
from assessments.exchange.question import FALSE, TRUE, Found, Left, Skipped
from assessments.exchange.words import truths
from assessments.types import TYPES
from assessments.types.base import ALL, PARTIAL, PENALTY
from assessments.types.typed import LONGEST_SHORT, SHORT

#: How far percents of a file may be off, being rounded.
NEAR = 0.01
#: The same of a share that is written in whole percents: 33, 33 and 34.
ROUNDED = 0.7
#: How many percents right answers may lie apart and still be scored by their share.
EVEN = 2
#: An id that is kept as a file has it.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{0,19}")
#: Stands in for a picture and its words while a question is judged: what a picture is, is decided later.
_PICTURE = {"address": f"/files/{'0' * 64}.png", "width": 100, "height": 100}
_WILD = re.compile(r"(?<!\\)\*")


@dataclass
class Made:
    """What a question is here, and the feedback for its answers, each with what it is about."""

    type: str
    structure: dict[str, Any]
    answer_key: Any
    text: dict[str, Any]
    remarks: list[tuple[str, str]] = field(default_factory=list)
    points: str = ""


def choice(words: Sequence[str], percents: Sequence[float], losses: list[str], *, is_single: bool) -> Made:
    """A question with options, each of which counts so much.

    Raises:
        Left: none is right, or several of which one is to be chosen.
    """
    options = letters(words)
    text = {"options": dict(zip(options, words, strict=True))}
    if is_single:
        right = [one_right(list(zip(words, percents, strict=True)), losses)]
        return Made("single", {"options": options}, [options[place] for place in right], text)
    right, scoring = nearest_scoring(percents, losses)
    structure = {"options": options} | ({"scoring": scoring} if scoring != ALL else {})
    return Made("multiple", structure, [options[place] for place in right], text)


def one_right(named: Sequence[tuple[str, float]], losses: list[str], *, none: str = "", several: str = "") -> int:
    """Which of the answers (text, percent) is the right one.

    Raises:
        Left: none is, or several are; `none` and `several` may say it better.
    """
    name_parts(named, losses)
    right = [place for place, (_text, percent) in enumerate(named) if percent >= 100 - NEAR]
    if not right:
        raise Left(none or _("No answer is right."))
    if len(right) > 1:
        raise Left(several or _("Several answers are right, and one is chosen."), is_error=not several)
    return right[0]


def nearest_scoring(percents: Sequence[float], losses: list[str]) -> tuple[list[int], str]:
    """Which options are right, and the nearest way to score them that is no kinder."""
    right = [place for place, each in enumerate(percents) if each > 0]
    wrong = [each for each in percents if each <= 0]
    if not right:
        raise Left(_("No answer is right."))
    share = 100 / len(right)
    gives = [percents[place] for place in right]
    takes_all = bool(wrong) and all(abs(each + 100) <= NEAR for each in wrong)
    if takes_all or max(gives) - min(gives) > EVEN or any(-each > share + EVEN for each in wrong):
        if len(right) > 1:
            losses.append(_("Some of the right answers gave a part of the points; here only all of them give points."))
        return right, ALL
    if any(abs(each - share) > ROUNDED for each in gives):
        losses.append(_("Right answers count differently there, and alike here."))
    if wrong and all(abs(each + share) <= ROUNDED for each in wrong):
        return right, PENALTY
    if any(wrong):
        losses.append(_("Wrong answers take points away as much as right ones give them."))
        return right, PENALTY
    if wrong:
        losses.append(_("Who chooses everything gains all points there, and not here."))
    return right, PARTIAL


def name_parts(named: Iterable[tuple[str, float]], losses: list[str]) -> None:
    """What is lost of answers (text, percent) that are right in part, or take points away."""
    is_taking = False
    for name, percent in named:
        is_taking = is_taking or percent < 0
        if NEAR < percent < 100 - NEAR:
            losses.append(
                _("“%(answer)s” counts %(percent)s %% there; here it is wrong.")
                % {"answer": one_line(name)[:60], "percent": f"{percent:.7g}"}
            )
    if is_taking:
        losses.append(less_than_nothing())


def less_than_nothing() -> str:
    """What is lost of answers that take points away where one is chosen or typed."""
    return _("Wrong answers took points away; here they give none.")


def statement(is_true: bool) -> Made:
    """A statement that is true or false; the plan puts the two words there."""
    text = {"options": {TRUE: "", FALSE: ""}}
    return Made("truefalse", {"options": [TRUE, FALSE]}, [TRUE if is_true else FALSE], text)


def truth_of(options: Sequence[str], texts: Mapping[str, str], key: Sequence[str], language: str) -> bool | None:
    """Whether a statement is true, or None where its answers are not the words “true” and “false”.

    Arguments:
        texts: the words of the answers; an answer without words has its id for one.
        language: of the texts.
    """
    words = {word.casefold(): truth for truth, word in truths(language).items()} | {TRUE: TRUE, FALSE: FALSE}
    said = {each: words.get(one_line(texts.get(each) or each).casefold(), "") for each in options}
    if sorted(said.values()) != [FALSE, TRUE] or len(key) != 1 or key[0] not in said:
        return None
    return said[key[0]] == TRUE


def no_truth() -> str:
    """What is lost of a statement whose answers have other words."""
    return _("Its answers are not “true” and “false”, so it becomes a single choice.")


def short_answers(named: Sequence[tuple[str, float]], losses: list[str], *, none: str = "") -> list[str]:
    """The texts of Moodle (text, percent) that are right in full, and stand for no others.

    Raises:
        Left: there is none; `none` may say it better.
    """
    name_parts(named, losses)
    full = [name for name, percent in named if percent >= 100 - NEAR and name]
    wild = [each for each in full if _WILD.search(each)]
    if wild:
        losses.append(
            _("A star stands for any text in “%(answer)s”; that is not taken over.") % {"answer": wild[0][:60]}
        )
    if len(wild) == len(full):
        raise Left(losses[-1] if wild else none or _("No answer is right."), is_error=not wild)
    return [each.replace("\\*", "*") for each in full if each not in wild]


def short_text(named: Sequence[tuple[str, float]], losses: list[str], *, heeds_case: bool = False) -> Made:
    """A typed text.

    Raises:
        Left: no answer is right.
    """
    right = short_answers(named, losses)
    return Made("shorttext", {**room_for(right)}, accepted(right, heeds_case=heeds_case), {})


def starred(text: str) -> str:
    """The inverse: an accepted text in which a star is a star."""
    return text.replace("*", "\\*")


def accepted(texts: Sequence[str], *, heeds_case: bool = False) -> dict[str, Any]:
    """The key of a typed text."""
    found: dict[str, Any] = {"accepted": {UNSAID: list(dict.fromkeys(one_line(each) for each in texts))}}
    return compared_by(found, AS_MOODLE, heeds_case=heeds_case)


def room_for(texts: Sequence[str]) -> dict[str, int]:
    """How long an answer may be, where the accepted ones need more than usual."""
    longest = max((len(each) for each in texts), default=0)
    return {"length": LONGEST_SHORT} if longest > SHORT else {}


def matching(pairs: Sequence[tuple[str, str]]) -> Made:
    """Left sides with their partners, equal ones being one; a partner without a left side is one more choice.

    Raises:
        Left: a left side has no partner.
    """
    if any(left and not partner for left, partner in pairs):
        raise Left(_("An entry has no partner."))
    partners = list(dict.fromkeys(partner for _left, partner in pairs if partner))
    ids = dict(zip(partners, letters(partners), strict=True))
    rows = {f"l{place}": pair for place, pair in enumerate((each for each in pairs if each[0]), start=1)}
    return Made(
        "matching",
        {"left": list(rows), "options": list(ids.values()), "scoring": PARTIAL},
        {each: ids[partner] for each, (_left, partner) in rows.items()},
        {
            "left": {each: left for each, (left, _partner) in rows.items()},
            "options": {each: partner for partner, each in ids.items()},
        },
    )


def mixed(order: Sequence[str], texts: Mapping[str, str]) -> list[str]:
    """Steps as they are shown: never in their right order, and always in the same other one."""
    shown = sorted(order, key=lambda each: hashlib.sha256(f"{texts[each]}\0{each}".encode()).digest())
    return shown if shown != list(order) else [*shown[1:], *shown[:1]]


def letter(place: int) -> str:
    """a, b, … z, aa, ab …"""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(ord("a") + rest) + found
    return found


def letters(texts: Sequence[Any]) -> list[str]:
    """Ids for so many options."""
    return [letter(place) for place in range(len(texts))]


def kept_ids(names: Sequence[str]) -> dict[str, str]:
    """Names of a file → ids: the same where all of them can be ids, else letters."""
    if all(ID.fullmatch(each) for each in names):
        return {each: each for each in names}
    return dict(zip(names, letters(names), strict=True))


def checked(found: Found) -> Found | Skipped:
    """The question, or why it is none: what the bank would refuse is said here, with its line."""
    kind = TYPES[found.type]
    structure, text = dict(found.structure), dict(found.text)
    if structure.get("picture"):
        structure["picture"] = _PICTURE
        text["picture"] = {"alt": "-"}
    text["feedback"] = text.get("feedback") or "-"
    if found.type == "truefalse" and list(structure["options"]) == [TRUE, FALSE]:
        text["options"] = dict.fromkeys(structure["options"], "-")  # the plan writes the words
    if not text.get("stem"):
        return Skipped(where=found.where, why=_("The question has no text."), is_error=True)
    problems = kind.problems(structure, found.answer_key) or kind.wording_problems(structure, text)
    if problems:
        return Skipped(where=found.where, why=" ".join(problems), is_error=True)
    return replace(found, losses=tuple(dict.fromkeys(found.losses)))
