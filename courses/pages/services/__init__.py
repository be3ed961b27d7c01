"""Writes of the workshop. Those of the review are in `courses.pages.services.reviewing`, which stands above."""

from courses.pages.services.publishing import NotPublishable, publish_course

__all__ = ["NotPublishable", "publish_course"]
