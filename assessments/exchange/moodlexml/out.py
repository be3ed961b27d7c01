"""What each of our types is in Moodle: question → the name of Moodle's type, and what stands in its element."""

from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from django.utils.translation import gettext as _

from assessments.exchange.making import no_truth, starred, truth_of
from assessments.exchange.markup import one_line
from assessments.exchange.moodlexml.cloze import Alternative, Gap, protected, written
from assessments.exchange.moodlexml.texts import exact_html
from assessments.exchange.pieces import heeds_case, key_losses, key_texts, rubric_text, tolerance_in_full
from assessments.exchange.question import FALSE, TRUE, Found
from assessments.types import TYPES
from assessments.types.base import ALL, PARTIAL, PENALTY, scoring_of
from assessments.types.gaps import MARK

#: Into how many right answers Moodle can part a whole.
MOST_RIGHT = 10


class Cannot(ValueError):
    """Moodle has nothing that says the same; the message says what."""


class Sheet:
    """One question on its way out: its own parts, the body of its text where it is not the stem, and what is lost."""

    def __init__(self, question: Found, language: str, losses: list[str]) -> None:
        self.question, self.language, self.losses = question, language, losses
        self.structure, self.key, self.text = question.structure, question.answer_key, question.text
        self.parts: list[Element] = []
        self.body = ""

    def add(self, parent: Element, name: str, text: str, style: str = "") -> Element:
        """An element with a text in it."""
        element = SubElement(parent, name, {"format": style} if style else {})
        SubElement(element, "text").text = text
        return element

    def say(self, name: str, value: str) -> None:
        """A simple element of its own."""
        element = Element(name)
        element.text = value
        self.parts.append(element)

    def answer(self, percent: str, text: str, style: str = "html") -> Element:
        """An answer and what it counts."""
        element = Element("answer", {"fraction": percent, "format": style})
        SubElement(element, "text").text = text
        self.parts.append(element)
        return element

    def shuffle(self) -> None:
        """Whether options are mixed."""
        pinned, options = self.structure.get("pinned", ()), self.structure["options"]
        if pinned and set(pinned) != set(options):
            self.losses.append(_("All options keep their place there, not just some."))
        self.say("shuffleanswers", "false" if pinned else "true")


def single(sheet: Sheet) -> str:
    _choice(sheet, "true", [100.0 if each in sheet.key else 0.0 for each in sheet.structure["options"]])
    return "multichoice"


def multiple(sheet: Sheet) -> str:
    _choice(sheet, "false", percents_of(sheet.structure, sheet.key, sheet.losses))
    return "multichoice"


def truefalse(sheet: Sheet) -> str:
    options, texts = sheet.structure["options"], sheet.text["options"]
    is_true = truth_of(options, texts, sheet.key, sheet.language)
    if is_true is None:
        sheet.losses.append(no_truth())
        sheet.say("single", "true")
        sheet.say("shuffleanswers", "false")
        sheet.say("answernumbering", "abc")
        for each in options:
            sheet.answer("100" if each in sheet.key else "0", exact_html(texts[each]))
        return "multichoice"
    for word in (TRUE, FALSE):
        sheet.answer("100" if is_true == (word == TRUE) else "0", word, "moodle_auto_format")
    return "truefalse"


def shorttext(sheet: Sheet) -> str:
    sheet.losses += key_losses(sheet.key, sheet.language)
    sheet.say("usecase", "1" if heeds_case(sheet.key) else "0")
    for each in key_texts(sheet.key, sheet.language):
        sheet.answer("100", starred(each), "moodle_auto_format")
    return "shortanswer"


def number(sheet: Sheet) -> str:
    answer = sheet.answer("100", sheet.key["value"], "moodle_auto_format")
    tolerance = Element("tolerance")
    tolerance.text = tolerance_in_full(sheet.key)
    answer.append(tolerance)
    units = sheet.structure.get("units", [])
    if units:
        own = SubElement(units_element := Element("units"), "unit")
        SubElement(own, "multiplier").text = "1"
        SubElement(own, "unit_name").text = one_line(sheet.text["units"][sheet.key["unit"]])
        sheet.parts.append(units_element)
        if len(units) > 1:
            sheet.losses.append(_("Moodle converts units, so only the right one is written."))
    for name, value in (("unitgradingtype", "1"), ("unitpenalty", "1"), ("showunits", "2"), ("unitsleft", "0")):
        sheet.say(name, value if units else {"unitgradingtype": "0", "showunits": "3"}.get(name, value))
    return "numerical"


