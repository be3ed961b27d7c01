"""The pages of this room: taking a test (`taking`), and what each part of it adds in a file of its own."""

from assessments.views.taking import (
    hand_in,
    modules_to_read_again,
    overview,
    question,
    report,
    result,
    start,
    take_over,
    take_stray,
)

__all__ = [
    "hand_in",
    "modules_to_read_again",
    "overview",
    "question",
    "report",
    "result",
    "start",
    "take_over",
    "take_stray",
]
