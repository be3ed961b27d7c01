"""Reads of who translates what, by when."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Right, Viewer, has_right
from accounts.selectors import holders_of, names_for
from courses.pages.models import CoursePage, ModulePage, TranslationAssignment
from courses.pages.selectors import COURSE_KEY, source_page_of
from learning.models import Course

#: Whoever writes, reviews, publishes or advises sees how far translations are and who is on them.
LOOKS = (Right.WRITE_COURSES, Right.PUBLISH_COURSES, Right.REVIEW, Right.ADVISE, Right.MANAGE_SITE)


@dataclass(frozen=True)
class Assigned:
    """One open assignment as a viewer sees it.

    Attributes:
        title: of the unit, in the language of the course.
        who: the translator, by what the viewer may know; empty where the person may not translate any more.
    """

    assignment: TranslationAssignment
    title: str
    who: str
    is_mine: bool

    @property
    def course(self) -> Course:
        return self.assignment.course

    @property
    def unit(self) -> str:
        return self.assignment.unit

    @property
    def language(self) -> str:
        return self.assignment.language

    @property
    def due_on(self) -> dt.date:
        return self.assignment.due_on

    @property
    def is_overdue(self) -> bool:
        return self.assignment.due_on < timezone.localdate()

    @property
    def is_course(self) -> bool:
        """Whether it is the text of the catalogue."""
        return self.assignment.unit == COURSE_KEY


def unit_titles(course: Course) -> tuple[str, dict[str, str]]:
    """The language in which a course is written, and the titles of its units by key, the catalogue's text first.

    Raises:
        Http404: the course has no live pages.
    """
    page = source_page_of(course)
    if page is None or not page.live:
        raise Http404
    return page.locale.language_code, _titles(page)


def _titles(page: CoursePage) -> dict[str, str]:
    modules = ModulePage.objects.child_of(page).live().order_by("path").values_list("key", "title")
    return {COURSE_KEY: page.title, **dict(modules)}


def may_assign(viewer: Viewer) -> bool:
    """Whether a person gives translations to others today."""
    return has_right(viewer, Right.PUBLISH_COURSES)


def translators() -> QuerySet[User]:
    """Everybody who may translate today, by name."""
    return holders_of(Right.WRITE_COURSES).order_by("full_name", "pk")


def assignments_of(viewer: User) -> list[Assigned]:
    """What a person was asked to translate and has not finished, in the order of the days by which it is due.

    Empty for somebody who may not translate any more.
    """
    if not has_right(viewer, Right.WRITE_COURSES):
        return []
    return _assigned(viewer, _open().filter(translator=viewer))


def assignments_in(viewer: User, course: Course | None = None, language: str = "") -> list[Assigned]:
    """The open assignments of a course, a language or all, overdue first; nothing for whoever may not see the board.

    What somebody has who may not translate any more is nobody's, and not among them.
    """
    if not any(has_right(viewer, right) for right in LOOKS):
        return []
    rows = _open().filter(translator__in=holders_of(Right.WRITE_COURSES))
    rows = rows.filter(course=course) if course else rows
    rows = rows.filter(language=language) if language else rows
    return _assigned(viewer, rows)


def find_assignment(viewer: User, pk: int) -> TranslationAssignment:
    """One open assignment: one's own, or any for whoever assigns.

    Raises:
        Http404: there is none, or it is somebody else's.
    """
    rows = _open() if may_assign(viewer) else _open().filter(translator=viewer)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class HandedBack:
    """A unit that somebody handed back, and that nobody has taken since."""

    assignment: TranslationAssignment
    title: str
    who: str

    @property
    def is_course(self) -> bool:
        return self.assignment.unit == COURSE_KEY


def handed_back(viewer: User, course: Course | None = None) -> list[HandedBack]:
    """What came back, for whoever assigns: the newest first, until somebody has it or it was finished by another."""
    if not may_assign(viewer):
        return []
    rows = TranslationAssignment.objects.select_related("course", "translator").order_by("pk")
    rows = rows.filter(course=course) if course else rows
    newest = {(row.course_id, row.unit, row.language): row for row in rows}
    came_back = [row for row in newest.values() if row.ended_as == TranslationAssignment.Ended.RETURNED]
    names, titles = names_for(viewer, [row.translator for row in came_back]), _titles_of(came_back)
    found = [
        HandedBack(row, titles[row.course_id][row.unit], names[row.translator_id])
        for row in came_back
        if row.unit in titles[row.course_id]
    ]
    return sorted(found, key=lambda each: -each.assignment.pk)


def to_be_told(since: dt.datetime) -> list[int]:
    """Open assignments of which nobody was told by e-mail yet, made after a time."""
    rows = TranslationAssignment.objects.filter(ended_at=None, told_at=None, assigned_at__gt=since)
    return list(rows.values_list("pk", flat=True))


# --- helpers


def _open() -> QuerySet[TranslationAssignment]:
    return (
        TranslationAssignment.objects.filter(ended_at=None)
        .select_related("course", "translator")
        .order_by("due_on", "course__code", "pk")
    )


def _assigned(viewer: User, rows: Iterable[TranslationAssignment]) -> list[Assigned]:
    found = list(rows)
    names, titles = names_for(viewer, [row.translator for row in found]), _titles_of(found)
    return [
        Assigned(
            assignment=row,
            title=titles[row.course_id].get(row.unit, row.unit),
            who=names[row.translator_id],
            is_mine=row.translator_id == viewer.pk,
        )
        for row in found
    ]


def _titles_of(rows: Sequence[TranslationAssignment]) -> dict[int, dict[str, str]]:
    """Course → unit → title, in two statements for all courses together."""
    pages: dict[int, CoursePage] = {}
    for page in CoursePage.objects.filter(course__in={row.course_id for row in rows}).order_by("pk"):
        pages.setdefault(page.course_id, page)
    below = Q(pk__in=[])
    for page in pages.values():
        below |= Q(path__startswith=page.path, depth=page.depth + 1)
    found = {course: {COURSE_KEY: page.title} for course, page in pages.items()}
    by_path = {page.path: course for course, page in pages.items()}
    for path, key, title in ModulePage.objects.live().filter(below).values_list("path", "key", "title"):
        found[by_path[path[: -ModulePage.steplen]]][key] = title
    return found