def matching(sheet: Sheet) -> str:
    if scoring_of(TYPES["matching"], sheet.structure) == ALL:
        sheet.losses.append(_parts_count())
    words = {each: one_line(text) for each, text in sheet.text["options"].items()}
    if len(set(words.values())) < len(words):
        raise Cannot(_("Two options read the same, and Moodle cannot tell them apart."))
    sheet.shuffle()
    used = []
    for each in sheet.structure["left"]:
        used.append(words[sheet.key[each]])
        _pair(sheet, exact_html(sheet.text["left"][each]), used[-1])
    for each in sheet.structure["options"]:
        if words[each] not in used:
            used.append(words[each])
            _pair(sheet, "", words[each])
    if len(set(used)) < 3:
        sheet.losses.append(_("Moodle wants three different answers; give it one more."))
    return "matching"


def ordering(sheet: Sheet) -> str:
    is_partial = scoring_of(TYPES["ordering"], sheet.structure) == PARTIAL
    for name, value in (
        ("layouttype", "VERTICAL"),
        ("selecttype", "ALL"),
        ("selectcount", "0"),
        ("gradingtype", "ABSOLUTE_POSITION" if is_partial else "ALL_OR_NOTHING"),
        ("showgrading", "SHOW"),
        ("numberingstyle", "none"),
    ):
        sheet.say(name, value)
    for place, each in enumerate(sheet.key, start=1):
        sheet.answer(str(place), exact_html(sheet.text["options"][each]))
    return "ordering"


def essay(sheet: Sheet) -> str:
    if "length" in sheet.structure:
        sheet.losses.append(_("Moodle limits no characters, so the length is left out."))
    for name, value in (
        ("responseformat", "plain"),
        ("responserequired", "1"),
        ("responsefieldlines", "15"),
        ("attachments", "0"),
        ("attachmentsrequired", "0"),
    ):
        sheet.say(name, value)
    for name, text in (("graderinfo", rubric_text(sheet.structure, sheet.text)), ("responsetemplate", "")):
        element = Element(name, {"format": "html"})
        SubElement(element, "text").text = exact_html(text)
        sheet.parts.append(element)
    return "essay"


def gaps(sheet: Sheet) -> str:
    rows, texts = sheet.structure["gaps"], sheet.text.get("options", {})
    if scoring_of(TYPES["gaps"], sheet.structure) == ALL and len(rows) > 1:
        sheet.losses.append(_parts_count())
    pinned = set(sheet.structure.get("pinned", ()))
    weight = _weight(sheet, len(rows))
    found = {}
    for row in rows:
        key = sheet.key[row["id"]]
        if "options" not in row:
            found[row["id"]] = written(_typed_gap(sheet, key, weight))
            continue
        if pinned & set(row["options"]) and not pinned >= set(row["options"]):
            sheet.losses.append(_("All options keep their place there, not just some."))
        alternatives = [Alternative(exact_html(texts[e], "span"), 100.0 if e == key else 0.0) for e in row["options"]]
        is_listed = bool(pinned & set(row["options"]))
        found[row["id"]] = written(Gap("choice", weight, tuple(alternatives), is_listed=is_listed))
    words = MARK.split(sheet.text["text"])
    text = "".join(found.get(each, "") if place % 2 else _words(each) for place, each in enumerate(words))
    sheet.body = _block(_words(sheet.text["stem"])) + _block(text)
    return "cloze"


def scenario_set(sheet: Sheet) -> str:
    weight = _weight(sheet, len(sheet.structure["parts"]))
    pieces = [_block(_words(sheet.text["stem"]))]
    for part in sheet.structure["parts"]:
        gap = _part_gap(sheet, part, weight)
        pieces.append(f"{_block(_words(sheet.text['questions'][part['id']]))}<div>{written(gap)}</div>")
    sheet.body = "".join(pieces)
    return "cloze"


