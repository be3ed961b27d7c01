"""A unit of a course in one language as translators see it: each segment with its words, its state, what was before.

A segment is *current* when officers can be shown it: it was made from the source of today and handed in. One whose
source changed is *stale*, and its words are kept beside the change; only the segment that changed is, not its block.
"""

import difflib
import enum
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F
from django.http import Http404
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation
from wagtail_localize.strings import StringValue

from assessments.models import Item, ItemVersion, ItemWording
from assessments.wordings import basis_of
from courses.pages.models import CoursePage, SegmentTranslation, TranslationBasis
from courses.pages.selectors import COURSE_KEY, Renderings, Tree, renderings, source_page_of, tree_of
from courses.pages.translating.segments import (
    QUESTIONS,
    Segment,
    key_of,
    page_segments,
    question_segments,
    wording_texts,
)
from courses.pages.translation import AnyPage, source_parts
from courses.pages.translation import State as PartState
from courses.pages.units import unit_of
from learning.manifest import digest_of
from learning.models import Course
from lms.text import tidy


class State(enum.StrEnum):
    """How one segment stands in one language."""

    MISSING = "missing"
    MACHINE = "machine"
    DRAFT = "draft"
    STALE = "stale"
    ACCEPTED = "accepted"
    CURRENT = "current"


#: What a translator still has to look at.
OPEN = frozenset({State.MISSING, State.MACHINE, State.DRAFT, State.STALE})


@dataclass(frozen=True)
class Earlier:
    """What a segment said, and what its translation was, before the source changed."""

    source: str
    text: str


@dataclass(frozen=True)
class Line:
    """One segment in one language.

    Attributes:
        text: the words there are for the source of today; empty where there are none.
        own: what was typed at the desk for these words; None where nothing was, also where a bundle brought the words.
        earlier: of a stale segment whose words changed.
        is_first: nothing of its block or question was ever handed in.
    """

    segment: Segment
    state: State
    text: str = ""
    own: SegmentTranslation | None = None
    earlier: Earlier | None = None
    is_first: bool = False

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_machine(self) -> bool:
        """Whether the words came from a machine, also where a person accepted them as they were."""
        return self.own is not None and self.own.origin == SegmentTranslation.Origin.MACHINE


@dataclass(frozen=True)
class Sheet:
    """One unit in one language, its segments in the order in which officers read them.

    Attributes:
        outdated_parts: blocks and questions that officers read marked, though no segment of them is open or accepted:
            something of their source was only taken out. They become current by being handed in.
    """

    course: Course
    unit: str
    title: str
    language: str
    source_language: str
    lines: tuple[Line, ...]
    outdated_parts: frozenset[str] = frozenset()

    @cached_property
    def by_place(self) -> dict[str, list[Line]]:
        found: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            found[line.segment.place].append(line)
        return found

    @cached_property
    def counts(self) -> dict[State, int]:
        """State → how many segments with words; neutral ones only where they are stale."""
        found = dict.fromkeys(State, 0)
        for line in self.lines:
            if not line.segment.is_neutral or line.state == State.STALE:
                found[line.state] += 1
        return found

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def words_left(self) -> int:
        """Words of the source that are still to be translated or looked at."""
        return sum(line.segment.words for line in self.lines if line.is_open)

    @property
    def machine(self) -> int:
        """How many segments have words of a machine, accepted or not."""
        return sum(line.is_machine for line in self.lines)

    @property
    def is_stale(self) -> bool:
        return self.counts[State.STALE] > 0

    @property
    def has_something_to_hand_in(self) -> bool:
        return bool(self.outdated_parts) or any(line.state == State.ACCEPTED for line in self.lines)


@dataclass(frozen=True)
class Unit:
    """One unit of the source language: its key, title, pages in order, and questions."""

    key: str
    title: str
    pages: tuple[AnyPage, ...]
    questions: tuple[tuple[ItemVersion, ItemWording], ...] = ()

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        found: list[Segment] = []
        for page in self.pages:
            found += page_segments(page)
        for version, wording in self.questions:
            found += question_segments(version, wording.text)
        return tuple(found)


