"""Who translates what, by when."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused, Right, has_right
from accounts.services import actor_of
from accounts.services.audit import Entry, audit_many
from courses.pages.models import TranslationAssignment
from courses.pages.translating.assigning import unit_titles
from courses.pages.translating.sheets import Line, Sheet, State
from learning.models import Course

Ended = TranslationAssignment.Ended


class PastDueDate(Exception):
    """Nobody can be asked for yesterday."""

    def __init__(self) -> None:
        super().__init__(_("The day by which it is due has passed. Choose today or a later day. Nothing was changed."))


class AlreadyAssigned(Exception):
    """Somebody else translates it already.

    Attributes:
        assignments: those that stand in the way.
    """

    def __init__(self, assignments: Iterable[TranslationAssignment]) -> None:
        self.assignments = tuple(assignments)
        super().__init__(
            _("Somebody else translates this already. Say that it is to be moved, or leave it. Nothing was changed.")
        )


class NoTranslator(Exception):
    """Whoever is asked must be able to open the translator's desk."""

    def __init__(self) -> None:
        super().__init__(_("This person may not translate today. Nothing was changed."))


class NotToBeTranslated(Exception):
    """The course is written in this language, or the site does not have it."""

    def __init__(self) -> None:
        super().__init__(_("This course is not translated into this language. Nothing was changed."))


class HasEnded(Exception):
    """An assignment that is over is not changed."""

    def __init__(self) -> None:
        super().__init__(_("This has ended in the meantime. Nothing was changed."))


class NoReason(Exception):
    """What is handed back comes with a reason."""

    def __init__(self) -> None:
        super().__init__(_("Say why, so that somebody can be found who can do it. Nothing was changed."))


@transaction.atomic
def assign_units(
    *,
    by: User,
    course: Course,
    units: Collection[str],
    language: str,
    translator: User,
    due_on: dt.date,
    note: str = "",
    is_moved: bool = False,
) -> list[TranslationAssignment]:
    """Ask somebody to translate units of a course into one language by a day.

    What the same person has already keeps its beginning and gets the new day and note. What somebody has who may not
    translate any more is moved without a question.

    Arguments:
        units: keys of modules, or ``course``.
        is_moved: take units from whoever else translates them.

    Raises:
        accounts.permissions.Refused: the person may not assign.
        Http404: the course has no such unit.
        PastDueDate, NoTranslator, NotToBeTranslated: as they say.
        AlreadyAssigned: somebody else translates a unit, and it is not to be moved.
    """
    _require(by)
    course = _locked(course)
    _check_day(due_on)
    source_language, titles = unit_titles(course)
    if not units or not set(units) <= titles.keys():
        raise Http404
    if language == source_language or language not in dict(settings.LANGUAGES):
        raise NotToBeTranslated
    if not has_right(translator, Right.WRITE_COURSES):
        raise NoTranslator
    there = {each.unit: each for each in _open(course, language).filter(unit__in=units).select_related("translator")}
    others = [each for each in there.values() if each.translator_id != translator.pk]
    if not is_moved and (held := [each for each in others if has_right(each.translator, Right.WRITE_COURSES)]):
        raise AlreadyAssigned(held)
    for other in others:
        _end(other, Ended.MOVED)
    found = []
    for unit in titles:
        if unit not in units:
            continue
        mine = there.get(unit)
        if mine is None or mine.translator_id != translator.pk:
            mine = TranslationAssignment(
                course=course, unit=unit, language=language, translator=translator, assigned_by=actor_of(by)
            )
        mine.due_on, mine.note = due_on, note
        mine.save()
        found.append(mine)
    ended = [_entry("translation.assignment_ended", each) for each in others]
    audit_many(by=by, entries=[*ended, *(_entry("translation.assigned", each) for each in found)])
    return found


