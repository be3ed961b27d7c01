"""Choices of the editor that come from the bank."""

from assessments.selectors import practice_choices


def practice_items() -> list[tuple[str, str]]:
    """Open practice items as (uuid, key and stem)."""
    return practice_choices()
