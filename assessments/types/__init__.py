"""The types of questions. A new one is a class here and a line in `TYPES`."""

from assessments.types.base import (
    InvalidAnswer,
    ItemType,
    OptionView,
    PartView,
    PieceView,
    RowView,
    TypedView,
    pictures_in,
)
from assessments.types.choice import Multiple, Single, TrueFalse
from assessments.types.essay import Essay
from assessments.types.gaps import Gaps
from assessments.types.hotspot import HotSpot
from assessments.types.matching import Matching
from assessments.types.number import Number
from assessments.types.ordering import Ordering
from assessments.types.sets import ScenarioSet
from assessments.types.shorttext import ShortText

_MARKED_HERE: dict[str, ItemType] = {
    each.name: each
    for each in (
        Single(),
        Multiple(),
        TrueFalse(),
        Ordering(),
        Matching(),
        ShortText(),
        Number(),
        Gaps(),
        HotSpot(),
    )
}
TYPES: dict[str, ItemType] = {each.name: each for each in (*_MARKED_HERE.values(), Essay(), ScenarioSet(_MARKED_HERE))}

__all__ = [
    "TYPES",
    "InvalidAnswer",
    "ItemType",
    "OptionView",
    "PartView",
    "PieceView",
    "RowView",
    "TypedView",
    "pictures_in",
]
