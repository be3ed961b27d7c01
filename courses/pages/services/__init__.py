"""Writes of the workshop."""

from courses.pages.services.asking import (
    MustBeNewEdition,
    NothingToPublish,
    StalePage,
    WrongDelta,
    publish_as_asked,
)
from courses.pages.services.publishing import (
    Frozen,
    NotPublishable,
    frozen_course,
    mark_reviewed,
    publish_course,
    review_states,
)

__all__ = [
    "Frozen",
    "MustBeNewEdition",
    "NotPublishable",
    "NothingToPublish",
    "StalePage",
    "WrongDelta",
    "frozen_course",
    "mark_reviewed",
    "publish_as_asked",
    "publish_course",
    "review_states",
]
