"""What a certificate states about a completed enrolment."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from learning.manifest import Rules
from learning.models import ActivityProgress, CourseProgress, EditionRevision, Enrolment
from learning.selectors.centre import _course_texts
from learning.selectors.outlines import latest_revision


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


def completed_without(award_lookup: str) -> QuerySet[Enrolment]:
    """Completed enrolments that lack the row of another room that `award_lookup` names, for its sweep."""
    return Enrolment.objects.filter(progress__completed_at__isnull=False, **{f"{award_lookup}__isnull": True})
