"""From blocks to what is frozen: HTML rendered once, and checks kept apart because they belong to a person."""

import uuid
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from wagtail.blocks import StreamValue
from wagtail.rich_text import expand_db_html

from assessments.selectors import current_practice_item
from learning.models import Course


class MissingItem(ValueError):
    """A knowledge check points to a question that is gone or has no text in the language."""


def render_lesson(body: StreamValue, lesson_key: str, course: Course | None, language: str) -> list[dict[str, Any]]:
    """The parts of a lesson in order: ``{"type": "html", "html"}`` and ``{"type": "check", …}``.

    Arguments:
        body: the stream of a lesson page.
        lesson_key: key of the lesson; a check's activity is ``<lesson>/<block id>``.
        course: whose activities the checks are; None in a preview, which has none.
        language: of the page, for the wording of the checks.

    Raises:
        MissingItem: a check without a usable question (not in a preview, where it is left out).
    """
    parts: list[dict[str, Any]] = []
    for kind, run in groupby(body, key=lambda child: child.block_type):
        blocks = list(run)
        if kind == "check":
            parts += _checks(blocks, lesson_key, course, language)
            continue
        html = "".join(_html(kind, blocks))
        if parts and parts[-1]["type"] == "html":
            parts[-1]["html"] += html
        else:
            parts.append({"type": "html", "html": html})
    return parts


def _html(kind: str, blocks: list[Any]) -> Iterator[str]:
    if kind == "paragraph":
        yield from (expand_db_html(block.value.source) for block in blocks)
    elif kind == "key_point":
        yield render_to_string("courses/blocks/key_points.html", {"points": [block.value for block in blocks]})
    else:
        for block in blocks:
            yield render_to_string(f"courses/blocks/{kind}.html", {"value": block.value})


def _checks(blocks: list[Any], lesson_key: str, course: Course | None, language: str) -> Iterator[dict[str, Any]]:
    for block in blocks:
        found = current_practice_item(block.value["item"], language, course)
        if found is None:
            if course is None:
                continue
            raise MissingItem(
                f"{lesson_key}: the knowledge check {block.id} has no practice question with a text in “{language}”."
            )
        version, wording = found
        key = f"{lesson_key}/{block.id}"
        yield {
            "type": "check",
            "activity": str(uuid.uuid5(course.uuid, key)) if course else "",
            "key": key,
            "item": str(version.item.uuid),
            "version": version.number,
            "item_type": version.item.type,
            "structure": version.structure,
            "answer_key": version.answer_key,
            "wording": {**wording.text, "source": version.source},
            "review_state": wording.review_state,
        }
