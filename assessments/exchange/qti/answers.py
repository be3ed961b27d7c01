"""What the interactions of an item are here."""

import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _
from PIL import Image as PillowImage

from assessments.exchange.making import (
    NEAR,
    Made,
    accepted,
    kept_ids,
    letter,
    mixed,
    name_parts,
    nearest_scoring,
    room_for,
)
from assessments.exchange.markup import one_line
from assessments.exchange.pieces import folds_in, number_key, number_of, with_folds
from assessments.exchange.qti.responses import Response
from assessments.exchange.qti.scoring import EQUAL, MAP, MATCH, PLACE, SHARE, Custom, Terms
from assessments.exchange.qti.texts import COMPARE, LENGTH, Texts
from assessments.exchange.question import Left
from assessments.exchange.words import PLACE_NAME, spoken
from assessments.exchange.xmlfile import words_of
from assessments.types.base import ALL, PARTIAL
from assessments.types.essay import LONGEST
from assessments.types.hotspot import SMALLEST

_NEARLY = 1e-6
_FIELD = 300


@dataclass
class Asked:
    """One interaction, or a number and its unit, with what its answers gain."""

    node: Element
    response: Response
    terms: Terms | None
    texts: Texts
    unit: tuple[Element, Response] | None = None

    @property
    def kind(self) -> str:
        """By what it is judged.

        Raises:
            Custom: by several things.
        """
        if self.terms is None:
            return MAP if self.response.gains and not self.response.correct else MATCH
        kinds = {each.kind for term in self.terms for each in term.all_of if each.response == self.response.name}
        if len(kinds) != 1:
            raise Custom
        kind = kinds.pop()
        if len(self.terms) > 1 and kind != PLACE:
            raise Custom
        return kind

    @property
    def worth(self) -> float:
        """What the right answer gains."""
        if self.terms is None:
            return 1.0
        weight = sum(each.weight for each in self.terms)
        return weight * self.response.most if self.kind == MAP else weight

    def heeds_case(self) -> bool:
        """Whether capitals count where it is compared with the correct response."""
        judged = (each for term in self.terms or () for each in term.all_of if each.response == self.response.name)
        return all(each.heeds_case for each in judged)

    def detail(self) -> tuple[str, bool]:
        """The tolerance of a number, or how many choices a share is of."""
        for term in self.terms or ():
            for each in term.all_of:
                if each.response == self.response.name:
                    return each.detail, each.in_percent
        return "", False


def choice(asked: Asked) -> Made:
    """One or several of a list."""
    rows = asked.node.findall("simplechoice")
    ids = _ids(rows)
    options = list(ids.values())
    words = {ids[_name(each)]: asked.texts.plain(each) for each in rows}
    structure: dict[str, Any] = {"options": options, **_pinned(asked.node, rows, ids)}
    if asked.response.cardinality == "single":
        key = _one_right(asked, ids)
        is_pair = len(options) == 2 and len(structure.get("pinned", ())) == 2
        if is_pair:
            structure.pop("pinned")
        return Made("truefalse" if is_pair else "single", structure, key, {"options": words})
    key, scoring = _several_right(asked, ids)
    return Made("multiple", structure | scoring, key, {"options": words})


def order(asked: Asked) -> Made:
    """Steps."""
    rows = asked.node.findall("simplechoice")
    ids = _ids(rows)
    words = {ids[_name(each)]: asked.texts.plain(each) for each in rows}
    key = [ids[each] for each in asked.response.correct if each in ids]
    options = list(ids.values())
    structure: dict[str, Any] = {"options": options}
    if asked.kind == PLACE:
        _alike(asked, len(key))
        structure["scoring"] = PARTIAL
    elif asked.kind != MATCH:
        raise Custom
    if asked.node.get("shuffle") == "true" and options == key:
        structure["options"] = mixed(key, words)
    return Made("ordering", structure, key, {"options": words})


def match(asked: Asked) -> Made:
    """Pairs of two lists."""
    sets = asked.node.findall("simplematchset")
    if len(sets) != 2:
        raise Left(_("A matching has two lists."))
    lists = [list(each) for each in sets]
    named = [each.split() for each in _right_pairs(asked)]
    if any(len(each) != 2 for each in named):
        raise Left(_("A pair names two entries."))
    pairs = [(one, other) for one, other in named]
    first = {_name(each) for each in lists[0]}
    if len({one for one, _other in pairs}) < len(pairs) or {one for one, _other in pairs} != first:
        second = {_name(each) for each in lists[1]}
        if len({other for _one, other in pairs}) < len(pairs) or {other for _one, other in pairs} != second:
            raise Left(_("An entry has several partners, or none."), is_error=False)
        lists.reverse()
        pairs = [(other, one) for one, other in pairs]
    return _pairs(asked, lists[0], lists[1], dict(pairs))


