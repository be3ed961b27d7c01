"""Saving answers one by one, durably, with a receipt."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import BigIntegerField, CharField, DateTimeField, IntegerField, JSONField, UUIDField
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.answering.merging import Incoming, Saved, Verdict, after, fingerprint, verdict
from assessments.answering.notes import GRACE, add_note, is_on_paper, tells_at_once
from assessments.models import Attempt, EditionItem, ItemVersion, Response, StrayAnswer
from assessments.services.timing import TestOnPaper, clock_of
from assessments.types import TYPES, InvalidAnswer
from assessments.types.base import FormData
from learning import statements
from learning.models import Activity, EditionRevision, Enrolment
from learning.services import context_of
from lms.prepared import Given, Prepared, PreparedUpdate
from xapi.models import Source
from xapi.services import record_once


class NotCounted(Exception):
    """An answer that arrived and does not count. It is kept (`StrayAnswer`); `response` holds what is saved."""

    def __init__(self, words: str, response: Response, verdict: Verdict) -> None:
        super().__init__(words)
        self.response = response
        self.verdict = verdict


class AttemptClosed(NotCounted):
    """The attempt was handed in, or its time is over; nothing on it changes any more."""


class AnswerConflict(NotCounted):
    """The answer was changed elsewhere after this form was shown."""


class AnswerOlder(NotCounted):
    """The same device had saved a later answer."""


class AnswerFinal(NotCounted):
    """What was right has been shown, so the answer stays as it is; this one is not kept."""


class DeviceReplaced(NotCounted):
    """Another device had taken over the exam."""


@dataclass(frozen=True)
class Receipt:
    """What the officer can read and keep of a saved answer.

    Attributes:
        code: ten letters and digits to read out and write down.
        hash: SHA-256 of what was stored (`assessments.answering.merging.fingerprint`).
        is_replay: it was saved before, and nothing was changed.
        ends_at: of a test with a limit, when its time is over.
    """

    code: str
    saved_at: dt.datetime
    edits: int
    hash: str
    is_replay: bool = False
    ends_at: dt.datetime | None = None


@dataclass(frozen=True)
class Sent:
    """What comes with an answer.

    Attributes:
        seen: `Response.edits` as it was when the form was shown.
        language: in which the question was shown.
        device, sequence: of a browser that keeps a queue, its number for itself and for the answer, counted from 1.
        chosen_at: what its clock said then; kept, and decides nothing.
        browser: of an exam, which browser this is (`assessments.answering.devices`).
    """

    seen: int
    language: str
    device: str = ""
    sequence: int = 0
    chosen_at: dt.datetime | None = None
    browser: str = ""


#: Of one question so many answers that do not count are kept: more is no officer.
MOST_STRAYS = 100
#: So many devices are told apart at one question; further ones are taken for forms without a script.
MOST_DEVICES = 50


def receipt_code(attempt: uuid.UUID, position: int, edits: int, answer: Any) -> str:
    """Ten letters and digits that only this site can make for this answer; they prove that it was saved."""
    message = json.dumps([str(attempt), position, edits, answer], sort_keys=True).encode()
    mac = hmac.new(settings.SECRET_KEY.encode(), b"suluh.receipt" + message, hashlib.sha256).digest()
    code = base64.b32encode(mac).decode()[:10]
    return f"{code[:5]}-{code[5:]}"


def save_answer(
    *,
    by: User,
    attempt_uuid: uuid.UUID,
    position: int,
    answer: Any,
    seen: int,
    language: str,
    content: str = "",
    device: str = "",
    sequence: int = 0,
) -> Receipt:
    """Save one answer, durably, and give a receipt.

    Arguments:
        answer: ids only; checked against the question.
        content: what was shown, where it is known.
        seen, language, device, sequence: as of `Sent`.

    The same answer sent again (a double click, a replayed form) is answered with the same receipt and changes nothing.

    Raises:
        Http404: not one of this person's attempts, or no such question on it.
        TestOnPaper: it is sat on paper. Nothing is kept.
        InvalidAnswer: the answer is none of this question's.
        NotCounted: one of its kinds; the answer is kept and nothing else is changed.
    """
    sent = Sent(seen=seen, language=language, device=device, sequence=sequence)
    receipt = _save(by, attempt_uuid, position, lambda response: answer, sent, content)
    if receipt is None:
        raise InvalidAnswer(_("Choose an answer first."))
    return receipt


def save_form(*, by: User, attempt_uuid: uuid.UUID, position: int, data: FormData, sent: Sent) -> Receipt | None:
    """Save the answer in a posted form; None when there is none in it. Refuses as `save_answer` does."""

    def read(response: Response) -> Any | None:
        return TYPES[response.version.item.type].read(response.version.structure, data, f"q{position}")

    return _save(by, attempt_uuid, position, read, sent, "")


def _save(
    by: User,
    attempt_uuid: uuid.UUID,
    position: int,
    read: Callable[[Response], Any | None],
    sent: Sent,
    content: str,
) -> Receipt | None:
    with transaction.atomic():
        response = _LOCKED_RESPONSE.first(attempt=attempt_uuid, position=position, user=by.pk)
        if response is None:
            raise Http404
        if is_on_paper(response.attempt) and response.attempt.submitted_at is None:
            raise TestOnPaper
        answer = read(response)
        if answer is None:
            return None
        kind = TYPES[response.version.item.type]
        answer = kind.normalise(response.version.structure, answer)
        refusal = _settle(response, answer, sent, content)
    # Outside, so that the answer that does not count stays kept.
    if isinstance(refusal, NotCounted):
        raise refusal
    return refusal


#: What would put another answer in the place of the saved one, or offer it to be put there.
_CHANGES = (Verdict.APPLY, Verdict.CONFLICT, Verdict.OLDER)


def _settle(response: Response, answer: Any, sent: Sent, content: str) -> Receipt | NotCounted:
    attempt, now = response.attempt, timezone.now()
    clock = clock_of(attempt) if attempt.deadline_at and attempt.deadline_at < now else None
    saved = Saved(
        answer=response.answer if response.answered_at else None,
        edits=response.edits,
        device=response.device or "",
        sequences=response.sequences or {},
    )
    incoming = Incoming(answer=answer, seen=sent.seen, device=sent.device, sequence=sent.sequence)
    if incoming.is_numbered and incoming.device not in saved.sequences and len(saved.sequences) >= MOST_DEVICES:
        incoming = Incoming(answer=answer, seen=sent.seen)
    is_closed = attempt.submitted_at is not None or (clock is not None and clock.is_over(now))
    # NULL: nobody has taken it up yet.
    is_replaced = attempt.exam_id is not None and attempt.device not in (None, sent.browser)
    found = verdict(saved, incoming, is_closed=is_closed, is_replaced=is_replaced)
    if saved.answer is not None and found in _CHANGES and tells_at_once(attempt):
        words = _("What was right is shown for this question, so its answer is final.")
        return AnswerFinal(words, response, found)
    if found not in (Verdict.APPLY, Verdict.REPLAY):
        _keep(response, answer, sent, found, now)
        return _refusal(response, found)
    then = saved if is_closed or is_replaced else after(saved, incoming, found)
    if then is not saved:
        _write(response, then, sent, content, now if found == Verdict.APPLY else response.answered_at)
    if clock and found == Verdict.APPLY:
        _add_note(attempt, GRACE, now, response.position, seconds=clock.seconds_late(now), grace=clock.grace_seconds)
    return _receipt(response, is_replay=found == Verdict.REPLAY)


def _write(response: Response, then: Saved, sent: Sent, content: str, at: dt.datetime | None) -> None:
    if then.edits != response.edits:
        response.language, response.content_id = (
            (sent.language, content) if content else _shown(response, sent.language)
        )
    response.answer, response.answered_at, response.edits = then.answer, at, then.edits
    response.device, response.sequences = then.device or None, dict(then.sequences) or None
    _SAVE_ANSWER.run(
        pk=response.pk,
        answer=response.answer,
        answered_at=response.answered_at,
        edits=response.edits,
        language=response.language,
        content=response.content_id,
        device=response.device,
        sequences=response.sequences,
    )


def _shown(response: Response, language: str) -> tuple[str, str | None]:
    """Language and digest of what was shown. The row has those of what was shown last, so most answers ask nothing."""
    if response.language == language and response.content_id:
        return language, response.content_id
    attempt = response.attempt
    rows = EditionItem.objects.filter(
        revision=attempt.revision_id, activity=attempt.activity_id, version=response.version_id, language=language
    )
    content = rows.values_list("content", flat=True).first()
    return (language, content) if content else (response.language, response.content_id)


def _keep(response: Response, answer: Any, sent: Sent, found: Verdict, now: dt.datetime) -> None:
    """Keep an answer that does not count, once however often it comes, and write the rule on the attempt."""
    device, sequence = (sent.device, sent.sequence) if sent.sequence else ("", 0)
    kept = list(response.strays.all())
    is_known = any(
        (each.device, each.sequence) == (device, sequence)
        and (device or (each.answer, each.why) == (answer, found.value))
        for each in kept
    )
    if not is_known and len(kept) < MOST_STRAYS:
        StrayAnswer.objects.create(
            response=response,
            answer=answer,
            device=device,
            sequence=sequence,
            why=found.value,
            received_at=now,
            chosen_at=sent.chosen_at,
        )
    if response.attempt.submitted_at is None:
        _add_note(response.attempt, found.value, now, response.position)


def _add_note(attempt: Attempt, rule: str, now: dt.datetime, position: int, **about: int) -> None:
    if add_note(attempt, rule, now, position=position, **about):
        Attempt.objects.filter(pk=attempt.pk).update(notes=attempt.notes)


def _refusal(response: Response, found: Verdict) -> NotCounted:
    if found == Verdict.CONFLICT:
        words = _("This question was answered in another window in the meantime.")
        return AnswerConflict(words, response, found)
    if found == Verdict.OLDER:
        return AnswerOlder(_("A later answer to this question is saved already."), response, found)
    if found == Verdict.REPLACED:
        words = _("This exam is gone on with on another device, so this answer does not count. It is kept.")
        return DeviceReplaced(words, response, found)
    attempt = response.attempt
    if attempt.submitted_at is not None and attempt.closed_by != Attempt.ClosedBy.TIME:
        words = _("This test was handed in before; this answer came too late and does not count.")
    else:
        words = _("The time was over when this answer came, so it does not count. It is kept.")
    return AttemptClosed(words, response, found)


@transaction.atomic
def take_stray(*, by: User, attempt_uuid: uuid.UUID, position: int, stray: int, browser: str = "") -> Receipt:
    """Let an answer that did not count be the answer, as the officer decided who saw both.

    Raises:
        Http404: not this person's, or no such question or answer.
        NotCounted: the attempt is handed in or its time over, or another device holds the exam.
    """
    found = (
        StrayAnswer.objects.select_related("response")
        .filter(
            pk=stray,
            response__position=position,
            response__attempt__uuid=attempt_uuid,
            response__attempt__enrolment__actor__user=by,
        )
        .first()
    )
    if found is None:
        raise Http404
    response = found.response
    sent = Sent(seen=response.edits, language=response.language, browser=browser)
    receipt = _save(by, attempt_uuid, position, lambda locked: found.answer, sent, response.content_id or "")
    assert receipt is not None, "there is an answer"
    return receipt


_LOCKED_RESPONSE = Prepared(
    lambda: (
        # The attempt first, as handing in does: the other way round each waits for the other on PostgreSQL.
        Response.objects.select_for_update(of=("attempt", "self"))
        .select_related("attempt", "version__item")
        # Neither the key nor what only pages show: it is read for every answer.
        .only(
            "position",
            "answer",
            "answered_at",
            "edits",
            "language",
            "content",
            "device",
            "sequences",
            "attempt__uuid",
            "attempt__enrolment",
            "attempt__activity",
            "attempt__revision",
            "attempt__submitted_at",
            "attempt__deadline_at",
            "attempt__closed_by",
            "attempt__exam",
            "attempt__device",
            "attempt__notes",
            "version__structure",
            "version__item__type",
        )
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
    device=Given("device", CharField()),
    sequences=Given("sequences", JSONField()),
)


def receipt_of(response: Response) -> Receipt | None:
    """The receipt of what is saved, or None while nothing is."""
    return _receipt(response) if response.answered_at else None


def _receipt(response: Response, is_replay: bool = False) -> Receipt:
    assert response.answered_at is not None
    attempt, position, edits, answer = response.attempt, response.position, response.edits, response.answer
    return Receipt(
        code=receipt_code(attempt.uuid, position, edits, answer),
        saved_at=response.answered_at,
        edits=edits,
        hash=fingerprint(str(attempt.uuid), position, edits, answer),
        is_replay=is_replay,
        ends_at=attempt.deadline_at,
    )


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
