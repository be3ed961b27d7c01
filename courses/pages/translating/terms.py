"""What the term base says in one language, and where its terms stand."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from courses.pages.models import TermWording
from courses.pages.translating.segments import Segment
from lms.text import fold

#: The language in which terms have their names.
BASE_LANGUAGE = "en"
#: Languages written without spaces between words, where a term is found wherever its letters stand.
_WITHOUT_SPACES = frozenset({"th", "lo", "km", "my", "dz", "zh-hans", "zh-hant", "ja"})
#: Articles and prepositions that Arabic writes together with the word.
_ARABIC_PREFIX = re.compile(r"(?<!\w)(?:[وف]?[بک]?ال|[وف]?لل)(?=\w\w)")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class TermRule:
    """One term: how it is said in the source language, the forms that are right, and those that are not.

    Attributes:
        term: its name, in the source language where that has a word for it.
        forms: that are right, the preferred first; none where nobody proposed any.
        key: names it, as in addresses.
        said: the forms of the source language by which it is found in a source.
        is_approved: whether somebody approved the forms.
    """

    term: str
    forms: tuple[str, ...]
    forbidden: tuple[str, ...] = ()
    note: str = ""
    key: str = ""
    said: tuple[str, ...] = ()
    definition: str = ""
    is_approved: bool = False


@dataclass(frozen=True)
class TermBase:
    """The terms of one language."""

    language: str
    rules: tuple[TermRule, ...] = ()
    source_language: str = BASE_LANGUAGE

    @cached_property
    def _patterns(self) -> tuple[tuple[TermRule, re.Pattern[str]], ...]:
        return tuple((rule, _pattern(rule.said or (rule.term,), self.source_language)) for rule in self.rules)

    @cached_property
    def _right(self) -> dict[str, set[str]]:
        """Right form, as it is compared → the terms that it stands for."""
        found: dict[str, set[str]] = {}
        for rule in self.rules:
            for form in rule.forms:
                found.setdefault(self._folded(form), set()).add(rule.key or rule.term)
        return found

    def asked_in(self, source: str) -> list[TermRule]:
        """The terms that stand in a text of the source language, the longer ones first.

        A term inside a longer one that has forms of its own is not asked for: “consent” in “informed consent”.
        """
        folded = _folded(source)
        places = [(place.span(), rule) for rule, pattern in self._patterns for place in pattern.finditer(folded)]
        places.sort(key=lambda place: place[0][0] - place[0][1])
        found: list[TermRule] = []
        taken: list[tuple[int, int]] = []
        for (start, end), rule in places:
            if any(first <= start and end <= last and (first, last) != (start, end) for first, last in taken):
                continue
            if rule.forms:
                taken.append((start, end))
            if rule not in found:
                found.append(rule)
        return found

    def has_one_of(self, text: str, forms: Iterable[str]) -> bool:
        """Whether one of some forms stands in a text of the language, with whatever the language adds to words."""
        folded = self._folded(text)
        return any(self._folded(form) in folded for form in forms)

    def forbidden_in(self, text: str, asked: Sequence[TermRule]) -> Iterator[tuple[TermRule, str]]:
        """The forms in a text that are not to be used, each with its term.

        Arguments:
            asked: the terms of the source. A form that is right for one of them is no mistake; and one that is right
                for some other term is a mistake only where the term stands that it is wrong for.
        """
        folded = self._folded(text)
        keys = {rule.key or rule.term for rule in asked}
        right = [form for form, terms in self._right.items() if terms & keys]
        for rule in self.rules:
            for form in rule.forbidden:
                wrong = self._folded(form)
                if not wrong or wrong not in folded:
                    continue
                if self._right.get(wrong) and rule not in asked:
                    continue
                rest = folded
                for each in right:
                    if wrong in each:
                        rest = rest.replace(each, " ")
                if wrong in rest:
                    yield rule, form

    def _folded(self, text: str) -> str:
        folded = _folded(text)
        return _ARABIC_PREFIX.sub("", folded) if self.language == "ar" else folded


def _folded(text: str) -> str:
    return fold(text).replace("-", " ").replace("’", "'")


def _pattern(said: Iterable[str], language: str) -> re.Pattern[str]:
    """Finds the forms of a term in a folded source: as whole words, in English in the singular and the plural."""
    forms = sorted({re.escape(_folded(form)) for form in said if form}, key=len, reverse=True)
    if language in _WITHOUT_SPACES:
        return re.compile("|".join(forms) or r"(?!)")
    if language == "en":
        forms = [rf"{form[:-1]}(?:y|ies)" if form.endswith("y") else rf"{form}(?:e?s)?" for form in forms]
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)" if forms else r"(?!)")


def term_base(source_language: str, language: str) -> TermBase:
    """The terms of the site in one language, as they are today. One query."""
    wordings = TermWording.objects.filter(language__in={source_language, language, BASE_LANGUAGE}).select_related(
        "term"
    )
    by_language: dict[tuple[int, str], TermWording] = {(each.term_id, each.language): each for each in wordings}
    rules = []
    for (term_id, spoken), wording in by_language.items():
        if spoken != language or not (wording.forms or wording.forbidden):
            continue
        term = wording.term
        own = by_language.get((term_id, source_language))
        said = tuple(own.forms) if own else ()
        if not said:
            if source_language != BASE_LANGUAGE:
                continue
            said = (term.term,)
        rules.append(
            TermRule(
                term=term.term if source_language == BASE_LANGUAGE else said[0],
                forms=tuple(wording.forms),
                forbidden=tuple(wording.forbidden),
                note=wording.note,
                key=term.key,
                said=said,
                definition=term.definition,
                is_approved=wording.status == TermWording.Status.APPROVED,
            )
        )
    rules.sort(key=lambda rule: fold(rule.term))
    return TermBase(language, tuple(rules), source_language)


def terms_in(segment: Segment, base: TermBase) -> list[TermRule]:
    """The terms of the term base that stand in the source of a segment, to be shown beside it."""
    return base.asked_in(_TAG.sub("", segment.source) if segment.is_rich else segment.source)
