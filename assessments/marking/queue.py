"""What waits for a marker, by test and language, and one essay as its marker sees it: without a name.

A marker sees no name, no member and no other mark. Nobody marks an essay of one's own.
"""

import datetime as dt
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Right, has_right
from assessments.marking.agreement import Verdict, verdict
from assessments.marking.counted import counted_essays
from assessments.models import Essay, Mark
from assessments.rules import TestRules
from assessments.rules.words import name_of
from assessments.seeing.levels import purpose_of, rules_for
from assessments.types.essay import criteria_of

#: States in which an essay wants a mark.
OPEN = (Essay.State.WAITING, Essay.State.APART)
#: So long an essay that was taken is kept for its marker.
TAKEN_FOR = dt.timedelta(minutes=60)
#: Of so many marks the time is taken, and without any an essay is taken to need so long.
RECENT, USUAL_TIME = 50, dt.timedelta(minutes=4)


@dataclass(frozen=True)
class Queue:
    """The essays of one test in one language.

    Attributes:
        name: what the test is called.
        waiting, apart, agreed, released: how many there are in each state.
        questions: of how many questions essays want a mark.
        left: how many marks are still wanted.
        time_left: an estimate for them.
        is_measured: whether the estimate follows from marks that were given.
    """

    activity: int
    language: str
    name: str
    waiting: int
    apart: int
    agreed: int
    released: int
    questions: int
    left: int
    time_left: dt.timedelta
    is_measured: bool

    @property
    def total(self) -> int:
        return self.open + self.done

    @property
    def open(self) -> int:
        """Essays that want a mark."""
        return self.waiting + self.apart

    @property
    def done(self) -> int:
        """Essays that are marked."""
        return self.agreed + self.released

    @property
    def minutes_left(self) -> int:
        """The estimate in whole minutes, one at least."""
        return max(round(self.time_left.total_seconds() / 60), 1)


def essays_for(viewer: User) -> QuerySet[Essay]:
    """The essays that the viewer may mark or release: of everybody, without names, but none of one's own."""
    if not has_right(viewer, Right.TEACH):
        return Essay.objects.none()
    return counted_essays().exclude(response__attempt__enrolment__actor__user=viewer)


def open_essays(essays: QuerySet[Essay]) -> QuerySet[Essay]:
    """Those that want a mark."""
    return essays.filter(state__in=OPEN)


def queues(viewer: User) -> list[Queue]:
    """What there is to mark, a row for each test and language. The number of statements does not grow with it."""
    essays = essays_for(viewer)
    state = Essay.State
    counted = essays.values("activity", "language").annotate(
        **{each.value: Count("pk", filter=Q(state=each)) for each in state},
        questions=Count("response__version__item", distinct=True, filter=Q(state__in=OPEN)),
    )
    rows: list[dict[str, Any]] = [dict(row) for row in counted.order_by("activity", "language")]
    given = {
        (row["essay__activity"], row["essay__language"]): row["count"]
        for row in Mark.objects.filter(
            essay__in=essays.filter(state=state.WAITING), marked_at__isnull=False, round=F("essay__round")
        )
        .values("essay__activity", "essay__language")
        .annotate(count=Count("pk"))
    }
    tests = _tests(essays)
    each_takes, is_measured = time_of_a_mark()
    found = []
    for row in rows:
        place = (row["activity"], row["language"])
        name, markers = tests[row["activity"]]
        wanted = row[state.WAITING.value] * markers - given.get(place, 0)
        left = max(wanted, row[state.WAITING.value]) + row[state.APART.value]
        counts = {each: row[each] for each in (*state.values, "questions")}
        found.append(Queue(*place, name, **counts, left=left, time_left=left * each_takes, is_measured=is_measured))
    return found


def _tests(essays: QuerySet[Essay]) -> dict[int, tuple[str, int]]:
    """Test → what it is called and how many people mark an essay of it, by the newest of these papers."""
    newest = essays.order_by().values("activity").annotate(newest=Max("pk")).values("newest")
    return {
        essay.activity_id: (name_of(purpose_of(essay.response.attempt)), rules_of_essay(essay).markers)
        for essay in Essay.objects.filter(pk__in=newest).select_related(*ATTEMPT)
    }


def time_of_a_mark() -> tuple[dt.timedelta, bool]:
    """How long one mark takes, by the median of the last ones, and whether that was measured."""
    rows = Mark.objects.filter(marked_at__isnull=False).order_by("-marked_at").values_list("taken_at", "marked_at")
    spans = [(ended - began).total_seconds() for began, ended in rows[:RECENT] if ended and began < ended]
    if not spans:
        return USUAL_TIME, False
    return min(dt.timedelta(seconds=statistics.median(spans)), TAKEN_FOR), True


#: What `rules_of_essay` and the pages need beside an essay.
ATTEMPT = (
    "activity__course",
    "response__version__item",
    "response__content",
    "response__attempt__activity",
    "response__attempt__revision",
    "response__attempt__enrolment__refresher",
    "response__attempt__enrolment__course",
)


def rules_of_essay(essay: Essay) -> TestRules:
    """The rules of the test that an essay was written in, as its own revision froze them."""
    return rules_for(essay.response.attempt)


def verdict_of(essay: Essay, marks: Sequence[Mark]) -> Verdict:
    """Where an essay stands with its finished marks of this round, in the order in which they were finished."""
    rules = rules_of_essay(essay)
    given: list[Mapping[str, int]] = [mark.given for mark in marks]
    criteria = criteria_of(essay.response.version.structure)
    return verdict(given, criteria, markers=rules.markers, apart=rules.marks_apart)


def marks_of(essay: Essay) -> list[Mark]:
    """The finished marks of this round."""
    rows = essay.marks.filter(round=essay.round, marked_at__isnull=False)
    return list(rows.order_by("marked_at", "pk"))


def is_held(mark: Mark, now: dt.datetime | None = None) -> bool:
    """Whether an essay is still kept for who took it."""
    return mark.marked_at is None and (now or timezone.now()) < mark.taken_at + TAKEN_FOR


def marks_by(viewer: User) -> QuerySet[Mark]:
    """What the viewer took or marked, of the essays' newest rounds."""
    if not has_right(viewer, Right.TEACH):
        return Mark.objects.none()
    return Mark.objects.filter(marker__user=viewer, round=F("essay__round"))
