"""Handing in: a paper is graded and closed in one short transaction; the learning record follows (`recording`)."""

import datetime as dt
import uuid
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    DecimalField,
    Field,
    JSONField,
    PositiveSmallIntegerField,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused
from assessments.answering.notes import CLOSED, GRACE, add_note, is_on_paper
from assessments.correcting.regrading import Ruling
from assessments.grading import Answered, grade, stored
from assessments.languages import LanguageNotOpen, languages_of_attempt
from assessments.models import Attempt, Correction, Essay, RecordDue, Response
from assessments.selectors import corrections_of, ruling_of
from assessments.services.timing import Clock, TestOnPaper, clock_of
from assessments.types import TYPES
from learning.manifest import digest_of
from lms.prepared import Given, Prepared, PreparedUpdate


class HeldElsewhere(Refused):
    """Another device holds this exam."""


@transaction.atomic
def submit_attempt(*, by: User, attempt_uuid: uuid.UUID, language: str, browser: str | None = None) -> Attempt:
    """Hand in: grade on the server and close the attempt. Its statements are due from then on (`record_attempt`).

    Handing in twice (double click, two tabs) gives the first result. After the time and its grace the attempt is closed
    as it stood then, and `Attempt.closed_by` says so.

    Arguments:
        browser: which browser asks, for an exam (`assessments.answering.devices`); None for a command.

    Raises:
        Http404: not one of this person's attempts.
        TestOnPaper: it is sat on paper. Nothing is changed.
        HeldElsewhere: another browser holds the exam. Nothing is changed.
        LanguageNotOpen: the test was not open in this language when the attempt was begun. Nothing is changed.
    """
    attempt = _OWN.first(attempt=attempt_uuid, user=by.pk)
    if attempt is None:
        raise Http404
    if attempt.submitted_at is not None:
        return attempt
    if is_on_paper(attempt):
        raise TestOnPaper
    clock, now = clock_of(attempt), timezone.now()
    if clock and clock.is_over(now):
        return _close_by_time(attempt, clock)
    if browser is not None and attempt.exam_id is not None and attempt.device not in (None, browser):
        raise HeldElsewhere(_("This exam is gone on with on another device. Go on here first; then hand in."))
    if language != attempt.language:  # it was begun in one that was open
        languages = languages_of_attempt(attempt)
        taken = languages.taken(language)
        if taken is None:
            raise LanguageNotOpen(languages, language)
        attempt.language = taken
    if clock and clock.is_in_grace(now):
        add_note(attempt, GRACE, now, seconds=clock.seconds_late(now), grace=clock.grace_seconds)
    return close_attempt(attempt=attempt, closed_by=Attempt.ClosedBy.OFFICER, at=now)


@transaction.atomic
def close_if_over(*, attempt_uuid: uuid.UUID) -> bool:
    """Close an attempt whose time and grace are over, with what was saved; says whether it was that.

    For whoever meets such an attempt: the officer's next request, and the clock of the site. May run twice.
    """
    attempt = _ANYBODYS.first(attempt=attempt_uuid)
    clock = clock_of(attempt) if attempt and attempt.submitted_at is None else None
    if attempt is None or clock is None or not clock.is_over(timezone.now()):
        return False
    _close_by_time(attempt, clock)
    return True


def _close_by_time(attempt: Attempt, clock: Clock) -> Attempt:
    add_note(attempt, CLOSED, clock.ends_at)
    return close_attempt(attempt=attempt, closed_by=Attempt.ClosedBy.TIME, at=clock.ends_at)


