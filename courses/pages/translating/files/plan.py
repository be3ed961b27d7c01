"""What a file that came back would change, entry by entry. Nothing of it is dropped without a line."""

import enum
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail_localize.strings import StringValue

from courses.pages.models import SegmentTranslation
from courses.pages.translating.checks import Finding, findings
from courses.pages.translating.files.entries import (
    MOST_CHARACTERS,
    SHORT,
    InEntry,
    base_of,
    clean,
    holds_no_text,
    split_context,
)
from courses.pages.translating.files.outgoing import SETTLED, entry_of, longest
from courses.pages.translating.segments import QUESTIONS
from courses.pages.translating.sheets import Line, Sheet, State
from courses.pages.translating.terms import TermBase
from learning.manifest import digest_of
from lms.text import tidy

Origin = SegmentTranslation.Origin


class Outcome(enum.StrEnum):
    """What would become of one entry."""

    CONFLICT = "conflict"
    BROKEN = "broken"
    TWICE = "twice"
    UNKNOWN = "unknown"
    OUTDATED = "outdated"
    NEW = "new"
    CHANGED = "changed"
    APPROVED = "approved"
    SITE_NEWER = "newer"
    SAME = "same"
    EMPTY = "empty"


#: Outcomes that write, the conflicts only when the person says so.
WRITES = frozenset({Outcome.NEW, Outcome.CHANGED, Outcome.APPROVED, Outcome.OUTDATED})
#: What the person is to look at before deciding.
LOOK_AT = frozenset({Outcome.CONFLICT, Outcome.BROKEN, Outcome.TWICE, Outcome.UNKNOWN, Outcome.OUTDATED})
TITLES = {
    Outcome.CONFLICT: gettext_lazy("changed here and in the file"),
    Outcome.BROKEN: gettext_lazy("cannot be taken"),
    Outcome.TWICE: gettext_lazy("twice in the file"),
    Outcome.UNKNOWN: gettext_lazy("not of this course"),
    Outcome.OUTDATED: gettext_lazy("its source has changed"),
    Outcome.NEW: gettext_lazy("new"),
    Outcome.CHANGED: gettext_lazy("changed"),
    Outcome.APPROVED: gettext_lazy("found right as it is"),
    Outcome.SITE_NEWER: gettext_lazy("changed here only, stays"),
    Outcome.SAME: gettext_lazy("the same"),
    Outcome.EMPTY: gettext_lazy("not translated in the file"),
}


@dataclass(frozen=True)
class Row:
    """One entry, and what would become of it.

    Attributes:
        line: the segment of today with what this language has of it; None where there is none.
        text: what would be kept.
        is_accepted: whether it would be accepted, or else a draft.
        findings: what the checks say; where they say something, the words are a draft.
        message: what else is to be said.
        words_digest: of the source of then, of words that are kept beside the source of today.
    """

    entry: InEntry
    outcome: Outcome
    line: Line | None = None
    text: str = ""
    is_accepted: bool = False
    origin: str = Origin.FILE
    findings: tuple[Finding, ...] = ()
    message: str = ""
    words_digest: str = ""

    @property
    def title(self) -> str:
        return str(TITLES[self.outcome])

    @property
    def writes(self) -> bool:
        return self.outcome in WRITES

    @property
    def is_to_look_at(self) -> bool:
        return self.outcome in LOOK_AT or bool(self.findings)

    @property
    def place(self) -> str:
        found = split_context(self.entry.context)
        return found[0] if found else self.entry.context[:200]


