"""One unit at the desk: what of it is shown, and what stands beside each text."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from assessments.models import Item, ItemVersion, ItemWording
from courses.pages.selectors import COURSE_KEY
from courses.pages.translating.checks import Finding, findings
from courses.pages.translating.files.entries import MOST_CHARACTERS
from courses.pages.translating.memory import Suggestion, suggestions
from courses.pages.translating.segments import QUESTIONS, key_of
from courses.pages.translating.sheets import Line, Sheet, State, Unit
from courses.pages.translating.terms import TermBase, TermRule, terms_in
from learning.manifest import digest_of
from lms.marks import difference, marked
from lms.text import has_words

PER_PAGE = 20


class Show(enum.StrEnum):
    """Which texts of a unit are listed."""

    ALL = "all"
    OPEN = "open"
    STALE = "stale"
    MACHINE = "machine"
    FINDINGS = "findings"


SHOWN = {
    Show.OPEN: gettext_lazy("Open"),
    Show.STALE: gettext_lazy("Out of date"),
    Show.MACHINE: gettext_lazy("By machine"),
    Show.FINDINGS: gettext_lazy("With findings"),
    Show.ALL: gettext_lazy("All"),
}
#: State → what it is called and the badge it has.
STATES = {
    State.MISSING: (gettext_lazy("not translated"), "muted"),
    State.MACHINE: (gettext_lazy("machine translation"), "warn"),
    State.DRAFT: (gettext_lazy("draft"), "info"),
    State.STALE: (gettext_lazy("out of date"), "warn"),
    State.ACCEPTED: (gettext_lazy("accepted"), "ok"),
    State.CURRENT: (gettext_lazy("handed in"), "ok"),
}


#: The texts of a question, by their first name in its path.
TEXTS_OF_A_QUESTION = {
    "stem": gettext_lazy("question"),
    "options": gettext_lazy("answer"),
    "left": gettext_lazy("left side"),
    "questions": gettext_lazy("question"),
    "text": gettext_lazy("text with gaps"),
    "units": gettext_lazy("unit"),
    "rubric": gettext_lazy("Rubric"),
    "picture": gettext_lazy("picture"),
    "feedback": gettext_lazy("feedback"),
}


def row_id(place: str, words_digest: str) -> str:
    """The name of a segment on a page: short, and the same as long as its words are."""
    return "s" + digest_of([place, words_digest])[:12]


def name_of(line: Line) -> str:
    """`row_id` of a line."""
    return row_id(line.segment.place, line.segment.words_digest)


@dataclass
class Said:
    """What is said about a text after somebody pressed a button.

    Attributes:
        text: what stays in the box, where it is not what is saved.
        theirs: what somebody else saved meanwhile; `edits` is of that.
        typed: what was kept for a source that is another one now, with that source in `was`.
        replaced: what stood in the box before a suggestion was taken over.
    """

    message: str = ""
    is_error: bool = False
    text: str | None = None
    theirs: str = ""
    edits: int | None = None
    typed: str = ""
    was: str = ""
    taken: str = ""
    replaced: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Row:
    """One text as it is listed."""

    line: Line
    page: str
    fact: str = ""
    preview: str = ""
    findings: tuple[Finding, ...] = ()
    terms: list[TermRule] = field(default_factory=list)
    suggestions: list[Suggestion] = field(default_factory=list)
    #: Of what is no words: (source, translation) of the texts of the same block or question.
    beside: list[tuple[SafeString, str]] = field(default_factory=list)
    said: Said = field(default_factory=Said)

    @property
    def id(self) -> str:
        return name_of(self.line)

    @property
    def label(self) -> str:
        """The block as people know it; of a question also which of its texts."""
        name, _dot, each = self.line.segment.path.partition("/")[2].partition(".")
        if name not in TEXTS_OF_A_QUESTION or self.line.segment.page_key != QUESTIONS:
            return self.line.segment.label
        return f"{self.line.segment.label} · {TEXTS_OF_A_QUESTION[name]} {each}".strip()

    @property
    def source(self) -> SafeString:
        return marked(self.line.segment.source, is_rich=self.line.segment.is_rich)

    @property
    def change(self) -> SafeString | str:
        """What changed in the source since the translation was made."""
        earlier = self.line.earlier
        segment = self.line.segment
        if earlier is None or not earlier.source or earlier.source == segment.source:
            return ""
        return difference(earlier.source, segment.source, is_rich=segment.is_rich)

    @property
    def change_while_typing(self) -> SafeString | str:
        segment = self.line.segment
        return difference(self.said.was, segment.source, is_rich=segment.is_rich) if self.said.was else ""

    @property
    def saved(self) -> str:
        """What stands in the box when the page is opened: of a text that is out of date, its old words."""
        earlier = self.line.earlier
        return self.line.text or (earlier.text if earlier is not None and self.line.state == State.STALE else "")

    @property
    def text(self) -> str:
        return self.saved if self.said.text is None else self.said.text

    @property
    def lines_of_text(self) -> int:
        """How high the box is."""
        longest = max(self.line.segment.source, self.text, key=len)
        return min(14, 2 + len(longest) // 55 + longest.count("\n"))

    @property
    def edits(self) -> int:
        if self.said.edits is not None:
            return self.said.edits
        return self.line.own.edits if self.line.own is not None else 0

    @property
    def state(self) -> tuple[str, str]:
        name, badge = STATES[self.line.state]
        return str(name), badge

    @property
    def is_old_text(self) -> bool:
        """Whether the box holds words that were made for an older source."""
        return self.said.text is None and not self.line.text and bool(self.saved)

    @property
    def may_be_confirmed(self) -> bool:
        """Whether its words are right as they are, or may be: something changed that is no words."""
        return self.line.state == State.STALE and (self.line.segment.is_neutral or bool(self.line.text))

    @property
    def may_be_taken_back(self) -> bool:
        own = self.line.own
        return own is not None and own.accepted_at is not None and own.handed_in_at is None

    @property
    def reasons(self) -> list[tuple[Finding, str, str]]:
        """Each finding with the name of its field and the reason that was given."""
        own = {each["code"]: each["reason"] for each in self.line.own.overruled} if self.line.own else {}
        given = own | dict(self.said.reasons)
        seen: set[str] = set()
        found = []
        for each in self.findings:
            name = "" if each.is_error or each.code in seen else f"{self.id}-reason-{each.code}"
            seen.add(each.code)
            found.append((each, name, given.get(each.code, "")))
        return found


class Desk:
    """A unit in one language, with what a translator needs beside each text."""

    def __init__(self, unit: Unit, sheet: Sheet, terms: TermBase, *, with_keys: bool) -> None:
        self.unit, self.sheet, self.terms, self.with_keys = unit, sheet, terms, with_keys
        self.pages = {key_of(page): page for page in unit.pages}
        self.questions = {version.item.key: (version, wording) for version, wording in unit.questions}

    @property
    def direction(self) -> str:
        return "rtl" if get_language_info(self.sheet.language)["bidi"] else "ltr"

    @property
    def is_course(self) -> bool:
        return self.unit.key == COURSE_KEY

    @property
    def done(self) -> int:
        """How many texts wait for no translator."""
        return self.sheet.counts[State.ACCEPTED] + self.sheet.counts[State.CURRENT]

    @property
    def stale(self) -> int:
        return self.sheet.counts[State.STALE]

    @property
    def places(self) -> list[tuple[str, str, int]]:
        """(key, title, open) of every page of the unit, and of its questions."""
        counts: dict[str, int] = dict.fromkeys(self.pages, 0)
        if self.questions:
            counts[QUESTIONS] = 0
        for line in self.sheet.lines:
            if _is_listed(line):
                counts[line.segment.page_key] += line.is_open
        return [(key, self.title_of(key), count) for key, count in counts.items()]

    def title_of(self, key: str) -> str:
        return _("Questions") if key == QUESTIONS else self.pages[key].title

    def lines(self, show: str = Show.ALL, search: str = "", at: str = "") -> list[Line]:
        """What is listed, in the order in which officers read it."""
        found = [line for line in self.sheet.lines if _is_listed(line) and (not at or line.segment.page_key == at)]
        if search:
            found = [line for line in found if has_words(search, line.segment.source, line.text, line.segment.label)]
        if show == Show.OPEN:
            found = [line for line in found if line.is_open]
        elif show == Show.STALE:
            found = [line for line in found if line.state == State.STALE]
        elif show == Show.MACHINE:
            found = [line for line in found if line.is_machine]
        elif show == Show.FINDINGS:
            found = [line for line in found if self.findings_of(line, line.text)]
        return found

    def findings_of(self, line: Line, text: str) -> tuple[Finding, ...]:
        if not text or line.segment.is_neutral or len(text) > MOST_CHARACTERS:
            return ()
        return tuple(findings(line.segment, text, language=self.sheet.language, terms=self.terms))

    def rows(self, lines: Iterable[Line], said: Mapping[str, Said] | None = None) -> list[Row]:
        """Lines with everything that is shown beside them."""
        return [self.row(line, (said or {}).get(name_of(line))) for line in lines]

    def row(self, line: Line, said: Said | None = None) -> Row:
        segment = line.segment
        key = segment.page_key
        row = Row(line, self.title_of(key), said=said or Said())
        if key in self.pages:
            block = segment.part.partition("/body.")[2]
            row.preview = reverse("preview_course", args=[self.pages[key].pk])
            row.preview += f"?language={self.sheet.language}" + (f"&block={block}" if block else "")
        elif self.with_keys:
            row.fact = fact_of(*self.questions[segment.path.split("/")[0].removesuffix("~")], segment.path)
        if segment.is_neutral:
            row.beside = [
                (marked(each.segment.source, is_rich=each.segment.is_rich), each.text)
                for each in self.sheet.lines
                if each.segment.part == segment.part and not each.segment.is_neutral
            ]
            return row
        row.findings = self.findings_of(line, row.text)
        row.terms = terms_in(segment, self.terms)
        if line.is_open:
            found = suggestions(segment, source_language=self.sheet.source_language, language=self.sheet.language)
            shown = {row.text, line.earlier.text if line.earlier is not None else ""}
            row.suggestions = [each for each in found if each.text not in shown]
        return row

    def next_open(self, after: Line | None = None) -> Line | None:
        """The next text that needs a translator, from the top again behind the last."""
        lines = [line for line in self.sheet.lines if _is_listed(line)]
        names = [name_of(line) for line in lines]
        start = names.index(name_of(after)) + 1 if after is not None and name_of(after) in names else 0
        return next((line for line in [*lines[start:], *lines[:start]] if line.is_open), None)


def _is_listed(line: Line) -> bool:
    """What is no words is listed only while somebody has to look at it, or can take that back."""
    if not line.segment.is_neutral:
        return True
    taken = line.own is not None and line.own.handed_in_at is None
    return line.state == State.STALE or (line.state == State.ACCEPTED and taken)


def fact_of(version: ItemVersion, wording: ItemWording, path: str) -> str:
    """What the key says of one text of a question, for people who may see keys; empty where it says nothing."""
    key, each = version.answer_key, path.rpartition(".")[2]
    name = path.partition("/")[2].partition(".")[0]
    if name == "left" and isinstance(key, Mapping) and each in key:
        return _("Belongs to: %(text)s") % {"text": wording.text.get("options", {}).get(key[each], key[each])}
    if name != "options" or not isinstance(key, Sequence) or each not in key:
        return ""
    if version.item.type == Item.Type.ORDERING:
        return _("Place %(number)d in the right order") % {"number": list(key).index(each) + 1}
    return _("Right answer")
