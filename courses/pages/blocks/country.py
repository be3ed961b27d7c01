"""The country box: a place in a lesson that each member's coordinator fills for the member's own officers.

The lesson holds what is the same for everybody: which kind of box it is, what the author asks coordinators to write,
and the neutral text that officers read while nothing is written. What members wrote never comes near the page or the
frozen body (decisions 0010 and 0027).
"""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.pages.blocks import samples
from courses.pages.blocks.base import WORDS
from learning.manifest import digest_of
from lms.text import tidy

KINDS = [
    ("law", _("The law")),
    ("call", _("Whom to call")),
    ("help", _("Help and support")),
    ("other", _("Something else")),
]

#: A short hotline or a long number, in any script, however it is grouped.
_NUMBER = re.compile(r"\d(?:[\s().+/-]{0,2}\d){2,}")
NO_NUMBERS = _(
    "No telephone numbers here: officers of all members read this text. Each member's coordinator writes the member's "
    "own numbers."
)


def holds_number(text: str) -> bool:
    """Whether a text holds what could be a telephone number. No foreign hotline is a default (domain rules §5.5)."""
    return _NUMBER.search(text) is not None


def basis_of(value: Mapping[str, Any]) -> str:
    """The digest of what an author asks coordinators for: with another one, what they wrote answers an old request."""
    return digest_of([value.get("kind") or "", *(tidy(value.get(name) or "") for name in ("title", "guidance"))])


class CountryBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(choices=KINDS, default="law", label=_("Kind"))
    title = blocks.CharBlock(
        max_length=120, label=_("Title"), help_text=_("As officers read it, such as “The law in your country”.")
    )
    guidance = blocks.TextBlock(
        label=_("What the coordinator is to write"),
        help_text=_("Officers do not read this. Say what belongs into the box, how exact, and what does not."),
    )
    fallback = blocks.TextBlock(
        label=_("What officers read while nothing is written"),
        help_text=_("True in every country, such as whom to ask. No telephone numbers."),
    )

    def clean(self, value: Any) -> Any:
        """As a block is checked, and the neutral text is neutral."""
        cleaned = super().clean(value)
        if holds_number(cleaned["fallback"]):
            raise StructBlockValidationError(block_errors={"fallback": ValidationError(NO_NUMBERS)})
        return cleaned

    class Meta:
        icon = "globe"
        label = _("Country box")
        group = WORDS
        label_format = "{title}"
        description = _("A place that each member's coordinator fills for the member's own officers.")
        help_text = _(
            "For what differs from country to country: the law, whom to call, where officers find help. You write what "
            "coordinators are to write and what officers read until then; no officer reads what another member wrote."
        )
        preview_value = staticmethod(samples.country)
