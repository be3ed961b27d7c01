"""What each type of Moodle is here: its element → type, structure, key and words."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from assessments.exchange import making
from assessments.exchange.making import NEAR, Made, choice, letters, mixed, name_parts, short_text, statement
from assessments.exchange.markup import clean, one_line
from assessments.exchange.moodlexml.texts import Texts
from assessments.exchange.pieces import number_key, number_of, rubric_of
from assessments.exchange.question import FALSE, TRUE, Left
from assessments.exchange.words import ANYTHING_ELSE, PARTLY_RIGHT, RIGHT, WRONG, spoken, truths
from assessments.types.base import PARTIAL

#: What Moodle puts there by itself, in English.
_USUAL = frozenset(
    (
        "Your answer is correct.",
        "Your answer is partially correct.",
        "Your answer is incorrect.",
        "That answer is correct.",
        "That answer is partially correct.",
        "That answer is incorrect.",
    )
)


def percent_of(node: Element) -> float:
    """What an answer counts."""
    try:
        return float(node.get("fraction", "0").replace(",", "."))
    except ValueError as reason:
        raise Left(
            _("The fraction “%(fraction)s” is no number.") % {"fraction": node.get("fraction", "")[:20]}
        ) from reason


def is_true(node: Element, name: str, *, usual: bool) -> bool:
    """A yes or no of a question."""
    text = one_line("".join(each.itertext())).lower() if (each := node.find(name)) is not None else ""
    return text in ("1", "true", "yes") if text else usual


def results_of(node: Element, texts: Texts) -> list[tuple[str, str]]:
    """The feedback for a right, a partly right and a wrong answer, where somebody wrote one."""
    found = []
    for name, words in (
        ("correctfeedback", RIGHT),
        ("partiallycorrectfeedback", PARTLY_RIGHT),
        ("incorrectfeedback", WRONG),
    ):
        text = texts.plain(node.find(name))
        if text and text not in _USUAL:
            found.append((spoken(words, texts.language), text))
    return found


def shuffled(node: Element, options: list[str]) -> dict[str, list[str]]:
    """Options keep their place where the question says so."""
    return {} if is_true(node, "shuffleanswers", usual=True) else {"pinned": list(options)}


def multichoice(node: Element, texts: Texts) -> Made:
    """Single or multiple choice; also the plug-ins with another way to score."""
    answers = node.findall("answer")
    words = [texts.plain(each) for each in answers]
    kind = node.get("type", "")
    if kind in ("oumultiresponse", "multichoiceset"):
        options = letters(answers)
        marked = [each for each, answer in zip(options, answers, strict=True) if is_right(answer)]
        structure = {"options": options, **({"scoring": PARTIAL} if kind == "oumultiresponse" else {})}
        made = Made("multiple", structure, marked, {"options": dict(zip(options, words, strict=True))})
    else:
        percents = [percent_of(each) for each in answers]
        made = choice(words, percents, texts.losses, is_single=is_true(node, "single", usual=True))
    made.structure |= shuffled(node, made.structure["options"])
    made.remarks = _remarks(answers, words, texts)
    return made


def is_right(answer: Element) -> bool:
    """Whether a plug-in marks an answer as right, in either of two ways."""
    mark = answer.get("correctanswer") or "".join("".join(each.itertext()) for each in answer.findall("correctanswer"))
    return mark.strip() in ("1", "true") or (not mark.strip() and percent_of(answer) > 0)


def truefalse(node: Element, texts: Texts) -> Made:
    """True or false: the plan knows the words for both."""
    answers = node.findall("answer")
    found: dict[str, float] = {}
    remarks = []
    for each in answers:
        word = texts.raw(each).lower()
        found[word] = percent_of(each)
        if remark := texts.plain(each.find("feedback")):
            remarks.append((truths(texts.language).get(word, word), remark))
    right = [word for word, percent in found.items() if percent >= 100 - NEAR]
    if not set(found) <= {TRUE, FALSE} or len(right) != 1:
        raise Left(_("It does not say whether it is true or false."))
    return replace(statement(right == [TRUE]), remarks=remarks)


def shortanswer(node: Element, texts: Texts) -> Made:
    """A typed text."""
    named, remarks = _typed(node.findall("answer"), texts)
    return replace(short_text(named, texts.losses, heeds_case=is_true(node, "usecase", usual=False)), remarks=remarks)


def numerical(node: Element, texts: Texts) -> Made:
    """A number, with its tolerance and unit."""
    answers = node.findall("answer")
    named, remarks = _typed(answers, texts)
    name_parts(named, texts.losses)
    right = [name for name, percent in named if percent >= 100 - NEAR and name]
    if not right:
        raise Left(_("No answer is right."))
    if len(right) > 1:
        raise Left(_("Several numbers are right; here a question has one."), is_error=False)
    best = next(each for each in answers if percent_of(each) >= 100 - NEAR)
    key: dict[str, Any] = number_key(right[0], words(best, "tolerance"))
    structure: dict[str, Any] = {}
    text: dict[str, Any] = {}
    units = {one_line(words(each, "unit_name")): number_of(words(each, "multiplier")) for each in node.iter("unit")}
    units.pop("", None)
    if units and words(node, "showunits").strip() != "3":
        ids = [f"u{place}" for place in range(1, len(units) + 1)]
        structure["units"], text["units"] = ids, dict(zip(ids, units, strict=True))
        one = [each for each, factor in zip(ids, units.values(), strict=True) if factor == "1"]
        if not one:
            raise Left(_("No unit has the multiplier 1, so the unit of the answer is not known."))
        key["unit"] = one[0]
        if len(ids) > 1:
            texts.losses.append(_("A number is right in one unit only: units are not converted."))
    return Made("number", structure, key, text, remarks)


def matching(node: Element, texts: Texts) -> Made:
    """Pairs; an entry without a left side is one more choice."""
    made = making.matching([(texts.plain(e), texts.raw(e.find("answer"))) for e in node.findall("subquestion")])
    made.structure |= shuffled(node, made.structure["options"])
    return made


def ordering(node: Element, texts: Texts) -> Made:
    """Steps: the file has them in their right order."""
    answers = node.findall("answer")
    places = [percent_of(each) for each in answers]
    if len(set(places)) == len(places):
        answers = [each for _place, each in sorted(zip(places, answers, strict=True), key=lambda pair: pair[0])]
    words = [texts.plain(each) for each in answers]
    ids = letters(answers)
    text = dict(zip(ids, words, strict=True))
    grading = clean("".join(each.itertext())) if (each := node.find("gradingtype")) is not None else ""
    structure: dict[str, Any] = {"options": mixed(ids, text)}
    if grading not in ("ALL_OR_NOTHING", "-1"):
        structure["scoring"] = PARTIAL
        if grading not in ("", "ABSOLUTE_POSITION", "0"):
            texts.losses.append(_("Here a step counts when it stands in its own place."))
    return Made("ordering", structure, ids, {"options": text}, _remarks(answers, words, texts))


def essay(node: Element, texts: Texts) -> Made:
    """A text that a person marks."""
    structure: dict[str, Any] = {}
    text: dict[str, Any] = {}
    for_markers = texts.plain(node.find("graderinfo"))
    rubric = rubric_of(for_markers) if for_markers else None
    if rubric is not None:
        structure["rubric"], text["rubric"] = rubric
    elif for_markers:
        texts.losses.append(_("Information for markers is left out: %(text)s") % {"text": one_line(for_markers)[:1000]})
    if template := texts.plain(node.find("responsetemplate")):
        texts.losses.append(_("The template of an answer is left out: %(text)s") % {"text": one_line(template)[:1000]})
    for name in ("minwordlimit", "maxwordlimit"):
        if (limit := words(node, name).strip()) not in ("", "0"):
            texts.losses.append(_("The limit of %(count)s words is left out.") % {"count": limit[:10]})
    if words(node, "attachments").strip() not in ("", "0"):
        texts.losses.append(_("Files cannot be handed in here."))
    return Made("essay", structure, {}, text)


def words(node: Element, name: str) -> str:
    """The text of an element below."""
    found = node.find(name)
    return "".join(found.itertext()) if found is not None else ""


def _remarks(answers: list[Element], names: list[str], texts: Texts) -> list[tuple[str, str]]:
    found = [(name, texts.plain(each.find("feedback"))) for name, each in zip(names, answers, strict=True)]
    return [(f"“{one_line(name)}”", remark) for name, remark in found if remark]


def _typed(answers: list[Element], texts: Texts) -> tuple[list[tuple[str, float]], list[tuple[str, str]]]:
    """The answers with what they count in percent, and all feedback."""
    named = [(texts.raw(each), percent_of(each)) for each in answers]
    remarks = _remarks(
        answers, [spoken(ANYTHING_ELSE, texts.language) if name == "*" else name for name, _percent in named], texts
    )
    return named, remarks


#: Type of Moodle → how it is read. Embedded answers stand in a module of their own.
KINDS: Mapping[str, Callable[[Element, Texts], Made]] = {
    "multichoice": multichoice,
    "oumultiresponse": multichoice,
    "multichoiceset": multichoice,
    "truefalse": truefalse,
    "shortanswer": shortanswer,
    "numerical": numerical,
    "matching": matching,
    "match": matching,
    "ordering": ordering,
    "essay": essay,
}