def associate(asked: Asked) -> Made:
    """Pairs of one list: what stands first in a pair becomes the left."""
    rows = asked.node.findall("simpleassociablechoice")
    pairs = dict(pair for each in _right_pairs(asked) if len(pair := each.split()) == 2)
    named = [*pairs, *pairs.values()]
    if len(set(named)) < len(named):
        raise Left(_("An entry has several partners, or none."), is_error=False)
    asked.texts.losses.append(_("Pairs of one list become two lists."))
    left = [each for each in rows if _name(each) in pairs]
    return _pairs(asked, left, [each for each in rows if _name(each) not in pairs], pairs)


def _pairs(asked: Asked, left: Sequence[Element], right: Sequence[Element], pairs: Mapping[str, str]) -> Made:
    left_ids, ids = _ids(left), _ids(right)
    structure: dict[str, Any] = {"left": list(left_ids.values()), "options": list(ids.values())}
    structure |= _pinned(asked.node, right, ids)
    if asked.kind == MAP:
        structure |= _scoring_of_pairs(asked)
    elif asked.kind != MATCH:
        raise Custom
    key = {left_ids[one]: ids[other] for one, other in pairs.items() if one in left_ids and other in ids}
    text = {
        "left": {left_ids[_name(each)]: asked.texts.plain(each) for each in left},
        "options": {ids[_name(each)]: asked.texts.plain(each) for each in right},
    }
    return Made("matching", structure, key, text)


def _scoring_of_pairs(asked: Asked) -> dict[str, str]:
    """By the share, or all or nothing where pairs count differently or a wrong one takes points away."""
    response = asked.response
    gains, best = list(response.gains.values()), response.most
    if best <= 0:
        raise Left(_("No answer is right."))
    takes = [-100.0] if response.other < 0 or any(each < 0 for each in gains) else []
    percents = [*(each * 100 / best for each in gains if each > 0), *takes]
    _places, scoring = nearest_scoring(percents, asked.texts.losses)
    return {"scoring": scoring} if scoring != ALL else {}


def entry(asked: Asked) -> Made:
    """A text or a number that is typed."""
    if asked.response.base in ("float", "integer"):
        return _number_entry(asked)
    words = right_words(asked)
    structure: dict[str, Any] = {**_length(asked, words)}
    return Made("shorttext", structure, _typed_key(asked, words), {})


def right_words(asked: Asked) -> list[str]:
    """The accepted texts of a field."""
    if asked.kind == MATCH:
        found = [each for each in asked.response.correct if each]
    elif asked.kind == MAP:
        best = asked.response.most
        found = [each for each, gain in asked.response.gains.items() if gain > 0 and gain >= best - _NEARLY]
        _name_parts(asked, best)
    else:
        raise Custom
    if not found:
        raise Left(_("No answer is right."))
    return found


def typed_gap(asked: Asked) -> tuple[dict[str, Any], dict[str, Any]]:
    """A typed gap: its row without its id, and its key."""
    words = right_words(asked)
    return _length(asked, words), _typed_key(asked, words)


def chosen_gap(asked: Asked) -> tuple[dict[str, str], str, bool]:
    """A gap to choose for: ids and words, the right one, and whether the options keep their place."""
    rows = asked.node.findall("inlinechoice")
    ids = _ids(rows)
    words = {ids[_name(each)]: asked.texts.plain(each) for each in rows}
    return words, _one_right(asked, ids)[0], asked.node.get("shuffle", "false") != "true"


def _typed_key(asked: Asked, words: list[str]) -> dict[str, Any]:
    # The correct response is compared to the letter, if not said otherwise; a mapping says whether capitals count.
    key = accepted(words, heeds_case=asked.heeds_case() if asked.kind == MATCH else asked.response.heeds_case)
    for name in asked.node.get("class", "").split():
        folds = folds_in(name.removeprefix(COMPARE), "-") if name.startswith(COMPARE) else None
        key = with_folds(key, folds) if folds is not None else key
    return key


def _length(asked: Asked, words: list[str]) -> dict[str, int]:
    length = asked.node.get("expectedlength", "")
    if length.isascii() and length.isdigit() and len(length) < 7 and 0 < int(length) <= _FIELD:
        longest = max(len(each) for each in words)
        return (
            {"length": max(int(length), longest)} if LENGTH in asked.node.get("class", "").split() else room_for(words)
        )
    return dict(room_for(words))


