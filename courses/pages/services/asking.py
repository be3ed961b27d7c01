"""Publishing a course as somebody asked for it after seeing what differs."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused
from courses.pages.models import CoursePage
from courses.pages.rights import may_publish
from courses.pages.services.differences import Differences, differences_of
from courses.pages.services.meaning import keep_meaning
from courses.pages.services.publishing import publish_course
from learning.deltas import Scope
from learning.models import Course, EditionRevision


class StalePage(Exception):
    """The shelf or the pages changed after the person looked: what would be published is not what was seen."""


class MustBeNewEdition(Exception):
    """The rules differ, so this cannot be a correction."""


class NothingToPublish(Exception):
    """A correction that corrects nothing."""


class WrongDelta(Exception):
    """The refresher asks for no lesson, for one that the course does not have, or for questions that it cannot ask."""


@transaction.atomic
def publish_as_asked(
    *,
    by: User,
    page: CoursePage,
    seen: str,
    as_new_edition: bool,
    same_meaning: bool = False,
    note: str = "",
    lessons: Collection[str] = (),
    questions: int = 0,
    minutes: int | None = None,
) -> EditionRevision:
    """Publish a course as a correction or a new edition, with what the edition asks of those who completed one before.

    Arguments:
        page: the course page of the source language.
        seen: `Differences.seen` of what the person looked at.
        same_meaning: whether a correction keeps the meaning (`courses.pages.services.meaning.keep_meaning`).
        lessons: keys of the lessons of the refresher; none for no refresher. Of a correction nothing is asked.
        questions: of its test.
        minutes: None for the time of the lessons and a minute for each question.

    Raises:
        accounts.permissions.Refused: the person may not publish.
        StalePage, MustBeNewEdition, NothingToPublish, WrongDelta: as they say; nothing is published.
        NotPublishable, MissingItem, learning.services.UnreviewedContent: as `publish_course`.
    """
    if not may_publish(by):
        raise Refused(_("Your role may write courses but not publish them."))
    Course.objects.select_for_update(of=("self",)).get(pk=page.course_id)
    page.refresh_from_db()
    differences = differences_of(page)
    if differences.seen != seen:
        raise StalePage(
            _(
                "Something was published, or a page was changed, after you opened this page. Nothing was published: "
                "look at what differs now and decide again."
            )
        )
    delta = None
    if not as_new_edition:
        if differences.asks_new_edition:
            raise MustBeNewEdition(_("The rules differ, so this can only be a new edition. Nothing was published."))
        if differences.is_same and differences.latest is not None:
            raise NothingToPublish(_("Nothing differs from what officers read. Nothing was published."))
    elif lessons:
        delta = _delta(differences, lessons, questions, minutes)
    if same_meaning and not as_new_edition:
        keep_meaning(by=by, page=page)
    revision, _is_new = publish_course(by=by, page=page, note=note, as_new_edition=as_new_edition, delta=delta)
    return revision


def _delta(differences: Differences, lessons: Collection[str], questions: int, minutes: int | None) -> Scope:
    known = {choice.key: choice for choice in differences.choices}
    if not set(lessons) <= known.keys():
        raise WrongDelta(_("One of the lessons of the refresher is not in the course any more. Nothing was published."))
    least, most = differences.bounds(lessons)
    if not least <= questions <= most or (most and not questions):
        raise WrongDelta(
            _(
                "The modules of these lessons have %(most)d questions in the final test, of which %(least)d must be "
                "right and are always asked. Choose a number from %(from)d to %(most)d. Nothing was published."
            )
            % {"most": most, "least": least, "from": max(least, min(1, most))}
        )
    if minutes is None:
        minutes = sum(known[key].minutes for key in lessons) + questions
    return Scope(frozenset(lessons), questions, minutes)
