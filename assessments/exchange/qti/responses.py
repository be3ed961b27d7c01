"""Declarations of the responses of an item."""

import math
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from assessments.exchange.markup import one_line
from assessments.exchange.question import Left
from assessments.exchange.xmlfile import words_of


@dataclass
class Response:
    """What is declared of a response."""

    name: str
    cardinality: str
    base: str
    correct: list[str] = field(default_factory=list)
    gains: dict[str, float] = field(default_factory=dict)
    other: float = 0.0
    heeds_case: bool = False
    is_bounded: bool = True
    bound: float = math.inf

    @property
    def most(self) -> float:
        """What the best answer gains by its mapping."""
        values = [each for each in self.gains.values() if each > 0]
        most = (max(values) if self.cardinality == "single" else sum(values)) if values else 0.0
        return min(most, self.bound)


def response_of(node: Element, *, heeds_case: str = "true") -> Response:
    """A declaration as it is read."""
    found = Response(node.get("identifier", ""), node.get("cardinality", "single"), node.get("basetype", ""))
    found.correct = [one_line(words_of(each)) for each in node.iterfind("correctresponse/value")]
    mapping = node.find("mapping")
    if mapping is None:
        return found
    found.other = _number(mapping.get("defaultvalue", "0"))
    if found.other > 0:
        raise Left(_("Any other answer gains points, too."), is_error=False)
    entries = mapping.findall("mapentry")
    found.gains = {one_line(each.get("mapkey", "")): _number(each.get("mappedvalue", "0")) for each in entries}
    right = [each for each in entries if _number(each.get("mappedvalue", "0")) > 0]
    found.heeds_case = bool(right) and all(each.get("casesensitive", heeds_case) in ("true", "1") for each in right)
    found.bound = _number(mapping.get("upperbound", "")) if mapping.get("upperbound") else math.inf
    found.is_bounded = mapping.get("lowerbound") is not None and _number(mapping.get("lowerbound", "0")) >= 0
    return found


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError as reason:
        raise Left(_("“%(answer)s” is no number.") % {"answer": one_line(text)[:40]}) from reason
    if not math.isfinite(value):
        raise Left(_("“%(answer)s” is no number.") % {"answer": one_line(text)[:40]})
    return value
