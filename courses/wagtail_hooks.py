"""Where Wagtail looks for hooks; ours stand by subject in `courses.pages.hooks`."""

from courses.pages.hooks import checklist, desk, editions, files, media, publication, reviewing, scenarios

__all__ = [
    "checklist",
    "desk",
    "editions",
    "files",
    "media",
    "publication",
    "reviewing",
    "scenarios",
]
