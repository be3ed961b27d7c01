"""GIFT, Moodle's format of plain text. Source: docs.moodle.org, “GIFT format”, and Moodle's question/format/gift."""

from assessments.exchange.gift.reading import read
from assessments.exchange.gift.writing import write

__all__ = ["read", "write"]
