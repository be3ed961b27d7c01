"""The neutral part of a question in a bundle: how each type is read from ``questions.yaml``, and written.

A new type needs its fields in `read_structure` and `write_structure`, and its key in `read_answer` and
`canonical_answer`. Pictures stand in a bundle by their key in ``media.yaml``, on the site by their address.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from assessments.types import TYPES
from assessments.types.choice import Choice
from assessments.types.essay import MOST_RUBRIC
from assessments.types.typed import FOLDS
from courses.pages.exchange.reading import Fields, Node, Place, Problem

OPTION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,19}")
_DECIMAL = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,6})?")
#: The parts of a wording, in the order in which they are written.
PARTS = ("questions", "text", "options", "left", "units", "rubric", "picture")
#: Lists of ids in a structure, in the order in which they are written, and the types that need them.
LISTS = {
    "options": ("single", "multiple", "truefalse", "ordering", "matching", "hotspot"),
    "left": ("matching",),
}
#: Parts of a structure that mean the same when they are empty as when they are missing.
EMPTY_IS_LEFT_OUT = ("units", "several", "pinned", "rubric")
_SIDES = ("x", "y", "width", "height")
#: Stands for a picture while a question is judged.
_ANY_PICTURE = {"address": f"/files/{'0' * 64}.webp", "width": 1, "height": 1}


# --- reading


def read_structure(fields: Fields, kind: str) -> dict[str, Any]:
    """What is neutral of a question beside its answer. What is missing is noted, the shape is whole."""
    found: dict[str, Any] = {}
    type_ = TYPES.get(kind)
    if type_ is None or kind in LISTS["options"]:
        found["options"] = list(fields.ids("options", OPTION_ID))
    if kind in LISTS["left"]:
        found["left"] = list(fields.ids("left", OPTION_ID))
    if type_ is None:
        return found
    if picture := fields.text("picture", required=kind == "hotspot", most=80):
        found["picture"] = picture
    if len(type_.scorings) > 1 and (scoring := fields.choice("scoring", type_.scorings, default="")):
        found["scoring"] = scoring
    if type_.is_shuffled and kind != "set" and (pinned := fields.ids("pinned", OPTION_ID, required=False)):
        found["pinned"] = list(pinned)
    if kind in ("shorttext", "essay"):
        found |= _length(fields)
        if kind == "essay" and (nodes := fields.items("rubric", required=False)):
            found["rubric"] = [_criterion(node, fields.problems) for node in nodes]
    elif kind == "number":
        if units := fields.ids("units", OPTION_ID, required=False):
            found["units"] = list(units)
    elif kind == "gaps":
        found["gaps"] = [_gap(node, fields.problems) for node in fields.items("gaps")]
    elif kind == "hotspot":
        if fields.boolean("several"):
            found["several"] = True
        found["regions"] = {name: _region(node, name, fields) for name, _place, node in fields.mapping("regions")}
    elif kind == "set":
        found["parts"] = [part for node in fields.items("parts") if (part := _part(node, fields.problems))]
    return found


def _length(fields: Fields) -> dict[str, int]:
    if "length" not in fields.entries:
        return {}
    return {"length": fields.integer("length", least=1, most=20_000)}


def _id(fields: Fields) -> str:
    text = fields.text("id")
    if text and not OPTION_ID.fullmatch(text):
        fields.complain(f"“{text}” is no id: use letters without accents, digits and hyphens.", fields.place("id"))
    return text


def _criterion(node: Node, problems: list[Problem]) -> dict[str, Any]:
    fields = Fields(node, problems, "a criterion")
    criterion = {"id": _id(fields), "points": fields.integer("points", least=1, most=MOST_RUBRIC)}
    fields.done()
    return criterion


def _gap(node: Node, problems: list[Problem]) -> dict[str, Any]:
    fields = Fields(node, problems, "a gap")
    gap: dict[str, Any] = {"id": _id(fields)}
    if "options" in fields.entries:
        gap["options"] = list(fields.ids("options", OPTION_ID))
    else:
        gap |= _length(fields)
    fields.done()
    return gap


def _region(node: Node, name: str, of: Fields) -> dict[str, float]:
    fields = Fields(node, of.problems, f"the region of “{name}”")
    found = {}
    for side in _SIDES:
        text = fields.text(side)
        if text and not _DECIMAL.fullmatch(text):
            fields.complain(f"“{side}” is a share of the picture in percent, such as 12.5.", fields.place(side))
        found[side] = _plain(float(text)) if _DECIMAL.fullmatch(text) else 0
    fields.done()
    return found


def _part(node: Node, problems: list[Problem]) -> dict[str, Any] | None:
    fields = Fields(node, problems, "a part")
    part_id, kind = _id(fields), fields.choice("type", [each for each in TYPES if each not in ("set", "essay")])
    if kind not in TYPES or kind in ("set", "essay"):
        return None
    part = {"id": part_id, "type": kind, "structure": read_structure(fields, kind)}
    fields.done()
    return part


def read_answer(fields: Fields, kind: str, structure: Mapping[str, Any]) -> Any:
    """The key of a question, from its field ``answer``."""
    if kind == "essay":
        return {}
    if kind == "matching":
        pairs = {
            left: fields.as_text(node, f"the partner of “{left}”") for left, _place, node in fields.mapping("answer")
        }
        return _in_order(pairs, structure["left"])
    if kind == "gaps":
        gaps = {gap["id"]: gap for gap in structure["gaps"]}
        key = {
            gap: fields.as_text(node, f"the answer of “{gap}”")
            if "options" in gaps.get(gap, ())
            else _accepted(Fields(node, fields.problems, f"the answer of “{gap}”"))
            for gap, _place, node in fields.mapping("answer")
        }
        return _in_order(key, gaps)
    if kind == "set":
        parts = {part["id"]: part for part in structure["parts"]}
        answers = {
            part: read_answer(_alone(node, place, fields), parts[part]["type"], parts[part]["structure"])
            if part in parts
            else None
            for part, place, node in fields.mapping("answer")
        }
        return _in_order(answers, parts)
    if kind in ("shorttext", "number"):
        below = fields.fields("answer")
        if below is None:
            return {}
        return _accepted(below) if kind == "shorttext" else _number(below)
    answer = list(fields.ids("answer", OPTION_ID))
    return sorted(answer) if isinstance(TYPES.get(kind), Choice) else answer


def _alone(node: Node, place: Place, of: Fields) -> Fields:
    """The answer of a part, to be read as that of a question of its own."""
    return Fields(Node(place, {"answer": node}, {"answer": place}), of.problems, of.what)


def _in_order(values: Mapping[str, Any], order: Iterable[str]) -> dict[str, Any]:
    return {each: values[each] for each in order if each in values} | dict(values)


def _accepted(fields: Fields) -> dict[str, Any]:
    accepted = {}
    for language, place, node in fields.mapping("accepted"):
        own = Fields(Node(place, {language: node}, {language: place}), fields.problems, fields.what)
        accepted[language] = list(own.texts(language))
    key: dict[str, Any] = {"accepted": accepted}
    if "folds" in fields.entries:
        folds = fields.texts("folds", required=False)
        key["folds"] = [each for each in FOLDS if each in folds] + [each for each in folds if each not in FOLDS]
    fields.done()
    return key


def _number(fields: Fields) -> dict[str, Any]:
    key: dict[str, Any] = {"value": fields.text("value")}
    if tolerance := fields.text("tolerance", required=False):
        key["tolerance"] = tolerance
    if fields.boolean("in_percent"):
        key["in_percent"] = True
    if unit := fields.text("unit", required=False):
        key["unit"] = unit
    fields.done()
    return key


def sound(kind: str, structure: Mapping[str, Any], answer_key: Any) -> list[str]:
    """What the type says against a question as a bundle has it."""
    return TYPES[kind].problems(with_pictures(structure, lambda _key: _ANY_PICTURE), answer_key)


# --- pictures


def with_pictures(structure: Mapping[str, Any], place_of: Callable[[Any], Any]) -> dict[str, Any]:
    """A structure with other words for its pictures, those of its parts included."""
    found = dict(structure)
    if "picture" in found:
        found["picture"] = place_of(found["picture"])
    if "parts" in found:
        found["parts"] = [
            {**part, "structure": with_pictures(part["structure"], place_of)} for part in structure["parts"]
        ]
    return found


def pictures_of(structure: Mapping[str, Any]) -> Iterator[Any]:
    """The pictures of a question and of its parts, as the structure has them."""
    if "picture" in structure:
        yield structure["picture"]
    for part in structure.get("parts", ()):
        yield from pictures_of(part["structure"])


# --- writing


def canonical_answer(kind: str, structure: Mapping[str, Any], answer_key: Any) -> Any:
    """A key in the one order in which it is written; databases keep none. Right options are sorted, as answers are."""
    if isinstance(TYPES[kind], Choice):
        return sorted(answer_key)
    if kind == "matching":
        return _in_order(answer_key, structure["left"])
    if kind == "shorttext":
        return _accepted_in_order(answer_key)
    if kind == "number":
        return {name: answer_key[name] for name in ("value", "tolerance", "in_percent", "unit") if answer_key.get(name)}
    if kind == "gaps":
        key = {gap: _accepted_in_order(each) if isinstance(each, Mapping) else each for gap, each in answer_key.items()}
        return _in_order(key, [gap["id"] for gap in structure["gaps"]])
    if kind == "set":
        return {
            part["id"]: canonical_answer(part["type"], part["structure"], answer_key[part["id"]])
            for part in structure["parts"]
        }
    return {} if kind == "essay" else answer_key


def _accepted_in_order(key: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "accepted": {language: list(key["accepted"][language]) for language in sorted(key["accepted"])}
    }
    if "folds" in key:
        found["folds"] = [each for each in FOLDS if each in key["folds"]]
    return found


def canonical_structure(kind: str, structure: Mapping[str, Any]) -> dict[str, Any]:
    """A structure without what means nothing: a list of no units, one region where one is meant."""
    found = {name: value for name, value in structure.items() if value or name not in EMPTY_IS_LEFT_OUT}
    if "parts" in found:
        found["parts"] = [
            {**part, "structure": canonical_structure(part["type"], part["structure"])} for part in found["parts"]
        ]
    if "regions" in found:
        found["regions"] = {
            each: {side: _plain(found["regions"][each][side]) for side in _SIDES} for each in found["options"]
        }
    return found


def write_structure(kind: str, structure: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a question that say what is neutral of it beside its answer, in their order."""
    fields: dict[str, Any] = {name: structure[name] for name in ("picture", "scoring") if name in structure}
    fields |= {name: list(structure[name]) for name in ("options", "left", "pinned", "units") if structure.get(name)}
    fields |= {name: structure[name] for name in ("length", "several") if name in structure}
    if structure.get("rubric"):
        fields["rubric"] = [{name: each[name] for name in ("id", "points")} for each in structure["rubric"]]
    if "gaps" in structure:
        fields["gaps"] = [
            {name: gap[name] for name in ("id", "options", "length") if name in gap} for gap in structure["gaps"]
        ]
    if "regions" in structure:
        fields["regions"] = structure["regions"]
    if "parts" in structure:
        fields["parts"] = [
            {"id": part["id"], "type": part["type"]} | write_structure(part["type"], part["structure"])
            for part in structure["parts"]
        ]
    return fields


def wording_parts(kind: str, structure: Mapping[str, Any]) -> dict[str, list[str] | None]:
    """The parts of a wording beside stem and feedback, in the order in which they are written: the ids of each, or None
    for one text."""
    type_ = TYPES[kind]
    parts: dict[str, list[str] | None] = {name: list(ids) for name, ids in type_.parts(structure).items()}
    parts |= dict.fromkeys(type_.lines(structure))
    return {name: parts[name] for name in PARTS if name in parts}


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number
