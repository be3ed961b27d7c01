"""Reads of the do-no-harm review: the units, the queue, and what a reviewer sees of one."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import Http404
from django.utils import timezone
from wagtail.models import Page, WorkflowState

from accounts.models import User
from accounts.permissions import current_postings
from accounts.selectors import names_for
from courses.pages.gate import signatures_in, signatures_of
from courses.pages.models import CoursePage, LessonPage, ReviewNote, SignOff
from courses.pages.models.review import WORKFLOW
from courses.pages.review import Check, checks_of, lacking, signing_role
from courses.pages.selectors import COURSE_KEY, source_page_of, translated_pages_of
from courses.pages.units import Unit, draft_units, live_units
from learning.models import Course
from learning.selectors import newest_revision


def all_units(course: Course) -> list[Unit]:
    """Every unit of a course as it is looked at today, the source language first; none while it has no pages."""
    source = source_page_of(course)
    if source is None:
        return []
    return [*draft_units(source), *(unit for page in translated_pages_of(source) for unit in live_units(source, page))]


def find_unit(course: Course, key: str, language: str) -> Unit:
    """One unit as it is looked at today.

    Raises:
        Http404: there is none.
    """
    found = next((unit for unit in units_in(course, language) if unit.key == key), None)
    if found is None:
        raise Http404
    return found


def units_in(course: Course, language: str) -> list[Unit]:
    """The units of one language of a course; none where there is no such language."""
    source = source_page_of(course)
    if source is None:
        return []
    if language == source.locale.language_code:
        return draft_units(source)
    page = next((each for each in translated_pages_of(source) if each.locale.language_code == language), None)
    return live_units(source, page) if page else []


def unit_of_page(page: Page) -> tuple[Course, str, str] | None:
    """(course, unit, language) that a page belongs to; None for a page of no course."""
    own = CoursePage.objects.ancestor_of(page, inclusive=True).select_related("course").first()
    if own is None:
        return None
    specific = page.specific
    if isinstance(specific, LessonPage):
        specific = page.get_parent().specific
    key = COURSE_KEY if isinstance(specific, CoursePage) else specific.key
    return own.course, key, str(page.locale.language_code)


def _states() -> Any:
    return WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), workflow__name=WORKFLOW
    ).select_related("requested_by", "current_task_state")


def workflow_state_of(unit: Unit) -> WorkflowState | None:
    """Where a unit is in Wagtail's workflow: in progress or returned; None when it was never submitted or is done."""
    pages = [str(page.pk) for page in unit.own_pages] or [str(unit.page.pk)]
    state: WorkflowState | None = _states().active().filter(object_id__in=pages).order_by("pk").first()
    return state


# --- the queue


@dataclass(frozen=True)
class Waiting:
    """One unit that waits.

    Attributes:
        signed: numbers of the checks that are signed.
        lacks: the checks that hold it back.
        mine: the checks that the viewer may sign and that are not signed.
        since, asked_by: when it was submitted, and by whom, as the viewer may know it.
    """

    unit: Unit
    signed: frozenset[int]
    lacks: tuple[Check, ...]
    mine: tuple[Check, ...]
    since: dt.datetime
    asked_by: str

    @property
    def days(self) -> int:
        return (timezone.now() - self.since).days


def own_checks(viewer: User, unit: Unit) -> tuple[Check, ...]:
    """The checks of a unit that a viewer may sign by the postings of today."""
    roles = [posting.role for posting in current_postings(viewer)]
    return tuple(check for check in checks_of(is_translation=unit.is_translation) if signing_role(roles, check))


def queue(viewer: User, *, language: str = "", number: int = 0) -> list[Waiting]:
    """What was submitted and is not done, the oldest first.

    Arguments:
        language, number: only of this language; only where this check is not signed.
    """
    states = list(_states().filter(status=WorkflowState.STATUS_IN_PROGRESS).order_by("created_at"))
    names = names_for(viewer, [state.requested_by for state in states])
    found = []
    for unit, state in _with_units(states):
        if language and unit.language != language:
            continue
        signed = signatures_of(unit.course, unit=unit.key, language=unit.language)
        numbers = frozenset(signed.get((unit.key, unit.language, unit.digest), {}))
        if number and number in numbers:
            continue
        task = state.current_task_state
        found.append(
            Waiting(
                unit=unit,
                signed=numbers,
                lacks=lacking(numbers, is_translation=unit.is_translation),
                mine=tuple(check for check in own_checks(viewer, unit) if check.number not in numbers),
                since=task.started_at if task else state.created_at,
                asked_by=names.get(state.requested_by_id, ""),
            )
        )
    return sorted(found, key=lambda each: (not each.mine, each.since))


def returned(viewer: User) -> list[tuple[Unit, WorkflowState]]:
    """What a viewer submitted and got back."""
    states = _states().filter(status=WorkflowState.STATUS_NEEDS_CHANGES, requested_by=viewer).order_by("created_at")
    return list(_with_units(list(states)))


