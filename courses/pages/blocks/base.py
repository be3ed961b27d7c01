"""What all blocks of a lesson share: the groups of the editor, and rich text as officers may get it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from courses.pages.richtext import INNER_FEATURES, other_links

#: The groups of the editor's list of blocks.
WORDS = gettext_lazy("Words")
ORDER = gettext_lazy("Order and compare")
CARE = gettext_lazy("Care")
PRACTICE = gettext_lazy("Practice")
MEDIA = gettext_lazy("Pictures and media")


class RichTextBlock(blocks.RichTextBlock):
    """Rich text with links that officers can follow: pages of the workshop have no address for them."""

    def __init__(self, features: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(features=features or INNER_FEATURES, **kwargs)

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if lost := other_links(value.source):
            raise ValidationError(
                _(
                    "The link “%(words)s” leads nowhere for officers. Choose “External link” or “Email link”, with an "
                    "address that begins with https://, http:// or mailto:."
                )
                % {"words": lost[0]}
            )
        return value