def close_attempt(*, attempt: Attempt, closed_by: Attempt.ClosedBy, at: dt.datetime) -> Attempt:
    """Grade an open attempt, which is locked by the caller, with the answers that are saved, and close it."""
    responses = _PAPER.all(attempt=attempt.pk)
    corrections = corrections_of(response.version_id for response in responses)
    paper = [answered(response, corrections.get(response.version_id)) for response in responses]
    result = grade(paper, attempt.pass_mark)
    for response, each in zip(responses, paper, strict=True):
        response.is_right = each.is_right if each.counts else None
        response.score = stored(each.score) if each.counts else None
    _save_marks(responses)

    attempt.submitted_at = at
    attempt.right, attempt.total = result.right, result.total
    attempt.score, attempt.points = stored(result.score), result.points
    attempt.passed = result.passed
    attempt.closed_by = closed_by
    attempt.digest = digest_of([[str(r.version.item.uuid), r.version.number, r.content_id] for r in responses])
    _CLOSE.run(pk=attempt.pk, **{name: getattr(attempt, name) for name in _CLOSES})
    RecordDue.objects.bulk_create([RecordDue(attempt=attempt)])
    essays = [response for response in responses if is_essay(response)]
    if essays:
        Essay.objects.bulk_create(
            Essay(response=each, activity_id=attempt.activity_id, language=each.language) for each in essays
        )
    return attempt


def is_essay(response: Response) -> bool:
    """Whether a person has to mark an answer."""
    return response.answer is not None and TYPES[response.version.item.type].is_marked_by_hand


def answered(response: Response, correction: Correction | None) -> Answered:
    """One question of a paper as grading sees it, with the newest correction of its version."""
    version = response.version
    ruling = ruling_of(correction) if correction else Ruling(keys=(version.answer_key,))
    return Answered(
        type=version.item.type,
        structure=version.structure,
        keys=ruling.keys,
        answer=response.answer,
        must_be_right=version.must_be_right,
        points=version.points,
        is_dropped=ruling.is_dropped,
    )


_OWN = Prepared(
    lambda: (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("enrolment__refresher")
        .filter(uuid=Given("attempt", UUIDField()), enrolment__actor__user=Given("user", BigIntegerField()))[:1]
    )
)
_ANYBODYS = Prepared(
    lambda: (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("enrolment__refresher")
        .filter(uuid=Given("attempt", UUIDField()))[:1]
    )
)
_PAPER = Prepared(
    lambda: Response.objects.filter(attempt=Given("attempt", BigIntegerField())).select_related("version__item")
)
_CLOSES: dict[str, Field[Any, Any]] = {
    "submitted_at": DateTimeField(),
    "language": CharField(),
    "right": PositiveSmallIntegerField(),
    "total": PositiveSmallIntegerField(),
    "score": DecimalField(max_digits=9, decimal_places=4),
    "points": PositiveSmallIntegerField(),
    "passed": BooleanField(null=True),
    "closed_by": CharField(),
    "digest": CharField(),
    "notes": JSONField(null=True),
}
_CLOSE = PreparedUpdate(
    lambda: Attempt.objects.filter(pk=Given("pk", BigIntegerField())),
    **{name: Given(name, field) for name, field in _CLOSES.items()},
)


def _save_marks(responses: Sequence[Response]) -> None:
    values: dict[str, Any] = {}
    for number, response in enumerate(responses):
        values |= {f"pk{number}": response.pk, f"right{number}": response.is_right, f"score{number}": response.score}
    _marks(len(responses)).run(attempt=responses[0].attempt_id, **values)


@cache
def _marks(count: int) -> PreparedUpdate:
    """The update that marks a paper of so many questions in one statement."""

    def each(name: str, field: BooleanField | DecimalField) -> Cast:
        whens = [
            When(pk=Given(f"pk{number}", BigIntegerField()), then=Given(f"{name}{number}", field))
            for number in range(count)
        ]
        # The cast is for PostgreSQL: a paper of which nothing is marked gives it no hint of the type.
        return Cast(Case(*whens, default=Value(None), output_field=field), output_field=field)

    return PreparedUpdate(
        lambda: Response.objects.filter(attempt=Given("attempt", BigIntegerField())),
        is_right=each("right", BooleanField(null=True)),
        score=each("score", DecimalField(max_digits=5, decimal_places=4, null=True)),
    )