@dataclass(frozen=True)
class Source:
    """A course in the language in which it was written, unit by unit: the catalogue's text first, then the modules."""

    course: Course
    language: str
    tree: Tree
    units: tuple[Unit, ...]

    @cached_property
    def parts(self) -> dict[str, dict[str, str]]:
        """Key of each page → its parts, with the digests of what their author wrote."""
        return {key_of(page): source_parts(page) for unit in self.units for page in unit.pages}

    def unit(self, key: str) -> Unit:
        """One unit.

        Raises:
            Http404: there is none of this key.
        """
        found = next((unit for unit in self.units if unit.key == key), None)
        if found is None:
            raise Http404
        return found


def source_of(course: Course) -> Source:
    """The live source pages and questions of a course.

    Raises:
        Http404: the course has no pages, or they are not live.
    """
    page = source_page_of(course)
    if page is None or not page.live:
        raise Http404
    tree = tree_of(page)
    modules = {module.key: lessons for module, lessons in tree.modules}
    asked: dict[str, list[tuple[ItemVersion, ItemWording]]] = defaultdict(list)
    for version, wording in _newest_questions(course, tree.language):
        asked[unit_of(version, modules)].append((version, wording))
    units = [Unit(COURSE_KEY, page.title, (page,), tuple(asked[COURSE_KEY]))]
    for module, lessons in tree.modules:
        units.append(Unit(module.key, module.title, (module, *lessons), tuple(asked[module.key])))
    return Source(course, tree.language, tree, tuple(units))


def _newest_questions(course: Course, language: str) -> list[tuple[ItemVersion, ItemWording]]:
    """Every question that is not retired, in its newest version, with its wording in the source language."""
    versions: dict[int, ItemVersion] = {}
    for version in (
        ItemVersion.objects.filter(item__bank__course=course, item__retired_at=None, item__drafted_at=None)
        .select_related("item")
        .order_by("item__key", "number")
    ):
        versions[version.item_id] = version
    wordings = {
        wording.version_id: wording
        for wording in ItemWording.objects.filter(
            version__in=[each.pk for each in versions.values()], language=language, version__item__pool__in=Item.Pool
        )
    }
    return [(version, wordings[version.pk]) for version in versions.values() if version.pk in wordings]