def _number_entry(asked: Asked) -> Made:
    tolerance, in_percent = "", False
    if asked.kind == EQUAL:
        tolerance, in_percent = asked.detail()
    elif asked.kind not in (MAP, MATCH):
        raise Custom
    right = right_words(asked) if asked.kind == MAP else asked.response.correct
    if not right:
        raise Left(_("No answer is right."))
    if len(right) > 1:
        raise Left(_("Several numbers are right; here a question has one."), is_error=False)
    key: dict[str, Any] = number_key(right[0], tolerance)
    if in_percent and "tolerance" in key:
        key["in_percent"] = True
    if asked.unit is None:
        return Made("number", {}, key, {})
    node, response = asked.unit
    words, key["unit"], _listed = chosen_gap(Asked(node, response, None, asked.texts))
    return Made("number", {"units": list(words)}, key, {"units": words})


def essay(asked: Asked) -> Made:
    """A text that a person marks."""
    length = asked.node.get("expectedlength", "")
    is_known = length.isascii() and length.isdigit() and len(length) < 7 and 0 < int(length) <= LONGEST
    return Made("essay", {"length": int(length)} if is_known else {}, {}, {})


def hotspot(asked: Asked) -> Made:
    """Places on a picture."""
    texts, rows = asked.texts, asked.node.findall("hotspotchoice")
    shown = next((each for each in asked.node if each.tag in ("object", "img", "picture")), None)
    if shown is not None and shown.tag == "picture":
        shown = shown.find("img")
    picture = texts.named(shown) if shown is not None else None
    if shown is None or picture is None:
        raise Left(_("The picture of the places is not in the file."))
    if texts.picture is not None:
        texts.losses.append(
            _("The picture “%(name)s” is left out: a question has one, in its text.") % {"name": texts.picture.name}
        )
    texts.picture = picture
    texts.alt = one_line(shown.get("alt") or words_of(shown))
    size = _size(shown, picture.data)
    ids = _ids(rows)
    regions, words = {}, {}
    for place, each in enumerate(rows):
        name = ids[_name(each)]
        regions[name] = _region(each, size, texts.losses)
        label = one_line(each.get("hotspotlabel") or each.get("label") or each.get("arialabel") or "")
        words[name] = label or spoken(PLACE_NAME, texts.language) % {"letter": letter(place).upper()}
    structure: dict[str, Any] = {"options": list(ids.values()), "regions": regions}
    if asked.response.cardinality == "single":
        return Made("hotspot", structure, _one_right(asked, ids), {"options": words})
    key, scoring = _several_right(asked, ids)
    return Made("hotspot", structure | {"several": True} | scoring, key, {"options": words})


def _size(shown: Element, data: bytes) -> tuple[float, float]:
    try:
        width, height = float(shown.get("width", "")), float(shown.get("height", ""))
    except ValueError:
        try:
            with PillowImage.open(io.BytesIO(data)) as image:  # reads the head only
                width, height = map(float, image.size)
        except (OSError, ValueError, SyntaxError, PillowImage.DecompressionBombError) as reason:
            raise Left(_("How large the picture is cannot be told.")) from reason
    if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
        raise Left(_("How large the picture is cannot be told."))
    return width, height


def _region(row: Element, size: tuple[float, float], losses: list[str]) -> dict[str, float]:
    """A place in percent of the picture, large enough to be hit."""
    shape = row.get("shape", "")
    try:
        numbers = [
            float(each.rstrip("%")) * (size[place % 2] / 100 if each.endswith("%") else 1)
            for place, each in enumerate(row.get("coords", "").replace(" ", "").split(","))
        ]
    except ValueError as reason:
        raise Left(_("A place on the picture has no coordinates.")) from reason
    if shape == "rect" and len(numbers) == 4:
        left, top, right, bottom = numbers
    elif shape == "circle" and len(numbers) == 3:
        left, top, right, bottom = (
            *(numbers[0] - numbers[2], numbers[1] - numbers[2]),
            *(numbers[0] + numbers[2], numbers[1] + numbers[2]),
        )
    elif shape in ("poly", "ellipse") and len(numbers) >= 4 and not len(numbers) % 2:
        if shape == "ellipse":
            x, y, across, down = numbers[:4]
            left, top, right, bottom = x - across, y - down, x + across, y + down
        else:
            left, right, top, bottom = min(numbers[::2]), max(numbers[::2]), min(numbers[1::2]), max(numbers[1::2])
    else:
        raise Left(_("A place on the picture has no coordinates."))
    if shape != "rect":
        losses.append(_("A round or many-sided place becomes a rectangle."))
    x, width, is_wide = _span(left, right, size[0])
    y, height, is_high = _span(top, bottom, size[1])
    if not (is_wide and is_high):
        losses.append(_("A small place is made large enough to be hit."))
    return {"x": x, "y": y, "width": width, "height": height}


