"""Matching and ordering."""

from collections.abc import Mapping
from typing import Any

from assessments.forms.editors.base import Built, Editor, State, filled, pinned_of, scoring_of, texts
from lms.text import ascii_digits


class MatchingEditor(Editor):
    """Entries on the left, each with its partner among the options."""

    template = "assessments/bank/editors/matching.html"
    lists = {"left": ("text", "partner"), "options": ("text", "pinned")}
    rows = {"left": 3, "options": 4}
    owns = ("left", "options", "pinned", "scoring")
    scorings = ("all", "partial")

    def of(self, structure: Mapping[str, Any], answer_key: Any, text: Mapping[str, Any]) -> State:
        left, options, pinned = text.get("left", {}), text.get("options", {}), structure.get("pinned", ())
        return {
            "left": [
                {"id": each, "text": left.get(each, ""), "partner": answer_key.get(each, "")}
                for each in structure["left"]
            ],
            "options": [
                {"id": each, "text": options.get(each, ""), "pinned": "on" if each in pinned else ""}
                for each in structure["options"]
            ],
            "scoring": structure.get("scoring", self.scorings[0]),
        }

    def built(self, state: State) -> Built:
        left, options = filled(state, "left"), filled(state)
        ids = [row["id"] for row in options]
        structure = {
            "options": ids,
            "left": [row["id"] for row in left],
            **pinned_of(options),
            **scoring_of(state, self),
        }
        key = {row["id"]: row["partner"] for row in left if row["partner"] in ids}
        return Built(structure, key, {"left": texts(left), "options": texts(options)})


class OrderingEditor(Editor):
    """Steps as they are listed, each with its right place."""

    template = "assessments/bank/editors/ordering.html"
    lists = {"options": ("text", "place")}
    rows = {"options": 4}
    owns = ("options", "scoring")
    scorings = ("all", "partial")

    def of(self, structure: Mapping[str, Any], answer_key: Any, text: Mapping[str, Any]) -> State:
        words, key = text.get("options", {}), list(answer_key)
        return {
            "options": [
                {"id": each, "text": words.get(each, ""), "place": str(key.index(each) + 1) if each in key else ""}
                for each in structure["options"]
            ],
            "scoring": structure.get("scoring", self.scorings[0]),
        }

    def built(self, state: State) -> Built:
        rows = filled(state)
        places = {row["id"]: _place(row["place"]) for row in rows}
        structure = {"options": list(places), **scoring_of(state, self)}
        # Two steps with one place, or a step without: the key then lacks them, and the type says so.
        key = [each for each in sorted(places, key=lambda each: places[each]) if places[each]]
        if sorted(places.values()) != list(range(1, len(places) + 1)):
            key = []
        return Built(structure, key, {"options": texts(rows)})


def _place(typed: str) -> int:
    digits = ascii_digits(typed)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 4 else 0
