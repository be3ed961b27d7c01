"""From the workshop to the shelf: freezing the pages of a course into an edition."""

from functools import cache, partial

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused
from assessments.services import Scenario, freeze_test
from courses.pages import freezing
from courses.pages.freezing import NotPublishable
from courses.pages.models import CoursePage
from courses.pages.rights import may_publish
from courses.pages.selectors import COURSE_KEY, Tree, renderings, translated_pages_of, tree_of
from learning.models import EditionRevision, ReviewState
from learning.services import Draft, activity_for, digest_of, publish_revision


def _digests(tree: Tree) -> dict[str, str]:
    """Key of the course, each module and each lesson → digest of what its author wrote."""
    page = tree.page
    found = {COURSE_KEY: digest_of([page.title, page.summary, page.audience, page.outcomes, page.sources])}
    for module, lessons in tree.modules:
        found[module.key] = digest_of([module.title, module.objectives])
        found |= {lesson.key: digest_of([lesson.title, list(lesson.body.raw_data)]) for lesson in lessons}
    return found


def mark_reviewed(*, page: CoursePage, reviewed: bool = True) -> None:
    """Note that the text of a course in one language is reviewed as it stands, or that it is not.

    A later edit makes what it touches a draft again, by itself: the note holds digests.
    """
    page.reviewed = _digests(tree_of(page)) if reviewed else {}
    CoursePage.objects.filter(pk=page.pk).update(reviewed=page.reviewed)


def review_states(tree: Tree) -> dict[str, str]:
    """Key of the course, each module and each lesson → its state of review today."""
    return {
        key: ReviewState.REVIEWED if tree.page.reviewed.get(key) == digest else ReviewState.DRAFT
        for key, digest in _digests(tree).items()
    }


@transaction.atomic
def publish_course(
    *, by: User | None, page: CoursePage, note: str = "", as_new_edition: bool = False
) -> tuple[EditionRevision, bool]:
    """Freeze a course, in every language that has pages, as a correction or a new edition.

    Structure, rules and whatever is neutral come from the source language; a translation lends its words. What is not
    translated is shown in the source language, what is behind its source is marked, and neither is asked in a test.

    Arguments:
        page: the course page of the source language.

    Returns:
        The revision, and whether it is new.

    Raises:
        accounts.permissions.Refused: the person may not publish.
        NotPublishable: a key is used twice, or a test has no questions.
        MissingItem: a knowledge check has no question.
        learning.services.UnreviewedContent: the site requires review.
    """
    if by is not None and not may_publish(by):
        raise Refused(_("Your role may write courses but not publish them."))
    course = page.course
    source = tree_of(page)
    keys = [each.key for module, lessons in source.modules for each in (module, *lessons)]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise NotPublishable(
            _("%(course)s: more than one page has the key %(keys)s.")
            % {"course": course.code, "keys": ", ".join(twice)}
        )

    trees = [source, *(tree_of(other) for other in translated_pages_of(page))]
    shown = [renderings(source, tree) for tree in trees]
    # A language in which nothing is translated yet is no language of the course.
    shown = [each for each in shown if any(page.is_translated for page in each.all().values())]
    states = [review_states(tree) for tree in trees if any(tree.language == each.language for each in shown)]
    activity = cache(partial(activity_for, course))
    drafts: list[Draft] = []
    cases: dict[tuple[str, str], Scenario] = {}
    for language, own_states in zip(shown, states, strict=True):
        drafts += freezing.lesson_drafts(course, language, activity, own_states, states[0])
        cases |= freezing.scenarios(language)
    tests = freezing.tests_of(course, page, activity, cases, [each.language for each in shown])
    outline = freezing.outline_of(source, activity, tests)
    for language, own_states in zip(shown, states, strict=True):
        drafts.append(freezing.course_draft(language, outline, activity, own_states, states[0]))
    for test, items, _node in tests:
        drafts += freezing.test_drafts(test, items)

    rules = freezing.rules_of(page, [item for _test, items, _node in tests for item in items])
    revision, is_new = publish_revision(
        by=by, course=course, rules=rules, outline=outline, drafts=drafts, note=note, as_new_edition=as_new_edition
    )
    if is_new:
        for test, items, _node in tests:
            freeze_test(revision, test, items)
    return revision, is_new
