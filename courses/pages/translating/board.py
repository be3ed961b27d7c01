"""How far every language of every course is: units, words, who is on it, and what was signed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.http import Http404

from accounts.models import User
from accounts.permissions import has_right
from assessments.models import ItemWording
from courses.pages.gate import Signatures, signatures_in, signatures_of
from courses.pages.models import CoursePage, SegmentTranslation
from courses.pages.review import lacking
from courses.pages.selectors import COURSE_KEY, translated_pages_of
from courses.pages.translating.assigning import LOOKS, Assigned, assignments_in
from courses.pages.translating.sheets import Sheet, Source, State, Unit, sheets_in, source_of
from courses.pages.units import live_units
from learning.models import Course
from learning.selectors import newest_revision

#: State → how high its piece of a bar is, of 10: colour is not the only difference.
HEIGHTS = {"current": 10, "draft": 6, "machine": 3, "stale": 10}


@dataclass(frozen=True)
class Piece:
    """One piece of a bar."""

    state: str
    begin: float
    length: float

    @property
    def height(self) -> int:
        return HEIGHTS[self.state]

    @property
    def top(self) -> int:
        return 10 - self.height


#: One piece of each kind, for the key to the bars.
KEY = tuple(Piece(state, 0, 100) for state in HEIGHTS)


@dataclass(frozen=True)
class Tally:
    """How many texts stand how, and how many words that is.

    Attributes:
        draft: typed, or accepted and not handed in.
        machine: what a machine proposed and nobody looked at.
        by_machine: all texts that are a machine's words, also those that somebody accepted as they were.
        words, words_left: of the source, in all and still to be translated or looked at.
    """

    current: int = 0
    draft: int = 0
    machine: int = 0
    stale: int = 0
    missing: int = 0
    by_machine: int = 0
    words: int = 0
    words_left: int = 0

    @property
    def total(self) -> int:
        return self.current + self.draft + self.machine + self.stale + self.missing

    @property
    def is_done(self) -> bool:
        return self.current == self.total

    @property
    def is_empty(self) -> bool:
        """Whether nobody has begun."""
        return self.missing == self.total

    @cached_property
    def bar(self) -> list["Piece"]:
        """The pieces of a bar of the length 100; what is missing is left open."""
        found, begin = [], 0.0
        for name in HEIGHTS:
            length = 100 * getattr(self, name) / self.total if self.total else 0
            if length:
                found.append(Piece(name, round(begin, 2), round(length, 2)))
            begin += length
        return found

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def tally_of(sheet: Sheet) -> Tally:
    """The figures of one unit in one language."""
    counts = sheet.counts
    return Tally(
        current=counts[State.CURRENT],
        draft=counts[State.DRAFT] + counts[State.ACCEPTED],
        machine=counts[State.MACHINE],
        stale=counts[State.STALE],
        missing=counts[State.MISSING],
        by_machine=sheet.machine,
        words=sum(line.segment.words for line in sheet.lines),
        words_left=sheet.words_left,
    )


def untouched(unit: Unit) -> Tally:
    """The figures of a unit in a language that nobody began."""
    worded = [segment for segment in unit.segments if not segment.is_neutral]
    words = sum(segment.words for segment in worded)
    return Tally(missing=len(worded), words=words, words_left=words)


@dataclass(frozen=True)
class Cell:
    """One unit of a course in one language.

    Attributes:
        is_reviewed: whether it was signed by the do-no-harm review, as it stands today.
        assigned: who is on it; None for nobody.
    """

    unit: str
    title: str
    tally: Tally
    is_reviewed: bool = False
    assigned: Assigned | None = None

    @property
    def is_course(self) -> bool:
        return self.unit == COURSE_KEY


@dataclass(frozen=True)
class Row:
    """One language of a course, unit by unit."""

    course: Course
    title: str
    language: str
    cells: tuple[Cell, ...]

    @cached_property
    def tally(self) -> Tally:
        return sum((cell.tally for cell in self.cells), Tally())

    @property
    def reviewed(self) -> int:
        return sum(cell.is_reviewed for cell in self.cells)

    @property
    def is_reviewed(self) -> bool:
        return self.reviewed == len(self.cells)

    @cached_property
    def people(self) -> list[str]:
        """Who is on it, each once."""
        return list(dict.fromkeys(cell.assigned.who for cell in self.cells if cell.assigned))

    @property
    def overdue(self) -> int:
        return sum(bool(cell.assigned and cell.assigned.is_overdue) for cell in self.cells)


@dataclass(frozen=True)
class Board:
    """One course: its languages that somebody began, and those that nobody did."""

    course: Course
    title: str
    source_language: str
    units: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    others: tuple[str, ...] = field(default=())

    def row(self, language: str) -> Row | None:
        return next((row for row in self.rows if row.language == language), None)


def board_of(viewer: User, course: Course, language: str = "") -> Board:
    """One course over its languages; how many statements each language takes does not grow with the course.

    Arguments:
        language: only this one, begun or not.

    Raises:
        Http404: the course has no live pages, the viewer does not see boards, or it is not translated into `language`.
    """
    _require(viewer)
    return _board(source_of(course), assignments_in(viewer, course, language), signatures_of(course), language)


def boards(viewer: User, language: str = "") -> list[Board]:
    """Every course with live pages, in the order of the catalogue.

    Arguments:
        language: only this one; a course in which nobody began it has no row.
    """
    _require(viewer)
    taken: dict[int, list[Assigned]] = defaultdict(list)
    for each in assignments_in(viewer, language=language):
        taken[each.assignment.course_id].append(each)
    found = []
    for course in Course.objects.all():
        try:
            source = source_of(course)
        except Http404:
            continue
        found.append(_board(source, taken[course.pk], signatures_of(course), language, is_strict=False))
    return found


def _require(viewer: User) -> None:
    if not any(has_right(viewer, right) for right in LOOKS):
        raise Http404


def _board(
    source: Source, taken: Sequence[Assigned], signed: Signatures, language: str, *, is_strict: bool = True
) -> Board:
    offered = [code for code, _name in settings.LANGUAGES if code != source.language]
    wanted = [code for code in offered if not language or code == language]
    if is_strict and not wanted:
        raise Http404
    begun = _begun(source) | {each.language for each in taken}
    shown = [code for code in wanted if code in begun or (is_strict and language)]
    reviewed = _reviewed(source, signed, shown)
    on_it = {(each.unit, each.language): each for each in taken}
    rows = []
    for code in shown:
        tallies = (
            {sheet.unit: tally_of(sheet) for sheet in sheets_in(source, code)}
            if code in begun
            else {unit.key: untouched(unit) for unit in source.units}
        )
        cells = tuple(
            Cell(
                unit=unit.key,
                title=unit.title,
                tally=tallies[unit.key],
                is_reviewed=(unit.key, code) in reviewed,
                assigned=on_it.get((unit.key, code)),
            )
            for unit in source.units
        )
        rows.append(Row(source.course, source.tree.page.title, code, cells))
    return Board(
        course=source.course,
        title=source.tree.page.title,
        source_language=source.language,
        units=tuple((unit.key, unit.title) for unit in source.units),
        rows=tuple(rows),
        others=tuple(code for code in offered if code not in begun),
    )


def _begun(source: Source) -> set[str]:
    """The languages of which there is anything at all: a page, a question, or something that was typed."""
    pages = CoursePage.objects.filter(translation_key=source.tree.page.translation_key, alias_of=None)
    typed = SegmentTranslation.objects.filter(course=source.course).order_by()
    asked = ItemWording.objects.filter(version__item__bank__course=source.course).order_by()
    return {
        *pages.values_list("locale__language_code", flat=True),
        *typed.values_list("language", flat=True).distinct(),
        *asked.values_list("language", flat=True).distinct(),
    }


def _reviewed(source: Source, signed: Signatures, languages: Iterable[str]) -> set[tuple[str, str]]:
    """(unit, language) of all that is signed as it stands today.

    The text of a unit is put together only in languages in which some text of it was signed.
    """
    latest = newest_revision(source.course)
    published = signatures_in(latest) if latest else {}
    held = {key: published.get(key, {}) | signed.get(key, {}) for key in {*published, *signed}}
    complete = {key for key, rows in held.items() if not lacking(rows, is_translation=key[1] != source.language)}
    wanted = {language for _unit, language, _digest in complete} & set(languages)
    pages = translated_pages_of(source.tree.page) if wanted else []
    return {
        (unit.key, unit.language)
        for page in pages
        if page.locale.language_code in wanted
        for unit in live_units(source.tree.page, page)
        if (unit.key, unit.language, unit.digest) in complete
    }


# --- as a table


def rows_of_table(found: Iterable[Board]) -> Iterator[tuple[Board, Row, Cell]]:
    """A line for each unit and language."""
    for board in found:
        for row in board.rows:
            for cell in row.cells:
                yield board, row, cell
