"""The types of questions. A new one is a class here and a line in `TYPES`."""

from assessments.types.base import InvalidAnswer, ItemType, OptionView, RowView
from assessments.types.choice import Multiple, Single, TrueFalse
from assessments.types.matching import Matching
from assessments.types.ordering import Ordering

TYPES: dict[str, ItemType] = {each.name: each for each in (Single(), Multiple(), TrueFalse(), Ordering(), Matching())}

__all__ = ["TYPES", "InvalidAnswer", "ItemType", "OptionView", "RowView"]
