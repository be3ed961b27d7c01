"""Where Wagtail looks for hooks; ours stand by subject in `courses.pages.hooks`."""

from courses.pages.hooks import (
    checklist,
    desk,
    editions,
    files,
    locales,
    media,
    preview,
    publication,
    quizzes,
    reviewing,
    scenarios,
    side_by_side,
)

__all__ = [
    "checklist",
    "desk",
    "editions",
    "files",
    "locales",
    "media",
    "preview",
    "publication",
    "quizzes",
    "reviewing",
    "scenarios",
    "side_by_side",
]