def _part_gap(sheet: Sheet, part: Mapping[str, Any], weight: int) -> Gap:
    name, type, structure, key = part["id"], part["type"], part["structure"], sheet.key[part["id"]]
    if structure.get("picture"):
        raise Cannot(_("A question of the set has a picture of its own."))
    if type == "shorttext":
        return _typed_gap(sheet, key, weight)
    if type == "number" and not structure.get("units"):
        tolerance = tolerance_in_full(key)
        text = key["value"] if tolerance == "0" else f"{key['value']}:{tolerance}"
        return Gap("number", weight, (Alternative(text, 100.0),))
    if type not in ("single", "truefalse", "multiple"):
        raise Cannot(_("A set with a question of the type “%(type)s” cannot be written for Moodle.") % {"type": type})
    options = structure["options"]
    pinned = set(structure.get("pinned", options if type == "truefalse" else ()))
    if type == "multiple":
        percents = percents_of(structure, key, sheet.losses)
    else:
        percents = [100.0 if each in key else 0.0 for each in options]
    texts = [exact_html(sheet.text["options"][f"{name}-{each}"], "span") for each in options]
    return Gap(
        "several" if type == "multiple" else "choice",
        weight,
        tuple(Alternative(text, percent) for text, percent in zip(texts, percents, strict=True)),
        is_listed=bool(pinned),
        is_inline=False,
    )


def percents_of(structure: Mapping[str, Any], key: list[str], losses: list[str]) -> list[float]:
    """What each option of a multiple choice counts."""
    if len(key) > MOST_RIGHT:
        raise Cannot(_("Moodle takes %(most)d right answers at most.") % {"most": MOST_RIGHT})
    share = round(100 / len(key), 5)
    scoring = scoring_of(TYPES["multiple"], structure)
    wrong = {ALL: -100.0, PARTIAL: 0.0, PENALTY: -share}[scoring]
    if scoring == ALL and len(key) > 1:
        losses.append(_parts_count())
    if scoring == PARTIAL and len(key) < len(structure["options"]):
        losses.append(_("Who chooses everything gains all points in Moodle."))
    return [share if each in key else wrong for each in structure["options"]]


def _choice(sheet: Sheet, is_single: str, percents: list[float]) -> None:
    sheet.say("single", is_single)
    sheet.shuffle()
    sheet.say("answernumbering", "abc")
    for each, percent in zip(sheet.structure["options"], percents, strict=True):
        sheet.answer(
            f"{percent:g}" if percent == round(percent) else f"{percent:.5f}", exact_html(sheet.text["options"][each])
        )


def _pair(sheet: Sheet, left: str, partner: str) -> None:
    element = Element("subquestion", {"format": "html"})
    SubElement(element, "text").text = left
    sheet.add(element, "answer", partner)
    sheet.parts.append(element)


def _typed_gap(sheet: Sheet, key: Mapping[str, Any], weight: int) -> Gap:
    sheet.losses += key_losses(key, sheet.language)
    texts = key_texts(key, sheet.language)
    return Gap("typed", weight, tuple(Alternative(starred(each), 100.0) for each in texts), heeds_case=heeds_case(key))


def _weight(sheet: Sheet, count: int) -> int:
    weight, rest = divmod(sheet.question.points, count)
    if rest or not weight:
        sheet.losses.append(_("It counts %(points)d in Moodle: one for each part.") % {"points": count})
        return 1
    return weight


def _words(text: str) -> str:
    return protected(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def _block(body: str) -> str:
    return f'<div style="white-space: pre-wrap">{body}</div>'


def _parts_count() -> str:
    return _("Moodle gives points for each right part.")


#: Our types → how they are written. A place on a picture has no counterpart there.
KINDS: Mapping[str, Callable[[Sheet], str]] = {
    "single": single,
    "multiple": multiple,
    "truefalse": truefalse,
    "shorttext": shorttext,
    "number": number,
    "matching": matching,
    "ordering": ordering,
    "essay": essay,
    "gaps": gaps,
    "set": scenario_set,
}
