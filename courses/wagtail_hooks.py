"""Where Wagtail looks for hooks; ours stand by subject in `courses.pages.hooks`."""

from courses.pages.hooks import desk, media, publication

__all__ = ["desk", "media", "publication"]
