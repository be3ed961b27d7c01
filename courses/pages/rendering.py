"""From blocks to what is frozen: HTML rendered once, and checks kept apart because they belong to a person."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from wagtail.rich_text import RichText, expand_db_html

from assessments.selectors import current_practice_item
from courses.pages.blocks import LessonBody
from courses.pages.media.showing import VIEWS, MissingMedia
from courses.pages.richtext import clean_rich_text
from learning.models import Course

BODY = LessonBody()


class MissingItem(ValueError):
    """A knowledge check points to a question that is gone or has no text in the language, or a picture is gone."""


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
    """The parts of a lesson in order: ``{"type": "html", "html"}`` and ``{"type": "check", …}``.

    Words in another language than the page's say so in their HTML, and those that are behind their source are marked;
    a check in the source language has that ``language`` as a key.

    Arguments:
        words: the blocks of a lesson in one language (`courses.pages.translation.Rendering.blocks`).
        lesson_key: key of the lesson; a check's activity is ``<lesson>/<block id>``.
        course: whose activities the checks are; None in a preview, which has none.
        language: of the page, for its own labels and the wording of the checks.
        source_language: in which checks are shown that have no current wording in `language`.

    Raises:
        MissingItem: a check without a usable question (not in a preview, where it is left out), or a picture or other
            file that is gone (a preview says so in its place).
    """
    blocks = list(zip(BODY.to_python([each.value for each in words]), words, strict=True))
    parts: list[dict[str, Any]] = []
    with translation.override(language):
        for kind, run in groupby(blocks, key=lambda pair: str(pair[0].block_type)):
            if kind == "check":
                checks = [block for block, _words in run]
                parts += _checks(checks, lesson_key, course, language, source_language)
                continue
            try:
                html = _html(kind, [_shown(block, each, language, source_language) for block, each in run])
            except MissingMedia as missing:
                words_of_it = _("%(lesson)s: %(reason)s") % {"lesson": lesson_key, "reason": missing}
                if course is not None:
                    raise MissingItem(words_of_it) from missing
                html = format_html('<p class="note note--warning">{}</p>', words_of_it)
            if parts and parts[-1]["type"] == "html":
                parts[-1]["html"] += html
            else:
                parts.append({"type": "html", "html": html})
    return parts


def _shown(block: Any, words: Words, language: str, source_language: str) -> dict[str, Any]:
    """A block for its template: `other` says in which language it is where that is not the page's."""
    other = words.language if words.language != language else ""
    return {
        "value": _served(block, language),
        "other": _attributes(other) if other else "",
        "source": _served(next(iter(BODY.to_python([words.source]))), language) if words.source else None,
        "source_attributes": _attributes(source_language),
    }


def _served(block: Any, language: str) -> Any:
    """A block's value as a template takes it. Rich text is cleaned here, whoever wrote it: a translator's words too."""
    if isinstance(block.value, RichText):
        return mark_safe(clean_rich_text(expand_db_html(block.value.source)))  # noqa: S308
    view = VIEWS.get(block.block_type)
    return view(block.value, language) if view else block.value


def _attributes(language: str) -> str:
    direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
    return format_html(' lang="{}" dir="{}"', language, direction)


def _html(kind: str, blocks: list[dict[str, Any]]) -> str:
    if kind == "key_point":
        return render_to_string("courses/blocks/key_points.html", {"blocks": blocks})
    return "".join(render_to_string(f"courses/blocks/{kind}.html", {"block": block}) for block in blocks)


def _checks(
    blocks: list[Any], lesson_key: str, course: Course | None, language: str, source_language: str
) -> Iterator[dict[str, Any]]:
    for block in blocks:
        found = current_practice_item(block.value["item"], language, course, source_language=source_language)
        if found is None:
            if course is None:
                continue
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
        yield part if wording.language == language else part | {"language": wording.language}
