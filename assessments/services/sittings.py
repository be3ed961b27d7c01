"""What is arranged around a test: opening it again, extra time, and exams with their tickets."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Actor, User
from accounts.permissions import Right, has_right, require_right
from accounts.selectors import postings_in_scope
from accounts.services import actor_of, audit
from assessments.exams.sittings import (
    allowance_at,
    classes_for_exams,
    exam_tests,
    own_people,
    people_to_reopen_for,
)
from assessments.models import Attempt, Exam, ExtraTime, Reopening
from learning.manifest import PRETEST
from learning.models import Activity, Class, Enrolment
from learning.selectors import latest_revision, outline_for, standing
from lms.calendars import day_text
from lms.text import isolate

#: Longer than a working week is no sitting.
LONGEST_WINDOW = dt.timedelta(days=7)


# --- opening a test again


class NotUsedUp(Exception):
    """The test need not be opened again: an attempt is left, it is under way, or it is passed."""


@transaction.atomic
def reopen_test(*, by: User, enrolment: Enrolment, activity: uuid.UUID, reason: str) -> Reopening:
    """Open a test again for one of one's own officers; attempts are counted anew from now, and a pause ends.

    Twice at the same moment, or again before it was begun, gives the first one. Nobody does it for oneself. The RSO
    does it for those whom no member manages, and for nobody else.

    Raises:
        Refused: `by` opens tests for nobody.
        Http404: not one's own officer, the enrolment has ended, or it has no such test.
        NotUsedUp: there is nothing to open. Nothing is changed.
    """
    if not has_right(by, Right.REOPEN_WITHOUT_MEMBER):
        require_right(by, Right.MANAGE_PEOPLE)
    locked = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("actor__user", "member", "course")
        .filter(pk=enrolment.pk, ended_at=None, actor__user__in=people_to_reopen_for(by))
        .first()
    )
    if locked is None:
        raise Http404(_("There is no such test to reopen among those of your officers."))
    node = outline_for(locked, latest_revision(locked.edition_id)).by_uuid.get(str(activity))
    if node is None or node.kind != Activity.Kind.QUIZ or node.purpose == PRETEST:
        raise Http404(_("There is no such test to reopen among those of your officers."))
    attempts = list(Attempt.objects.filter(enrolment=locked, activity__uuid=activity))
    if any(each.submitted_at is None for each in attempts):
        raise NotUsedUp(_("This test is under way. It need not be opened again."))
    if node.uuid in standing(locked, get_language()).passed or any(each.passed for each in attempts):
        raise NotUsedUp(_("This test is passed. It need not be opened again."))
    allowance = allowance_at(locked, node, attempts)
    before = Reopening.objects.filter(enrolment=locked, activity__uuid=activity).last()
    if allowance.is_reopened and before is not None:
        return before
    if allowance.may_start:
        raise NotUsedUp(_("This officer has an attempt left and may begin it now."))
    row = Reopening.objects.create(
        enrolment=locked,
        activity=Activity.objects.get(uuid=activity),
        reason=reason.strip()[:300],
        reopened_by=actor_of(by),
    )
    audit(
        by=by,
        action="test.reopened",
        target=f"learning.enrolment:{locked.uuid}",
        member=locked.member,
        reason=row.reason,
        details={"activity": str(activity), "used": allowance.used, "people": uuids_of([locked])},
    )
    return row


def uuids_of(enrolments: Iterable[Enrolment]) -> list[str]:
    """Of whom something was done, for the audit log; who was erased is not in it."""
    return sorted(str(each.actor.user.uuid) for each in enrolments if each.actor.user is not None)


# --- extra time


@transaction.atomic
def give_extra_time(*, by: User, person: User, percent: int) -> ExtraTime:
    """Give one of one's own people more time in every test that is begun from now on, in place of what was given.

    No reason is asked for and none is kept. The log says that it was given, not how much.

    Raises:
        Refused: `by` manages nobody.
        Http404: not one of the people whom `by` manages.
        ValueError: not 5 to 200 percent.
    """
    if not 5 <= percent <= 200:
        raise ValueError(percent)
    actor = _own_locked_actor(by, person)
    given = ExtraTime.objects.filter(actor__user=person, ended_at=None)
    row = given.first()
    if row is not None and row.percent == percent:
        return row
    given.update(ended_at=timezone.now())
    row = ExtraTime.objects.create(actor=actor, percent=percent, given_by=actor_of(by))
    _audit_extra_time(by, person, "extra_time.given")
    return row


@transaction.atomic
def end_extra_time(*, by: User, person: User) -> None:
    """End the extra time of one of one's own people; a test that is under way keeps its own. Twice is once.

    Raises:
        Refused: `by` manages nobody.
        Http404: not one of the people whom `by` manages.
    """
    _own_locked_actor(by, person)
    if ExtraTime.objects.filter(actor__user=person, ended_at=None).update(ended_at=timezone.now()):
        _audit_extra_time(by, person, "extra_time.ended")


def _own_locked_actor(by: User, person: User) -> Actor:
    require_right(by, Right.MANAGE_PEOPLE)
    if not own_people(by).filter(pk=person.pk).exists():
        raise Http404(_("There is no such officer among yours."))
    return Actor.objects.select_for_update().get(pk=actor_of(person).pk)


def _audit_extra_time(by: User, person: User, action: str) -> None:
    posting = postings_in_scope(by, Right.MANAGE_PEOPLE).filter(user=person).order_by("-pk").first()
    audit(
        by=by,
        action=action,
        target=f"accounts.user:{person.uuid}",
        member=posting.member if posting else None,
        details={"people": [str(person.uuid)]},
    )


# --- exams


class NotAnExam(Exception):
    """The test is not begun with tickets, or the course has none such."""


class WrongWindow(Exception):
    """It closes before it opens, is over already, or is open for too long."""


class ExamBegun(Exception):
    """Somebody has begun the exam: it is not cancelled and opens no later; it may close earlier or later."""


class ExamCancelled(Exception):
    """The exam was cancelled."""


def exam_target(exam: Exam) -> str:
    """How the audit log names an exam."""
    return f"assessments.exam:{exam.uuid}"


@transaction.atomic
def arrange_exam(
    *,
    by: User,
    klass: Class,
    activity: uuid.UUID,
    title: str,
    opens_at: dt.datetime,
    closes_at: dt.datetime,
    time_zone: str = "UTC",
    networks: Iterable[str] = (),
) -> Exam:
    """Arrange an exam of a class: for one of its tests that is begun with a ticket, in a window, perhaps in a place.

    Arguments:
        time_zone: the one in which the times were said.
        networks: address ranges, as `assessments.exams.places.read_ranges` gives them; none: from anywhere.

    Raises:
        Http404: not a class that `by` teaches, and `by` does not manage classes.
        NotAnExam: the test is not begun with tickets.
        WrongWindow: the window is none.
    """
    _require_own(by, klass.pk)
    if activity not in {each for each, _name in exam_tests(klass.course)}:
        raise NotAnExam(_("This test is not begun with tickets. The author of the course says so in its rules."))
    _require_window(opens_at, closes_at)
    exam = Exam.objects.create(
        activity=Activity.objects.get(uuid=activity),
        klass=klass,
        title=title,
        opens_at=opens_at,
        closes_at=closes_at,
        time_zone=time_zone,
        networks=list(networks),
        arranged_by=actor_of(by),
    )
    audit(
        by=by,
        action="exam.arranged",
        target=exam_target(exam),
        details={"class": str(klass.uuid), "activity": str(activity), **_window(exam)},
    )
    return exam


def _require_own(by: User, klass: int) -> None:
    if not classes_for_exams(by).filter(pk=klass).exists():
        raise Http404(_("There is no such class among yours."))


def _require_window(opens_at: dt.datetime, closes_at: dt.datetime) -> None:
    if closes_at <= opens_at:
        raise WrongWindow(_("It closes before it opens."))
    if closes_at <= timezone.now():
        raise WrongWindow(_("This time is over already."))
    if closes_at - opens_at > LONGEST_WINDOW:
        raise WrongWindow(_("An exam is open for at most seven days."))


def _window(exam: Exam) -> dict[str, str]:
    return {"opens": exam.opens_at.isoformat(), "closes": exam.closes_at.isoformat()}


def own_locked_exam(by: User, exam: Exam) -> Exam:
    """An exam to be changed, held until the transaction ends.

    Raises:
        Http404: it is not of a class of `by`.
        ExamCancelled: it was cancelled.
    """
    _require_own(by, exam.klass_id)
    locked = Exam.objects.select_for_update(of=("self",)).select_related("klass__course", "activity").get(pk=exam.pk)
    if locked.cancelled_at is not None:
        raise ExamCancelled(_("This exam was cancelled."))
    return locked


@transaction.atomic
def change_exam(*, by: User, exam: Exam, **fields: Any) -> Exam:
    """Postpone an exam, let it close later or earlier for all, or change its title or place; tickets stay good.

    Whoever is in gets the later end as far as the time limit of the test allows, or the earlier one.

    Arguments:
        fields: `title`, `opens_at`, `closes_at`, `time_zone`, `networks`, as of `arrange_exam`.

    Raises:
        Http404: it is not of a class of `by`.
        ExamCancelled: it was cancelled.
        ExamBegun: somebody has begun, and it was to open at another time, or it has closed (what was right may have
            been shown since).
        WrongWindow: the window is none.
    """
    exam = own_locked_exam(by, exam)
    changed = [name for name, value in fields.items() if getattr(exam, name) != value]
    if not changed:
        return exam
    is_anew = "opens_at" in changed or ("closes_at" in changed and exam.closes_at <= timezone.now())
    if is_anew and exam.attempts.exists():
        raise ExamBegun(_("Somebody has begun this exam. It may still close earlier or later, but not open anew."))
    before = _window(exam)
    for name in changed:
        setattr(exam, name, fields[name])
    if "opens_at" in changed or "closes_at" in changed:
        _require_window(exam.opens_at, exam.closes_at)
    exam.save(update_fields=changed)
    if "closes_at" in changed:
        for attempt in Attempt.objects.select_for_update().filter(exam=exam, submitted_at=None):
            end_with(attempt, exam, timezone.now())
            attempt.save(update_fields=["deadline_at", "notes"])
    audit(
        by=by,
        action="exam.changed",
        target=exam_target(exam),
        details={"fields": sorted(changed), "from": before, "to": _window(exam)},
    )
    return exam


@transaction.atomic
def cancel_exam(*, by: User, exam: Exam, reason: str) -> Exam:
    """Cancel an exam that nobody has begun; its tickets are good for nothing from then on.

    Raises:
        Http404: it is not of a class of `by`.
        ExamCancelled: it was cancelled before.
        ExamBegun: somebody has begun it.
    """
    exam = own_locked_exam(by, exam)
    if exam.attempts.exists():
        raise ExamBegun(_("Somebody has begun this exam, so it cannot be cancelled. Let it close earlier instead."))
    exam.cancelled_at = timezone.now()
    exam.save(update_fields=["cancelled_at"])
    audit(by=by, action="exam.cancelled", target=exam_target(exam), reason=reason.strip()[:300], details=_window(exam))
    return exam


def end_with(attempt: Attempt, exam: Exam, now: dt.datetime) -> None:
    """Let an attempt end with its own time or with the exam, whichever comes first; and write that on it.

    Its own time is the limit that was noted when it was begun (`assessments.answering.notes`), extra time counted.
    """
    limits = [each for each in attempt.notes or () if each["rule"] == "time"]
    end = exam.closes_at
    if limits:
        share = (100 + limits[0].get("extra", 0)) / 100
        end = min(end, attempt.started_at + dt.timedelta(minutes=limits[0]["minutes"] * share))
    attempt.deadline_at = end
    note = {"rule": "window", "at": now.isoformat(), "closes": exam.closes_at.isoformat()}
    attempt.notes = [*(attempt.notes or ()), note]


def moment(at: dt.datetime) -> str:
    """A day and hour in a sentence: the ISO date with the reader's own beside it, and the time in UTC."""
    utc = at.astimezone(dt.UTC)
    return isolate(f"{day_text(utc, get_language())}, {utc:%H:%M} UTC")
