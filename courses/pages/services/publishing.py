"""From the workshop to the shelf: freezing the pages of a course into an edition."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, partial

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused
from assessments.drawing.planned import drafted_rules
from assessments.services import Scenario, freeze_test
from courses.pages import freezing
from courses.pages.freezing import NotPublishable
from courses.pages.gate import Review, review_of, unchanged_stay_reviewed
from courses.pages.grace import grace_of
from courses.pages.models import CoursePage, WaitingPage
from courses.pages.rights import may_publish
from courses.pages.selectors import renderings, translated_pages_of, tree_of
from courses.pages.services.meaning import put_in_force
from learning.deltas import Scope
from learning.manifest import DELTA, Outline, Rules
from learning.models import Course, EditionRevision
from learning.selectors import refreshed_lessons
from learning.services import Draft, activity_for, publish_revision


@dataclass(frozen=True)
class Frozen:
    """What of the workshop would go on the shelf as it stands now."""

    rules: Rules
    outline: Outline
    drafts: tuple[Draft, ...]
    tests: tuple[freezing.Test, ...]
    review: Review


def frozen_course(page: CoursePage, activity: freezing.Activities, *, refreshed: Collection[str] = ()) -> Frozen:
    """The pages of a course as an edition would hold them; nothing is written but what `activity` writes.

    Arguments:
        page: the course page of the source language.
        activity: gives the activity of a key and a kind.
        refreshed: keys of the lessons that refreshers of this or an earlier edition ask for.

    Raises:
        NotPublishable: a key is used twice, a test has no questions, a scenario no end, or there is nothing to read.
        MissingItem: a knowledge check has no question.
    """
    course = page.course
    source = tree_of(page)
    if page.first_published_at is None and not page.live:
        raise NotPublishable(
            _("%(course)s: the page of the course was never published. Publish its lessons and modules, and it last.")
            % {"course": course.code}
        )
    if not source.lessons:
        raise NotPublishable(
            _("%(course)s: no module with a lesson is published, so there is nothing to read.")
            % {"course": course.code}
        )
    keys = [each.key for module, lessons in source.modules for each in (module, *lessons)]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise NotPublishable(
            _("%(course)s: more than one page has the key %(keys)s.")
            % {"course": course.code, "keys": ", ".join(twice)}
        )

    freezing.check_scenarios(source)
    trees = [source, *(tree_of(other) for other in translated_pages_of(page))]
    shown = [renderings(source, tree) for tree in trees]
    grace = grace_of(course)
    review = review_of(course, source, shown, grace)
    shown = [review.let_through(each) for each in shown]
    # A language in which nothing is translated yet is no language of the course.
    shown = [each for each in shown if any(page.is_translated for page in each.all().values())]
    states = [review.states(each.language) for each in shown]
    drafts: list[Draft] = []
    cases: dict[tuple[str, str], Scenario] = {}
    for language, own_states in zip(shown, states, strict=True):
        drafts += freezing.lesson_drafts(course, language, activity, own_states, states[0])
        cases |= freezing.scenarios(language, grace)
    languages = [each.language for each in shown]
    tests = freezing.tests_of(course, page, activity, cases, languages, review.asked, within=grace.of_question)
    outline = freezing.outline_of(source, activity, tests)
    asks_again = freezing.frozen_rules(DELTA, drafted_rules(course)[DELTA], languages[0])
    outline, more = freezing.refresher_test(outline, activity, tests, frozenset(refreshed), asks_again)
    tests += more
    for language, own_states in zip(shown, states, strict=True):
        drafts.append(freezing.course_draft(language, outline, activity, own_states, states[0]))
    for test, items, node in tests:
        drafts += freezing.test_drafts(test, items, node)

    rules = freezing.rules_of(page, tests)
    drafts = unchanged_stay_reviewed(course, drafts)
    return Frozen(rules, outline, tuple(drafts), tuple(tests), review)


@transaction.atomic
def publish_course(
    *,
    by: User | None,
    page: CoursePage,
    note: str = "",
    as_new_edition: bool = False,
    delta: Scope | None = None,
) -> tuple[EditionRevision, bool]:
    """Freeze a course, in every language that has pages, as a correction or a new edition.

    Structure, rules and whatever is neutral come from the source language; a translation lends its words. What is not
    translated is shown in the source language, what is behind its source is marked, and neither is asked in a test,
    but for the grace of corrections that keep the meaning (`courses.pages.services.meaning.keep_meaning`, before).

    Arguments:
        page: the course page of the source language.
        delta: what a new edition asks of those who completed an earlier one.

    Returns:
        The revision, and whether it is new.

    Raises:
        accounts.permissions.Refused: the person may not publish.
        NotPublishable: a key is used twice, or a test has no questions.
        MissingItem: a knowledge check has no question.
        courses.pages.gate.NotReviewed: the site requires review, and the source language lacks signatures.
    """
    if by is not None and not may_publish(by):
        raise Refused(_("Your role may write courses but not publish them."))
    # What is read for the review and what is frozen are the same: nobody imports or publishes in between.
    course = Course.objects.select_for_update(of=("self",)).get(pk=page.course_id)
    refreshed = refreshed_lessons(course) | (delta.lessons if delta else frozenset())
    frozen = frozen_course(page, cache(partial(activity_for, course)), refreshed=refreshed)
    frozen.review.require()
    revision, is_new = publish_revision(
        by=by,
        course=course,
        rules=frozen.rules,
        outline=frozen.outline,
        drafts=frozen.drafts,
        note=note,
        as_new_edition=as_new_edition,
        delta=delta,
    )
    frozen.review.note(revision)
    if is_new:
        Course.objects.filter(pk=course.pk).update(pillar=page.pillar)
        for test, items, _node in frozen.tests:
            freeze_test(revision, test, items)
        put_in_force(course=course, page=page)
    WaitingPage.objects.filter(course=course).delete()
    return revision, is_new
