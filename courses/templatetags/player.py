"""What the player's templates need beyond Django's own."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(found: Mapping[str, Any], key: str) -> Any:
    """The entry under a key that a variable holds: ``checks|of:part.key``."""
    return found[key]


@register.filter
def hold_media(parts: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the parts of a lesson show a picture, film, sound or document: only then what these need is loaded."""
    marks = ('class="picture"', 'class="media"', 'class="document"')
    return any(mark in part.get("html", "") for part in parts for mark in marks)
