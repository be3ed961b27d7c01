"""Whatever way a page is published or withdrawn, its course's edition follows."""

import contextlib
import contextvars
import logging
from collections.abc import Iterator

from django.db import transaction
from wagtail.models import Locale, Page

from accounts.models import User
from accounts.permissions import Right, has_right
from courses.pages.models import CoursePage
from courses.pages.rendering import MissingItem
from courses.pages.services import NotPublishable, publish_course
from learning.models import EditionRevision
from learning.services import UnreviewedContent

logger = logging.getLogger("suluh.courses")

#: What keeps a course from the shelf; each says to an author what to do.
REASONS = (NotPublishable, MissingItem, UnreviewedContent)


def course_page_of(page: Page) -> CoursePage | None:
    """The course page of the source language that a page of the workshop belongs to."""
    own = CoursePage.objects.filter(pk__in=page.get_ancestors(inclusive=True).values("pk")).first()
    if own is None:
        return None
    return own.get_translations(inclusive=True).filter(locale=Locale.get_default()).first() or own


def follow(page: Page, *, by: User | None) -> EditionRevision | None:
    """Put the course of a page on the shelf as it is now; the same again changes nothing.

    Raises:
        NotPublishable, MissingItem, UnreviewedContent: officers keep reading what they read before.
    """
    course_page = course_page_of(page)
    return publish_course(by=by, page=course_page, note=page.title)[0] if course_page else None


_later = contextvars.ContextVar("following_later", default=False)


@contextlib.contextmanager
def following_later() -> Iterator[None]:
    """While many pages of a course are written, leave its edition alone; the writer publishes once at the end."""
    token = _later.set(True)
    try:
        yield
    finally:
        _later.reset(token)


def follow_after_commit(page: Page) -> None:
    """The same for ways without an author at the screen: a schedule, a workflow, a bulk action."""

    if _later.get():
        return

    def publish() -> None:
        revision = page.latest_revision
        person = revision.user if revision else None
        may_publish = person is not None and has_right(person, Right.PUBLISH_COURSES)
        try:
            follow(page, by=person if may_publish else None)
        except REASONS as reason:
            logger.warning("Not on the shelf: %s", reason)

    transaction.on_commit(publish)
