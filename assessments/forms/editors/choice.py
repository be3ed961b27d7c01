"""Options of which some are right: single choice, multiple response, true or false, a place on a picture."""

from collections.abc import Mapping
from typing import Any

from assessments.forms.editors.base import Built, Editor, State, filled, pinned_of, scoring_of, texts
from lms.text import ascii_digits


class ChoiceEditor(Editor):
    """One or more right options."""

    template = "assessments/bank/editors/choice.html"
    lists = {"options": ("text", "pinned")}
    marks = ("right",)
    rows = {"options": 4}
    several = False

    def of(self, structure: Mapping[str, Any], answer_key: Any, text: Mapping[str, Any]) -> State:
        words, pinned = text.get("options", {}), structure.get("pinned", ())
        return {
            "options": [
                {"id": each, "text": words.get(each, ""), "pinned": "on" if each in pinned else ""}
                for each in structure["options"]
            ],
            "right": list(answer_key),
            "scoring": structure.get("scoring", self.scorings[0] if self.scorings else ""),
        }

    def built(self, state: State) -> Built:
        rows = filled(state)
        ids = [row["id"] for row in rows]
        structure = {"options": ids, **pinned_of(rows), **scoring_of(state, self)}
        return Built(structure, sorted(each for each in state["right"] if each in ids), {"options": texts(rows)})

    def shown(self, state: State, prefix: str = "") -> dict[str, Any]:
        return super().shown(state, prefix) | {"several": self.several}


class MultipleEditor(ChoiceEditor):
    """Several right options."""

    several = True
    scorings = ("all", "partial", "penalty")


class TrueFalseEditor(ChoiceEditor):
    """Two options that stay."""

    rows = {"options": 2}
    is_open = False


class HotSpotEditor(ChoiceEditor):
    """Regions of a picture, in percent of its width and height."""

    template = "assessments/bank/editors/hotspot.html"
    lists = {"options": ("text", "x", "y", "width", "height")}
    values = {"several": ""}
    rows = {"options": 2}
    owns = ("options", "scoring", "regions", "several")
    scorings = ("all", "partial", "penalty")
    sides = ("x", "y", "width", "height")

    def of(self, structure: Mapping[str, Any], answer_key: Any, text: Mapping[str, Any]) -> State:
        state = super().of(structure, answer_key, text)
        for row in state["options"]:
            region = structure["regions"].get(row["id"], {})
            row |= {side: f"{region.get(side, 0):g}" for side in self.sides}
        return state | {"several": "on" if structure.get("several") else ""}

    def built(self, state: State) -> Built:
        built = super().built(state)
        built.structure["regions"] = {
            row["id"]: {side: _percent(row[side]) for side in self.sides} for row in filled(state)
        }
        if state["several"]:
            built.structure["several"] = True
        return built

    def shown(self, state: State, prefix: str = "") -> dict[str, Any]:
        shown = super().shown(state, prefix)
        return shown | {"is_several": bool(state["several"]), "several": True}


def _percent(typed: str) -> float:
    """A typed share of the picture; what is no number lies outside, and the type refuses it."""
    try:
        number = round(float(ascii_digits(typed).replace(",", ".")), 1)
    except ValueError:
        return -1
    return int(number) if number == int(number) else number
