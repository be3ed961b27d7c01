"""Writes of the workshop."""

from courses.pages.services.publishing import NotPublishable, mark_reviewed, publish_course, review_states

__all__ = ["NotPublishable", "mark_reviewed", "publish_course", "review_states"]
