"""One question as an item of QTI 3.0."""

import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.translation import gettext as _
from PIL import Image as PillowImage

from assessments.exchange.making import letter
from assessments.exchange.markup import one_line
from assessments.exchange.pieces import compare_word, heeds_case, key_losses, key_texts, rubric_text, sourced
from assessments.exchange.qti import processing as pr
from assessments.exchange.qti.texts import COMPARE, LENGTH, SET, append, fill
from assessments.exchange.question import Found
from assessments.types import TYPES
from assessments.types.base import ALL, PARTIAL, PENALTY, scoring_of
from assessments.types.gaps import MARK
from assessments.types.typed import SHORT

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,60}")
_NAMESPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
_SCHEMA = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd"


class Cannot(ValueError):
    """QTI cannot hold it; the message says why."""


@dataclass
class Piece:
    """One question of an item on its way out: a whole one, or a part of a set.

    Attributes:
        name: of its response.
        weight: what a right answer gains.
    """

    type: str
    structure: Mapping[str, Any]
    key: Any
    text: Mapping[str, Any]
    name: str
    weight: float
    mark: str = ""
    declarations: list[Element] = field(default_factory=list)
    interaction: Element | None = None
    rules: list[Element] = field(default_factory=list)
    template: str = ""

    def identifiers(self, names: Sequence[str], sign: str = "") -> dict[str, str]:
        """Names for options that XML takes, the same for the same order."""
        return {each: f"{self.mark}{sign}{letter(place)}" for place, each in enumerate(names)}


