"""Keeping the rules of the tests of a course, as authors draft them."""

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused, Right, has_right
from accounts.services import audit
from assessments.drawing.blueprint import BlueprintNotMet, lack_of
from assessments.drawing.planned import PURPOSES, asked_today, bank_today, workshop_of
from assessments.models import Quiz
from assessments.rules import TestRules
from learning.manifest import DELTA
from learning.models import Course


class NoSuchTest(Refused):
    """A course without pages, or a test of which nobody writes rules."""

    def __init__(self) -> None:
        super().__init__(_("There is no such test."))


class RulesChanged(ValueError):
    """Somebody else saved the rules since they were opened."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else saved these rules in the meantime. Yours are below and not saved: look, then save again.")
        )


@transaction.atomic
def save_rules(*, by: User, course: Course, purpose: str, rules: TestRules, edits: int) -> Quiz:
    """Draft the rules of a test. Officers get them with the next publication of the course.

    Arguments:
        purpose: of the test, `learning.manifest.PRETEST`, `FINAL` or `DELTA`, which has no blueprint.
        edits: how often the rules were saved when the person opened them; 0 for never.

    Raises:
        accounts.permissions.Refused: the person may not publish courses.
        NoSuchTest: there is none of this purpose.
        RulesChanged: somebody else saved in the meantime.
        assessments.drawing.blueprint.BlueprintNotMet: the questions of the bank do not fill the paper.
        ValueError: a number is out of its limits (`TestRules.problems`).
    """
    if not has_right(by, Right.PUBLISH_COURSES):
        raise Refused(_("Your role may look at the rules of a test but not change them."))
    course = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    workshop = workshop_of(course)
    if workshop is None or purpose not in PURPOSES:
        raise NoSuchTest
    quiz = Quiz.objects.filter(course=course, purpose=purpose).first()
    if (quiz.edits if quiz else 0) != edits:
        raise RulesChanged
    if purpose == DELTA:
        rules = replace(rules, sections=())
    if problems := rules.problems(purpose):
        raise ValueError("; ".join(problems))
    if rules.sections:
        bank = bank_today(course, workshop.languages[0])
        test = asked_today(purpose, rules, workshop.tests[purpose].per_module, bank)
        if lack := lack_of(rules.sections, test.drawable):
            raise BlueprintNotMet(lack)
    before = quiz.rules if quiz else {}
    quiz = put_rules(course=course, purpose=purpose, rules=rules)
    after = quiz.rules
    audit(
        by=by,
        action="quiz.saved",
        target=f"learning.course:{course.uuid}",
        details={
            "test": purpose,
            "changed": sorted(name for name in {*before, *after} if before.get(name) != after.get(name)),
        },
    )
    return quiz


def put_rules(*, course: Course, purpose: str, rules: TestRules) -> Quiz:
    """Draft the rules of a test without asking who may: a step of saving, and of an import."""
    quiz = Quiz.objects.filter(course=course, purpose=purpose).first() or Quiz(course=course, purpose=purpose)
    quiz.rules, quiz.edits = rules.as_json(purpose), quiz.edits + 1
    quiz.save()
    return quiz
