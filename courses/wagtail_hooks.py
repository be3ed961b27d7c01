"""Where Wagtail looks for hooks; ours stand by subject in `courses.pages.hooks`."""

from courses.pages.hooks import desk, preview, publication, side_by_side

__all__ = ["desk", "preview", "publication", "side_by_side"]
