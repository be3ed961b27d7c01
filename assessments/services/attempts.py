"""Opening a test."""

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import Refused, Right, has_right
from assessments.answering.notes import AT_ONCE, ON_PAPER, REPEATED, TIME, add_note, is_on_paper
from assessments.drawing.traits import traits_frozen
from assessments.exams.sittings import allowance_at
from assessments.languages import LanguageNotOpen, Languages, languages_of_tests
from assessments.marking.counted import will_be_marked
from assessments.models import Attempt, EditionItem, Response
from assessments.rules import Feedback, rules_of
from assessments.selectors import effective_of
from assessments.services.papers import Asked, draw, had_before, option_order
from assessments.services.sittings import moment
from assessments.services.tickets import admit, bind_attempt
from assessments.services.timing import TestOnPaper, deadline_for, percent_for
from learning.manifest import DELTA, FINAL, PRETEST, Node, Outline
from learning.models import Activity, EditionRevision, Enrolment
from learning.selectors import latest_revision, outline_for, standing


class NotReady(Refused):
    """The test is not open yet: lessons are left."""


class AlreadyTaken(Refused):
    """The test was taken (pre-test) or passed (final test) before."""


class AwaitsMarks(Refused):
    """The last attempt waits for a person who marks it."""


class NoAttemptsLeft(Refused):
    """Every attempt that the rules allow was begun."""


class PauseNotOver(Refused):
    """The pause after so many attempts runs. `from_at` is its end."""

    def __init__(self, message: str, from_at: dt.datetime) -> None:
        super().__init__(message)
        self.from_at = from_at


class UnderWay(Refused):
    """The test is under way, on screen or on paper."""


@transaction.atomic
def start_attempt(*, by: User, enrolment: Enrolment, key: str, language: str, ticket: str = "") -> Attempt:
    """Open a test: the attempt that is open already, or a new one with a paper of its own.

    Arguments:
        ticket: of an exam, as it was typed; needed only to begin one.

    Raises:
        Http404: the edition has no such test, or the enrolment is another person's.
        NotReady: lessons are left before the test that certifies.
        AlreadyTaken: the pre-test was taken, or the test passed.
        AwaitsMarks: what an attempt before it came to is not decided yet.
        NoAttemptsLeft, PauseNotOver: its rules allow none, or none now.
        NotAdmitted: it is an exam, and the ticket, the time or the place is not right.
        TestOnPaper: it is open on paper.
        LanguageNotOpen: not everything that the test may draw is there and up to date in this language.
        PaperNotPossible: the bank cannot fill the paper.
    """
    if not has_right(by, Right.LEARN):
        raise Refused(_("Your posting has ended. What you did is kept; your coordinator can give you a new posting."))
    enrolment = _own_locked_enrolment(by, enrolment)
    test = _test_of(enrolment, key)
    attempts = test.attempts
    running = next((attempt for attempt in attempts if attempt.submitted_at is None), None)
    if running and is_on_paper(running):
        raise TestOnPaper
    if running:
        return running
    _require_open(enrolment, test.node, attempts, language)
    rules, now = rules_of(test.node), timezone.now()
    exam = admit(enrolment=enrolment, activity=test.activity, ticket=ticket) if rules.needs_ticket else None
    attempt, responses = _draw(enrolment, test, language, now)
    attempt.deadline_at = deadline_for(enrolment, rules, now)
    if attempt.deadline_at:
        add_note(attempt, TIME, now, minutes=rules.minutes, extra=percent_for(enrolment))
    if rules.feedback == Feedback.AT_ONCE:
        add_note(attempt, AT_ONCE, now)
    _store(attempt, responses)
    if exam is not None:
        bind_attempt(attempt=attempt, exam=exam)
    return attempt


@transaction.atomic
def draw_for_paper(*, enrolment: Enrolment, key: str, language: str) -> Attempt:
    """Draw an attempt that is sat on paper, as `start_attempt` draws one: without a clock, a ticket or reasons at once.

    A step of printing; scoping is the caller's, who has the enrolment.

    Raises:
        UnderWay: it is open, on screen or on paper.
        Refused: as `start_attempt`, for the same reasons.
    """
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("actor").get(pk=enrolment.pk)
    person = enrolment.actor.user
    if enrolment.ended_at is not None or person is None or not has_right(person, Right.LEARN):
        raise Refused(_("Is not enrolled any more."))
    test = _test_of(enrolment, key)
    running = next((attempt for attempt in test.attempts if attempt.submitted_at is None), None)
    if running:
        raise UnderWay(_("Has a paper already.") if is_on_paper(running) else _("Has begun the test on screen."))
    _require_open(enrolment, test.node, test.attempts, language)
    now = timezone.now()
    attempt, responses = _draw(enrolment, test, language, now)
    add_note(attempt, ON_PAPER, now)
    _store(attempt, responses)
    return attempt


