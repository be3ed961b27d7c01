"""What a translator has before them: what is assigned, what is theirs and not handed in, what went out of date."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Max
from django.http import Http404

from accounts.models import User
from courses.pages.models import SegmentTranslation
from courses.pages.translating.assigning import Assigned, assignments_of
from courses.pages.translating.sheets import Sheet, State, sheets_in, source_of
from learning.models import Course

#: Of so many courses and languages, the last worked on, the state of every unit is looked up.
MOST = 12


@dataclass(frozen=True)
class Work:
    """One unit in one language.

    Attributes:
        assigned: where it was given to the viewer.
        drafts, accepted: texts of the viewer that are not handed in.
    """

    sheet: Sheet
    assigned: Assigned | None = None
    drafts: int = 0
    accepted: int = 0

    @property
    def done(self) -> int:
        return self.sheet.counts[State.ACCEPTED] + self.sheet.counts[State.CURRENT]

    @property
    def stale(self) -> int:
        return self.sheet.counts[State.STALE]


@dataclass(frozen=True)
class Queue:
    """The first page of the desk for one viewer."""

    assigned: tuple[Work, ...]
    own: tuple[Work, ...]
    stale: tuple[Work, ...]


def queue_of(viewer: User) -> Queue:
    """What one viewer was given, has in hand, and worked in before."""
    assigned = assignments_of(viewer)
    by_place = {(each.course.pk, each.language, each.unit): each for each in assigned}
    pairs = dict.fromkeys([*((each.course.pk, each.language) for each in assigned), *_worked_in(viewer)])
    courses = Course.objects.in_bulk({course for course, _language in pairs})
    work = [
        each
        for course, language in list(pairs)[: MOST + len(assigned)]
        for each in _work_in(viewer, courses[course], language, by_place)
    ]
    given = {id(each.assigned): each for each in work if each.assigned is not None}
    return Queue(
        assigned=tuple(given[id(each)] for each in assigned if id(each) in given),
        own=tuple(each for each in work if each.drafts or each.accepted),
        stale=tuple(each for each in work if each.stale),
    )


def _worked_in(viewer: User) -> list[tuple[int, str]]:
    """Course and language of everything that a viewer typed, the latest first."""
    rows = (
        SegmentTranslation.objects.filter(actor__user=viewer, language__in=dict(settings.LANGUAGES))
        .values_list("course", "language")
        .annotate(latest=Max("edited_at"))
        .order_by("-latest")
    )
    return [(course, language) for course, language, _latest in rows]


def _work_in(
    viewer: User, course: Course, language: str, assigned: dict[tuple[int, str, str], Assigned]
) -> Iterable[Work]:
    try:
        source = source_of(course)
    except Http404:  # withdrawn since
        return
    typed = SegmentTranslation.objects.filter(
        course=course, language=language, actor__user=viewer, handed_in_at=None
    ).values_list("pk", flat=True)
    own = set(typed)
    for sheet in sheets_in(source, language):
        mine = [line for line in sheet.lines if line.own is not None and line.own.pk in own]
        yield Work(
            sheet,
            assigned.get((course.pk, language, sheet.unit)),
            drafts=sum(line.is_open for line in mine),
            accepted=sum(line.state == State.ACCEPTED for line in mine),
        )


def units_in(course: Course, language: str) -> list[Work]:
    """Every unit of a course in a language.

    Raises:
        Http404: the course has no live pages, or is written in this language.
    """
    source = source_of(course)
    if language == source.language or language not in dict(settings.LANGUAGES):
        raise Http404
    return [Work(sheet) for sheet in sheets_in(source, language)]
