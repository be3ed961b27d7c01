"""Saving answers one by one, durably, with a receipt."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import BigIntegerField, CharField, DateTimeField, IntegerField, JSONField, UUIDField
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import ItemVersion, Response
from assessments.types import TYPES
from learning import statements
from learning.models import Activity, EditionRevision, Enrolment
from learning.services import context_of
from lms.prepared import Given, Prepared, PreparedUpdate
from xapi.models import Source
from xapi.services import record_once


class AttemptClosed(Exception):
    """The attempt was handed in; nothing on it changes any more."""


class AnswerConflict(Exception):
    """The answer was changed elsewhere after this form was shown. `response` holds what is saved."""

    def __init__(self, response: Response) -> None:
        super().__init__(_("This question was answered in another window in the meantime."))
        self.response = response


@dataclass(frozen=True)
class Receipt:
    """What the officer can read and keep of a saved answer."""

    code: str
    saved_at: dt.datetime
    edits: int
    is_replay: bool = False


def receipt_code(attempt: uuid.UUID, position: int, edits: int, answer: Any) -> str:
    """Ten letters and digits that only this site can make for this answer; they prove that it was saved."""
    message = json.dumps([str(attempt), position, edits, answer], sort_keys=True).encode()
    mac = hmac.new(settings.SECRET_KEY.encode(), b"suluh.receipt" + message, hashlib.sha256).digest()
    code = base64.b32encode(mac).decode()[:10]
    return f"{code[:5]}-{code[5:]}"


@transaction.atomic
def save_answer(
    *, by: User, attempt_uuid: uuid.UUID, position: int, answer: Any, seen: int, language: str, content: str
) -> Receipt:
    """Save one answer, durably, and give a receipt.

    Arguments:
        answer: ids only; checked against the question.
        seen: `Response.edits` as it was when the form was shown.
        language, content: what was shown.

    The same answer sent again (a double click, a replayed form) is answered with the same receipt and changes nothing.

    Raises:
        Http404: not one of this person's attempts, or no such question on it.
        InvalidAnswer: the answer is none of this question's.
        AttemptClosed: the attempt was handed in before.
        AnswerConflict: another answer was saved after this form was shown; nothing is changed.
    """
    response = _LOCKED_RESPONSE.first(attempt=attempt_uuid, position=position, user=by.pk)
    if response is None:
        raise Http404
    answer = TYPES[response.version.item.type].normalise(response.version.structure, answer)
    if response.answer == answer and response.answered_at:
        return _receipt(response, is_replay=True)
    if response.attempt.submitted_at is not None:
        raise AttemptClosed(_("This test was handed in before; this answer came too late and does not count."))
    if response.edits != seen:
        raise AnswerConflict(response)
    response.answer = answer
    response.answered_at = timezone.now()
    response.edits += 1
    response.language = language
    response.content_id = content
    _SAVE_ANSWER.run(
        pk=response.pk,
        answer=response.answer,
        answered_at=response.answered_at,
        edits=response.edits,
        language=language,
        content=content,
    )
    return _receipt(response)


_LOCKED_RESPONSE = Prepared(
    lambda: (
        Response.objects.select_for_update(of=("self", "attempt"))
        .select_related("attempt", "version__item")
        .filter(
            attempt__uuid=Given("attempt", UUIDField()),
            position=Given("position", IntegerField()),
            attempt__enrolment__actor__user=Given("user", BigIntegerField()),
        )[:1]
    )
)
_SAVE_ANSWER = PreparedUpdate(
    lambda: Response.objects.filter(pk=Given("pk", BigIntegerField())),
    answer=Given("answer", JSONField()),
    answered_at=Given("answered_at", DateTimeField()),
    edits=Given("edits", IntegerField()),
    language=Given("language", CharField()),
    content=Given("content", CharField()),
)


def receipt_of(response: Response) -> Receipt | None:
    """The receipt of what is saved, or None while nothing is."""
    return _receipt(response) if response.answered_at else None


def _receipt(response: Response, is_replay: bool = False) -> Receipt:
    assert response.answered_at is not None
    code = receipt_code(response.attempt.uuid, response.position, response.edits, response.answer)
    return Receipt(code, response.answered_at, response.edits, is_replay)


def answer_practice(
    *,
    enrolment: Enrolment,
    revision: EditionRevision,
    activity: Activity,
    version: ItemVersion,
    answer: Any,
    language: str,
    form_id: uuid.UUID,
) -> uuid.UUID:
    """Record the answer to an open practice item in a lesson; returns the id of its statement.

    `form_id` belongs to one shown form: sent again, it counts once.

    Raises:
        InvalidAnswer: the answer is none of this question's.
    """
    kind = TYPES[version.item.type]
    answer = kind.normalise(version.structure, answer)
    score = kind.score(version.structure, version.answer_key, answer)
    statement_id = uuid.uuid5(enrolment.uuid, f"check {activity.uuid} {form_id}")
    record_once(
        actor=enrolment.actor,
        statement=statements.build(
            verb=statements.ANSWERED,
            activity=activity.iri,
            context=context_of(enrolment, revision, language),
            result={
                "response": json.dumps(answer, sort_keys=True),  # read again by the lesson
                # Nobody marks an essay of a lesson: it is compared with the feedback.
                **({} if kind.is_marked_by_hand else {"success": score == 1, "score": {"scaled": float(score)}}),
            },
            statement_id=statement_id,
        ),
        source=Source.SERVER,
        occurred_at=timezone.now(),
    )
    return statement_id
