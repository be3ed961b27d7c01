"""What there is to translate in a course: the texts of its pages and questions, each with its place and its digests.

The pieces are those of wagtail-localize, so that a page can be put together from them: a field, a text of a block, or
one paragraph of a rich text with its inline tags (``<b>``, ``<a id="a1">``). The digest of a segment covers its words
and what is neutral in it: where its links lead, and whether it is a heading, an entry of a list or a paragraph. What
else of a block is neutral (a picture, a level, a flag) is a segment without words.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail_localize.fields import TranslatableField, get_translatable_fields
from wagtail_localize.segments import StringSegmentValue, TemplateSegmentValue
from wagtail_localize.segments.extract import extract_segments

from assessments.models import ItemVersion
from assessments.types import TYPES
from courses.pages.blocks import is_rich, split
from courses.pages.models import CoursePage, LessonPage
from courses.pages.selectors import COURSE_KEY, Tree
from courses.pages.translation import AnyPage, label_of_part, part_of, worded_blocks
from learning.manifest import digest_of
from lms.kept import Kept
from lms.text import tidy

#: In the place of a page's key, for what belongs to the question bank.
QUESTIONS = "questions"


@dataclass(frozen=True)
class Segment:
    """One text of the source language, or (without words) what else of a block changed.

    Attributes:
        place: ``<page key>/<path>``, such as ``m1-l1/body.kp-1.text`` or ``questions/Q7/options.a``.
        part: the place without what is below its block or question: ``m1-l1/body.kp-1``, ``questions/Q7``.
        label: the part as people know it.
        source: the words; with inline tags where `is_rich`.
        kind: of the tag around it in a rich text, such as ``h2``; empty elsewhere.
        attrs: of its inline tags by their id, such as ``{"a1": {"href": …}}``.
        is_neutral: no words: what else of the block or question counts, to be looked at when it changes.
        is_assessed: whether a test shows it.
    """

    place: str
    part: str
    label: str
    source: str
    digest: str
    words_digest: str
    kind: str = ""
    attrs: Mapping[str, Any] = field(default_factory=dict)
    is_rich: bool = False
    is_neutral: bool = False
    is_assessed: bool = False

    @property
    def page_key(self) -> str:
        return self.place.split("/", 1)[0]

    @property
    def path(self) -> str:
        return self.place.split("/", 1)[1]

    @property
    def words(self) -> int:
        """How many words a translator has before them, tags not counted."""
        return len(re.sub(r"<[^>]*>", " ", self.source).split())


def key_of(page: AnyPage) -> str:
    """The key of a page; that of the course page is ``course``."""
    return COURSE_KEY if isinstance(page, CoursePage) else str(page.key)


#: (page, digest of what stands on it, language of the labels) → its segments; a course has some twenty pages.
_SEGMENTS: Kept[tuple[str, str, str, str], tuple[Segment, ...]] = Kept(1024)


def page_segments(page: AnyPage) -> list[Segment]:
    """The segments of a page of the source language, in the order in which officers read them."""
    # Cutting a page takes longer than all else on the board of translations; the same page gives the same segments.
    key = (type(page).__name__, key_of(page), digest_of(_all_of(page)), get_language() or "")
    return list(_SEGMENTS.get_or_make(key, lambda: tuple(_cut(page))))


def _all_of(page: AnyPage) -> list[Any]:
    """Everything on a page from which segments are cut."""
    fields = get_translatable_fields(type(page))
    names = {each.field_name for each in fields if isinstance(each, TranslatableField)} - {"body"}
    body = list(page.body.get_prep_value()) if isinstance(page, LessonPage) else []
    return [page.locale.language_code, {name: str(getattr(page, name)) for name in sorted(names)}, body]


def _cut(page: AnyPage) -> list[Segment]:
    key, blocks = key_of(page), worded_blocks(page)
    found: list[Segment] = []
    tags: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    for value in extract_segments(page):
        if isinstance(value, TemplateSegmentValue):
            tags[value.path] = _kinds(value.template)
            continue
        if not isinstance(value, StringSegmentValue) or value.is_empty() or value.path in ("slug",):
            continue
        part = part_of(value.path)
        kinds = tags.get(value.path, [])
        kind = kinds.pop(0) if kinds else ""
        attrs = dict(value.attrs or {})
        words_digest = digest_of(tidy(value.string.data))
        if (value.path, words_digest) in seen:  # twice the same words are one segment
            continue
        seen.add((value.path, words_digest))
        label = labels.setdefault(part, label_of_part(page, part))
        found.append(
            Segment(
                place=f"{key}/{value.path}",
                part=f"{key}/{part}",
                label=label,
                source=value.string.data if _is_rich(blocks, value) else value.render_text(),
                digest=digest_of([value.path, tidy(value.string.data), attrs, kind]),
                words_digest=words_digest,
                kind=kind,
                attrs=attrs,
                is_rich=_is_rich(blocks, value),
                is_assessed=part in blocks and blocks[part]["type"] == "scenario",
            )
        )
    return list(_with_neutral(page, key, found, blocks))


def _with_neutral(
    page: AnyPage, key: str, found: list[Segment], blocks: Mapping[str, dict[str, Any]]
) -> Iterator[Segment]:
    """The segments, and behind those of each block one for what is no words in it."""
    for number, segment in enumerate(found):
        yield segment
        following = found[number + 1] if number + 1 < len(found) else None
        raw = blocks.get(segment.part.partition("/")[2])
        if raw is not None and (following is None or following.part != segment.part):
            neutral = {name: value for name, value in split(raw)[0].items() if name not in ("id", "type")}
            digest = digest_of([segment.part, _pruned(neutral)])
            yield Segment(
                place=f"{segment.part}~",
                part=segment.part,
                label=segment.label,
                source="",
                digest=digest,
                words_digest=digest_of(""),
                is_neutral=True,
                is_assessed=segment.is_assessed,
            )


def _pruned(value: Any) -> Any:
    """A value without what is empty: a field that a block gets later is empty in every block there is."""
    if isinstance(value, Mapping):
        return {name: rest for name, each in value.items() if (rest := _pruned(each)) not in ("", None, [], {})}
    if isinstance(value, list):
        return [_pruned(each) for each in value]
    return value


def _is_rich(blocks: Mapping[str, dict[str, Any]], value: StringSegmentValue) -> bool:
    raw = blocks.get(part_of(value.path))
    if raw is None:
        return False
    return _rich_at(raw, value.path)


def _rich_at(raw: dict[str, Any], path: str) -> bool:
    below = ".".join(path.split(".")[2:])
    try:
        return is_rich(raw["type"], below)
    except LookupError:
        return False


def _kinds(template: str) -> list[str]:
    """The tag around each text of a rich text, in order: ``h2``, ``li``, ``p``."""
    soup = BeautifulSoup(template, "html.parser")
    return [each.parent.name if each.parent is not None else "" for each in soup.find_all("text")]


# --- questions


def question_segments(version: ItemVersion, text: Mapping[str, Any]) -> list[Segment]:
    """The segments of a question, as its newest version is worded in the source language."""
    key = version.item.key
    part = f"{QUESTIONS}/{key}"
    label = _("Question %(key)s") % {"key": key}
    is_assessed = version.item.pool != version.item.Pool.PRACTICE
    found = [
        Segment(
            place=f"{part}/{path}",
            part=part,
            label=label,
            source=words,
            digest=digest_of([path, tidy(words)]),
            words_digest=digest_of(tidy(words)),
            is_assessed=is_assessed,
        )
        for path, words in wording_texts(text).items()
        if words
    ]
    neutral = digest_of(TYPES[version.item.type].basis(version.structure, version.answer_key))
    found.append(
        Segment(
            place=f"{part}~",
            part=part,
            label=label,
            source="",
            digest=neutral,
            words_digest=digest_of(""),
            is_neutral=True,
            is_assessed=is_assessed,
        )
    )
    return found


def wording_texts(text: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a wording by path: ``stem``, ``options.a``, ``left.x``, ``feedback``; lists in their order."""
    found: dict[str, str] = {}
    for name, value in text.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{each}": str(words) for each, words in value.items()}
        else:
            found[name] = str(value or "")
    return found


def wording_from(texts: Mapping[str, str]) -> dict[str, Any]:
    """The inverse of `wording_texts`."""
    found: dict[str, Any] = {}
    for path, words in texts.items():
        name, dot, each = path.partition(".")
        if dot:
            found.setdefault(name, {})[each] = words
        else:
            found[name] = words
    return found


def segments_of(tree: Tree) -> dict[str, list[Segment]]:
    """Page key → its segments, for every live page of the source language of a course, in the order of the course."""
    pages: list[AnyPage] = [tree.page]
    for module, lessons in tree.modules:
        pages += [module, *lessons]
    return {key_of(page): page_segments(page) for page in pages}
