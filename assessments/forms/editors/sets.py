"""Several questions on one text: each part is edited by the form of its own type."""

from collections.abc import Collection, Mapping
from typing import Any

from django.http import QueryDict

from assessments.forms.editors.base import DROP, ID, MORE, UP, Built, Editor, NotEditable, State, fresh_id
from assessments.models import Item
from lms.text import tidy

MOST_PARTS = 12


class SetEditor(Editor):
    """A text, and parts of types that know their own form."""

    template = "assessments/bank/editors/set.html"
    owns = ("parts",)

    def __init__(self, editors: Mapping[str, Editor]) -> None:
        """`editors`: of the types that a part may have here."""
        self.editors = editors

    def blank(self) -> State:
        state: State = {"parts": [], "scoring": ""}
        self._more(state, "single", ())
        return state

    def read(self, data: QueryDict, prefix: str = "") -> State:
        parts = []
        for part in list(dict.fromkeys(data.getlist(f"{prefix}parts")))[:MOST_PARTS]:
            kind = data.get(f"{prefix}parts-{part}-type", "")
            if ID.fullmatch(part) and kind in self.editors:
                parts.append(
                    {
                        "id": part,
                        "type": kind,
                        "question": tidy(data.get(f"{prefix}parts-{part}-question", "")[:1000]),
                        "state": self.editors[kind].read(data, f"{prefix}{part}-"),
                    }
                )
        return {"parts": parts, "scoring": "", "next_type": data.get(f"{prefix}next_type", "single")}

    def of(self, structure: Mapping[str, Any], answer_key: Any, text: Mapping[str, Any]) -> State:
        parts = []
        for part in structure["parts"]:
            editor = self.editors.get(part["type"])
            if editor is None or set(part["structure"]) - set(editor.owns):
                raise NotEditable
            head = f"{part['id']}-"
            own: dict[str, Any] = {}
            for name, words in text.items():
                if isinstance(words, Mapping):
                    if name in editor.areas:
                        own[name] = words.get(part["id"], "")
                    else:
                        own[name] = {each.removeprefix(head): w for each, w in words.items() if each.startswith(head)}
            state = editor.of(part["structure"], answer_key[part["id"]], own)
            question = text.get("questions", {}).get(part["id"], "")
            parts.append({"id": part["id"], "type": part["type"], "question": question, "state": state})
        return {"parts": parts, "scoring": ""}

    def built(self, state: State) -> Built:
        built = Built({"parts": []}, {}, {"questions": {}})
        for part in state["parts"]:
            own = self.editors[part["type"]].built(part["state"])
            if not part["question"] and not any(own.text.values()):
                continue
            built.structure["parts"].append({"id": part["id"], "type": part["type"], "structure": own.structure})
            built.answer_key[part["id"]] = own.answer_key
            built.text["questions"][part["id"]] = part["question"]
            for name, words in own.text.items():
                if isinstance(words, str):
                    built.text.setdefault(name, {})[part["id"]] = words
                else:
                    built.text.setdefault(name, {}).update({f"{part['id']}-{k}": v for k, v in words.items()})
        return built

    def act(self, state: State, action: str, taken: Collection[str]) -> None:
        verb, _colon, rest = action.partition(":")
        name, _colon, row = rest.partition(":")
        if name == "parts":
            place = next((number for number, each in enumerate(state["parts"]) if each["id"] == row), None)
            if verb == MORE and len(state["parts"]) < MOST_PARTS:
                self._more(state, state.get("next_type", "single"), taken)
            elif verb == DROP and place is not None:
                del state["parts"][place]
            elif verb == UP and place:
                parts = state["parts"]
                parts[place - 1], parts[place] = parts[place], parts[place - 1]
            return
        # A button in a part: its list stands behind the id of the part.
        for part in state["parts"]:
            head = f"{part['id']}-"
            if name.startswith(head):
                own = ":".join([verb, name.removeprefix(head), *([row] if row else [])])
                below = {each.removeprefix(head) for each in taken if each.startswith(head)}
                self.editors[part["type"]].act(part["state"], own, below)

    def _more(self, state: State, kind: str, taken: Collection[str]) -> None:
        kind = kind if kind in self.editors else "single"
        used = {part["id"] for part in state["parts"]} | set(taken)
        new = {"id": fresh_id("parts", used), "type": kind, "question": "", "state": self.editors[kind].blank()}
        state["parts"].append(new)

    def shown(self, state: State, prefix: str = "") -> dict[str, Any]:
        parts = [
            {
                **part,
                "base": f"{prefix}parts-{part['id']}",
                "number": number,
                "label": Item.Type(part["type"]).label,
                "state": self.editors[part["type"]].shown(part["state"], f"{prefix}{part['id']}-"),
            }
            for number, part in enumerate(state["parts"], start=1)
        ]
        return {
            "prefix": prefix,
            "template": self.template,
            "parts": parts,
            "types": [(each, Item.Type(each).label) for each in self.editors],
            "next_type": state.get("next_type", "single"),
            "scorings": [],
        }
