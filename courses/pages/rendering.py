"""From blocks to what is frozen: HTML rendered once, and checks kept apart because they belong to a person."""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from wagtail.blocks import StructValue
from wagtail.blocks.list_block import ListValue
from wagtail.rich_text import RichText, expand_db_html

from assessments.selectors import current_practice_item, question_view
from assessments.types import TYPES
from courses.pages.blocks import LessonBody
from courses.pages.media.showing import VIEWS, MissingMedia
from courses.pages.richtext import clean_rich_text
from courses.pages.scenario import graphs_of, mark_borrowed, part_of_scenario
from learning.branching import played
from learning.models import Course
from lms.language_names import language_info

BODY = LessonBody()
#: Blocks of which several in a row are shown as one list; the others stand each for itself.
LISTS = {"key_point": "courses/blocks/key_points.html", "term": "courses/blocks/terms.html"}
#: A heading in a text, with which a new passage begins.
_HEADING = re.compile(r"<h[234]>")


class MissingItem(ValueError):
    """A block points to nothing: a knowledge check to a question that is gone or has no text in the language, or a
    picture or another file is gone.
    """


class MissingPackage(MissingItem):
    """An interactive package points to nothing: this site has none yet."""


@dataclass(frozen=True)
class Words:
    """One part of a page as it is shown in one language.

    Attributes:
        value: a raw block.
        language: of the words: the page's, or the source's where the part is not translated.
        source: the source's own raw block where the translation is behind it; None otherwise.
    """

    value: dict[str, Any]
    language: str
    source: dict[str, Any] | None = None


def render_lesson(
    words: Sequence[Words], lesson_key: str, course: Course | None, language: str, source_language: str
) -> list[dict[str, Any]]:
    """The parts of a lesson in order: ``{"type": "html", "html"}`` and ``{"type": "check", …}``,
    ``{"type": "branching", …}``.

    Words in another language than the page's say so in their HTML, and those that are behind their source are marked;
    a check in the source language has that ``language`` as a key.

    Arguments:
        words: the blocks of a lesson in one language (`courses.pages.translation.Rendering.blocks`).
        lesson_key: key of the lesson; a check's activity is ``<lesson>/<block id>``.
        course: whose activities the checks are; None in a preview, which has none.
        language: of the page, for its own labels and the wording of the checks.
        source_language: in which checks are shown that have no current wording in `language`.

    Raises:
        MissingItem: a check without a usable question, or a picture or other file that is gone (a preview says so in
            its place).
        MissingPackage: an interactive package without a package (so here).
    """
    with translation.override(language):
        parts: list[dict[str, Any]] = []
        for part in _ways_past(_pieces(words, lesson_key, course, language, source_language)):
            if parts and parts[-1]["type"] == part["type"] == "html":
                parts[-1]["html"] += part["html"]
            else:
                parts.append(part)
    return parts


def preview_parts(
    words: Sequence[Words], language: str, query: Mapping[str, Any] = MappingProxyType({})
) -> list[dict[str, Any]]:
    """The parts of a draft as an officer would see them, each check with its `question`, answered by nobody.

    Arguments:
        query: of the preview's address, which says where in a branching scenario one is. Its graph comes with it.
    """
    parts = render_lesson(words, "preview", None, language, language)
    for part in parts:
        if part["type"] == "check":
            part["question"] = question_view(
                prefix=f"preview-{part['key']}",
                type=part["item_type"],
                structure=part["structure"],
                wording=part["wording"],
                order=TYPES[part["item_type"]].listed_order(part["structure"]),
                answer=None,
                language=part.get("language", language),
            )
        elif part["type"] == "branching":
            # The address of the preview itself: its query is all that changes.
            part["page_url"] = ""
            part["own"] = played(part, part["key"].rpartition("/")[-1], query) | {"language": language}
    graphs = iter(graphs_of((each.value for each in words), language))
    return [part | {"graph": next(graphs)} if part["type"] == "branching" else part for part in parts]


@dataclass(frozen=True)
class _Piece:
    """One block, or a list of several alike, as a part; `block` is the id of the first."""

    kind: str
    block: str
    part: dict[str, Any]


def _pieces(
    words: Sequence[Words], lesson_key: str, course: Course | None, language: str, source_language: str
) -> Iterator[_Piece]:
    blocks = zip(BODY.to_python([each.value for each in words]), words, strict=True)
    for kind, run in groupby(blocks, key=lambda pair: str(pair[0].block_type)):
        if kind in LISTS:
            shown = [_shown(block, each, language, source_language) for block, each in run]
            yield _Piece(kind, shown[0]["id"], _html(LISTS[kind], {"blocks": shown}))
            continue
        for block, each in run:
            if kind == "check":
                part = _check(block, lesson_key, course, language, source_language)
            elif kind == "country":
                part = _country(block, each, lesson_key, language, source_language)
            elif kind == "branching":
                part = _scenario(each, lesson_key, course, language, source_language)
            elif kind == "package" and course is not None:
                raise MissingPackage(
                    _("%(lesson)s: the interactive package %(block)s is not chosen. Take the block out again.")
                    % {"lesson": lesson_key, "block": block.id}
                )
            else:
                part = _block(block, each, lesson_key, course, language, source_language)
            yield _Piece(kind, str(block.id), part)


