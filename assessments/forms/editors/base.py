"""What authors fill in for a question: rows of options and keys, read from a form that works without a script.

An `Editor` is the small declaration of one type: which lists of rows it has, which single fields, and how they become
structure, key and words, and back. A *state* is what stands in the form, right or not, so that it can be shown again.
"""

import abc
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.text import tidy

State = dict[str, Any]
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{0,19}")
#: How many rows a list may have, and how long one text of a row may be.
MOST_ROWS, LONGEST = 40, 1000
#: What stands before the number of a row's id; options have letters.
_LETTERS = {"gaps": "g", "rubric": "r", "parts": "p", "left": "", "units": "u", "accepted": "t"}
MORE, DROP, UP = "more", "drop", "up"


class NotEditable(ValueError):
    """The question is built in a way that only its file can say."""

    def __init__(self) -> None:
        super().__init__(_("This question is built in a way that this page does not know. Change it in its file."))


@dataclass
class Built:
    """What a form says: structure and key, and the parts of the wording beside stem and feedback."""

    structure: dict[str, Any]
    answer_key: Any
    text: dict[str, Any] = field(default_factory=dict)


class Editor(abc.ABC):
    """The form of one type of question."""

    template: ClassVar[str]
    #: List of rows → the fields of a row beside its id.
    lists: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    #: Fields that hold one text, and what they begin with.
    values: ClassVar[Mapping[str, str]] = {}
    #: Fields that hold several ids, such as the right options.
    marks: ClassVar[tuple[str, ...]] = ()
    #: Long texts.
    areas: ClassVar[tuple[str, ...]] = ()
    #: List → how many empty rows a new question has.
    rows: ClassVar[Mapping[str, int]] = {}
    #: What of a structure is written by this form; the rest is kept as it is.
    owns: ClassVar[tuple[str, ...]] = ("options", "pinned", "scoring")
    #: The ways to score it, the first being meant where nothing is said.
    scorings: ClassVar[tuple[str, ...]] = ()
    #: Whether authors may add rows.
    is_open: ClassVar[bool] = True

    # --- the state

    def blank(self) -> State:
        """The form of a new question."""
        state: State = dict(self.values) | dict.fromkeys(self.areas, "") | {name: [] for name in self.marks}
        state["scoring"] = self.scorings[0] if self.scorings else ""
        for name in self.lists:
            state[name] = []
            for _number in range(self.rows.get(name, 0)):
                self._add(state, name, ())
        return state

    def read(self, data: QueryDict, prefix: str = "") -> State:
        """What was posted."""
        state: State = {name: tidy(data.get(prefix + name, "")[:LONGEST]) for name in self.values}
        state |= {name: tidy(data.get(prefix + name, "")[: 4 * LONGEST]) for name in self.areas}
        state |= {name: data.getlist(prefix + name)[:MOST_ROWS] for name in self.marks}
        scoring = data.get(f"{prefix}scoring", "")
        state["scoring"] = scoring if scoring in self.scorings else (self.scorings[0] if self.scorings else "")
        for name, fields in self.lists.items():
            ids = dict.fromkeys(each for each in data.getlist(f"{prefix}{name}") if ID.fullmatch(each))
            state[name] = [
                {"id": row} | {each: tidy(data.get(f"{prefix}{name}-{row}-{each}", "")[:LONGEST]) for each in fields}
                for row in list(ids)[:MOST_ROWS]
            ]
        return state

    @abc.abstractmethod
    def of(self, structure: Mapping[str, Any], answer_key: Any, text: Mapping[str, Any]) -> State:
        """The form of a question as it is.

        Raises:
            NotEditable: it cannot be said in this form.
        """

    @abc.abstractmethod
    def built(self, state: State) -> Built:
        """What a state says. Whether that is sound, the type itself knows."""

    # --- buttons

    def act(self, state: State, action: str, taken: Collection[str]) -> None:
        """Do what a button says: ``more:options``, ``drop:options:b``, ``up:options:b``; anything else does nothing.

        Arguments:
            taken: ids that no new row may have.
        """
        verb, _colon, rest = action.partition(":")
        name, _colon, row = rest.partition(":")
        if name not in self.lists:
            return
        rows = state[name]
        place = next((number for number, each in enumerate(rows) if each["id"] == row), None)
        if verb == MORE and len(rows) < MOST_ROWS:
            self._add(state, name, taken)
        elif verb == DROP and place is not None:
            del rows[place]
        elif verb == UP and place:
            rows[place - 1], rows[place] = rows[place], rows[place - 1]

    def _add(self, state: State, name: str, taken: Collection[str]) -> None:
        used = {row["id"] for row in state[name]} | set(taken)
        state[name].append({"id": fresh_id(name, used)} | dict.fromkeys(self.lists[name], ""))

    # --- for the page

    def shown(self, state: State, prefix: str = "") -> dict[str, Any]:
        """A state as its template needs it: each row with the stem of the names of its fields."""
        shown = dict(state)
        for name in self.lists:
            shown[name] = [
                {**row, "base": f"{prefix}{name}-{row['id']}", "number": number}
                for number, row in enumerate(state[name], start=1)
            ]
        for name in self.areas:
            widget = forms.Textarea(attrs={"rows": 5, "id": f"id_{prefix}{name}", "dir": "auto"})
            shown[name] = widget.render(prefix + name, state[name])
        return shown | {
            "prefix": prefix,
            "template": self.template,
            "is_open": self.is_open,
            "scorings": [(each, str(SCORINGS[each])) for each in self.scorings],
        }


def fresh_id(name: str, used: Collection[str]) -> str:
    """An id that is not used: a letter for an option, a number behind a letter otherwise."""
    if name == "options":
        letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
        candidates = [*letters, *(f"{letter}{number}" for number in range(2, 10) for letter in letters)]
        return next(each for each in candidates if each not in used)
    stem, number = _LETTERS.get(name, ""), 1
    while f"{stem}{number}" in used:
        number += 1
    return f"{stem}{number}"


def filled(state: State, name: str = "options") -> list[dict[str, Any]]:
    """The rows of a list in which something stands."""
    return [row for row in state[name] if row["text"]]


def texts(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Id → text of rows."""
    return {row["id"]: row["text"] for row in rows}


def pinned_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The options that keep their place, if there are any."""
    pinned = [row["id"] for row in rows if row.get("pinned")]
    return {"pinned": pinned} if pinned else {}


def scoring_of(state: State, editor: Editor) -> dict[str, str]:
    """How it is scored, where that is not the usual way."""
    return {"scoring": state["scoring"]} if editor.scorings and state["scoring"] != editor.scorings[0] else {}


#: Way of scoring → what authors read.
SCORINGS = {
    "all": gettext_lazy("All or nothing"),
    "partial": gettext_lazy("Points for each right part"),
    "penalty": gettext_lazy("Points for each right part, less for each wrong one"),
}
