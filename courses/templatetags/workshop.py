"""What the pages of the authors' side need beyond Wagtail's own."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.translation import get_language
from wagtail.blocks import BoundBlock

from courses.pages.rendering import BODY, Words, preview_parts

register = template.Library()


@register.simple_tag
def sample(bound_block: BoundBlock) -> Any:
    """What the editor shows of a type of block before one is written, as officers would see it."""
    kind = bound_block.block.name
    if kind not in BODY.child_blocks:
        return bound_block.render()
    language = get_language() or "en"
    raw = {"type": kind, "id": "sample", "value": bound_block.block.get_prep_value(bound_block.value)}
    return render_to_string(
        "courses/_preview_parts.html", {"parts": preview_parts([Words(raw, language)], language), "is_sample": True}
    )