class Item:
    """One question, to be written.

    Arguments:
        identifier: of the item.
        picture: the address of its picture from where the item is.
        losses: what cannot be said goes there.
    """

    def __init__(self, question: Found, identifier: str, language: str, picture: str, losses: list[str]) -> None:
        self.question, self.identifier, self.language = question, identifier, language
        self.picture, self.losses = picture, losses

    def written(self, *, is_rtl: bool) -> bytes:
        """The file.

        Raises:
            Cannot: it has no counterpart.
        """
        body = Element("qti-item-body", {"dir": "rtl" if is_rtl else "ltr"})
        processing, declarations = self._filled(body)
        stem = self.question.text["stem"]
        title = one_line(self.question.name) or one_line(stem)[:80].strip()
        head = {
            "xmlns": _NAMESPACE,
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:schemaLocation": f"{_NAMESPACE} {_SCHEMA}",
            "identifier": self.identifier,
            "title": title,
            "xml:lang": self.language,
            "adaptive": "false",
            "time-dependent": "false",
        }
        root = Element("qti-assessment-item", head)
        root.extend(declarations)
        root.append(self._score())
        feedback = sourced(self.question)
        if feedback:
            outcome = pr.node(
                "outcome-declaration", identifier="FEEDBACK", cardinality="single", base_type="identifier"
            )
            SubElement(SubElement(outcome, "qti-default-value"), "qti-value").text = "GENERAL"
            root.append(outcome)
        root.append(body)
        if processing is not None:
            root.append(processing)
        if feedback:
            below = pr.node("content-body", fill(Element("div"), feedback))
            names = {"outcome-identifier": "FEEDBACK", "show-hide": "show", "identifier": "GENERAL"}
            modal = SubElement(root, "qti-modal-feedback", names)
            modal.append(below)
        return _in_lines(root)

    def _score(self) -> Element:
        score = pr.node("outcome-declaration", identifier="SCORE", cardinality="single", base_type="float")
        score.set("normal-maximum", str(self.question.points))
        if self.question.type == "essay":
            score.set("external-scored", "human")
        SubElement(SubElement(score, "qti-default-value"), "qti-value").text = "0"
        return score

    def _filled(self, body: Element) -> tuple[Element | None, list[Element]]:
        """Put the question into the body; its processing and declarations."""
        question = self.question
        if question.type != "hotspot":
            self._picture(body)
        body.append(fill(Element("div"), question.text["stem"], is_exact=question.type in ("gaps", "set")))
        if question.type == "essay":
            self._essay(body)
            return None, [pr.declaration("RESPONSE", "single", "string", [])]
        if question.type == "gaps":
            return self._gaps(body)
        if question.type == "set":
            return self._set(body)
        piece = Piece(
            *(question.type, question.structure, question.answer_key, question.text),
            name="RESPONSE",
            weight=float(question.points),
        )
        self._make(piece)
        assert piece.interaction is not None
        body.append(piece.interaction)
        if piece.template:
            return pr.template(piece.template), piece.declarations
        return pr.node("response-processing", *piece.rules), piece.declarations

    def _make(self, piece: Piece) -> None:
        if piece.type not in PIECES:
            raise Cannot(_("A set with a question of the type “%(type)s” cannot be written.") % {"type": piece.type})
        PIECES[piece.type](self, piece)

    def _picture(self, body: Element) -> None:
        question = self.question
        if self.picture:
            alt = one_line(question.text.get("picture", {}).get("alt", ""))
            SubElement(SubElement(body, "p"), "img", {"src": self.picture, "alt": alt})
        elif question.structure.get("picture"):
            self.losses.append(_("The picture is not at hand."))

    def _essay(self, body: Element) -> None:
        length = self.question.structure.get("length")
        attributes = {"response-identifier": "RESPONSE", **({"expected-length": str(length)} if length else {})}
        SubElement(body, "qti-extended-text-interaction", attributes)
        if rubric := rubric_text(self.question.structure, self.question.text):
            block = pr.node("rubric-block", use="scoring", view="scorer")
            SubElement(block, "qti-content-body").append(fill(Element("div"), rubric, is_exact=True))
            body.append(block)

    def _gaps(self, body: Element) -> tuple[Element, list[Element]]:
        structure, text = self.question.structure, self.question.text
        holder = fill(Element("div"), "", is_exact=True)
        rows = {row["id"]: (place, row) for place, row in enumerate(structure["gaps"], start=1)}
        declarations: dict[int, Element] = {}
        for place, words in enumerate(MARK.split(text["text"])):
            if not place % 2:
                append(holder, words)
                continue
            number, row = rows[words]
            declarations[number] = self._gap(holder, number, row)
        body.append(holder)
        names = [f"RESPONSE_{number}" for number in sorted(declarations)]
        points = float(self.question.points)
        if scoring_of(TYPES["gaps"], structure) == PARTIAL and len(names) > 1:
            rules = [pr.gains(pr.times(points / len(names), pr.of("map-response", each))) for each in names]
        else:
            rules = [pr.gains_if(pr.is_all_mapped(names), points)]
        return pr.node("response-processing", *rules), [declarations[number] for number in sorted(declarations)]

    def _gap(self, holder: Element, number: int, row: Mapping[str, Any]) -> Element:
        name, key = f"RESPONSE_{number}", self.question.answer_key[row["id"]]
        if "options" not in row:
            SubElement(holder, "qti-text-entry-interaction", {"response-identifier": name, **_field(row, key)})
            self.losses += key_losses(key, self.language)
            texts = key_texts(key, self.language)
            declaration = pr.declaration(name, "single", "string", texts[:1])
            pr.map_to(declaration, dict.fromkeys(texts, 1.0), heeds_case=heeds_case(key))
            return declaration
        pinned = set(self.question.structure.get("pinned", ())) & set(row["options"])
        ids = {each: f"g{number}{letter(place)}" for place, each in enumerate(row["options"])}
        if pinned and pinned != set(ids):
            self.losses.append(_("All options keep their place there, not just some."))
        holder.append(_inline_choice(name, ids, self.question.text["options"], is_mixed=not pinned))
        declaration = pr.declaration(name, "single", "identifier", [ids[key]])
        pr.map_to(declaration, {ids[key]: 1.0})
        return declaration

    def _set(self, body: Element) -> tuple[Element, list[Element]]:
        question, declarations, rules = self.question, list[Element](), list[Element]()
        body.set("class", SET)
        parts = question.structure["parts"]
        for number, part in enumerate(parts, start=1):
            name = part["id"]
            if part["structure"].get("picture"):
                raise Cannot(_("A question of the set has a picture of its own."))
            words = {
                each: {
                    one.removeprefix(f"{name}-"): value for one, value in texts.items() if one.startswith(f"{name}-")
                }
                for each, texts in question.text.items()
                if isinstance(texts, Mapping) and each not in ("questions", "picture")
            }
            piece = Piece(
                *(part["type"], part["structure"], question.answer_key[name], words),
                name=f"RESPONSE_{number}",
                weight=question.points / len(parts),
                mark=f"p{number}",
            )
            self._make(piece)
            assert piece.interaction is not None
            asked = question.text["questions"][name]
            if piece.interaction.tag == "p":  # a field in a line has no prompt
                body.append(fill(Element("div"), asked, is_exact=True))
            else:
                piece.interaction.insert(0, fill(Element("qti-prompt"), asked))
            body.append(piece.interaction)
            declarations += piece.declarations
            rules += piece.rules
        return pr.node("response-processing", *rules), declarations