@transaction.atomic
def change_due_date(*, by: User, assignment: TranslationAssignment, due_on: dt.date) -> TranslationAssignment:
    """Give an assignment another day.

    Raises:
        accounts.permissions.Refused: the person may not assign.
        PastDueDate, HasEnded: as they say.
    """
    _require(by)
    _locked(assignment.course)
    _check_day(due_on)
    found = _still_open(assignment)
    found.due_on = due_on
    found.save(update_fields=["due_on"])
    _audit(by, "translation.due_changed", found)
    return found


@transaction.atomic
def end_assignment(*, by: User, assignment: TranslationAssignment) -> TranslationAssignment:
    """Take an assignment away; what was translated stays.

    Raises:
        accounts.permissions.Refused: the person may not assign.
        HasEnded: it is over.
    """
    _require(by)
    _locked(assignment.course)
    found = _still_open(assignment)
    _end(found, Ended.STOPPED)
    _audit(by, "translation.assignment_ended", found)
    return found


@transaction.atomic
def hand_back(*, by: User, assignment: TranslationAssignment, reason: str) -> TranslationAssignment:
    """Give one's own assignment back, with a reason that the board shows; what was translated stays.

    Raises:
        accounts.permissions.Refused: it is somebody else's.
        NoReason, HasEnded: as they say.
    """
    if assignment.translator_id != by.pk:
        raise Refused(_("Only whoever was asked hands it back."))
    if not reason.strip():
        raise NoReason
    _locked(assignment.course)
    found = _still_open(assignment)
    _end(found, Ended.RETURNED, reason.strip())
    _audit(by, "translation.returned", found)
    return found


@transaction.atomic
def end_if_done(*, by: User, sheet: Sheet) -> TranslationAssignment | None:
    """End the assignment of a unit when everything in it was handed in and nothing is left to look at.

    A step of handing in, whoever did it; the right was checked there. Call it with the unit as it is afterwards.

    Returns:
        The assignment that ended; None where there was none, or something is left.
    """
    if not all(line.state == State.CURRENT or _is_handed_in(line) for line in sheet.lines):
        return None
    rows = _open(sheet.course, sheet.language).select_for_update(of=("self",))
    found = rows.filter(unit=sheet.unit).first()
    if found is None:
        return None
    _end(found, Ended.DONE)
    _audit(by, "translation.done", found)
    return found


# --- helpers


def _is_handed_in(line: Line) -> bool:
    """Whether a segment waits for nobody but a publisher."""
    return line.state == State.ACCEPTED and line.own is not None and line.own.handed_in_at is not None


def _require(by: User) -> None:
    if not has_right(by, Right.PUBLISH_COURSES):
        raise Refused(_("Your role does not assign translations."))


def _check_day(due_on: dt.date) -> None:
    if due_on < timezone.localdate():
        raise PastDueDate


def _locked(course: Course) -> Course:
    locked: Course = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    return locked


def _open(course: Course, language: str) -> QuerySet[TranslationAssignment]:
    return TranslationAssignment.objects.filter(course=course, language=language, ended_at=None)


def _still_open(assignment: TranslationAssignment) -> TranslationAssignment:
    found = TranslationAssignment.objects.filter(pk=assignment.pk, ended_at=None).select_related("course").first()
    if found is None:
        raise HasEnded
    return found


def _end(assignment: TranslationAssignment, how: Ended, because: str = "") -> None:
    assignment.ended_at, assignment.ended_as, assignment.ended_because = timezone.now(), how, because
    assignment.save(update_fields=["ended_at", "ended_as", "ended_because"])


def _entry(action: str, assignment: TranslationAssignment) -> Entry:
    return Entry(
        action,
        f"learning.course:{assignment.course.uuid}",
        None,
        assignment.ended_because,
        {
            "unit": assignment.unit,
            "language": assignment.language,
            "due_on": assignment.due_on.isoformat(),
            "people": [str(assignment.translator.uuid)],
        },
    )


def _audit(by: User, action: str, assignment: TranslationAssignment) -> None:
    audit_many(by=by, entries=[_entry(action, assignment)])
