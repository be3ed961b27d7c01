"""“My tests”: every attempt of one person over all courses."""

import datetime as dt
import uuid
from dataclasses import dataclass

from accounts.models import User
from assessments.marking.counted import will_be_marked
from assessments.models import Attempt
from assessments.rules.words import name_of
from assessments.seeing.levels import purpose_of
from assessments.selectors import Effective, effective_of
from learning.selectors import CourseName, course_names


@dataclass(frozen=True)
class Taken:
    """One attempt in a history: `outcome` is None while it is under way. `is_undecided`: nobody will mark it any more,
    because what would have decided was dropped for its age."""

    attempt: Attempt
    course: CourseName
    name: str
    outcome: Effective | None
    is_undecided: bool = False

    @property
    def at(self) -> dt.datetime:
        return self.attempt.submitted_at or self.attempt.started_at


def under_way(user: User) -> list[uuid.UUID]:
    """The attempts of the viewer that are not handed in: a device may hold answers of them that it has not sent."""
    own = Attempt.objects.filter(enrolment__actor__user=user, submitted_at=None)
    return list(own.order_by("pk").values_list("uuid", flat=True))


def own_history(user: User, language: str) -> list[Taken]:
    """All attempts of the viewer, those under way first, then the newest, in a fixed number of queries."""
    attempts = list(
        Attempt.objects.filter(enrolment__actor__user=user)
        .select_related("enrolment__course", "enrolment__refresher", "activity", "revision")
        .order_by("-started_at", "-pk")
    )
    if not attempts:
        return []
    names = course_names({attempt.enrolment.course for attempt in attempts}, language)
    outcomes = effective_of(attempts)
    waiting = {pk for pk, each in outcomes.items() if each.is_waiting}
    undecided = waiting - will_be_marked(waiting)
    rows = [
        Taken(
            attempt=attempt,
            course=names[attempt.enrolment.course_id],
            name=name_of(purpose_of(attempt)),
            outcome=outcomes.get(attempt.pk),
            is_undecided=attempt.pk in undecided,
        )
        for attempt in attempts
    ]
    return sorted(rows, key=lambda row: row.outcome is not None)