@dataclass(frozen=True)
class Plan:
    """What a file would change."""

    rows: tuple[Row, ...]

    @cached_property
    def counts(self) -> Mapping[Outcome, int]:
        return Counter(row.outcome for row in self.rows)

    @cached_property
    def conflicts(self) -> list[Row]:
        return [row for row in self.rows if row.outcome == Outcome.CONFLICT]

    @cached_property
    def accepted(self) -> int:
        return sum(row.is_accepted for row in self.rows if row.writes)

    @cached_property
    def drafts(self) -> int:
        return sum(not row.is_accepted for row in self.rows if row.writes)

    @property
    def digest(self) -> str:
        """Says what a person saw who decides: another digest is another plan."""
        return digest_of(
            [
                [row.entry.context, row.outcome, row.text, row.is_accepted, row.line.text if row.line else ""]
                for row in self.rows
            ]
        )

    def summary(self) -> list[tuple[Outcome, str, int]]:
        """Outcome, title and count of those that there are."""
        return [(each, str(TITLES[each]), self.counts[each]) for each in Outcome if self.counts[each]]


def plan_entries(entries: Sequence[InEntry], sheets: Iterable[Sheet], *, language: str, terms: TermBase) -> Plan:
    """Compare a file with what there is now. Pure: the order of the entries does not matter.

    Arguments:
        sheets: of every unit that the file may be about.
    """
    by_place: dict[str, list[Line]] = defaultdict(list)
    for sheet in sheets:
        for place, lines in sheet.by_place.items():
            by_place[place] += [line for line in lines if not line.segment.is_neutral]
    alike: dict[str, list[InEntry]] = defaultdict(list)
    for entry in entries:
        alike[entry.context].append(entry)
    planner = _Planner(by_place, alike, language, terms)
    return Plan(_each_once([planner.row(entry) for entry in entries]))