def waiting_for_a_publisher() -> list[Unit]:
    """What is signed since it was submitted, and that officers do not read yet."""
    done = _states().filter(status=WorkflowState.STATUS_APPROVED).order_by("-created_at")[:50]
    found: dict[tuple[int, str, str], Unit] = {}
    for unit, _state in _with_units(list(done)):
        if unit_waits(unit):
            found.setdefault((unit.course.pk, unit.key, unit.language), unit)
    return list(found.values())


def unit_waits(unit: Unit) -> bool:
    """Whether a unit lacks nothing and the latest revision does not stand on it."""
    key = (unit.key, unit.language, unit.digest)
    signed = signatures_of(unit.course, unit=unit.key, language=unit.language).get(key, {})
    if lacking(signed, is_translation=unit.is_translation):
        return False
    latest = newest_revision(unit.course)
    return latest is None or key not in signatures_in(latest)


def _with_units(states: list[WorkflowState]) -> Iterator[tuple[Unit, WorkflowState]]:
    """States with their units, each course and language read once; a page that is gone has none."""
    pages = {str(page.pk): page for page in Page.objects.filter(pk__in=[int(state.object_id) for state in states])}
    known: dict[tuple[int, str], dict[str, Unit]] = {}
    for state in states:
        page = pages.get(state.object_id)
        place = unit_of_page(page) if page else None
        if place is None:
            continue
        course, key, language = place
        if (course.pk, language) not in known:
            known[course.pk, language] = {unit.key: unit for unit in units_in(course, language)}
        unit = known[course.pk, language].get(key)
        if unit is not None:
            yield unit, state


# --- one unit


@dataclass(frozen=True)
class CheckState:
    """One check of a unit: who signed it, or what was said last of an earlier text."""

    check: Check
    sign_off: SignOff | None
    who: str
    last: SignOff | None
    last_who: str

    @property
    def is_signed(self) -> bool:
        return self.sign_off is not None

    @property
    def is_edited(self) -> bool:
        """Whether it was signed, and the text is another one since."""
        return not self.is_signed and self.last is not None and self.last.verdict == SignOff.Verdict.SIGNED

    @property
    def is_returned(self) -> bool:
        return not self.is_signed and self.last is not None and self.last.verdict == SignOff.Verdict.RETURNED


def states_of_checks(viewer: User, unit: Unit) -> list[CheckState]:
    """All checks of a unit with who and when, for people who write, review or publish."""
    rows = list(
        SignOff.objects.filter(course=unit.course, unit=unit.key, language=unit.language)
        .select_related("actor__user")
        .order_by("pk")
    )
    names = names_for(viewer, [row.actor.user for row in rows if row.actor])
    held = signatures_of(unit.course, unit=unit.key, language=unit.language).get(
        (unit.key, unit.language, unit.digest), {}
    )
    last = {row.number: row for row in rows}

    def who(row: SignOff | None) -> str:
        return names.get(row.actor.user_id or 0, "–") if row and row.actor else ""

    return [
        CheckState(
            check=check,
            sign_off=held.get(check.number),
            who=who(held.get(check.number)),
            last=last.get(check.number),
            last_who=who(last.get(check.number)),
        )
        for check in checks_of(is_translation=unit.is_translation)
    ]


def notes_of(unit: Unit) -> dict[str, list[ReviewNote]]:
    """Place → what reviewers wrote there since the unit was signed as a whole last, newest last."""
    found: dict[str, list[ReviewNote]] = {}
    rows = ReviewNote.objects.filter(
        sign_off__course=unit.course, sign_off__unit=unit.key, sign_off__language=unit.language
    ).select_related("sign_off__actor__user")
    since = _complete_since(unit)
    for row in rows.order_by("pk"):
        if since is None or row.sign_off_id > since:
            found.setdefault(row.place, []).append(row)
    return found


def _complete_since(unit: Unit) -> int | None:
    """The newest sign-off of the last text of the unit that lacked nothing; notes before it are done with."""
    complete = [
        max(row.pk for row in rows.values())
        for rows in signatures_of(unit.course, unit=unit.key, language=unit.language).values()
        if not lacking(rows, is_translation=unit.is_translation)
    ]
    return max(complete, default=None)


def last_signed_text(unit: Unit) -> Mapping[str, Any] | None:
    """The text of the unit that was signed last, other than the one of today; None before the first signature."""
    newest: SignOff | None = (
        SignOff.objects.filter(
            course=unit.course, unit=unit.key, language=unit.language, verdict=SignOff.Verdict.SIGNED
        )
        .exclude(text=unit.digest)
        .select_related("text")
        .order_by("-pk")
        .first()
    )
    text: Mapping[str, Any] | None = newest.text.text if newest else None
    return text
