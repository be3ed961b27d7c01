"""Where Wagtail looks for hooks; ours stand by subject in `courses.pages.hooks`."""

from courses.pages.hooks import checklist, desk, media, publication, reviewing

__all__ = [
    "checklist",
    "desk",
    "media",
    "publication",
    "reviewing",
]
