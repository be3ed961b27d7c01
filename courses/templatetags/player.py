"""What the player's templates need beyond Django's own."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(found: Mapping[str, Any], key: str) -> Any:
    """The entry under a key that a variable holds: ``checks|of:part.key``."""
    return found[key]
