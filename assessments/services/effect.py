"""Taking what officers say about a course, in a way that nobody can say who it was; and inviting them."""

import datetime as dt
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.people import CODE_LETTERS
from accounts.permissions import Refused
from assessments.effect.asking import (
    closed_with_letters,
    due_for_follow_up,
    ended_links,
    held_link,
    is_open,
    own_for_supervisor,
)
from assessments.effect.hiding import month_of
from assessments.effect.words import PRACTICES, REASONS, SCALES
from assessments.models import EffectAnswer, EffectAsked, EffectKind
from learning.models import CourseProgress, Enrolment
from lms.text import ascii_digits

#: So many are invited in one go; the rest an hour later.
MOST_AT_ONCE = 2000
#: Twelve letters out of thirty: 58 bits, which nobody guesses.
LINK_LENGTH = 12


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


@transaction.atomic
def make_supervisor_link(*, by: User, enrolment: Enrolment) -> str:
    """Give the officer a code for the own supervisor; an earlier one of the course works no longer.

    Returns:
        The code in plain letters, which is kept nowhere.

    Raises:
        NotAsked: the follow-up of it was not opened, has long ended, or a supervisor has answered.
    """
    own = Enrolment.objects.filter(actor__user=by, course=enrolment.course_id).order_by("pk")
    list(own.select_for_update(of=("self",)))
    try:
        held = own_for_supervisor(by, enrolment.uuid)
    except Http404 as missing:
        raise NotAsked from missing
    letters = "".join(secrets.choice(CODE_LETTERS) for _each in range(LINK_LENGTH))
    opened = EffectAsked.objects.get(enrolment=held, kind=EffectKind.FOLLOW_UP).invited_at
    links = EffectAsked.objects.filter(enrolment__in=own, kind=EffectKind.SUPERVISOR)
    links.exclude(enrolment=held).update(code_digest=None)
    EffectAsked.objects.update_or_create(
        enrolment=held,
        kind=EffectKind.SUPERVISOR,
        defaults={"invited_at": opened, "code_digest": supervisor_digest(letters)},
    )
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def supervisor_digest(code: str) -> str:
    """What is stored of the code of a supervisor's link. How it was typed does not matter."""
    letters = "".join(each for each in ascii_digits(code[:100]).upper() if each.isalnum())
    return salted_hmac("assessments.supervisor", letters, algorithm="sha256").hexdigest()


@transaction.atomic
def take_supervisor_answer(*, code: str, is_confirmed: bool) -> EffectAnswer:
    """Take what a supervisor has seen; whoever has the link answers, once, and needs no account.

    Raises:
        Http404: the link was used, was replaced, or has ended.
    """
    digest = supervisor_digest(code)
    asked = held_link(digest)
    # Two presses at once: the one that finds the code closes the link.
    if not EffectAsked.objects.filter(pk=asked.pk, code_digest=digest).update(
        state=EffectAsked.State.DONE, code_digest=None
    ):
        raise Http404
    return EffectAnswer.objects.create(
        kind=EffectKind.SUPERVISOR,
        course_id=asked.enrolment.course_id,
        month_at=month_of(timezone.now()),
        is_confirmed=is_confirmed,
    )


def invite_for_follow_up(*, most: int = MOST_AT_ONCE) -> int:
    """Open the follow-up for everybody who is due; returns how many. May run twice, also at the same time."""
    due = due_for_follow_up(timezone.now(), most)
    rows = [EffectAsked(enrolment_id=pk, kind=EffectKind.FOLLOW_UP) for pk in due]
    EffectAsked.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(due)


def forget_letters() -> int:
    """Forget when letters of closed forms went out, and links that have ended; returns of how many letters."""
    ended_links(timezone.now()).update(code_digest=None)
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
