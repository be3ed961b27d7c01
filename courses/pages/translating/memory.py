"""The translation memory of the site: what was accepted for the same words, or for words much like them.

Everything that is accepted or live in a language is remembered: what wagtail-localize holds, rows of the desk, and
wordings of questions. Each process keeps it for a while, because a look into 20,000 texts is quick only in memory; what
was accepted since is added, and the whole is read anew now and then, so that words which were replaced go away.
"""

import html
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils import timezone
from rapidfuzz import fuzz, process
from wagtail_localize.models import StringTranslation
from wagtail_localize.strings import StringValue

from assessments.models import ItemWording
from courses.pages.models import CoursePage, LessonPage, ModulePage, SegmentTranslation
from courses.pages.selectors import COURSE_KEY
from courses.pages.translating.segments import QUESTIONS, Segment, wording_texts
from lms.text import tidy

#: Below this likeness, in per cent, words are of no help.
LEAST = 70
#: Texts beyond this length are only found when they are the same.
LONGEST = 1_500
#: After how many seconds what is new is added, and the whole is read anew.
ADD_AFTER, RENEW_AFTER = 15, 900

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Suggestion:
    """Words that were accepted before.

    Attributes:
        source: for which words.
        percent: how like these are; 100 are the same.
        code, key: of the course and the page or question where they stand.
    """

    text: str
    source: str
    percent: int
    code: str
    key: str


@dataclass(frozen=True)
class _Entry:
    source: str
    text: str
    code: str
    place: str


@dataclass
class _Memory:
    """What one process knows of one pair of languages: texts as they are compared, and beside each its entry."""

    keys: list[str] = field(default_factory=list)
    entries: list[_Entry] = field(default_factory=list)
    known: set[tuple[str, str]] = field(default_factory=set)
    by_key: dict[str, list[int]] = field(default_factory=dict)
    read_at: float = 0.0
    added_at: float = 0.0
    newest: object = None

    def add(self, entry: _Entry) -> None:
        key = _compared(entry.source)
        if not key or (key, entry.text) in self.known:
            return
        self.known.add((key, entry.text))
        self.by_key.setdefault(key, []).append(len(self.keys))
        self.keys.append(key)
        self.entries.append(entry)


_memories: dict[tuple[str, str], _Memory] = {}
_lock = threading.Lock()


def forget() -> None:
    """Let this process read everything anew."""
    with _lock:
        _memories.clear()


def suggestions(segment: Segment, *, source_language: str, language: str, most: int = 3) -> list[Suggestion]:
    """What was accepted for the words of a segment or for words much like them, the most like first.

    Arguments:
        most: how many at most; of equal texts one.
    """
    key = _compared(segment.source)
    if segment.is_neutral or not key:
        return []
    memory = _memory(source_language, language)
    found = [(100.0, index) for index in memory.by_key.get(key, ())]
    if len(found) < most and len(key) <= LONGEST:
        like = process.extract(key, memory.keys, scorer=fuzz.ratio, score_cutoff=LEAST, limit=most * 3)
        found += [(score, index) for _words, score, index in like if memory.keys[index] != key]
    shown: dict[str, Suggestion] = {}
    for score, index in found:
        entry = memory.entries[index]
        text = _fitting(entry.text, segment)
        percent = 100 if tidy(entry.source) == tidy(segment.source) else min(99, int(score))
        if text not in shown or shown[text].percent < percent:
            key_of_place = entry.place.removeprefix(f"{QUESTIONS}/").split("/", 1)[0]
            shown[text] = Suggestion(text, entry.source, percent, entry.code, key_of_place)
    return sorted(shown.values(), key=lambda each: -each.percent)[:most]


def _compared(source: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", source)).casefold().split())


def _fitting(text: str, segment: Segment) -> str:
    """A remembered text as it can stand in a segment: with tags only where the segment has them."""
    if not segment.is_rich:
        return html.unescape(_TAG.sub("", text)) if "<" in text else text
    return text if "<" in segment.source else _TAG.sub("", text)


def _memory(source_language: str, language: str) -> _Memory:
    """The memory of this process, brought up to date where it is some seconds old."""
    now = time.monotonic()
    pair = (source_language, language)
    with _lock:
        memory = _memories.get(pair)
    if memory is None or now - memory.read_at > RENEW_AFTER:
        memory = _Memory(read_at=now, added_at=now, newest=timezone.now())
        for entry in _entries(source_language, language, None):
            memory.add(entry)
        with _lock:
            _memories[pair] = memory
        return memory
    if now - memory.added_at > ADD_AFTER:
        since, memory.newest, memory.added_at = memory.newest, timezone.now(), now
        fresh = list(_entries(source_language, language, since))
        with _lock:
            for entry in fresh:
                memory.add(entry)
    return memory


def _entries(source_language: str, language: str, since: object) -> Iterator[_Entry]:
    courses = {
        page.course_id: page.course.code
        for page in CoursePage.objects.filter(locale__language_code=source_language).select_related("course")
    }
    typed = SegmentTranslation.objects.filter(course__in=courses, language=language, accepted_at__isnull=False)
    if since is not None:
        typed = typed.filter(edited_at__gte=since)
    for course, place, source, text in typed.exclude(text="").values_list("course", "place", "source", "text"):
        yield _Entry(source, text, courses[course], place)
    yield from _live(source_language, language, since)
    if since is None:
        wordings = ItemWording.objects.filter(
            version__item__bank__course__in=courses, language=language, source_text__isnull=False
        ).values_list("version__item__bank__course", "version__item__key", "source_text", "text")
        for course, key, source_text, text in wordings:
            own = wording_texts(text)
            for path, words in wording_texts(source_text or {}).items():
                if words and own.get(path):
                    yield _Entry(words, own[path], courses[course], f"{QUESTIONS}/{key}/{path}")


def _live(source_language: str, language: str, since: object) -> Iterator[_Entry]:
    """What wagtail-localize holds; a text that is no rich text is held there as HTML."""
    rows = StringTranslation.objects.filter(
        locale__language_code=language, translation_of__locale__language_code=source_language, has_error=False
    )
    if since is not None:
        rows = rows.filter(updated_at__gte=since)
    codes = None
    found = rows.values_list("context__object_id", "context__path", "translation_of__data", "data")
    for key, path, source, text in found.iterator(chunk_size=2_000):
        codes = codes if codes is not None else _keys_of_pages(source_language)
        code, page = codes.get(key, ("", ""))
        if code:
            plain = "<" not in source and "<" not in text
            pair = [StringValue(each).render_text() for each in (source, text)] if plain else [source, text]
            yield _Entry(pair[0], pair[1], code, f"{page}/{path}")


def _keys_of_pages(source_language: str) -> dict[object, tuple[str, str]]:
    """Translation key → code of the course and key of the page."""
    found: dict[object, tuple[str, str]] = {}
    paths: dict[str, str] = {}
    for page in CoursePage.objects.filter(locale__language_code=source_language).select_related("course"):
        paths[page.path] = page.course.code
        found[page.translation_key] = (page.course.code, COURSE_KEY)
    for model in (ModulePage, LessonPage):
        rows = model.objects.filter(locale__language_code=source_language).values_list("translation_key", "path", "key")
        for translation_key, path, key in rows:
            code = next((paths[path[:end]] for end in range(4, len(path), 4) if path[:end] in paths), "")
            found[translation_key] = (code, key)
    return found
