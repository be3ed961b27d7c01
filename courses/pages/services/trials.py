"""From the drafts to a trial: what publishing would freeze, kept where no officer reads it."""

import uuid
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused
from assessments.drawing.traits import traits_today
from assessments.services import FrozenItem, Scenario
from courses.pages import freezing
from courses.pages.drafts import draft_tree_of, other_languages, state_of_workshop, without_twins
from courses.pages.gate import review_of
from courses.pages.models import CoursePage
from courses.pages.selectors import renderings
from learning.models import Activity, Course, Trial
from learning.permissions import may_try
from learning.selectors import own_trial
from learning.services import Draft, keep_trial

#: What a block that is not finished may raise when it is rendered; whatever stops a publication is among them.
UNFINISHED = (ValueError, ValidationError, LookupError, AttributeError, TypeError)


@transaction.atomic
def make_trial(*, by: User, page: CoursePage, anew: bool = False) -> Trial:
    """Build a course from its newest drafts, in every language, to go through it without a record.

    What is not finished is left out and named in the trial's problems, so that an author sees the rest. Where nothing
    changed since the same person built it last, that trial is given again.

    Arguments:
        page: the course page of the source language.
        anew: build it whatever is there.

    Raises:
        accounts.permissions.Refused: the person neither writes nor reviews courses.
    """
    if not may_try(by):
        raise Refused(_("Your role neither writes nor reviews courses."))
    course, basis = page.course, state_of_workshop(page)
    there = own_trial(by, course)
    if there is not None and there.basis == basis and not anew:
        return there
    activity = _activities(course)
    problems: list[str] = []
    source = without_twins(draft_tree_of(page), problems)
    trees = [source, *(draft_tree_of(other, is_translation=True) for other in other_languages(page))]
    shown = [renderings(source, tree) for tree in trees]
    review = review_of(course, source, shown)
    pairs = [
        (each, review.states(each.language))
        for each, tree in zip(shown, trees, strict=True)
        if tree is source or any(rendering.is_translated for rendering in each.all().values())
    ]
    drafts: list[Draft] = []
    cases: dict[tuple[str, str], Scenario] = {}
    source_states = pairs[0][1]
    for language, states in pairs:
        drafts += freezing.lesson_drafts(
            course, language, activity, states, source_states, render=freezing.forgiving(problems, UNFINISHED)
        )
        cases |= freezing.scenarios(language)
    languages = [each.language for each, _states in pairs]
    tests = freezing.tests_of(course, source.page, activity, cases, languages, list, problems)
    outline = freezing.outline_of(source, activity, tests)
    for language, states in pairs:
        drafts.append(freezing.course_draft(language, outline, activity, states, source_states))
    for test, items, node in tests:
        drafts += freezing.test_drafts(test, items, node)
    return keep_trial(
        by=by,
        course=course,
        basis=basis,
        rules=freezing.rules_of(source.page, tests),
        outline=outline,
        drafts=drafts,
        papers={test.key: _pool(items) for test, items, _node in tests},
        problems=list(dict.fromkeys(problems)),
    )


def _activities(course: Course) -> Callable[[str, str], Activity]:
    """Gives activities as `learning.services.activity_for` would make them, and makes none: a draft has no identity
    that anything may hang on yet."""

    @cache
    def activity(key: str, kind: str) -> Activity:
        own = course.uuid if kind == Activity.Kind.COURSE else uuid.uuid5(course.uuid, key)
        return Activity(course=course, key=key, kind=kind, uuid=own)

    return activity


def _pool(items: list[FrozenItem]) -> list[Mapping[str, Any]]:
    """What a test may draw, each question once with its words in every language."""
    found: dict[int, dict[str, Any]] = {}
    traits = traits_today([each.version for each in items])
    for each in items:
        version = each.version
        question = found.setdefault(
            version.pk,
            {
                "item": str(version.item.uuid),
                "key": version.item.key,
                "number": version.number,
                "type": version.item.type,
                "structure": version.structure,
                "answer_key": version.answer_key,
                "must_be_right": version.must_be_right,
                "module": version.module,
                "scenario": version.scenario,
                "points": version.points,
                "traits": traits[version.pk].as_json(),
                "wordings": {},
            },
        )
        question["wordings"][each.language] = each.body
    return list(found.values())
