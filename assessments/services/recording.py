"""The statements of a handed-in attempt: written in one batch, by whoever comes first, the result page or the sweep."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from assessments.models import Attempt, ItemVersion, RecordDue, Response
from assessments.selectors import Effective, as_handed_in, effective
from assessments.types import TYPES
from learning import statements
from learning.services import context_of
from xapi.models import Source
from xapi.services import Entry, record_batch


@transaction.atomic
def record_attempt(*, attempt_pk: int) -> bool:
    """Write the statements of a handed-in attempt that are due, and with them progress, completion and certificate.

    Their ids follow from the attempt, so two at the same moment, or a second time, record nothing twice.

    Returns:
        Whether they were due.
    """
    due = RecordDue.objects.select_for_update().filter(attempt=attempt_pk).first()
    if due is None:
        return False
    attempt = Attempt.objects.select_related("enrolment__actor", "activity", "revision__edition").get(pk=attempt_pk)
    entries = []
    if due.release_id is None:
        entries = _entries(attempt, list(attempt.responses.select_related("version__item")))
    marked = attempt.regrades.filter(release__isnull=False).select_related("release").order_by("pk").last()
    # Of a person who was erased nothing follows any more.
    if marked is not None and marked.release is not None and attempt.enrolment.actor.user_id is not None:
        entry_id = uuid.uuid5(attempt.uuid, f"marked {marked.release.uuid}")
        entries += _of_result(attempt, effective(attempt), entry_id, marked.release.released_at)
    if entries:
        record_batch(actor=attempt.enrolment.actor, entries=entries)
    due.delete()
    return True


def _entries(attempt: Attempt, responses: Sequence[Response]) -> list[Entry]:
    """One statement for each answered question, then the result of the test.

    Source: xAPI 1.0.3, part 2 §2.4.5 (result), ids derived so that a replay records nothing twice.
    """
    assert attempt.submitted_at is not None
    found = [
        Entry(statement=_of_answer(attempt, response), source=Source.SERVER, occurred_at=response.answered_at)
        for response in responses
        if response.answered_at
    ]
    return found + _of_result(attempt, as_handed_in(attempt), uuid.uuid5(attempt.uuid, "result"), attempt.submitted_at)


def _of_result(attempt: Attempt, result: Effective, statement_id: uuid.UUID, at: dt.datetime) -> list[Entry]:
    """The result of a test; nothing while people have to mark what decides about it."""
    assert attempt.submitted_at is not None
    if result.is_waiting:
        return []
    outcome: dict[str, Any] = {
        "completion": True,
        "score": {
            "scaled": float(result.score) / result.points if result.points else 0.0,
            "raw": float(result.score),
            "min": 0,
            "max": result.points,
        },
        "duration": statements.duration(attempt.started_at, attempt.submitted_at),
    }
    if result.passed is not None:
        outcome["success"] = result.passed
    verb = {True: statements.PASSED, False: statements.FAILED, None: statements.COMPLETED}[result.passed]
    statement = statements.build(
        verb=verb,
        activity=attempt.activity.iri,
        context=context_of(attempt.enrolment, attempt.revision, attempt.language, attempt.digest),
        result=outcome,
        statement_id=statement_id,
    )
    return [Entry(statement=statement, source=Source.SERVER, occurred_at=at)]


def _of_answer(attempt: Attempt, response: Response) -> dict[str, Any]:
    result: dict[str, Any] = {"response": _said(response.version, response.answer)}
    if response.score is not None:
        result |= {"success": bool(response.is_right), "score": {"scaled": float(response.score)}}
    return statements.build(
        verb=statements.ANSWERED,
        activity=response.version.item.iri,
        context=context_of(attempt.enrolment, attempt.revision, response.language, response.content_id or ""),
        result=result,
        statement_id=uuid.uuid5(attempt.uuid, f"answer {response.position}"),
    )


def _said(version: ItemVersion, answer: Any) -> str:
    return TYPES[version.item.type].interaction(version.structure, answer)[1]
