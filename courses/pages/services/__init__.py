"""Writes of the workshop."""

from courses.pages.services.publishing import NotPublishable, mark_reviewed, publish_course, review_states
from courses.pages.services.trials import make_trial

__all__ = ["NotPublishable", "make_trial", "mark_reviewed", "publish_course", "review_states"]
