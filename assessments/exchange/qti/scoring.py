"""How an item is scored: its response processing as a sum of terms, or not understood.

A term is a weight and the judgements that all have to hold: that a response is the correct one (`MATCH`), what it
gains by its mapping (`MAP`), that a number is near enough (`EQUAL`), that one place of an order is right (`PLACE`), or
the share of right choices among all that were chosen (`SHARE`). What is no such sum is somebody's programme.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from assessments.exchange.xmlfile import words_of

MATCH, MAP, EQUAL, PLACE, SHARE = "match", "map", "equal", "place", "share"
_TEMPLATES = {
    "match_correct": MATCH,
    "map_response": MAP,
    "cc2_match": MATCH,
    "cc2_match_basic": MATCH,
    "cc2_map_response": MAP,
}
_NUMBERS = ("float", "integer")
_YES = ("true", "1")
_FULL = 1e-6


class Custom(ValueError):
    """The processing is not understood."""


@dataclass(frozen=True)
class Judgement:
    """What of one response is asked; `detail` is a tolerance, a place or a number of right choices."""

    kind: str
    response: str
    detail: str = ""
    in_percent: bool = False
    heeds_case: bool = True


@dataclass(frozen=True)
class Term:
    """So much for so many judgements together."""

    weight: float
    all_of: frozenset[Judgement] = frozenset()


Terms = tuple[Term, ...]


@dataclass(frozen=True)
class Outcome:
    """An outcome variable: of what kind, and what it begins with."""

    base: str
    default: str


def terms_of(processing: Element | None, outcomes: Mapping[str, Outcome], responses: Sequence[str]) -> Terms | None:
    """What a response gains; None where the item does not say.

    Raises:
        Custom: it says it in a way that is not understood here.
    """
    if processing is None or (not len(processing) and not processing.get("template")):
        return None
    if not len(processing):
        name = (processing.get("template") or "").rpartition("/")[2].lower().removesuffix(".xml")
        if name not in _TEMPLATES:
            raise Custom
        # The templates speak of RESPONSE; files with one response under another name mean that one.
        response = "RESPONSE" if "RESPONSE" in responses or len(responses) != 1 else responses[0]
        return (Term(1.0, frozenset([Judgement(_TEMPLATES[name], response)])),)
    running = _Running(outcomes)
    for each in processing:
        running.rule(each)
    found = running.values.get("SCORE")
    if found is None:
        raise Custom
    return tuple(each for each in found if each.all_of or each.weight)


class _Running:
    """Runs response processing without a response."""

    def __init__(self, outcomes: Mapping[str, Outcome]) -> None:
        self.outcomes = outcomes
        self.values: dict[str, Terms] = {}

    def is_number(self, name: str) -> bool:
        return self.outcomes[name].base in _NUMBERS if name in self.outcomes else name == "SCORE"

    def current(self, name: str) -> Terms:
        if name in self.values:
            return self.values[name]
        text = self.outcomes[name].default if name in self.outcomes else ""
        return _constant(text or "0")

    def rule(self, node: Element) -> None:
        if node.tag == "setoutcomevalue":
            name = node.get("identifier", "")
            if self.is_number(name):  # what is no number chooses feedback
                self.values[name] = self.value(_only(node))
        elif node.tag == "responsecondition":
            self._condition(node)
        elif node.tag == "responseprocessingfragment":
            for each in node:
                self.rule(each)
        else:
            raise Custom

    def _condition(self, node: Element) -> None:
        first = node[0] if len(node) else None
        if first is None or first.tag != "responseif" or not len(first):
            raise Custom
        others = list(node)[1:]
        asked = first[0]
        if asked.tag == "isnull" and len(others) == 1 and others[0].tag == "responseelse":
            # No answer gains nothing here anyway.
            if any(sum(each.weight for each in terms) for terms in self._set_by(list(first)[1:]).values()):
                raise Custom
            self.values |= self._set_by(list(others[0]))
            return
        then = self._set_by(list(first)[1:])
        otherwise: dict[str, Terms] = {}
        for each in others:
            inner = list(each)[1:] if each.tag == "responseelseif" else list(each)
            assigned = self._set_by(inner)
            if each.tag == "responseelseif" and assigned:
                raise Custom
            if each.tag == "responseelse":
                otherwise = assigned
        if not then and not otherwise:
            return
        judged = self.judgements(asked)
        for name in dict.fromkeys((*then, *otherwise)):
            base, best = otherwise.get(name, self.current(name)), then.get(name, self.current(name))
            self.values[name] = _chosen(judged, best, base)

    def _set_by(self, rules: Sequence[Element]) -> dict[str, Terms]:
        inner = _Running(self.outcomes)
        inner.values = dict(self.values)
        for each in rules:
            inner.rule(each)
        return {name: terms for name, terms in inner.values.items() if terms is not self.values.get(name)}

    def value(self, node: Element) -> Terms:
        name = node.tag
        if name == "basevalue":
            return _constant(words_of(node))
        if name == "variable":
            if not self.is_number(node.get("identifier", "")):
                raise Custom
            return self.current(node.get("identifier", ""))
        if name == "mapresponse":
            return (Term(1.0, frozenset([Judgement(MAP, node.get("identifier", ""))])),)
        if name == "sum":
            return _tidy([term for each in node for term in self.value(each)])
        if name == "product":
            found = _constant("1")
            for each in node:
                found = _times(found, self.value(each))
            return found
        if name == "divide" and len(node) == 2:
            return self._share(node) or _times(self.value(node[0]), _inverse(self.value(node[1])))
        raise Custom

    def _share(self, node: Element) -> Terms | None:
        mapped, most = node
        if (
            mapped.tag != "mapresponse"
            or most.tag != "max"
            or [each.tag for each in most]
            != [
                "containersize",
                "basevalue",
            ]
        ):
            return None
        response, size = mapped.get("identifier", ""), words_of(most[1]).strip()
        if _only(most[0]).get("identifier") != response:
            return None
        return (Term(1.0, frozenset([Judgement(SHARE, response, size)])),)

    def judgements(self, node: Element) -> frozenset[Judgement]:
        if node.tag == "and":
            return frozenset().union(*(self.judgements(each) for each in node))
        if node.tag in ("match", "equal", "stringmatch") and len(node) == 2:
            return frozenset([_judgement(node)])
        if node.tag == "gte" and len(node) == 2 and node[1].tag == "basevalue":
            inner = list(node[0]) if node[0].tag == "sum" else [node[0]]
            if any(each.tag != "mapresponse" for each in inner) or abs(_number(words_of(node[1])) - len(inner)) > _FULL:
                raise Custom
            return frozenset(Judgement(MAP, each.get("identifier", "")) for each in inner)
        raise Custom


def _judgement(node: Element) -> Judgement:
    given, wanted = node
    response = given.get("identifier", "")
    if [given.tag, wanted.tag] == ["index", "index"] and given.get("n") == wanted.get("n"):
        response = _only(given).get("identifier", "")
        if [_only(given).tag, _only(wanted).tag] == ["variable", "correct"] and _only(wanted).get(
            "identifier"
        ) == response:
            return Judgement(PLACE, response, given.get("n", ""))
    if [given.tag, wanted.tag] != ["variable", "correct"] or wanted.get("identifier") != response:
        raise Custom
    if node.tag == "stringmatch":
        if node.get("substring") in _YES:
            raise Custom
        return Judgement(MATCH, response, heeds_case=node.get("casesensitive", "true") in _YES)
    if node.tag != "equal" or node.get("tolerancemode", "exact") == "exact":
        return Judgement(MATCH, response)
    tolerance = (node.get("tolerance") or "").split()
    if not tolerance or len(set(tolerance)) > 1:
        raise Custom
    if "false" in (node.get("includelowerbound"), node.get("includeupperbound")):
        raise Custom
    return Judgement(EQUAL, response, tolerance[0], in_percent=node.get("tolerancemode") == "relative")


def _chosen(judged: frozenset[Judgement], best: Terms, base: Terms) -> Terms:
    """Either value by a condition, as a sum."""
    if _open(best) != _open(base):
        raise Custom
    gain = _fixed(best) - _fixed(base)
    return _tidy([*base, Term(gain, judged)]) if gain else base


def _open(terms: Terms) -> Terms:
    return tuple(each for each in terms if each.all_of)


def _fixed(terms: Terms) -> float:
    return sum(each.weight for each in terms if not each.all_of)


def _tidy(terms: Sequence[Term]) -> Terms:
    fixed = _fixed(tuple(terms))
    return (*_open(tuple(terms)), *([Term(fixed)] if fixed else []))


def _times(one: Terms, other: Terms) -> Terms:
    if _open(one) and _open(other):
        raise Custom
    factor, terms = (_fixed(one), other) if not _open(one) else (_fixed(other), one)
    return tuple(replace(each, weight=each.weight * factor) for each in terms)


def _inverse(terms: Terms) -> Terms:
    if _open(terms) or not _fixed(terms):
        raise Custom
    return (Term(1 / _fixed(terms)),)


def _constant(text: str) -> Terms:
    value = _number(text)
    return (Term(value),) if value else ()


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError as reason:
        raise Custom from reason
    if not math.isfinite(value):
        raise Custom
    return value


def _only(node: Element) -> Element:
    if len(node) != 1:
        raise Custom
    return node[0]
