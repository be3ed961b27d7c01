"""Blocks that are the same in every language: nothing of them is offered to a translator."""

from typing import Any

from wagtail import blocks


class Neutral:
    """A mix-in for any block whose value belongs to all languages, such as a citation or a chosen picture."""

    def get_translatable_segments(self, value: Any) -> list[Any]:
        """None (the interface of wagtail-localize for blocks)."""
        return []

    def restore_translated_segments(self, value: Any, segments: list[Any]) -> Any:
        """As it is."""
        return value


class NeutralCharBlock(Neutral, blocks.CharBlock):
    """A short text that is the same in every language, such as a citation."""
