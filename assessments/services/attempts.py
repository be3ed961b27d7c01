"""Drawing a paper, saving answers one by one, handing in."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import random
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import BigIntegerField, CharField, DateTimeField, IntegerField, JSONField, QuerySet, UUIDField
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import Refused, Right, has_right
from assessments.grading import Answered, Grade, grade
from assessments.languages import LanguageNotOpen, Languages, languages_of_attempt, languages_of_tests
from assessments.models import Attempt, EditionItem, ItemVersion, Response
from assessments.types import TYPES
from learning import statements
from learning.manifest import DELTA, FINAL, PRETEST, Node, Outline, digest_of
from learning.models import Activity, EditionRevision, Enrolment
from learning.selectors import latest_revision, outline_for, standing
from learning.services import context_of
from lms.prepared import Given, Prepared, PreparedUpdate
from xapi.models import Source
from xapi.services import Entry, record_batch, record_once


class NotReady(Refused):
    """The test is not open yet: lessons are left."""


class AlreadyTaken(Refused):
    """The test was taken (pre-test) or passed (final test) before."""


class AttemptClosed(Exception):
    """The attempt was handed in; nothing on it changes any more."""


class AnswerConflict(Exception):
    """The answer was changed elsewhere after this form was shown. `response` holds what is saved."""

    def __init__(self, response: Response) -> None:
        super().__init__(_("This question was answered in another window in the meantime."))
        self.response = response


class PaperNotPossible(Refused):
    """The bank cannot fill the paper."""


# --- a paper


def draw(pool: Sequence[ItemVersion], per_module: int, rng: random.Random) -> list[ItemVersion]:
    """Draw a paper: so many items from each module, those that must be right always among them, modules in order.

    Raises:
        PaperNotPossible: a module has fewer items than that.
    """
    by_module: dict[str, list[ItemVersion]] = defaultdict(list)
    for version in sorted(pool, key=lambda each: (each.module, each.item.key)):
        by_module[version.module].append(version)
    paper: list[ItemVersion] = []
    for module, versions in by_module.items():
        if len(versions) < per_module:
            raise PaperNotPossible(
                _("This test cannot be started: module %(module)s has %(have)d questions and needs %(need)d.")
                % {"module": module, "have": len(versions), "need": per_module}
            )
        fixed = [version for version in versions if version.must_be_right]
        others = [version for version in versions if not version.must_be_right]
        chosen = fixed + rng.sample(others, max(0, per_module - len(fixed)))
        rng.shuffle(chosen)
        paper += chosen
    if not paper:
        raise PaperNotPossible(_("This test cannot be started: it has no questions yet."))
    return paper


def draw_some(pool: Sequence[ItemVersion], count: int, rng: random.Random) -> list[ItemVersion]:
    """Draw a paper of so many items from all modules together, as evenly as it goes, modules in order: the test of a
    refresher. Those that must be right are always among them, even if they alone are more.

    Raises:
        PaperNotPossible: there are no items, or fewer than that.
    """
    if not pool or len(pool) < count:
        raise PaperNotPossible(_("This test cannot be started: it has no questions yet."))
    by_module: dict[str, list[ItemVersion]] = defaultdict(list)
    for version in sorted(pool, key=lambda each: (each.module, each.item.key)):
        by_module[version.module].append(version)
    chosen = {module: [each for each in versions if each.must_be_right] for module, versions in by_module.items()}
    others = {module: [each for each in versions if not each.must_be_right] for module, versions in by_module.items()}
    for versions in others.values():
        rng.shuffle(versions)
    for _each in range(count - sum(map(len, chosen.values()))):
        open_modules = [module for module in by_module if others[module]]
        fewest = min(len(chosen[module]) for module in open_modules)
        module = rng.choice([each for each in open_modules if len(chosen[each]) == fewest])
        chosen[module].append(others[module].pop())
    for versions in chosen.values():
        rng.shuffle(versions)
    return [version for versions in chosen.values() for version in versions]


def paper_length(pool: Sequence[ItemVersion], per_module: int) -> int:
    """How many questions a paper from this pool has: in each module the draw, or all that must be right if more."""
    must: dict[str, set[int]] = defaultdict(set)
    for version in pool:
        must[version.module] |= {version.pk} if version.must_be_right else set()
    return sum(max(per_module, len(fixed)) for fixed in must.values())


@transaction.atomic
def start_attempt(*, by: User, enrolment: Enrolment, key: str, language: str) -> Attempt:
    """Open a test: the attempt that is open already, or a new one with a paper of its own.

    Raises:
        Http404: the edition has no such test, or the enrolment is another person's.
        NotReady: lessons are left before the test that certifies.
        AlreadyTaken: the pre-test was taken, or the test passed.
        LanguageNotOpen: not everything that the test may draw is there and up to date in this language.
        PaperNotPossible: the bank cannot fill the paper.
    """
    if not has_right(by, Right.LEARN):
        raise Refused(_("Your posting has ended. What you did is kept; your coordinator can give you a new posting."))
    enrolment = _own_locked_enrolment(by, enrolment)
    revision = latest_revision(enrolment.edition_id)
    outline = outline_for(enrolment, revision)
    node = outline.by_key.get(key)
    if node is None or node.kind != Activity.Kind.QUIZ:
        raise Http404(_("There is no such test in your edition of this course."))
    activity = Activity.objects.get(uuid=node.uuid)
    attempts = list(Attempt.objects.filter(enrolment=enrolment, activity=activity).select_related("revision"))
    running = next((attempt for attempt in attempts if attempt.submitted_at is None), None)
    if running:
        return running
    _require_open(enrolment, node, attempts, language)

    languages = languages_of_tests(revision, outline, only=node).get(node.uuid, Languages(()))
    taken = languages.taken(language)
    if taken is None and languages.open:
        raise LanguageNotOpen(languages, language)

    items = _askable(revision, activity, node, outline, taken)
    versions = {item.version_id: item.version for item in items}
    contents = {item.version_id: item.content_id for item in items}
    rng = random.SystemRandom()
    paper = (draw_some if node.purpose == DELTA else draw)(list(versions.values()), node.draw, rng)
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        activity=activity,
        revision=revision,
        language=taken or language,
        total=len(paper),
        pass_mark=node.pass_mark,
    )
    Response.objects.bulk_create(
        [
            Response(
                attempt=attempt,
                position=position,
                version=version,
                language=attempt.language,
                content_id=contents[version.pk],
                option_order=TYPES[version.item.type].paper_order(version.structure, rng),
            )
            for position, version in enumerate(paper, start=1)
        ]
    )
    return attempt


def _askable(
    revision: EditionRevision, activity: Activity, node: Node, outline: Outline, language: str | None
) -> QuerySet[EditionItem]:
    """What a test may draw, in one language: of a refresher's test the items of the modules that it goes through."""
    items = EditionItem.objects.filter(revision=revision, activity=activity, language=language)
    items = items.select_related("version__item")
    if node.purpose == DELTA:
        items = items.filter(version__module__in=[module.key for module in outline.modules])
    return items


