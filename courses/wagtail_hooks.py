"""Where Wagtail looks for hooks; ours stand by subject in `courses.pages.hooks`."""

from courses.pages.hooks import desk, preview, publication

__all__ = ["desk", "preview", "publication"]
