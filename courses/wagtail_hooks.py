"""Where Wagtail looks for hooks; ours stand by subject in `courses.pages.hooks`."""

from courses.pages.hooks import desk, publication, reviewing

__all__ = ["desk", "publication", "reviewing"]
