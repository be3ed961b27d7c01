"""Taking what officers say about a course, in a way that nobody can say who it was; and inviting them."""

import datetime as dt
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused
from assessments.effect.asking import closed_with_letters, due_for_follow_up, is_open
from assessments.effect.hiding import month_of
from assessments.effect.words import PRACTICES, REASONS, SCALES
from assessments.models import EffectAnswer, EffectAsked, EffectKind
from learning.models import CourseProgress, Enrolment

#: So many are invited in one go; the rest an hour later.
MOST_AT_ONCE = 2000


class NotAsked(Refused):
    """The form is not open to the person: another's, not due, closed, or done with."""

    def __init__(self) -> None:
        super().__init__(_("This form is not open to you any more. Nothing was changed."))


class NothingSaid(ValueError):
    """A sheet on which nothing is filled in, or that contradicts itself."""

    def __init__(self) -> None:
        super().__init__(_("Answer at least one question."))


def answer_reaction(*, by: User, enrolment: Enrolment, said: Mapping[str, Any]) -> EffectAnswer:
    """Take what somebody says at the end of the own course.

    Arguments:
        said: the scales (1 to 5, None where left out), `was_upset` and `text`.

    Raises:
        NotAsked: it is not open to the person.
        NothingSaid: nothing was filled in.
    """
    told = {name: said.get(name) for name in SCALES} | {
        "was_upset": said.get("was_upset"),
        "text": said.get("text", ""),
    }
    if all(value in (None, "") for value in told.values()):
        raise NothingSaid
    return _answer(by, enrolment, EffectKind.REACTION, told)


def answer_follow_up(*, by: User, enrolment: Enrolment, said: Mapping[str, Any]) -> EffectAnswer:
    """Take what somebody says of the use at work.

    Arguments:
        said: `practices` (keys of `PRACTICES`), or `why_none` (of `REASONS`).

    Raises:
        NotAsked: it is not open to the person.
        NothingSaid: neither was said, or both.
    """
    practices = [each for each in PRACTICES if each in said.get("practices", ())]
    why_none = said.get("why_none", "")
    if bool(practices) == (why_none in REASONS):
        raise NothingSaid
    return _answer(by, enrolment, EffectKind.FOLLOW_UP, {"practices": practices, "why_none": why_none})


@transaction.atomic
def _answer(by: User, enrolment: Enrolment, kind: str, told: Mapping[str, Any]) -> EffectAnswer:
    _end(by, enrolment, kind)
    month = month_of(timezone.now())
    return EffectAnswer.objects.create(kind=kind, course_id=enrolment.course_id, month_at=month, **told)


@transaction.atomic
def decline_effect(*, by: User, enrolment: Enrolment, kind: str) -> EffectAsked:
    """Ask the person never again for this form of this course. A second press finds that it is done with.

    Raises:
        NotAsked: it is not open to the person.
    """
    there = EffectAsked.objects.filter(
        enrolment=enrolment, enrolment__actor__user=by, kind=kind, state=EffectAsked.State.DONE
    ).first()
    return there or _end(by, enrolment, kind)


def _end(by: User, enrolment: Enrolment, kind: str) -> EffectAsked:
    # All enrolments of the person in the course are the lock: two presses at once find one form.
    own = Enrolment.objects.filter(actor__user=by, course=enrolment.course_id).order_by("pk")
    held = {each.pk: each for each in own.select_for_update(of=("self",))}.get(enrolment.pk)
    if held is None or not is_open(held, kind):
        raise NotAsked
    # Of a reaction the row begins here, and says when the course was completed, never when it was answered.
    completed = CourseProgress.objects.filter(enrolment=held).values_list("completed_at", flat=True).first()
    begun = {"invited_at": completed or held.enrolled_at}
    asked, _made = EffectAsked.objects.get_or_create(enrolment=held, kind=kind, defaults=begun)
    asked.state = EffectAsked.State.DONE
    asked.save(update_fields=["state"])
    return asked


def invite_for_follow_up(*, most: int = MOST_AT_ONCE) -> int:
    """Open the follow-up for everybody who is due; returns how many. May run twice, also at the same time."""
    due = due_for_follow_up(timezone.now(), most)
    rows = [EffectAsked(enrolment_id=pk, kind=EffectKind.FOLLOW_UP) for pk in due]
    EffectAsked.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(due)


def forget_letters() -> int:
    """Forget when letters of closed forms went out, which nobody needs any more; returns of how many."""
    return closed_with_letters(timezone.now()).update(told_at=None, reminded_at=None)


@transaction.atomic
def mix_answers() -> int:
    """Write the answers of months that are over anew in no order, under new keys; returns how many.

    Until then their order in the table says who was first. They count from here on, all of a month at once.
    """
    # An answer that began in the last instant of its month is there an hour later.
    over = month_of(timezone.now() - dt.timedelta(hours=1))
    rows = list(EffectAnswer.objects.select_for_update().filter(is_mixed=False, month_at__lt=over))
    EffectAnswer.objects.filter(pk__in=[row.pk for row in rows]).delete()
    secrets.SystemRandom().shuffle(rows)
    for row in rows:
        row.uuid, row.is_mixed = uuid.uuid4(), True
    EffectAnswer.objects.bulk_create(rows, batch_size=500)
    return len(rows)
