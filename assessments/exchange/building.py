"""Questions in the words of this site, from what other systems say in theirs. Pure; for all formats.

Others give each answer a part of the points; here a question is scored by all or nothing, by its share, or by that less
what is wrong. What is not exactly the same is taken as the stricter of what is near, so that nothing wrong is ever
counted as right, and is named as a loss.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.exchange.pieces import AS_MOODLE, less_than_nothing, nearest_scoring
from assessments.exchange.question import ANY_LANGUAGE, FALSE, TRUE
from assessments.types.base import ALL, PARTIAL, PENALTY

#: How far two weights may lie apart and mean the same: a third is written as 33.333 %.
NEAR = Fraction(1, 1000)


class CannotCarry(ValueError):
    """There is no question like this here; the message says why."""


@dataclass
class Answer:
    """One answer of a file: its text, which part of the points it gives (1 is all), and what is said of it."""

    text: str
    weight: Fraction
    feedback: str = ""


@dataclass
class Built:
    """What a question is made of, and what of it was lost."""

    type: str
    structure: dict[str, Any]
    answer_key: Any
    text: dict[str, Any]
    losses: list[str] = field(default_factory=list)


def choice(answers: Sequence[Answer], *, is_single: bool) -> Built:
    """A question with options.

    Raises:
        CannotCarry: fewer than two options, an option without words, none that is right, or several of which only one
            is to be chosen.
    """
    if len(answers) < 2:
        raise CannotCarry(_("A question to choose from needs at least two answers."))
    if any(not each.text for each in answers):
        raise CannotCarry(_("An answer has no words."))
    options = ids("a", len(answers))
    texts = dict(zip(options, (each.text for each in answers), strict=True))
    if is_single:
        right = [option for option, each in zip(options, answers, strict=True) if each.weight >= 1 - NEAR]
        if not right:
            raise CannotCarry(_("No answer gives all points, so none is right."))
        if len(right) > 1:
            raise CannotCarry(_("Several answers give all points, but only one can be chosen."))
        losses = _parts(answers)
        return Built("single", {"options": options}, right, {"options": texts}, losses)
    if all(each.weight <= NEAR for each in answers):
        raise CannotCarry(_("No answer gives points, so none is right."))
    losses = []
    places, scoring = nearest_scoring([float(each.weight * 100) for each in answers], losses)
    structure = {"options": options, "scoring": scoring}
    return Built("multiple", structure, sorted(options[place] for place in places), {"options": texts}, losses)


def true_or_false(is_true: bool) -> Built:
    """A statement that is true or false; the plan puts the two words there."""
    text = {"options": {TRUE: "", FALSE: ""}}
    return Built("truefalse", {"options": [TRUE, FALSE]}, [TRUE if is_true else FALSE], text)


def short_text(answers: Sequence[Answer], *, folds: Sequence[str] = AS_MOODLE, most: int) -> Built:
    """A short text that is typed. Accepted is what gives all points.

    Arguments:
        most: how many characters an accepted answer may have.

    Raises:
        CannotCarry: nothing gives all points, or it is too long to be typed.
    """
    losses = _parts(answers)
    accepted: list[str] = []
    for each in answers:
        if each.weight < 1 - NEAR or each.text in accepted:
            continue
        if len(each.text) > most:
            losses.append(_("“%(text)s…” is too long for a short answer.") % {"text": each.text[:60]})
        elif each.text:
            accepted.append(each.text)
    if not accepted:
        raise CannotCarry(_("No answer gives all points, so none is right. %(more)s") % {"more": " ".join(losses)})
    longest = max(map(len, accepted))
    structure = {"length": min(most, longest * 2)} if longest > 100 else {}
    key = {"accepted": {ANY_LANGUAGE: accepted}, "folds": list(folds)}
    return Built("shorttext", structure, key, {}, losses)


@dataclass
class Range:
    """All numbers from one to another, both included, give a part of the points."""

    low: Fraction
    high: Fraction
    weight: Fraction
    words: str = ""


def number(ranges: Sequence[Range]) -> Built:
    """A number with a tolerance: the one range that gives all points.

    Raises:
        CannotCarry: no range does, or several that do not lie in each other; or it has no end in decimals.
    """
    full = [each for each in ranges if each.weight >= 1 - NEAR]
    if not full:
        raise CannotCarry(_("No answer gives all points, so none is right."))
    widest = max(full, key=lambda each: each.high - each.low)
    if any(each.low < widest.low or each.high > widest.high for each in full):
        raise CannotCarry(_("Several numbers are right. Here a question has one right number, with a tolerance."))
    losses = _parts([Answer(each.words, each.weight) for each in ranges])
    value, tolerance = (widest.low + widest.high) / 2, (widest.high - widest.low) / 2
    key = {"value": decimal(value)}
    if tolerance:
        key["tolerance"] = decimal(tolerance)
    return Built("number", {}, key, {}, losses)


def matching(pairs: Sequence[tuple[str, str]], *, scoring: str = PARTIAL) -> Built:
    """Left sides with their partners. A pair without a left side is a partner of nobody; equal partners are one.

    Raises:
        CannotCarry: fewer than two left sides, or a left side without a partner.
    """
    if any(left and not right for left, right in pairs):
        raise CannotCarry(_("An entry has no partner."))
    partners = list(dict.fromkeys(right for _left, right in pairs if right))
    entries = [(left, partners.index(right)) for left, right in pairs if left]
    if len(entries) < 2:
        raise CannotCarry(_("A matching needs at least two pairs."))
    left_ids, options = ids("l", len(entries)), ids("r", len(partners))
    losses = [_("All entries have the same partner.")] if len(partners) == 1 else []
    return Built(
        "matching",
        {"left": left_ids, "options": options, "scoring": scoring},
        {left: options[place] for left, (_text, place) in zip(left_ids, entries, strict=True)},
        {
            "left": {left: text for left, (text, _place) in zip(left_ids, entries, strict=True)},
            "options": dict(zip(options, partners, strict=True)),
        },
        losses,
    )


def folded(general: str, single: Sequence[tuple[str, str]]) -> tuple[str, list[str]]:
    """The one feedback of a question, with that of its answers (text, what is said of it), and what is to be said."""
    lines = [f"{text}: {said}" if text else said for text, said in single if said]
    if not lines:
        return general, []
    loss = _("What is said of single answers stands in the one feedback of the question.")
    return "\n\n".join(filter(None, [general, "\n".join(lines)])), [loss]


def part_of_the_points(answer: Answer) -> str:
    """What is lost of an answer that is right in part."""
    return _("“%(text)s” gave %(percent)s %% of the points; here it gives none.") % {
        "text": answer.text[:60],
        "percent": f"{float(answer.weight * 100):g}",
    }


def _parts(answers: Sequence[Answer]) -> list[str]:
    """What is lost of answers that are right in part, or take points away."""
    parts = [part_of_the_points(each) for each in answers if NEAR < each.weight < 1 - NEAR]
    return [*parts, *([less_than_nothing()] if any(each.weight < 0 for each in answers) else [])]


def ids(letter: str, count: int) -> list[str]:
    """Neutral ids of options, in order."""
    return [f"{letter}{number}" for number in range(1, count + 1)]


def decimal(value: Fraction) -> str:
    """A number in decimals, to the letter.

    Raises:
        CannotCarry: it has no end in decimals, or more of them than are kept.
    """
    places = 0
    while places <= 20 and (value * 10**places).denominator != 1:
        places += 1
    if places > 20 or abs(value) >= 10**20:
        raise CannotCarry(_("A number has too many digits."))
    digits = str(abs(int(value * 10**places))).rjust(places + 1, "0")
    whole, rest = (digits[:-places], digits[-places:]) if places else (digits, "")
    return ("-" if value < 0 else "") + whole + (f".{rest}" if rest else "")


def scored(built: Built, scoring: str) -> Built:
    """The same, scored as a file of this site says it."""
    scorings: Mapping[str, tuple[str, ...]] = {"multiple": (ALL, PARTIAL, PENALTY), "matching": (ALL, PARTIAL)}
    if scoring in scorings.get(built.type, ()):
        built.structure["scoring"] = scoring
        built.losses = []
    return built
