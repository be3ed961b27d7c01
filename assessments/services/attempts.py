"""Opening a test, and handing it in."""

import random
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import Refused, Right, has_right
from assessments.grading import Answered, Grade, grade, stored
from assessments.languages import LanguageNotOpen, Languages, languages_of_attempt, languages_of_tests
from assessments.models import Attempt, EditionItem, ItemVersion, Response
from assessments.rules import rules_of
from assessments.services.papers import Asked, draw, had_before, option_order
from assessments.traits import traits_frozen
from assessments.types import TYPES
from learning import statements
from learning.manifest import DELTA, FINAL, PRETEST, Node, Outline, digest_of
from learning.models import Activity, EditionRevision, Enrolment
from learning.selectors import latest_revision, outline_for, standing
from learning.services import context_of
from xapi.models import Source
from xapi.services import Entry, record_batch


class NotReady(Refused):
    """The test is not open yet: lessons are left."""


class AlreadyTaken(Refused):
    """The test was taken (pre-test) or passed (final test) before."""


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

    rng, rules = random.SystemRandom(), rules_of(node)
    items = {item.version.item.key: item for item in _askable(revision, activity, node, outline, taken)}
    final = outline.quiz(FINAL) if rules.shares_pool else None
    drawn = draw(
        _asked(node, items.values()),
        rng,
        had=had_before(enrolment.actor, enrolment.course),
        final=_asked(final, _shelf_of(revision, final, taken)) if final else None,
    )
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        activity=activity,
        revision=revision,
        language=taken or language,
        total=len(drawn.keys),
        pass_mark=node.pass_mark,
        notes=[{"rule": "repeated", "at": timezone.now().isoformat(), "count": drawn.repeats}]
        if drawn.repeats
        else None,
    )
    paper = [items[key] for key in drawn.keys]
    Response.objects.bulk_create(
        [
            Response(
                attempt=attempt,
                position=position,
                version=item.version,
                language=attempt.language,
                content_id=item.content_id,
                option_order=option_order(item.version.item.type, item.version.structure, rules, rng),
            )
            for position, item in enumerate(paper, start=1)
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


def _shelf_of(revision: EditionRevision, node: Node, language: str | None) -> QuerySet[EditionItem]:
    """What another test of the same revision may draw."""
    items = EditionItem.objects.filter(revision=revision, activity__uuid=node.uuid, language=language)
    return items.select_related("version__item")


def _asked(node: Node, items: Iterable[EditionItem]) -> Asked:
    return Asked(node.purpose, rules_of(node), node.draw, list(traits_frozen(items).values()))


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
    paper = [_answered(response) for response in responses]
    result = grade(paper, attempt.pass_mark)
    for response, each in zip(responses, paper, strict=True):
        response.is_right = each.is_right if each.counts else None
        response.score = stored(each.score) if each.counts else None
    Response.objects.bulk_update(responses, ["is_right", "score"])

    attempt.submitted_at = timezone.now()
    attempt.language = taken
    attempt.right, attempt.total = result.right, result.total
    attempt.score, attempt.points = stored(result.score), result.points
    attempt.passed = result.passed
    attempt.closed_by = Attempt.ClosedBy.OFFICER
    attempt.digest = digest_of([[str(r.version.item.uuid), r.version.number, r.content_id] for r in responses])
    attempt.save()
    record_batch(actor=attempt.enrolment.actor, entries=_entries(attempt, responses, result))
    return attempt


def _answered(response: Response) -> Answered:
    return Answered(
        type=response.version.item.type,
        structure=response.version.structure,
        keys=(response.version.answer_key,),
        answer=response.answer,
        must_be_right=response.version.must_be_right,
        points=response.version.points,
    )


def _said(version: ItemVersion, answer: Any) -> str:
    return TYPES[version.item.type].interaction(version.structure, answer)[1]


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
                    "response": _said(response.version, response.answer),
                    "score": {"scaled": float(response.score or 0)},
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
        "score": {"scaled": result.scaled, "raw": float(result.score), "min": 0, "max": result.points},
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
