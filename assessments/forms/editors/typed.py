"""What officers type: a short text, a number, a text with gaps, an essay."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy

from assessments.forms.editors.base import Built, Editor, NotEditable, State, filled, scoring_of, texts
from lms.language_names import language_info
from lms.text import ascii_digits

#: What is left out when a typed text is compared → what authors read.
FOLDS = {
    "case": gettext_lazy("capital and small letters"),
    "marks": gettext_lazy("accents and vowel points"),
    "digits": gettext_lazy("digits of each script"),
    "forms": gettext_lazy("other forms of a character"),
    "space": gettext_lazy("how much white space there is"),
}


class _TypedEditor(Editor):
    """What several of them need on the page."""

    def shown(self, state: State, prefix: str = "") -> dict[str, Any]:
        languages = [(code, language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]
        return super().shown(state, prefix) | {
            "languages": languages,
            "all_folds": [(each, str(name)) for each, name in FOLDS.items()],
        }


class ShortTextEditor(_TypedEditor):
    """Accepted answers, each in its language."""

    template = "assessments/bank/editors/shorttext.html"
    lists = {"accepted": ("language", "text")}
    values = {"length": ""}
    marks = ("folds",)
    rows = {"accepted": 2}
    owns = ("length",)

    def blank(self) -> State:
        return super().blank() | {"folds": list(FOLDS)}

    def of(self, structure: Mapping[str, Any], answer_key: Any, text: Mapping[str, Any]) -> State:
        return {
            "accepted": accepted_rows(answer_key),
            "length": str(structure.get("length", "")),
            "folds": list(answer_key.get("folds", FOLDS)),
            "scoring": "",
        }

    def built(self, state: State) -> Built:
        key: dict[str, Any] = {"accepted": accepted_of(filled(state, "accepted"))}
        if folds := folds_of(state):
            key |= folds
        return Built(length_of(state), key)


def accepted_rows(key: Mapping[str, Any], **more: str) -> list[dict[str, str]]:
    """The accepted texts of a key as rows."""
    pairs = [(language, text) for language, own in key["accepted"].items() for text in own]
    stem = more.get("gap", "t")
    return [
        {"id": f"{stem}x{number}" if "gap" in more else f"t{number}", "language": language, "text": text, **more}
        for number, (language, text) in enumerate(pairs, start=1)
    ]


def accepted_of(rows: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Language → the texts that are accepted in it."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["language"], []).append(row["text"])
    return found


def folds_of(state: State) -> dict[str, list[str]]:
    """What is left out in comparing, where that is not everything."""
    folds = [each for each in FOLDS if each in state["folds"]]
    return {} if len(folds) == len(FOLDS) else {"folds": folds}


def length_of(state: State) -> dict[str, int]:
    """How long an answer may be, where something is said; what is no number is none, and the type refuses it."""
    typed = ascii_digits(state["length"])
    if not typed:
        return {}
    return {"length": int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 0}


class NumberEditor(Editor):
    """A value with a tolerance, and units to choose from."""

    template = "assessments/bank/editors/number.html"
    lists = {"units": ("text",)}
    values = {"value": "", "tolerance": "", "in_percent": "", "unit": ""}
    owns = ("units",)

    def of(self, structure: Mapping[str, Any], answer_key: Any, text: Mapping[str, Any]) -> State:
        words = text.get("units", {})
        return {
            "value": answer_key["value"],
            "tolerance": answer_key.get("tolerance", ""),
            "in_percent": "on" if answer_key.get("in_percent") else "",
            "unit": answer_key.get("unit", ""),
            "units": [{"id": each, "text": words.get(each, "")} for each in structure.get("units", ())],
            "scoring": "",
        }

    def built(self, state: State) -> Built:
        rows = filled(state, "units")
        key: dict[str, Any] = {"value": _decimal(state["value"])}
        if state["tolerance"]:
            key["tolerance"] = _decimal(state["tolerance"])
        if state["in_percent"]:
            key["in_percent"] = True
        if not rows:
            return Built({}, key)
        if state["unit"] in texts(rows):
            key["unit"] = state["unit"]
        return Built({"units": [row["id"] for row in rows]}, key, {"units": texts(rows)})


def _decimal(typed: str) -> str:
    """A typed number in its shortest form; as it was typed where it is none, and the type refuses it."""
    plain = ascii_digits(typed).replace(",", ".").strip()
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return plain
    if not number.is_finite() or abs(number.adjusted()) > 15:
        return plain
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


class EssayEditor(Editor):
    """A text that a person marks, by a rubric or as a whole."""

    template = "assessments/bank/editors/essay.html"
    lists = {"rubric": ("text", "points")}
    values = {"length": ""}
    rows = {"rubric": 3}
    owns = ("length", "rubric")

    def of(self, structure: Mapping[str, Any], answer_key: Any, text: Mapping[str, Any]) -> State:
        words = text.get("rubric", {})
        return {
            "rubric": [
                {"id": each["id"], "text": words.get(each["id"], ""), "points": str(each["points"])}
                for each in structure.get("rubric", ())
            ],
            "length": str(structure.get("length", "")),
            "scoring": "",
        }

    def built(self, state: State) -> Built:
        rows = filled(state, "rubric")
        rubric = [{"id": row["id"], "points": _points(row["points"])} for row in rows]
        structure = {**length_of(state), **({"rubric": rubric} if rubric else {})}
        return Built(structure, {}, {"rubric": texts(rows)} if rubric else {})


def _points(typed: str) -> int:
    digits = ascii_digits(typed).strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 4 else 0


class GapsEditor(_TypedEditor):
    """A text with marks, ``[[g1]]``; each gap is filled by a choice or by typing."""

    template = "assessments/bank/editors/gaps.html"
    lists = {"gaps": ("kind", "right", "length"), "options": ("gap", "text"), "accepted": ("gap", "language", "text")}
    areas = ("text",)
    marks = ("folds",)
    rows = {"gaps": 2, "options": 4}
    owns = ("gaps", "scoring")
    scorings = ("all", "partial")

    def blank(self) -> State:
        return super().blank() | {"folds": list(FOLDS)}

    def of(self, structure: Mapping[str, Any], answer_key: Any, text: Mapping[str, Any]) -> State:
        words = text.get("options", {})
        choosing = [gap["id"] for gap in structure["gaps"] if "options" in gap]
        stands: dict[str, list[str]] = {}
        for gap in structure["gaps"]:
            for each in gap.get("options", ()):
                stands.setdefault(each, []).append(gap["id"])
        if any(len(gaps) not in (1, len(choosing)) for gaps in stands.values()):
            raise NotEditable
        folds = [tuple(key.get("folds", FOLDS)) for key in answer_key.values() if isinstance(key, Mapping)]
        if len(set(folds)) > 1:
            raise NotEditable
        accepted = [
            row
            for gap in structure["gaps"]
            if "options" not in gap
            for row in accepted_rows(answer_key[gap["id"]], gap=gap["id"])
        ]
        return {
            "gaps": [
                {
                    "id": gap["id"],
                    "kind": "" if "options" in gap else "type",
                    "right": answer_key[gap["id"]] if "options" in gap else "",
                    "length": str(gap.get("length", "")),
                }
                for gap in structure["gaps"]
            ],
            "options": [
                {"id": each, "gap": "" if len(gaps) == len(choosing) else gaps[0], "text": words.get(each, "")}
                for each, gaps in stands.items()
            ],
            "accepted": accepted,
            "text": text.get("text", ""),
            "folds": list(folds[0]) if folds else list(FOLDS),
            "scoring": structure.get("scoring", self.scorings[0]),
        }

    def built(self, state: State) -> Built:
        options, accepted = filled(state), filled(state, "accepted")
        # A gap that nobody filled in and that stands nowhere in the text is an empty row.
        rows = [gap for gap in state["gaps"] if gap["right"] or gap["kind"] or f"[[{gap['id']}]]" in state["text"]]
        gaps, key, used = [], {}, set()
        for row in rows:
            gap: dict[str, Any] = {"id": row["id"]}
            if row["kind"]:
                gap |= length_of(row)
                own = [each for each in accepted if each["gap"] == row["id"]]
                key[row["id"]] = {"accepted": accepted_of(own), **folds_of(state)}
            else:
                gap["options"] = [each["id"] for each in options if each["gap"] in ("", row["id"])]
                used |= set(gap["options"])
                key[row["id"]] = row["right"]
            gaps.append(gap)
        words: dict[str, Any] = {"text": state["text"]}
        if used:
            words["options"] = {each: text for each, text in texts(options).items() if each in used}
        return Built({"gaps": gaps, **scoring_of(state, self)}, key, words)