@dataclass(frozen=True)
class _Test:
    revision: EditionRevision
    outline: Outline
    node: Node
    activity: Activity
    attempts: list[Attempt]


def _test_of(enrolment: Enrolment, key: str) -> _Test:
    revision = latest_revision(enrolment.edition_id)
    outline = outline_for(enrolment, revision)
    node = outline.by_key.get(key)
    if node is None or node.kind != Activity.Kind.QUIZ:
        raise Http404(_("There is no such test in your edition of this course."))
    activity = Activity.objects.get(uuid=node.uuid)
    attempts = Attempt.objects.filter(enrolment=enrolment, activity=activity).select_related("revision")
    return _Test(revision, outline, node, activity, list(attempts))


def _draw(
    enrolment: Enrolment, test: _Test, language: str, now: dt.datetime
) -> tuple[Attempt, list[tuple[EditionItem, list[str]]]]:
    """An attempt that is not stored yet, and its questions, each with the order of its options."""
    revision, outline, node = test.revision, test.outline, test.node
    languages = languages_of_tests(revision, outline, only=node).get(node.uuid, Languages(()))
    taken = languages.taken(language)
    if taken is None and languages.open:
        raise LanguageNotOpen(languages, language)
    rng, rules = random.SystemRandom(), rules_of(node)
    items = {item.version.item.key: item for item in _askable(revision, test.activity, node, outline, taken)}
    final = outline.quiz(FINAL) if rules.shares_pool else None
    drawn = draw(
        _asked(node, items.values()),
        rng,
        had=had_before(enrolment.actor, enrolment.course),
        final=_asked(final, _shelf_of(revision, final, taken)) if final else None,
    )
    attempt = Attempt(
        enrolment=enrolment,
        activity=test.activity,
        revision=revision,
        language=taken or language,
        total=len(drawn.keys),
        pass_mark=node.pass_mark,
        started_at=now,
    )
    if drawn.repeats:
        add_note(attempt, REPEATED, now, count=drawn.repeats)
    paper = [items[key] for key in drawn.keys]
    return attempt, [(item, option_order(item.version.item.type, item.version.structure, rules, rng)) for item in paper]


def _store(attempt: Attempt, paper: Sequence[tuple[EditionItem, list[str]]]) -> None:
    attempt.save(force_insert=True)
    Response.objects.bulk_create(
        [
            Response(
                attempt=attempt,
                position=position,
                version=item.version,
                language=attempt.language,
                content_id=item.content_id,
                option_order=order,
            )
            for position, (item, order) in enumerate(paper, start=1)
        ]
    )


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
    holds = effective_of(attempts)
    if node.uuid in now.passed or any(
        attempt.revision.edition_id == enrolment.edition_id and attempt.pk in holds and holds[attempt.pk].passed
        for attempt in attempts
    ):
        raise AlreadyTaken(_("You passed this test before. There is nothing more to do here."))
    waiting = [pk for pk, each in holds.items() if each.is_waiting]
    # What was deleted for its age is marked by nobody any more.
    if will_be_marked(waiting):
        raise AwaitsMarks(
            _("A person marks your last attempt. You will see the result here; until then you cannot begin again.")
        )
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
    allowance = allowance_at(enrolment, node, attempts)
    if allowance.is_used_up:
        words = ngettext(
            "You have used the %(count)d attempt at this test. Your coordinator can open it again: ask there.",
            "You have used all %(count)d attempts at this test. Your coordinator can open it again: ask there.",
            allowance.used,
        )
        raise NoAttemptsLeft(words % {"count": allowance.used})
    if allowance.from_at is not None:
        words = _("You can try again from %(moment)s. If you cannot wait, ask your coordinator to open it before.")
        raise PauseNotOver(words % {"moment": moment(allowance.from_at)}, allowance.from_at)
