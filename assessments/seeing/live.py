"""The tests of a class as they are taken: who has begun, how far, who is stuck. No score, no answer, no key."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.answering.notes import is_on_paper
from assessments.exams.allowance import Allowance
from assessments.models import Attempt, Response, SittingShare
from assessments.rules.words import name_of
from assessments.seeing.levels import allowances_of, purpose_of
from assessments.selectors import Effective, effective_of
from learning.models import Class
from learning.selectors import CourseName, classes_taught_by, course_names, people_in_class

#: Nothing saved for so long in an open test, or one question saved so often: somebody should ask.
SILENT_AFTER = dt.timedelta(minutes=10)
MANY_EDITS = 5


@dataclass(frozen=True)
class Hint:
    """Why an officer may be stuck, and what to do."""

    what: str
    do: str


@dataclass(frozen=True)
class Shared:
    """A paper that the officer lets the viewer see."""

    attempt: uuid.UUID
    name: str
    handed_in_at: dt.datetime


@dataclass(frozen=True)
class LiveRow:
    """One officer of a class, with the test under way or else the last one; `attempt` is None before the first.

    No time left: beside the limit, which is the same for all, it would tell of extra time.

    Attributes:
        label: the name where it is shared, else the learner code.
        answered: how many questions have an answer.
        saved_at: the newest answer.
    """

    label: str
    attempt: Attempt | None = None
    name: str = ""
    answered: int = 0
    saved_at: dt.datetime | None = None
    hints: Sequence[Hint] = ()
    shared: Sequence[Shared] = ()

    @property
    def is_open(self) -> bool:
        return self.attempt is not None and self.attempt.submitted_at is None

    @property
    def is_on_paper(self) -> bool:
        return self.attempt is not None and is_on_paper(self.attempt)


@dataclass(frozen=True)
class LiveClass:
    """A class that the viewer teaches, as it stands at one moment: those who may be stuck first, then who is at it."""

    klass: Class
    course: CourseName
    rows: Sequence[LiveRow]
    #: Enrolments with `label`, `member` and `person_uuid`, for the audit log.
    people: Sequence[Any]
    at: dt.datetime

    @property
    def open_count(self) -> int:
        return sum(row.is_open for row in self.rows)

    @property
    def stuck_count(self) -> int:
        return sum(bool(row.hints) for row in self.rows)


def live_class(viewer: User, klass: uuid.UUID, language: str) -> LiveClass:
    """The tests of one class as they stand now, in a fixed number of queries.

    Raises:
        Http404: the viewer does not teach this class.
    """
    found = classes_taught_by(viewer).filter(uuid=klass).select_related("course").first()
    if found is None:
        raise Http404(_("You do not teach this class."))
    now = timezone.now()
    people = list(people_in_class(viewer, found, names=True))
    attempts = list(
        Attempt.objects.filter(enrolment__in=people)
        .select_related("enrolment__refresher", "activity", "revision")
        .annotate(answered=Count("responses__answered_at"), saved_at=Max("responses__answered_at"))
        .order_by("started_at", "pk")
    )
    last: dict[int, Attempt] = {}
    for attempt in attempts:
        before = last.get(attempt.enrolment_id)
        if before is None or before.submitted_at is not None:
            last[attempt.enrolment_id] = attempt
    under_way = [each.pk for each in last.values() if each.submitted_at is None]
    edits: dict[int, tuple[int, int]] = {}
    often = Response.objects.filter(attempt__in=under_way, edits__gte=MANY_EDITS).order_by("edits")
    for pk, position, count in often.values_list("attempt", "position", "edits"):
        edits[pk] = (position, count)
    current = list(last.values())
    results, allowances = effective_of(current), allowances_of(current, now)
    shared = _shared(attempts)
    rows = []
    for person in people:
        attempt_of = last.get(person.pk)
        label = str(person.label)  # type: ignore[attr-defined]  # annotated by the selector
        if attempt_of is None:
            rows.append(LiveRow(label))
            continue
        saved_at = attempt_of.saved_at  # type: ignore[attr-defined]  # annotated above
        rows.append(
            LiveRow(
                label=label,
                attempt=attempt_of,
                name=name_of(purpose_of(attempt_of)),
                answered=attempt_of.answered,  # type: ignore[attr-defined]  # annotated above
                saved_at=saved_at,
                hints=_hints(
                    attempt_of,
                    saved_at or attempt_of.started_at,
                    edits.get(attempt_of.pk),
                    results.get(attempt_of.pk),
                    allowances[attempt_of.pk],
                    now,
                ),
                shared=shared.get(person.pk, ()),
            )
        )
    rows.sort(key=lambda row: (not row.hints, not row.is_open, row.attempt is None))
    return LiveClass(found, course_names([found.course], language)[found.course_id], rows, people, now)


def _hints(
    attempt: Attempt,
    since: dt.datetime,
    edits: tuple[int, int] | None,
    result: Effective | None,
    allowance: Allowance,
    now: dt.datetime,
) -> list[Hint]:
    found = []
    if attempt.submitted_at is None:
        # On paper nothing is saved here.
        if now - since >= SILENT_AFTER and not is_on_paper(attempt):
            found.append(
                Hint(
                    _("Nothing was saved for a while."),
                    _("Ask whether the page still opens. What is saved is kept; the test goes on where it was."),
                )
            )
        if edits is not None:
            place = {"position": edits[0], "count": edits[1]}
            found.append(
                Hint(
                    _("Question %(position)d was changed %(count)d times.") % place,
                    _("Ask whether the question is clear. If it is not, the officer can report it below the question."),
                )
            )
    elif result is not None and result.passed is False:
        if allowance.is_used_up:
            found.append(
                Hint(_("No attempt is left."), _("The officer’s coordinator can open the test again, with a reason."))
            )
        elif allowance.from_at is not None:
            found.append(
                Hint(
                    _("The next attempt is possible after a pause."),
                    _("Offer to go through the lessons together. The result page says which to read again."),
                )
            )
    return found


def _shared(attempts: Sequence[Attempt]) -> dict[int, list[Shared]]:
    """Enrolment → its papers that are shared, newest first."""
    by_pk = {attempt.pk: attempt for attempt in attempts}
    found: dict[int, list[Shared]] = {}
    for share in SittingShare.objects.filter(attempt__in=by_pk, ended_at=None).order_by("-attempt__submitted_at"):
        attempt = by_pk[share.attempt_id]
        assert attempt.submitted_at is not None, "only what was handed in is shared"
        found.setdefault(attempt.enrolment_id, []).append(
            Shared(attempt.uuid, name_of(purpose_of(attempt)), attempt.submitted_at)
        )
    return found