def _choice(item: Item, piece: Piece) -> None:
    options = piece.structure["options"]
    ids = piece.identifiers(options)
    is_single = piece.type != "multiple"
    listed = options if piece.type == "truefalse" else piece.structure.get("pinned", ())
    attributes = {"shuffle": _yes(set(listed) != set(options)), "max-choices": "1" if is_single else "0"}
    piece.interaction = _interaction("choice", piece, attributes)
    for each in options:
        fixed = {"fixed": "true"} if each in listed and set(listed) != set(options) else {}
        row = SubElement(piece.interaction, "qti-simple-choice", {"identifier": ids[each], **fixed})
        fill(row, piece.text["options"][each])
    _judge_choice(piece, ids, is_single=is_single)


def _judge_choice(piece: Piece, ids: Mapping[str, str], *, is_single: bool) -> None:
    right = [ids[each] for each in piece.structure["options"] if each in piece.key]
    declaration = pr.declaration(piece.name, "single" if is_single else "multiple", "identifier", right)
    piece.declarations.append(declaration)
    scoring = ALL if is_single else scoring_of(TYPES[piece.type], piece.structure)
    if scoring == PENALTY and len(right) in (1, len(ids)):
        # The same, said more simply: with one right answer all or nothing, with no wrong one the share.
        scoring = ALL if len(right) == 1 else PARTIAL
    if scoring == ALL:
        _match(piece)
    elif scoring == PARTIAL:
        pr.map_to(declaration, dict.fromkeys(right, 1.0))
        piece.rules = [pr.gains(pr.times(piece.weight, pr.share_of_chosen(piece.name, len(right))))]
    elif scoring == PENALTY:
        share = piece.weight / len(right)
        gains = {each: share if each in right else -share for each in ids.values()}
        pr.map_to(declaration, gains, floor=True)
        _map(piece)


def _order(item: Item, piece: Piece) -> None:
    options = piece.structure["options"]
    ids = piece.identifiers(options)
    piece.interaction = _interaction("order", piece, {"shuffle": "false"})
    for each in options:
        fill(SubElement(piece.interaction, "qti-simple-choice", {"identifier": ids[each]}), piece.text["options"][each])
    right = [ids[each] for each in piece.key]
    piece.declarations.append(pr.declaration(piece.name, "ordered", "identifier", right))
    if scoring_of(TYPES["ordering"], piece.structure) == ALL:
        _match(piece)
        return
    share = piece.weight / len(right)
    piece.rules = [pr.gains_if(pr.is_in_place(piece.name, place), share) for place in range(1, len(right) + 1)]


def _matching(item: Item, piece: Piece) -> None:
    left, options = piece.structure["left"], piece.structure["options"]
    left_ids, ids = piece.identifiers(left, "l"), piece.identifiers(options, "o")
    pinned = piece.structure.get("pinned", ())
    is_mixed = set(pinned) != set(options)
    attributes = {"shuffle": _yes(is_mixed), "max-associations": str(len(left))}
    piece.interaction = _interaction("match", piece, attributes)
    for names, part, most in ((left_ids, "left", "1"), (ids, "options", "0")):
        below = SubElement(piece.interaction, "qti-simple-match-set")
        for each, name in names.items():
            fixed = {"fixed": "true"} if is_mixed and (part == "left" or each in pinned) else {}
            row = SubElement(below, "qti-simple-associable-choice", {"identifier": name, "match-max": most, **fixed})
            fill(row, piece.text[part][each])
    pairs = [f"{left_ids[each]} {ids[piece.key[each]]}" for each in left]
    declaration = pr.declaration(piece.name, "multiple", "directedPair", pairs)
    piece.declarations.append(declaration)
    if scoring_of(TYPES["matching"], piece.structure) == ALL:
        _match(piece)
        return
    pr.map_to(declaration, dict.fromkeys(pairs, piece.weight / len(pairs)))
    _map(piece)


def _shorttext(item: Item, piece: Piece) -> None:
    item.losses += key_losses(piece.key, item.language)
    texts = key_texts(piece.key, item.language)
    piece.interaction = Element("p")
    attributes = {"response-identifier": piece.name, **_field(piece.structure, piece.key)}
    SubElement(piece.interaction, "qti-text-entry-interaction", attributes)
    declaration = pr.declaration(piece.name, "single", "string", texts[:1])
    pr.map_to(declaration, dict.fromkeys(texts, piece.weight), heeds_case=heeds_case(piece.key))
    piece.declarations.append(declaration)
    _map(piece)