def _span(start: float, end: float, whole: float) -> tuple[float, float, bool]:
    if not (math.isfinite(start) and math.isfinite(end)):
        raise Left(_("A place on the picture has no coordinates."))
    low, high = sorted((min(max(start, 0), whole), min(max(end, 0), whole)))
    low, high = low * 100 / whole, high * 100 / whole
    if high - low >= SMALLEST:
        return low, min(high - low, 100 - low), True
    low = min(max((low + high - SMALLEST) / 2, 0), 100 - SMALLEST)
    return low, float(SMALLEST), False


def _one_right(asked: Asked, ids: Mapping[str, str]) -> list[str]:
    if asked.kind == MATCH:
        right = [each for each in asked.response.correct if each in ids]
    elif asked.kind == MAP:
        best = asked.response.most
        right = [each for each in ids if asked.response.gains.get(each, 0) >= best - _NEARLY and best > 0]
        _name_parts(asked, best)
    else:
        raise Custom
    if not right:
        raise Left(_("No answer is right."))
    if len(right) > 1:
        raise Left(_("Several answers are right, and one is chosen."))
    return [ids[right[0]]]


def _several_right(asked: Asked, ids: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    gains = [asked.response.gains.get(each, asked.response.other) for each in ids]
    if asked.kind == MATCH:
        right = [each for each in ids if each in asked.response.correct]
        if not right:
            raise Left(_("No answer is right."))
        return [ids[each] for each in right], {}
    if asked.kind == SHARE:
        places = [place for place, gain in enumerate(gains) if gain > 0]
        size, _percent = asked.detail()
        is_ours = number_of(size) == str(len(places)) and asked.response.bound >= len(places)
        if any(gain not in (0.0, 1.0) for gain in gains) or not is_ours:
            raise Custom
        return [ids[each] for each in list(ids) if asked.response.gains.get(each, 0.0) > 0], {"scoring": PARTIAL}
    if asked.kind != MAP:
        raise Custom
    total = asked.response.most
    if total <= 0 or not any(each > 0 for each in gains):
        raise Left(_("No answer is right."))
    if any(each < 0 for each in gains) and not asked.response.is_bounded:
        asked.texts.losses.append(_("An answer gains nothing at the least here, and less there."))
    places, scoring = nearest_scoring([each * 100 / total for each in gains], asked.texts.losses)
    names = list(ids.values())
    return [names[place] for place in places], {"scoring": scoring} if scoring != ALL else {}


def _name_parts(asked: Asked, best: float) -> None:
    if best <= 0:
        return
    gains = [(answer, gain * 100 / best) for answer, gain in asked.response.gains.items()]
    name_parts([*gains, ("", min(asked.response.other, 0))], asked.texts.losses)


def _right_pairs(asked: Asked) -> list[str]:
    if asked.response.correct:
        return asked.response.correct
    return [each for each, gain in asked.response.gains.items() if gain > 0]


def _alike(asked: Asked, count: int) -> None:
    """Whether each place of an order counts once, and alike."""
    places = sorted(each.detail for term in asked.terms or () for each in term.all_of)
    weights = [term.weight for term in asked.terms or ()]
    if places != sorted(map(str, range(1, count + 1))) or max(weights) - min(weights) > NEAR * max(weights):
        raise Custom


def _ids(rows: Sequence[Element]) -> dict[str, str]:
    names = [_name(each) for each in rows]
    if len(set(names)) < len(names) or not all(names):
        raise Left(_("Two choices have the same identifier, or one has none."))
    return kept_ids(names)


def _name(row: Element) -> str:
    return one_line(row.get("identifier", ""))


def _pinned(node: Element, rows: Sequence[Element], ids: Mapping[str, str]) -> dict[str, list[str]]:
    fixed = [ids[_name(each)] for each in rows if node.get("shuffle", "false") != "true" or each.get("fixed") == "true"]
    return {"pinned": fixed} if fixed else {}


#: Interaction → how it is read. Gaps in text stand in `items`.
KINDS: Mapping[str, Callable[[Asked], Made]] = {
    "choiceinteraction": choice,
    "orderinteraction": order,
    "matchinteraction": match,
    "associateinteraction": associate,
    "hotspotinteraction": hotspot,
    "extendedtextinteraction": essay,
    "textentryinteraction": entry,
}