class _Language:
    """What there is of a course in one language, fetched once for all its units."""

    def __init__(self, source: Source, language: str) -> None:
        self.source, self.language = source, language
        self.own: dict[str, list[SegmentTranslation]] = defaultdict(list)
        for row in SegmentTranslation.objects.filter(course=source.course, language=language).order_by("edited_at"):
            self.own[row.place].append(row)
        page = _page_in(source.tree.page, language)
        self.shown: Renderings | None = renderings(source.tree, tree_of(page)) if page else None
        self.confirmed = self._confirmed()
        self.typed = self._typed()
        self.wordings, self.earlier_wordings = self._wordings()
        #: Place → the digests of the words that stand there today.
        self.today: dict[str, set[str]] = defaultdict(set)
        for unit in source.units:
            for segment in unit.segments:
                self.today[segment.place].add(segment.words_digest)

    def _confirmed(self) -> dict[str, frozenset[str]]:
        """Page key → the digests of the segments that its live translation was made from."""
        if self.shown is None:
            return {}
        pages = {key: each.own.pk for key, each in self.shown.all().items() if each.own is not None}
        rows = dict(TranslationBasis.objects.filter(page__in=pages.values()).values_list("page", "segments"))
        return {key: frozenset(rows.get(pk) or ()) for key, pk in pages.items()}

    def _typed(self) -> dict[str, dict[str, tuple[str, str]]]:
        """Place → digest of the source's words → (source, words) that wagtail-localize knows, newest last."""
        keys = {
            page.translation_key: page.key if hasattr(page, "key") else COURSE_KEY
            for unit in self.source.units
            for page in unit.pages
        }
        locale = Locale.objects.filter(language_code=self.language).first()
        found: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
        rows = StringTranslation.objects.filter(context__object_id__in=keys, locale=locale).order_by("updated_at")
        for key, path, data, text in rows.values_list(
            F("context__object_id"), F("context__path"), F("translation_of__data"), F("data")
        ):
            found[f"{keys[key]}/{path}"][digest_of(tidy(data))] = (data, text)
        return found

    def _wordings(self) -> tuple[dict[str, ItemWording], dict[str, ItemWording]]:
        """Question key → its wording in this language of the newest version, and of an earlier one."""
        newest = {version.item.key: version.pk for unit in self.source.units for version, _w in unit.questions}
        now: dict[str, ItemWording] = {}
        before: dict[str, ItemWording] = {}
        rows = (
            ItemWording.objects.filter(version__item__bank__course=self.source.course, language=self.language)
            .select_related("version__item")
            .order_by("version__number")
        )
        for wording in rows:
            key = wording.version.item.key
            if newest.get(key) == wording.version_id:
                now[key] = wording
            else:
                before[key] = wording
        return now, before

    # --- one segment

    def line(self, segment: Segment, question: tuple[ItemVersion, ItemWording] | None) -> Line:
        """A segment with what this language has of it."""
        rows = self.own[segment.place]
        own = next((row for row in rows if row.words_digest == segment.words_digest), None)
        words, is_live, earlier = self._of_question(segment, question) if question else self._of_page(segment)
        if not is_live:
            earlier = self._earlier(segment, rows) or earlier
        if own is not None and own.accepted_at is None:
            state = State.MACHINE if own.origin == SegmentTranslation.Origin.MACHINE else State.DRAFT
            return Line(segment, state, own.text, own, earlier)
        if own is not None and own.digest == segment.digest:
            is_in = own.handed_in_at is not None and (is_live or segment.is_neutral)
            return Line(segment, State.CURRENT if is_in else State.ACCEPTED, own.text, own, None)
        if own is not None:
            return Line(segment, State.CURRENT if is_live else State.STALE, own.text, own, earlier)
        if is_live:
            return Line(segment, State.CURRENT, words)
        if segment.is_neutral:
            # Nothing of this block is there yet, or it was never asked about: nothing to look at by itself.
            state = State.STALE if words or earlier else State.CURRENT
            return Line(segment, state, "", None, earlier, is_first=not question and not self._is_noted(segment))
        return Line(segment, State.STALE if words or earlier else State.MISSING, words, None, earlier)

    def _earlier(self, segment: Segment, rows: Sequence[SegmentTranslation]) -> Earlier | None:
        """What stood here before, by its words no longer a text of this place; of several the one most like it."""
        if segment.is_neutral:
            return None
        today = self.today[segment.place]
        gone = [
            Earlier(*(text if segment.is_rich else StringValue(text).render_text() for text in pair))
            for digest, pair in self.typed[segment.place].items()
            if digest not in today
        ]
        gone += [Earlier(row.source, row.text) for row in rows if row.text and row.words_digest not in today]
        if len(gone) < 2 and len(today) < 2:
            return gone[0] if gone else None
        found: Earlier | None = None
        best = 0.5 if len(today) > 1 else 0.0  # a paragraph that is new beside others was no other before
        for each in gone:
            likeness = difflib.SequenceMatcher(None, each.source, segment.source, autojunk=False).ratio()
            if likeness >= best:
                found, best = each, likeness
        return found

    def _is_noted(self, segment: Segment) -> bool:
        """Whether the block of a segment was handed in before, or came with a bundle."""
        rendering = self.shown.all().get(segment.page_key) if self.shown else None
        part = segment.part.partition("/")[2]
        return rendering is not None and (part in rendering.basis or segment.digest in self._known(segment.page_key))

    def _known(self, page_key: str) -> frozenset[str]:
        return self.confirmed.get(page_key, frozenset())

    def outdated_parts(self, unit: Unit, lines: Sequence[Line]) -> frozenset[str]:
        """See `Sheet.outdated_parts`."""
        behind: set[str] = set()
        shown = self.shown.all() if self.shown else {}
        for page_key, rendering in shown.items():
            behind |= {f"{page_key}/{part}" for part in rendering.parts(PartState.BEHIND)}
        for version, source in unit.questions:
            wording = self.wordings.get(version.item.key) or self.earlier_wordings.get(version.item.key)
            if wording is not None and wording.translated_from != basis_of(version, source.text):
                behind.add(f"{QUESTIONS}/{version.item.key}")
        done = {line.segment.part for line in lines} - {
            line.segment.part for line in lines if line.is_open or line.state == State.ACCEPTED
        }
        return frozenset(behind & done)

    def _of_page(self, segment: Segment) -> tuple[str, bool, Earlier | None]:
        """The words that are typed for a segment, whether officers can be shown them, and what was before."""
        page_key, part = segment.page_key, segment.part.partition("/")[2]
        rendering = self.shown.all().get(page_key) if self.shown else None
        basis = rendering.basis if rendering else {}
        today = self.source.parts[page_key].get(part)
        is_part_current = today is not None and basis.get(part) == today
        if segment.is_neutral:
            known = segment.digest in self._known(page_key)
            is_behind = part in basis and not is_part_current
            # A block that is behind, and of which no noted segment says why: what is no words may have changed.
            return ("changed" if is_behind and not known else "", is_part_current or known, None)
        typed = self.typed[segment.place]
        here = typed.get(segment.words_digest)
        text = here[1] if here else ""
        if not segment.is_rich:
            text = StringValue(text).render_text()
        live = bool(text) and (is_part_current or segment.digest in self._known(page_key))
        return text, live, None

    def _of_question(
        self, segment: Segment, question: tuple[ItemVersion, ItemWording]
    ) -> tuple[str, bool, Earlier | None]:
        version, source = question
        key = version.item.key
        wording = self.wordings.get(key) or self.earlier_wordings.get(key)
        if wording is None:
            return "", False, None
        is_current = wording.version_id == version.pk and wording.translated_from == basis_of(version, source.text)
        path = segment.place.removeprefix(f"{segment.part}/")
        was, text = wording_texts(wording.source_text or {}), wording_texts(wording.text)
        if segment.is_neutral:
            # Made from the same options and key, so that only words of it changed.
            is_same = basis_of(version, wording.source_text or {}) == wording.translated_from
            return ("" if is_current or is_same else "changed", is_current or is_same, None)
        if is_current:
            return text.get(path, ""), True, None
        if path not in text:
            return "", False, None
        if path in was and tidy(was[path]) == tidy(segment.source):
            return text[path], True, None  # this text did not change, another one of the question did
        return "", False, Earlier(was.get(path, ""), text[path])