def _number(item: Item, piece: Piece) -> None:
    piece.interaction = Element("p")
    SubElement(piece.interaction, "qti-text-entry-interaction", {"response-identifier": piece.name})
    piece.declarations.append(pr.declaration(piece.name, "single", "float", [piece.key["value"]]))
    tolerance = piece.key.get("tolerance", "0")
    judged = pr.is_correct(piece.name)
    if tolerance != "0":
        judged = pr.is_near(piece.name, tolerance, in_percent=bool(piece.key.get("in_percent")))
    units = piece.structure.get("units", [])
    if units:
        unit, ids = f"{piece.name}_UNIT", piece.identifiers(units, "u")
        piece.interaction[-1].tail = " "
        piece.interaction.append(_inline_choice(unit, ids, piece.text["units"], is_mixed=False))
        piece.declarations.append(pr.declaration(unit, "single", "identifier", [ids[piece.key["unit"]]]))
        judged = pr.node("and", judged, pr.is_correct(unit))
    piece.rules = [pr.gains_if(judged, piece.weight)]


def _hotspot(item: Item, piece: Piece) -> None:
    picture = item.question.picture
    if picture is None or not item.picture:
        raise Cannot(_("The picture is not at hand."))
    try:
        with PillowImage.open(io.BytesIO(picture.data)) as image:  # reads the head only
            width, height = image.size
    except (OSError, ValueError, SyntaxError, PillowImage.DecompressionBombError) as reason:
        raise Cannot(_("How large the picture is cannot be told.")) from reason
    options = piece.structure["options"]
    ids = piece.identifiers(options)
    several = bool(piece.structure.get("several"))
    piece.interaction = _interaction("hotspot", piece, {"max-choices": "0" if several else "1"})
    alt = one_line(piece.text.get("picture", {}).get("alt", ""))
    size = {"width": str(width), "height": str(height)}
    SubElement(piece.interaction, "img", {"src": item.picture, "alt": alt, **size})
    for each in options:
        region = piece.structure["regions"][each]
        # Outwards, so that no place becomes smaller than a finger finds.
        left, top = (math.floor(region[s] * side / 100 + 1e-9) for s, side in (("x", width), ("y", height)))
        right = math.ceil((region["x"] + region["width"]) * width / 100 - 1e-9)
        bottom = math.ceil((region["y"] + region["height"]) * height / 100 - 1e-9)
        attributes = {"shape": "rect", "coords": f"{left},{top},{right},{bottom}", "identifier": ids[each]}
        label = one_line(piece.text["options"][each])
        SubElement(piece.interaction, "qti-hotspot-choice", {**attributes, "hotspot-label": label})
    _judge_choice(piece, ids, is_single=not several)


def _match(piece: Piece) -> None:
    piece.rules = [pr.gains_if(pr.is_correct(piece.name), piece.weight)]
    piece.template = "match_correct" if piece.weight == 1 else ""


def _map(piece: Piece) -> None:
    piece.rules = [pr.gains(pr.of("map-response", piece.name))]
    piece.template = "map_response"


def _interaction(kind: str, piece: Piece, attributes: Mapping[str, str]) -> Element:
    return Element(f"qti-{kind}-interaction", {"response-identifier": piece.name, **attributes})


def _inline_choice(name: str, ids: Mapping[str, str], texts: Mapping[str, str], *, is_mixed: bool) -> Element:
    attributes = {"response-identifier": name, "shuffle": _yes(is_mixed)}
    element = Element("qti-inline-choice-interaction", attributes)
    for each, identifier in ids.items():
        fill(SubElement(element, "qti-inline-choice", {"identifier": identifier}), one_line(texts[each]))
    return element


def _field(structure: Mapping[str, Any], key: Mapping[str, Any]) -> dict[str, str]:
    ways = compare_word([key], "-")
    names = [*[LENGTH] * ("length" in structure), *[f"{COMPARE}{ways}"] * bool(ways)]
    length = {"expected-length": str(structure.get("length", SHORT))}
    return length | {"class": " ".join(names)} if names else length


def _yes(value: bool) -> str:
    return "true" if value else "false"


def _in_lines(root: Element) -> bytes:
    """Each part of an item in a line of its own; inside, white space counts."""
    root.text = "\n"
    for each in root:
        each.tail = "\n"
        if each.tag == "qti-item-body":
            each.text = "\n"
            for below in each:
                below.tail = "\n"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'.encode()


PIECES: Mapping[str, Callable[[Item, Piece], None]] = {
    "single": _choice,
    "multiple": _choice,
    "truefalse": _choice,
    "ordering": _order,
    "matching": _matching,
    "shorttext": _shorttext,
    "number": _number,
    "hotspot": _hotspot,
}