def _each_once(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, of which only the first writes where several lead to one text: two downloads may have been merged."""
    first: dict[tuple[str, str], Row] = {}
    found = []
    for row in rows:
        if row.line is not None and (row.writes or row.outcome == Outcome.CONFLICT):
            target = row.line.segment.place, row.words_digest or row.line.segment.words_digest
            other = first.setdefault(target, row)
            if other is not row:
                message = _("It also stands in line %(where)s.") % {"where": other.entry.line}
                found.append(Row(row.entry, Outcome.TWICE, text=row.text, message=message))
                continue
        found.append(row)
    return tuple(found)


class _Planner:
    def __init__(
        self,
        by_place: Mapping[str, list[Line]],
        alike: Mapping[str, list[InEntry]],
        language: str,
        terms: TermBase,
    ) -> None:
        self.by_place, self.alike, self.language, self.terms = by_place, alike, language, terms

    def row(self, entry: InEntry) -> Row:
        """What would become of an entry."""
        found = split_context(entry.context)
        lines = self.by_place.get(found[0]) if found else None
        if found is None or not lines:
            return Row(entry, Outcome.UNKNOWN, message=_("There is no such place in this course."))
        row = self._in_place(entry, lines, found[1])
        if entry.problem:
            return replace(row, outcome=Outcome.BROKEN, message=entry.problem)
        if row.writes or row.outcome == Outcome.CONFLICT:
            if (problem := self._problem(row.text) or self._problem(entry.source_words(is_rich=True))) != "":
                return replace(row, outcome=Outcome.BROKEN, message=problem)
            if (other := self._twice(entry, row.text)) is not None:
                return other
        return row

    def _in_place(self, entry: InEntry, lines: Sequence[Line], digest: str) -> Row:
        line = next((each for each in lines if each.segment.digest[:SHORT] == digest), None)
        is_rich = (line or lines[0]).segment.is_rich
        text, source = tidy(entry.words(is_rich)), tidy(entry.source_words(is_rich))
        if line is not None and clean(source) == clean(line.segment.source):
            return self._today(entry, line, text)
        # Only what is no words may have changed: where a link leads, or that it is a heading now.
        line = next((each for each in lines if clean(each.segment.source) == clean(source)), None)
        if line is not None:
            row = self._today(entry, line, text)
            message = _("Something in the source changed that is no words, such as a link. Look at it at the desk.")
            is_kept = row.writes or row.outcome == Outcome.CONFLICT
            return replace(row, is_accepted=False, message=message) if is_kept else row
        return self._outdated(entry, lines[0], text, source)

    def _today(self, entry: InEntry, line: Line, text: str) -> Row:
        now = entry_of(line)
        if not text:
            return Row(entry, Outcome.EMPTY, line)
        is_same = text == now.text
        if is_same and (entry.is_fuzzy or line.state in SETTLED):
            return Row(entry, Outcome.SAME, line, text)
        is_untouched = bool(entry.base) and base_of(clean(text), entry.is_fuzzy) == entry.base
        is_new_here = entry.base != now.base and now.text != "" and not _is_proposal(line)
        if is_untouched and entry.base != now.base:
            return Row(entry, Outcome.SITE_NEWER, line, text)
        found = self._findings(line, text)
        row = Row(
            entry,
            Outcome.APPROVED if is_same else Outcome.CHANGED if now.text else Outcome.NEW,
            line,
            text,
            is_accepted=not entry.is_fuzzy and not found,
            origin=_origin(entry, line, text),
            findings=tuple(found),
        )
        return replace(row, outcome=Outcome.CONFLICT) if is_new_here and not is_same else row

    def _outdated(self, entry: InEntry, line: Line, text: str, source: str) -> Row:
        """The source of then is gone: the words are kept beside it, so that the translator need not type them again."""
        if not text or not source:
            return Row(entry, Outcome.EMPTY)
        segment = line.segment
        is_plain_page = not segment.is_rich and segment.page_key != QUESTIONS
        words_digest = digest_of(tidy(StringValue.from_plaintext(source).data if is_plain_page else source))
        was = line.earlier
        if was is not None and tidy(was.source) == source and was.text:
            if was.text == text:
                return Row(entry, Outcome.SAME, line, text)
            if entry.base not in (base_of(clean(was.text), False), base_of(clean(was.text), True)):
                message = _("Other words for the earlier source are kept here already; these are not taken.")
                return Row(entry, Outcome.SITE_NEWER, line, text, message=message)
        message = _("The words are kept beside the new source.")
        return Row(entry, Outcome.OUTDATED, line, text, message=message, words_digest=words_digest)

    def _findings(self, line: Line, text: str) -> list[Finding]:
        found = []
        most = longest(line.segment)
        if most and len(text) > most:
            words = _("The text has %(now)d characters; here %(most)d fit.") % {"now": len(text), "most": most}
            found.append(Finding("too_long", words, is_error=True))
        if len(text) <= MOST_CHARACTERS:
            found += findings(line.segment, text, language=self.language, terms=self.terms)
        return found

    def _problem(self, text: str) -> str:
        if len(text) > MOST_CHARACTERS:
            return _("The text has more than %(most)d characters.") % {"most": MOST_CHARACTERS}
        if holds_no_text(text):
            return _("Characters stand in it that are no text. Type it anew.")
        return ""

    def _twice(self, entry: InEntry, text: str) -> Row | None:
        """The same place more than once: where the words differ, nobody can know which are meant."""
        same = self.alike[entry.context]
        if len(same) < 2:
            return None
        others = [each for each in same if each is not entry]
        is_alike = all((each.text, each.is_fuzzy) == (entry.text, entry.is_fuzzy) for each in others)
        if is_alike and entry is same[0]:
            return None
        where = ", ".join(str(each.line) for each in others[:5])
        message = _("It also stands in line %(where)s.") % {"where": where}
        if not is_alike:
            message = _("It also stands in line %(where)s, with other words: neither is taken.") % {"where": where}
        return Row(entry, Outcome.TWICE, text=text, message=message)


def _is_proposal(line: Line) -> bool:
    """Words that nobody typed and nobody accepted yet."""
    return line.state == State.MACHINE


def _origin(entry: InEntry, line: Line, text: str) -> str:
    """Where the words come from. A machine's stay a machine's until a person edits them."""
    if line.own is not None and line.own.text == text:
        return str(line.own.origin)
    if entry.is_machine and not (line.is_machine and line.own is not None):
        return str(Origin.MACHINE)
    return str(Origin.FILE)


def counts_as_json(plan: Plan) -> dict[str, Any]:
    """What is kept of a plan that was applied."""
    return {str(outcome): count for outcome, count in plan.counts.items()}
