"""What a certificate states about a completed enrolment."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from learning.manifest import Node, Outline, Rules
from learning.models import ActivityProgress, Course, CourseProgress, EditionRevision, Enrolment, ManifestEntry
from learning.selectors.centre import _course_texts
from learning.selectors.outlines import latest_revision, outline_for, outline_of, outline_since, sinces_of


@dataclass(frozen=True)
class Completion:
    """What a certificate states about a completed enrolment: what was shown, in which language, under which rules."""

    completed_at: dt.datetime
    edition: int
    revision: int
    language: str
    content: str
    title: str
    rules: Rules
    is_reviewed: bool


def completion_of(enrolment: Enrolment) -> Completion | None:
    """How an enrolment was completed, or None while it is not. Reads the edition, never a page."""
    progress = CourseProgress.objects.filter(enrolment=enrolment, completed_at__isnull=False).first()
    if progress is None:
        return None
    rows = ActivityProgress.objects.filter(enrolment=enrolment, completed_at__isnull=False)
    tests = rows.filter(activity__kind="quiz", passed=True).order_by("completed_at")
    shown = tests.last() or rows.filter(activity__kind="lesson").order_by("completed_at").last()
    latest = latest_revision(enrolment.edition_id)
    number = shown.revision if shown and shown.revision else latest.number
    # Who moved forward may have done it under a revision of the edition before.
    of_edition = EditionRevision.objects.filter(edition=enrolment.edition).select_related("edition__course")
    revision = of_edition.filter(number=number).first() or latest
    text = _course_texts([revision], shown.language if shown else "")[revision.pk]
    assert progress.completed_at is not None
    return Completion(
        completed_at=progress.completed_at,
        edition=revision.edition.number,
        revision=revision.number,
        language=text.language,
        content=shown.content if shown else "",
        title=text.title,
        rules=text.rules,
        is_reviewed=text.is_reviewed,
    )


@dataclass(frozen=True)
class Participation:
    """How much of a course somebody did who has not completed it; `minutes` is the design time of what was done.

    `language`, `revision` and `content` are those of the lesson that was done last.
    """

    done: int
    all: int
    minutes: int
    edition: int
    revision: int
    language: str
    content: str
    title: str
    rules: Rules
    is_reviewed: bool


def participation_of(enrolment: Enrolment) -> Participation | None:
    """How far an enrolment went with the lessons that its edition requires; None once it is complete."""
    if CourseProgress.objects.filter(enrolment=enrolment, completed_at__isnull=False).exists():
        return None
    latest = latest_revision(enrolment.edition_id)
    lessons = _required_lessons(outline_for(enrolment, latest))
    rows = ActivityProgress.objects.filter(
        enrolment=enrolment, completed_at__isnull=False, activity__uuid__in=[node.uuid for node in lessons]
    )
    done = list(rows.select_related("activity").order_by("completed_at", "pk"))
    uuids = {str(row.activity.uuid) for row in done}
    last = done[-1] if done else None
    text = _course_texts([latest], last.language if last else "")[latest.pk]
    return Participation(
        done=len(done),
        all=len(lessons),
        minutes=sum(node.minutes for node in lessons if node.uuid in uuids),
        edition=latest.edition.number,
        revision=last.revision if last and last.revision else latest.number,
        language=text.language,
        content=last.content if last else "",
        title=text.title,
        rules=text.rules,
        is_reviewed=text.is_reviewed,
    )


def lessons_done(enrolments: Sequence[Enrolment]) -> dict[int, tuple[int, int]]:
    """By primary key of an enrolment: how many of the lessons that its edition requires are done, of how many.

    Asks the database as often for thirty officers as for three; more often only for each further edition among them.
    """
    sinces = sinces_of(enrolments)
    editions = {each.edition_id for each in enrolments}
    latest = {edition: latest_revision(edition) for edition in editions}
    required: dict[tuple[int, int], set[str]] = {}
    done: dict[int, set[str]] = {}
    rows = ActivityProgress.objects.filter(enrolment__in=[each.pk for each in enrolments], completed_at__isnull=False)
    for enrolment, activity in rows.values_list("enrolment", "activity__uuid"):
        done.setdefault(enrolment, set()).add(str(activity))
    found = {}
    for each in enrolments:
        followed = (each.edition_id, sinces.get(each.pk, 0))
        if followed not in required:
            revision, since = latest[each.edition_id], followed[1]
            outline = outline_since(revision, since) if since else outline_of(revision)
            required[followed] = {node.uuid for node in _required_lessons(outline)}
        wanted = required[followed]
        found[each.pk] = (len(wanted & done.get(each.pk, set())), len(wanted))
    return found


def _required_lessons(outline: Outline) -> list[Node]:
    return [node for node in outline.path if node.kind == "lesson" and node.required]


def completed_without(rows: QuerySet[Any]) -> QuerySet[Enrolment]:
    """Completed enrolments to which none of some rows of another room belongs, for its sweep.

    Arguments:
        rows: of a model with a field `enrolment`.
    """
    return Enrolment.objects.filter(
        ~Exists(rows.order_by().filter(enrolment=OuterRef("pk"))), progress__completed_at__isnull=False
    )


def title_in(course: Course, edition: int, revision: int, language: str) -> str:
    """What a published revision of a course is called in a language; empty where it is not in that language."""
    entry = (
        ManifestEntry.objects.filter(
            revision__edition__course=course,
            revision__edition__number=edition,
            revision__number=revision,
            activity__kind="course",
            language=language,
        )
        .select_related("content")
        .first()
    )
    return str(entry.content.body["title"]) if entry else ""
