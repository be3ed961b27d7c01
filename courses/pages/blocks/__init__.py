"""What a lesson is made of: the blocks of the editor, and which part of each is words."""

from courses.pages.blocks.lesson import LessonBody
from courses.pages.blocks.neutral import NeutralCharBlock
from courses.pages.blocks.shape import (
    BODY,
    definition_at,
    has_words,
    is_known,
    is_rich,
    is_words,
    join,
    plain,
    split,
)

__all__ = [
    "BODY",
    "LessonBody",
    "NeutralCharBlock",
    "definition_at",
    "has_words",
    "is_known",
    "is_rich",
    "is_words",
    "join",
    "plain",
    "split",
]