def _own_locked_enrolment(by: User, enrolment: Enrolment) -> Enrolment:
    locked = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("actor")
        .filter(pk=enrolment.pk, actor__user=by, ended_at=None)
        .first()
    )
    if locked is None:
        raise Http404
    return locked


def _require_open(enrolment: Enrolment, node: Node, attempts: Sequence[Attempt], language: str) -> None:
    if node.purpose == PRETEST and attempts:
        raise AlreadyTaken(_("You took the pre-test before. It is taken once, so that learning can be measured."))
    now = standing(enrolment, language)
    # Of an edition before this one a passed test counts only as far as its progress was taken along.
    if node.uuid in now.passed or any(
        attempt.passed and attempt.revision.edition_id == enrolment.edition_id for attempt in attempts
    ):
        raise AlreadyTaken(_("You passed this test before. There is nothing more to do here."))
    left = len(now.course.outline.required - now.done - {node.uuid})
    if left and node.purpose == FINAL:
        raise NotReady(
            ngettext(
                "The final test opens when the lessons are done: %(count)d is left.",
                "The final test opens when the lessons are done: %(count)d are left.",
                left,
            )
            % {"count": left}
        )
    if left and node.purpose == DELTA:
        raise NotReady(
            ngettext(
                "The refresher test opens when the lessons are done: %(count)d is left.",
                "The refresher test opens when the lessons are done: %(count)d are left.",
                left,
            )
            % {"count": left}
        )