def sheets_in(source: Source, language: str, units: Iterable[str] | None = None) -> list[Sheet]:
    """The units of a course in one language, or some of them; the queries do not grow with their number.

    Arguments:
        units: keys.
    """
    there = _Language(source, language)
    wanted = None if units is None else set(units)
    found = []
    for unit in source.units:
        if wanted is not None and unit.key not in wanted:
            continue
        questions = {f"{QUESTIONS}/{version.item.key}": (version, wording) for version, wording in unit.questions}
        lines = tuple(there.line(segment, questions.get(segment.part)) for segment in unit.segments)
        outdated = there.outdated_parts(unit, lines)
        found.append(Sheet(source.course, unit.key, unit.title, language, source.language, lines, outdated))
    return found


def sheet_of(course: Course, unit: str, language: str) -> Sheet:
    """One unit in one language.

    Raises:
        Http404: there is no such unit.
    """
    source = source_of(course)
    source.unit(unit)
    return sheets_in(source, language, [unit])[0]


def _page_in(page: CoursePage, language: str) -> CoursePage | None:
    found: CoursePage | None = (
        CoursePage.objects.filter(
            translation_key=page.translation_key, locale__language_code=language, live=True, alias_of=None
        )
        .select_related("locale")
        .first()
    )
    return found
