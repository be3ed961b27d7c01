"""Answers to the short forms about courses, enough in the demo that figures of effect can be shown: all invented.

They are written straight into the table, because an answer leads to nobody.
"""

import datetime as dt
import random

from django.db import transaction
from django.utils import timezone

from assessments.effect.hiding import month_of
from assessments.effect.words import PRACTICES, REASONS, SCALES
from assessments.models import EffectAnswer, EffectKind
from learning.models import Course

#: For the first courses: how many answered each form, and how many supervisors. Of the last there are too few.
ANSWERS = ((46, 32, 21), (19, 24, 7), (7, 6, 0))
MONTHS = 4
WORDS = (
    "The case at the border was close to what we see.",
    "More about interpreters, please.",
    "I read it on my phone between two shifts.",
    "Please add a page to print for the desk.",
    "The part about children was heavy, but the warning helped.",
    "Our unit should take it together.",
)


@transaction.atomic
def fill_effect() -> bool:
    """Let nobody in particular answer both forms; False when there are answers, or no course."""
    courses = list(Course.objects.filter(editions__isnull=False).distinct().order_by("position", "code"))
    if not courses or EffectAnswer.objects.exists():
        return False
    rng = random.Random(41)  # noqa: S311  # the same answers on every site
    rows = []
    for course, (reactions, uses, supervisors) in zip(courses, ANSWERS, strict=False):
        rows += [_reaction(course, rng) for _each in range(reactions)]
        rows += [_use(course, rng) for _each in range(uses)]
        rows += [_supervisor(course, rng) for _each in range(supervisors)]
    EffectAnswer.objects.bulk_create(rows)
    return True


def _answer(course: Course, kind: str, rng: random.Random) -> EffectAnswer:
    """One of a month that is over, so that it counts."""
    month = month_of(timezone.now())
    for _each in range(rng.randint(1, MONTHS)):
        month = month_of(month - dt.timedelta(days=1))
    return EffectAnswer(kind=kind, course=course, month_at=month, is_mixed=True)


def _reaction(course: Course, rng: random.Random) -> EffectAnswer:
    answer = _answer(course, EffectKind.REACTION, rng)
    for name in SCALES:
        setattr(answer, name, rng.choices([None, 2, 3, 4, 5], [1, 1, 3, 8, 7])[0])
    answer.was_upset = rng.choices([None, True, False], [1, 3, 16])[0]
    answer.text = rng.choice(WORDS) if rng.random() < 0.2 else ""
    return answer


def _use(course: Course, rng: random.Random) -> EffectAnswer:
    answer = _answer(course, EffectKind.FOLLOW_UP, rng)
    if rng.random() < 0.65:
        answer.practices = [each for each in PRACTICES if rng.random() < 0.45] or ["signs"]
    else:
        answer.why_none = rng.choice(list(REASONS))
    return answer


def _supervisor(course: Course, rng: random.Random) -> EffectAnswer:
    answer = _answer(course, EffectKind.SUPERVISOR, rng)
    answer.is_confirmed = rng.random() < 0.6
    return answer