# --- answers


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
    TYPES[response.version.item.type].check_answer(response.version.structure, answer)
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


# --- handing in


@transaction.atomic
def submit_attempt(*, by: User, attempt_uuid: uuid.UUID, language: str) -> Attempt:
    """Hand in: grade on the server, close the attempt, and write its statements in one batch.

    Handing in twice (double click, two tabs) gives the first result.

    Raises:
        Http404: not one of this person's attempts.
        LanguageNotOpen: the test was not open in this language when the attempt was begun. Nothing is changed.
    """
    attempt = (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("enrolment__actor", "enrolment__refresher", "activity", "revision__edition")
        .filter(uuid=attempt_uuid, enrolment__actor__user=by)
        .first()
    )
    if attempt is None:
        raise Http404
    if attempt.submitted_at is not None:
        return attempt
    languages = languages_of_attempt(attempt)
    taken = languages.taken(language)
    if taken is None:
        raise LanguageNotOpen(languages, language)
    responses = list(attempt.responses.select_related("version__item"))
    result = grade([_answered(response) for response in responses], attempt.pass_mark)
    for response in responses:
        response.is_right = _answered(response).is_right
    Response.objects.bulk_update(responses, ["is_right"])

    attempt.submitted_at = timezone.now()
    attempt.language = taken
    attempt.right = result.right
    attempt.passed = result.passed
    attempt.digest = digest_of([[str(r.version.item.uuid), r.version.number, r.content_id] for r in responses])
    attempt.save()
    record_batch(actor=attempt.enrolment.actor, entries=_entries(attempt, responses, result))
    return attempt


def _answered(response: Response) -> Answered:
    return Answered(
        type=response.version.item.type,
        answer_key=response.version.answer_key,
        answer=response.answer,
        must_be_right=response.version.must_be_right,
    )


def _entries(attempt: Attempt, responses: Sequence[Response], result: Grade) -> list[Entry]:
    """The statements of a handed-in attempt: one for each answered question, then the result of the test.

    Source: xAPI 1.0.3, part 2 §2.4.5 (result), ids derived so that a replay records nothing twice.
    """
    assert attempt.submitted_at is not None
    entries = [
        Entry(
            statement=statements.build(
                verb=statements.ANSWERED,
                activity=response.version.item.iri,
                context=context_of(attempt.enrolment, attempt.revision, response.language, response.content_id or ""),
                result={
                    "success": bool(response.is_right),
                    "response": json.dumps(response.answer, sort_keys=True),
                    "score": {"scaled": 1.0 if response.is_right else 0.0},
                },
                statement_id=uuid.uuid5(attempt.uuid, f"answer {response.position}"),
            ),
            source=Source.SERVER,
            occurred_at=response.answered_at,
        )
        for response in responses
        if response.answered_at
    ]
    verb = {True: statements.PASSED, False: statements.FAILED, None: statements.COMPLETED}[result.passed]
    outcome: dict[str, Any] = {
        "completion": True,
        "score": {"scaled": result.scaled, "raw": result.right, "min": 0, "max": result.total},
        "duration": statements.duration(attempt.started_at, attempt.submitted_at),
    }
    if result.passed is not None:
        outcome["success"] = result.passed
    entries.append(
        Entry(
            statement=statements.build(
                verb=verb,
                activity=attempt.activity.iri,
                context=context_of(attempt.enrolment, attempt.revision, attempt.language, attempt.digest),
                result=outcome,
                statement_id=uuid.uuid5(attempt.uuid, "result"),
            ),
            source=Source.SERVER,
            occurred_at=attempt.submitted_at,
        )
    )
    return entries


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
    kind.check_answer(version.structure, answer)
    right = kind.is_right(version.answer_key, answer)
    statement_id = uuid.uuid5(enrolment.uuid, f"check {activity.uuid} {form_id}")
    record_once(
        actor=enrolment.actor,
        statement=statements.build(
            verb=statements.ANSWERED,
            activity=activity.iri,
            context=context_of(enrolment, revision, language),
            result={
                "success": right,
                "response": json.dumps(answer, sort_keys=True),
                "score": {"scaled": 1.0 if right else 0.0},
            },
            statement_id=statement_id,
        ),
        source=Source.SERVER,
        occurred_at=timezone.now(),
    )
    return statement_id
