"""The form of each type of question; a new type is a class here and a line in `EDITORS`."""

from assessments.forms.editors.base import Built, Editor, NotEditable, State
from assessments.forms.editors.choice import ChoiceEditor, HotSpotEditor, MultipleEditor, TrueFalseEditor
from assessments.forms.editors.pairs import MatchingEditor, OrderingEditor
from assessments.forms.editors.sets import SetEditor
from assessments.forms.editors.typed import EssayEditor, GapsEditor, NumberEditor, ShortTextEditor
from assessments.types import TYPES

_IN_SETS: dict[str, Editor] = {
    "single": ChoiceEditor(),
    "multiple": MultipleEditor(),
    "truefalse": TrueFalseEditor(),
    "ordering": OrderingEditor(),
    "matching": MatchingEditor(),
    "shorttext": ShortTextEditor(),
    "number": NumberEditor(),
    "gaps": GapsEditor(),
}
_ALL: dict[str, Editor] = {
    **_IN_SETS,
    "hotspot": HotSpotEditor(),
    "essay": EssayEditor(),
    "set": SetEditor({name: each for name, each in _IN_SETS.items() if name in TYPES}),
}
#: Type → its form; of types that are graded here.
EDITORS = {name: editor for name, editor in _ALL.items() if name in TYPES}

__all__ = ["EDITORS", "Built", "Editor", "NotEditable", "State"]
