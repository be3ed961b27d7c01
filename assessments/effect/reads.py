"""Reads of effect for staff: learning gain, reactions, use at work. Suppressed before they leave this module.

Learning gain: of each person and course the FIRST final test, and the pre-test of the same enrolment, because whoever
takes it again has seen what was asked and would make the gain look larger than it is. Results are as they hold now,
after corrections and marks. One with an essay that still waits for marks waits here too, and so does one in which
nothing counts.

Both, and what officers answered, count by the lot: of whole months that are over, put together until they are enough.
So nobody can watch a figure move when somebody answers or takes a test.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sized
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import CharField, Q
from django.db.models.functions import Cast, Coalesce
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member, User
from accounts.permissions import Right, Scope, Viewer, has_right
from assessments.effect.gain import Gains, Sums
from assessments.effect.hiding import FEWEST, batches, month_of, told_groups
from assessments.effect.said import CHUNK, Confirmed, Reaction, Use, confirmations, reactions, scope_for, use_at_work
from assessments.marking.queue import counted_essays
from assessments.models import Attempt, Regrade
from assessments.selectors import Effective, effective
from assessments.statistics.hiding import about
from learning.models import Course
from learning.selectors import course_names

#: The keys of the two tests, the same in every course.
PRETEST_KEY, FINAL_KEY = "pre-test", "final-test"

#: By person, because merged accounts have two keys; by key where the person was erased.
_PERSON = Coalesce(Cast("enrolment__actor__user", CharField()), Cast("enrolment__actor", CharField()))


# --- learning gain


@dataclass(frozen=True)
class Group:
    """The gain of a course, or of one member or sex in it; `gains` is None where there are too few people."""

    name: str
    people: str
    gains: Gains | None

    @property
    def before(self) -> int:
        return round(self.gains.before) if self.gains else 0

    @property
    def after(self) -> int:
        return round(self.gains.after) if self.gains else 0

    @property
    def points(self) -> int:
        return round(self.gains.points) if self.gains else 0

    @property
    def full(self) -> str:
        return about(self.gains.full) if self.gains else ""

    @property
    def losses(self) -> str:
        return about(self.gains.losses) if self.gains else ""


@dataclass(frozen=True)
class CourseGain:
    """The learning gain of one course (indicator I3), by member and by sex for those who see counts."""

    course: Course
    whole: Group
    members: tuple[Group, ...] = ()
    sexes: tuple[Group, ...] = ()


class _Result(NamedTuple):
    """A first result: of whom, when, and how much of it was right in percent; None while it waits for marks."""

    person: str
    course: int
    member: int | None
    sex: str
    at: dt.datetime
    percent: float | None


@dataclass
class _Found:
    """The groups of a course, of what counts of it."""

    whole: Sums = field(default_factory=Sums)
    members: dict[int | None, Sums] = field(default_factory=lambda: defaultdict(Sums))
    sexes: dict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))


def learning_gains(viewer: Viewer, *, course: Course | None = None) -> list[CourseGain]:
    """The learning gain of every course in which people have both results, or of one; a fixed number of statements.

    They count by the lot of ten at least, of whole months, by the final test, that are over.

    Raises:
        accounts.permissions.Refused: the viewer neither sees counts nor teaches.
    """
    scope = scope_for(viewer)
    found = _gather(scope, course)
    courses = Course.objects.in_bulk(found)
    breaks_down = has_right(viewer, Right.SEE_COUNTS)
    members = Member.objects.in_bulk() if breaks_down else {}
    gains = []
    for pk, each in found.items():
        is_told = each.whole.people >= FEWEST
        by_member: tuple[Group, ...] = ()
        by_sex: tuple[Group, ...] = ()
        if breaks_down:
            names = {pk: members[pk].name if pk is not None else _("Without a member") for pk in each.members}
            by_member = _groups(each.members, names, is_told)
            by_sex = _groups(each.sexes, {sex: _sex(sex) for sex in each.sexes}, is_told)
        whole = _group("", each.whole, is_told)
        gains.append(CourseGain(courses[pk], whole, by_member, by_sex))
    return sorted(gains, key=lambda each: (each.course.position, each.course.code))


def _gather(scope: Scope, course: Course | None) -> dict[int, _Found]:
    first: dict[str, dict[int, _Result]] = {PRETEST_KEY: {}, FINAL_KEY: {}}
    tests = Q(activity__key__in=first, activity__kind="quiz", submitted_at__isnull=False)
    if course is not None:
        tests &= Q(enrolment__course=course)
    attempts = Attempt.objects.filter(tests)
    unmarked = set(_unmarked(attempts.order_by().values("pk")))
    newest: dict[int, tuple[float | None, bool]] = {}
    regrades = Regrade.objects.filter(attempt__in=attempts.order_by().values("pk")).order_by("pk")
    for attempt, score, points, passed in regrades.values_list("attempt", "score", "points", "passed").iterator(CHUNK):
        newest[attempt] = (_percent(score, points), passed is not None)
    rows = (
        attempts.filter(scope.q(member="enrolment__member_id", agency="enrolment__agency_id"))
        .annotate(person=_PERSON)
        .order_by("submitted_at", "pk")
        .values_list(
            *("pk", "activity__key", "enrolment", "person", "enrolment__course", "enrolment__member"),
            *("enrolment__actor__user__sex", "submitted_at", "right", "total", "score", "points"),
            *("pass_mark", "passed"),
        )
    )
    for row in rows.iterator(CHUNK):
        pk, key, enrolment, person, of, member, sex, at, right, total, score, points, pass_mark, passed = row
        if enrolment in first[key]:
            continue
        # Before there were points a whole question counted one.
        percent = _percent(right, total) if score is None else _percent(score, points)
        is_decided = passed is not None
        if pk in newest:
            percent, is_decided = newest[pk]
        waits = pk in unmarked or (pass_mark is not None and not is_decided)
        first[key][enrolment] = _Result(person, of, member, sex or "", at, None if waits else percent)
    return _pairs(first[PRETEST_KEY], first[FINAL_KEY])


def _pairs(before: Mapping[int, _Result], after: Mapping[int, _Result]) -> dict[int, _Found]:
    counted: set[tuple[str, int]] = set()
    pairs: dict[int, dict[dt.datetime, list[tuple[_Result, float, float]]]] = defaultdict(lambda: defaultdict(list))
    running = month_of(timezone.now())
    for enrolment, final in sorted(after.items(), key=lambda each: (each[1].at, each[0])):
        if (final.person, final.course) in counted:
            continue
        # Whoever began without a pre-test has seen the final test, and has no pair by beginning again.
        counted.add((final.person, final.course))
        pretest = before.get(enrolment)
        if pretest is None or pretest.at > final.at or pretest.percent is None or final.percent is None:
            continue
        month = month_of(final.at)
        if month < running:
            pairs[final.course][month].append((final, pretest.percent, final.percent))
    return {course: _found(months) for course, months in pairs.items() if _lots(months)}


def _lots(months: Mapping[dt.datetime, Sized]) -> list[list[dt.datetime]]:
    return batches({month: len(of) for month, of in months.items()}, FEWEST)


def _found(months: Mapping[dt.datetime, list[tuple[_Result, float, float]]]) -> _Found:
    of = _Found()
    for month in chain(*_lots(months)):
        for final, before, after in months[month]:
            for sums in (of.whole, of.members[final.member], of.sexes[_stated(final.sex)]):
                sums.add(before, after)
    return of


def _unmarked(attempts: Any) -> Iterable[int]:
    """Those of these attempts (primary keys) in which an essay that counts never had a mark that was released."""
    essays = counted_essays().filter(response__attempt__in=attempts, scores__isnull=True)
    return essays.order_by().values_list("response__attempt", flat=True)


def _percent(reached: Decimal | int | None, possible: int | None) -> float | None:
    """None where nothing counts."""
    return 100 * float(reached or 0) / possible if possible else None


def _stated(sex: str) -> str:
    return "" if sex == User.Sex.UNSAID else sex


def _sex(sex: str) -> str:
    return str(User.Sex(sex).label) if sex else _("Not stated")


def _group(name: str, sums: Sums, is_told: bool) -> Group:
    gains = sums.gains() if is_told else None
    if gains is not None:
        # More digits than these would give single results away.
        gains = replace(gains, of_class=_rounded(gains.of_class), of_people=_rounded(gains.of_people))
    return Group(name, about(sums.people), gains)


def _rounded(gain: float | None) -> float | None:
    return None if gain is None else round(gain, 1)


def _groups(found: Mapping[Any, Sums], names: Mapping[Any, str], is_told: bool) -> tuple[Group, ...]:
    told = told_groups({key: sums.people for key, sums in found.items()}) if is_told else set()
    groups = [_group(names[key], sums, key in told) for key, sums in found.items()]
    return tuple(sorted(groups, key=lambda each: each.name))


def own_gain(attempt: Attempt, outcome: Effective) -> tuple[int, int] | None:
    """(percent before, percent now) for the result of one's own final test; None where there is no gain to tell of.

    Scoping is the caller's, who has the attempt.
    """
    if attempt.activity.key != FINAL_KEY or outcome.is_waiting or attempt.submitted_at is None:
        return None
    pretest = (
        Attempt.objects.filter(
            enrolment=attempt.enrolment_id, activity__key=PRETEST_KEY, submitted_at__lte=attempt.submitted_at
        )
        .order_by("submitted_at", "pk")
        .first()
    )
    if pretest is None:
        return None
    before = effective(pretest)
    if before.is_waiting or not before.points or not outcome.points or any(_unmarked([pretest.pk, attempt.pk])):
        return None
    return (before.percent, outcome.percent) if outcome.percent > before.percent else None


# --- all of it, for pages


@dataclass(frozen=True)
class CourseEffect:
    """What is known of the effect of one course."""

    course: Course
    title: str
    language: str
    gain: CourseGain | None = None
    reaction: Reaction | None = None
    use: Use | None = None
    confirmed: Confirmed | None = None


def effects(viewer: Viewer, language: str, *, course: Course | None = None) -> list[CourseEffect]:
    """Every course of which anything is known; a fixed number of statements.

    Raises:
        accounts.permissions.Refused: the viewer neither sees counts nor teaches.
    """
    gains = {each.course: each for each in learning_gains(viewer, course=course)}
    said = {each.course: each for each in reactions(viewer, course=course)}
    uses = {each.course: each for each in use_at_work(viewer, course=course)}
    confirmed = {each.course: each for each in confirmations(viewer, course=course)}
    courses = sorted({*gains, *said, *uses, *confirmed}, key=lambda each: (each.position, each.code))
    names = course_names(courses, language)
    return [
        CourseEffect(
            course=each,
            title=names[each.pk].title,
            language=names[each.pk].language,
            gain=gains.get(each),
            reaction=said.get(each),
            use=uses.get(each),
            confirmed=confirmed.get(each),
        )
        for each in courses
    ]


def one_effect(viewer: Viewer, slug: str, language: str) -> CourseEffect:
    """What is known of the effect of one course, which may be nothing yet.

    Raises:
        accounts.permissions.Refused: the viewer neither sees counts nor teaches.
        Http404: there is no such course.
    """
    scope_for(viewer)
    course = Course.objects.filter(slug=slug).first()
    if course is None:
        raise Http404
    found = effects(viewer, language, course=course)
    name = course_names([course], language)[course.pk]
    return found[0] if found else CourseEffect(course, name.title, name.language)
