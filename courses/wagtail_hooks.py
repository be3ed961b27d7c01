"""Where Wagtail looks for hooks; ours stand by subject in `courses.pages.hooks`."""

from courses.pages.hooks import checklist, desk, publication

__all__ = ["checklist", "desk", "publication"]
