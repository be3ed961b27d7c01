"""Whatever way a page is published or withdrawn, its course's edition follows."""

import contextlib
import contextvars
import datetime as dt
import logging
from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import ngettext
from wagtail.models import Page, PageLogEntry, Revision

from accounts.models import User
from courses.pages.models import CoursePage, LessonPage, WaitingPage
from courses.pages.rendering import MissingItem
from courses.pages.rights import may_publish
from courses.pages.selectors import source_page_of
from courses.pages.services import NotPublishable, keep_meaning, publish_course
from learning.models import EditionRevision
from learning.services import UnreviewedContent

logger = logging.getLogger("suluh.courses")


class WaitsForNewEdition(NotPublishable):
    """Pages of the course were published for a new edition, and a correction would carry them along."""


#: What keeps a course from the shelf; each says to an author what to do.
REASONS = (NotPublishable, MissingItem, UnreviewedContent)
#: What Wagtail's log calls a page that went on or off the air.
PUBLISHED = ("wagtail.publish", "wagtail.unpublish", "wagtail.delete", "wagtail.publish.schedule")


def course_page_of(page: Page) -> CoursePage | None:
    """The course page of the source language that a page of the workshop belongs to."""
    if isinstance(page, CoursePage):  # also one that was just deleted
        return source_page_of(page.course)
    own = CoursePage.objects.filter(pk__in=page.get_ancestors(inclusive=True).values("pk")).first()
    return source_page_of(own.course) if own else None


def follow(page: Page, *, by: User | None) -> EditionRevision | None:
    """Put the course of a page on the shelf as it is now; the same again changes nothing.

    Raises:
        NotPublishable, MissingItem, UnreviewedContent: officers keep reading what they read before.
    """
    course_page = course_page_of(page)
    if course_page is None:
        return None
    waiting = WaitingPage.objects.filter(course=course_page.course).count()
    if waiting:
        raise WaitsForNewEdition(
            ngettext(
                "%(count)d page waits for a new edition of this course. Until somebody decides on the page “Editions”, "
                "nothing of the course goes out as a correction.",
                "%(count)d pages wait for a new edition of this course. Until somebody decides on the page “Editions”, "
                "nothing of the course goes out as a correction.",
                waiting,
            )
            % {"count": waiting}
        )
    if _keeps_meaning.get() == page.pk and isinstance(page.specific, LessonPage):
        keep_meaning(by=by, page=course_page, only=page.specific.key)
    return publish_course(by=by, page=course_page, note=page.title)[0]


#: The page that is being published here as a correction which keeps the meaning.
_keeps_meaning: contextvars.ContextVar[int | None] = contextvars.ContextVar("keeps the meaning", default=None)


def publishing_with_same_meaning(page: Page, *, is_so: bool) -> None:
    """Note, before a page is published at somebody's press, whether they say that its meaning stays the same."""
    _keeps_meaning.set(page.pk if is_so else None)


#: The page that is being published here for a new edition, so that its course does not follow.
_for_new_edition: contextvars.ContextVar[int | None] = contextvars.ContextVar("for new edition", default=None)


def publishing_for_new_edition(page: Page, *, is_so: bool) -> None:
    """Note, before a page is published at somebody's press, whether it is meant for a new edition.

    A page that was, and is now published as a correction, waits no longer.
    """
    _for_new_edition.set(page.pk if is_so else None)
    if not is_so:
        WaitingPage.objects.filter(page=page.pk).delete()


def wait_for_new_edition(page: Page) -> CoursePage | None:
    """Let a page that was just published, or is scheduled to be, wait for a new edition; returns its course's page."""
    _for_new_edition.set(None)
    course_page = course_page_of(page)
    if course_page is not None:
        WaitingPage.objects.update_or_create(page_id=page.pk, defaults={"course": course_page.course})
    return course_page


def has_edition(page: Page) -> bool:
    """Whether the course of a page is on the shelf, so that there is something to correct."""
    course_page = course_page_of(page)
    return course_page is not None and EditionRevision.objects.filter(edition__course=course_page.course).exists()


_later = contextvars.ContextVar("following_later", default=False)


@contextlib.contextmanager
def following_later() -> Iterator[None]:
    """While many pages of a course are written, leave its edition alone; the writer publishes once at the end."""
    token = _later.set(True)
    try:
        yield
    finally:
        _later.reset(token)


def is_following_later() -> bool:
    """Whether a writer of many pages is at work, who keeps account and publishes at the end."""
    return _later.get()


#: What came of putting a page's course on the shelf: the revision, none for a page of no course, or what stopped it.
Outcome = EditionRevision | None | Exception
#: The page that was published last here, and what came of it; so an author's click freezes the course once.
_latest: contextvars.ContextVar[tuple[int, Outcome] | None] = contextvars.ContextVar("latest outcome", default=None)


def outcome_of(page: Page, *, by: User) -> Outcome:
    """What came of the publication of a page that was just published here; done now where nothing has been yet."""
    latest = _latest.get()
    _latest.set(None)
    if latest is not None and latest[0] == page.pk:
        return latest[1]
    try:
        return follow(page, by=by)
    except REASONS as reason:
        return reason


def latest_outcome() -> Outcome:
    """What came of the publication that just followed here, whatever page it was of; None where none did."""
    latest = _latest.get()
    _latest.set(None)
    return latest[1] if latest else None


def follow_after_commit(page: Page, *, by: User | None = None) -> None:
    """The same for ways without an author at the screen: a schedule, a review, a bulk action, a translation.

    Whoever published it must be allowed to: wagtail-localize makes translations live for people who may only write.
    `by` is who answers for it where that is not who made the page live.
    """

    if _later.get():
        return
    if _for_new_edition.get() == page.pk:
        wait_for_new_edition(page)
        return

    def publish() -> None:
        _latest.set(None)
        person = by or published_by(page)
        if person is not None and not may_publish(person):
            logger.info("Not on the shelf: whoever published page %s may write courses but not publish them.", page.pk)
            return
        try:
            outcome: Outcome = follow(page, by=person)
        except REASONS as reason:
            logger.warning("Not on the shelf: %s", reason)
            outcome = reason
        _latest.set((page.pk, outcome))

    transaction.on_commit(publish)


def published_by(page: Page) -> User | None:
    """Who put a page on or off the air last: as Wagtail's log says, else whose revision it is; None for the system."""
    entries = PageLogEntry.objects.filter(page=page.pk, action__in=PUBLISHED, user__isnull=False)
    if page.live:
        entries = entries.filter(revision=page.live_revision_id)
    entry = entries.order_by("-timestamp", "-pk").first()
    if entry is not None:
        return User.objects.filter(pk=entry.user_id).first()
    revision = Revision.objects.filter(pk=page.latest_revision_id).select_related("user").first()
    return revision.user if revision else None


def scheduled_for(page: Page) -> dt.datetime | None:
    """When the newest version of a page goes live by itself; None where it does not."""
    revision = Revision.objects.filter(pk=page.latest_revision_id).first()
    return revision.approved_go_live_at if revision else None
