"""Writes of the workshop. Those of the review are in `courses.pages.services.reviewing`, which stands above."""

from courses.pages.services.asking import (
    MustBeNewEdition,
    NothingToPublish,
    StalePage,
    WrongDelta,
    publish_as_asked,
)
from courses.pages.services.meaning import keep_meaning
from courses.pages.services.publishing import (
    Frozen,
    NotPublishable,
    frozen_course,
    publish_course,
)
from courses.pages.services.trials import make_trial

__all__ = [
    "Frozen",
    "MustBeNewEdition",
    "NotPublishable",
    "NothingToPublish",
    "StalePage",
    "WrongDelta",
    "frozen_course",
    "keep_meaning",
    "make_trial",
    "publish_as_asked",
    "publish_course",
]