def _block(
    block: Any, words: Words, lesson_key: str, course: Course | None, language: str, source_language: str
) -> dict[str, Any]:
    try:
        shown = _shown(block, words, language, source_language)
    except MissingMedia as missing:
        reason = _("%(lesson)s: %(reason)s") % {"lesson": lesson_key, "reason": missing}
        if course is not None:
            raise MissingItem(reason) from missing
        return {"type": "html", "html": format_html('<p class="note note--warning">{}</p>', reason)}
    return _html(f"courses/blocks/{block.block_type}.html", {"block": shown})


def _ways_past(pieces: Iterable[_Piece]) -> Iterator[dict[str, Any]]:
    """The parts, with a place to which the link of each content note leads.

    A passage ends at the next heading of a text or at the next content note, else with the lesson.
    """
    note = ""
    for piece in pieces:
        part = piece.part
        if note and piece.kind == "content_note":
            part = part | {"html": format_html('<a id="after-{}"></a>', note) + part["html"]}
        elif note and piece.kind == "paragraph" and (heading := _HEADING.search(part["html"])):
            place, html = heading.end() - 1, part["html"]
            part = part | {"html": html[:place] + format_html(' id="after-{}"', note) + html[place:]}
            note = ""
        if piece.kind == "content_note":
            note = piece.block
        yield part
    if note:
        yield _html("courses/blocks/_end_of_passage.html", {"note": note})


def _html(template: str, context: dict[str, Any]) -> dict[str, Any]:
    return {"type": "html", "html": render_to_string(template, context)}


def _shown(block: Any, words: Words, language: str, source_language: str) -> dict[str, Any]:
    """A block for its template: `other` says in which language it is where that is not the page's."""
    other = words.language if words.language != language else ""
    return {
        "id": str(block.id),
        "value": _served(block, language),
        "other": _attributes(other) if other else "",
        "source": _served(next(iter(BODY.to_python([words.source]))), language) if words.source else None,
        "source_attributes": _attributes(source_language),
    }


def _served(block: Any, language: str) -> Any:
    """A block's value as a template takes it. Rich text is cleaned here, whoever wrote it: a translator's words too."""
    view = VIEWS.get(block.block_type)
    return view(block.value, language) if view else _clean(block.value)


def _clean(value: Any) -> Any:
    """A value with its rich text cleaned, however deep it stands."""
    if isinstance(value, RichText):
        return mark_safe(clean_rich_text(expand_db_html(value.source)))  # noqa: S308
    if isinstance(value, StructValue):
        return type(value)(value.block, [(name, _clean(each)) for name, each in value.items()])
    if isinstance(value, ListValue):
        return [_clean(each) for each in value]
    return value


def _attributes(language: str) -> str:
    direction = "rtl" if language_info(language)["bidi"] else "ltr"
    return format_html(' lang="{}" dir="{}"', language, direction)


def _check(block: Any, lesson_key: str, course: Course | None, language: str, source_language: str) -> dict[str, Any]:
    item = block.value["item"]
    found = current_practice_item(item, language, course, source_language=source_language) if item else None
    if found is None:
        if course is None:
            return _html("courses/blocks/_no_question.html", {})
        raise MissingItem(
            _("%(lesson)s: the knowledge check %(check)s has no practice question with a text in “%(language)s”.")
            % {"lesson": lesson_key, "check": block.id, "language": source_language}
        )
    version, wording = found
    key = f"{lesson_key}/{block.id}"
    part = {
        "type": "check",
        "activity": str(uuid.uuid5(course.uuid, key)) if course else "",
        "key": key,
        "item": str(version.item.uuid),
        "version": version.number,
        "item_type": version.item.type,
        "structure": version.structure,
        "answer_key": version.answer_key,
        "wording": {**wording.text, "source": version.source},
    }
    return part if wording.language == language else part | {"language": wording.language}


def _country(block: Any, words: Words, lesson_key: str, language: str, source_language: str) -> dict[str, Any]:
    """A country box as its author wrote it: nothing of any member."""
    part = {"type": "country", "key": f"{lesson_key}/{block.id}", **block.value}
    if words.language != language:
        part["language"] = words.language
    if words.source:
        part["source"] = {name: words.source["value"][name] for name in ("title", "guidance", "fallback")}
        part["source_language"] = source_language
    return part


def _scenario(
    words: Words, lesson_key: str, course: Course | None, language: str, source_language: str
) -> dict[str, Any]:
    """A branching scenario; `original` is the source's own where the translation is behind it."""
    key = f"{lesson_key}/{words.value['id']}"
    part: dict[str, Any] = {
        "type": "branching",
        "activity": str(uuid.uuid5(course.uuid, key)) if course else "",
        "key": key,
        **part_of_scenario(words.value["value"]),
    }
    if words.language != language:
        part["language"] = words.language
    if words.source:
        part["original"] = part_of_scenario(words.source["value"])
        mark_borrowed(part, part["original"], source_language)
    return part
