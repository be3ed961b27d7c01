"""Reads of what officers, and supervisors, said of courses: suppressed before they leave this module.

Answers count by the lot: of whole months that are over, put together until they are enough. So nobody can watch a
figure move when somebody answers.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from accounts.permissions import Right, Scope, Viewer, has_right, require_right, scope_of
from assessments.effect.hiding import FEWEST, batches, month_of, share_told
from assessments.effect.words import PRACTICES, REASONS, SCALES
from assessments.models import EffectAnswer, EffectKind
from assessments.statistics.hiding import about, hidden_in_line
from learning.models import Course
from lms.suppression import THRESHOLD

#: Who looks at effect: whoever sees counts across members, and who teaches.
LOOKS = (Right.SEE_COUNTS, Right.TEACH)
#: Who reads what officers wrote.
READS_TEXTS = (Right.ADVISE, Right.TEACH)
CHUNK = 5000


def scope_for(viewer: Viewer) -> Scope:
    """Whose results are counted for the viewer.

    Raises:
        accounts.permissions.Refused: nobody's.
    """
    scope = scope_of(viewer, Right.SEE_COUNTS) or scope_of(viewer, Right.TEACH)
    if not scope:
        require_right(viewer, Right.SEE_COUNTS)
    return scope


@dataclass(frozen=True)
class Scale:
    """One sentence of the reaction form; `mean` is 1 to 5, None where too few answered it."""

    label: Any
    answers: str
    mean: float | None


@dataclass(frozen=True)
class Reaction:
    """What officers said of a course at its end.

    `upset` is how many said that something upset them; None where too few answered that.
    """

    course: Course
    answers: str
    scales: tuple[Scale, ...]
    upset: str | None

    @property
    def has_upset(self) -> bool:
        return self.upset not in (None, "0")


def _answers(kind: str, course: Course | None) -> QuerySet[EffectAnswer]:
    """Those of months that are over, since they were mixed."""
    rows = EffectAnswer.objects.filter(kind=kind, is_mixed=True, month_at__lt=month_of(timezone.now()))
    return rows.filter(course=course) if course is not None else rows


def _in_lots(counts: Mapping[int, Mapping[dt.datetime, int]]) -> dict[int, set[dt.datetime]]:
    """Course → the months that count: those of its full lots."""
    lots = {course: set(chain(*batches(months))) for course, months in counts.items()}
    return {course: months for course, months in lots.items() if months}


def reactions(viewer: Viewer, *, course: Course | None = None) -> list[Reaction]:
    """The reactions to every course, or to one, in full lots of months that are over; two statements.

    Raises:
        accounts.permissions.Refused: the viewer neither sees counts nor teaches.
    """
    scope_for(viewer)
    figures: dict[str, Any] = {
        "n": Count("pk"),
        "upset": Count("pk", filter=Q(was_upset=True)),
        "upset_n": Count("was_upset"),
    }
    for name in SCALES:
        figures |= {f"{name}_n": Count(name), f"{name}_sum": Sum(name)}
    grouped: Any = _answers(EffectKind.REACTION, course).order_by().values("course", "month_at")
    rows: dict[int, dict[dt.datetime, dict[str, Any]]] = defaultdict(dict)
    for row in grouped.annotate(**figures):
        rows[row["course"]][row["month_at"]] = row
    lots = _in_lots({of: {month: row["n"] for month, row in months.items()} for of, months in rows.items()})
    courses = Course.objects.in_bulk(lots)
    found = []
    for of, months in lots.items():
        sums = {name: sum(rows[of][month][name] or 0 for month in months) for name in figures}
        found.append(_reaction(courses[of], sums))
    return sorted(found, key=lambda each: (each.course.position, each.course.code))


def _reaction(course: Course, sums: Mapping[str, int]) -> Reaction:
    scales = []
    for name, label in SCALES.items():
        answers = sums[f"{name}_n"]
        mean = round(sums[f"{name}_sum"] / answers, 1) if answers >= FEWEST else None
        scales.append(Scale(label, about(answers), mean))
    upset = about(sums["upset"]) if sums["upset_n"] >= FEWEST else None
    return Reaction(course, about(sums["n"]), tuple(scales), upset)


def texts_about(viewer: Viewer, course: Course) -> list[tuple[dt.datetime, dt.datetime, list[str]]]:
    """What officers wrote of a course: (first month, last month, texts in no order), newest first.

    By lots of at least five answers whose months are over. Nothing for those who do not read texts.
    """
    if not any(has_right(viewer, right) for right in READS_TEXTS):
        return []
    rows = _answers(EffectKind.REACTION, course)
    counts = dict(rows.order_by().values("month_at").annotate(n=Count("pk")).values_list("month_at", "n"))
    texts: dict[dt.datetime, list[str]] = defaultdict(list)
    # By the random key, so in no order of time.
    for month, text in rows.exclude(text="").order_by("uuid").values_list("month_at", "text"):
        texts[month].append(text)
    lots = [(lot[0], lot[-1], [text for month in lot for text in texts[month]]) for lot in batches(counts)]
    return [lot for lot in reversed(lots) if lot[2]]


@dataclass(frozen=True)
class Use:
    """Use at work of what was learned (indicator I7).

    Attributes:
        answers: how many were asked and answered, the base of every share.
        share: with at least one changed practice, in percent; None where it is not told, and then nothing else is.
        practices: (what, share in percent or None).
        reasons: (why nothing changed, how many or None where that is not told).
    """

    course: Course
    answers: str
    share: int | None
    practices: tuple[tuple[Any, int | None], ...]
    reasons: tuple[tuple[Any, str | None], ...]


def use_at_work(viewer: Viewer, *, course: Course | None = None) -> list[Use]:
    """The use at work of every course, or of one, in full lots of months that are over; two statements.

    Raises:
        accounts.permissions.Refused: the viewer neither sees counts nor teaches.
    """
    scope_for(viewer)
    said: dict[int, dict[dt.datetime, list[tuple[list[str], str]]]] = defaultdict(lambda: defaultdict(list))
    rows = _answers(EffectKind.FOLLOW_UP, course).order_by().values_list("course", "month_at", "practices", "why_none")
    for of, month, practices, why_none in rows.iterator(CHUNK):
        said[of][month].append((practices, why_none))
    lots = _in_lots({of: {month: len(sheets) for month, sheets in months.items()} for of, months in said.items()})
    courses = Course.objects.in_bulk(lots)
    found = [_use(courses[of], chain(*(said[of][month] for month in months))) for of, months in lots.items()]
    return sorted(found, key=lambda each: (each.course.position, each.course.code))


def _use(course: Course, sheets: Iterable[tuple[list[str], str]]) -> Use:
    sheets = list(sheets)
    of = len(sheets)
    changed = sum(bool(practices) for practices, _why in sheets)
    share = share_told(changed, of)
    if share is None:
        return Use(course, about(of), None, tuple((label, None) for label in PRACTICES.values()), ())
    counts = Counter(practice for practices, _why in sheets for practice in practices)
    reasons = Counter(why for practices, why in sheets if not practices)
    told = hidden_in_line([reasons[key] for key in REASONS])
    return Use(
        course,
        about(of),
        share,
        tuple((label, _practice_told(counts[key], changed, of)) for key, label in PRACTICES.items()),
        tuple(
            (label, None if count is None else about(count))
            for label, count in zip(REASONS.values(), told, strict=True)
        ),
    )


def _practice_told(count: int, changed: int, of: int) -> int | None:
    """The share with one practice; None also where few changed something but not this."""
    return None if 0 < changed - count < THRESHOLD else share_told(count, of)


@dataclass(frozen=True)
class Confirmed:
    """What supervisors have seen (indicator I8): `share` of all answers in percent, None where it is not told."""

    course: Course
    answers: str
    share: int | None


def confirmations(viewer: Viewer, *, course: Course | None = None) -> list[Confirmed]:
    """What supervisors have seen of every course, or of one, in full lots of months that are over; two statements.

    Raises:
        accounts.permissions.Refused: the viewer neither sees counts nor teaches.
    """
    scope_for(viewer)
    grouped: Any = _answers(EffectKind.SUPERVISOR, course).order_by().values("course", "month_at")
    rows: dict[int, dict[dt.datetime, dict[str, Any]]] = defaultdict(dict)
    for row in grouped.annotate(n=Count("pk"), yes=Count("pk", filter=Q(is_confirmed=True))):
        rows[row["course"]][row["month_at"]] = row
    lots = _in_lots({of: {month: row["n"] for month, row in months.items()} for of, months in rows.items()})
    courses = Course.objects.in_bulk(lots)
    found = []
    for of, months in lots.items():
        answers, confirmed = (sum(rows[of][month][name] for month in months) for name in ("n", "yes"))
        found.append(Confirmed(courses[of], about(answers), share_told(confirmed, answers)))
    return sorted(found, key=lambda each: (each.course.position, each.course.code))
