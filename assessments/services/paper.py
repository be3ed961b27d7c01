"""Tests on paper: printing, entering twice, taking back, and handing in."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused, Right, has_right, require_right
from accounts.services import actor_of, audit
from accounts.slips import languages_for
from assessments.answering.notes import ON_PAPER
from assessments.languages import LanguageNotOpen, Languages
from assessments.models import Attempt, PaperEntry, Response, TestPaper
from assessments.paper import reads
from assessments.paper.codes import new_code
from assessments.services.attempts import (
    AlreadyTaken,
    AwaitsMarks,
    NoAttemptsLeft,
    NotReady,
    PauseNotOver,
    draw_for_paper,
)
from assessments.services.submitting import close_attempt
from learning.models import Class, Enrolment

#: Nobody sits a test for longer.
LONGEST_SITTING = dt.timedelta(hours=12)
#: For so many officers papers are drawn in one request.
MOST_AT_ONCE = 40


class EntryRefused(Exception):
    """A paper cannot be entered, taken back, withdrawn or handed in as it stands. Nothing is changed."""


class WrongSitting(Exception):
    """The time of the sitting cannot be: it ends before it begins, is to come, or was before the paper was printed."""


@dataclass(frozen=True)
class Sitting:
    """When a paper was sat."""

    begins_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True)
class Printed:
    """What printing came to: the papers, and who has none with the reason."""

    papers: list[TestPaper]
    refused: list[tuple[Enrolment, str]]


def _require(by: User) -> None:
    if not has_right(by, Right.MANAGE_CLASSES):
        require_right(by, Right.TEACH)


def _target(paper: TestPaper) -> str:
    return f"assessments.testpaper:{paper.uuid}"


@transaction.atomic
def print_papers(
    *, by: User, klass: Class, activity: uuid.UUID, language: str, enrolments: Iterable[uuid.UUID]
) -> Printed:
    """Draw a paper for each of some officers of a class, as a test on screen is drawn. Each is whole or not there.

    Arguments:
        language: of the papers; empty: the one that each officer chose, else the first open one of the member's.
        enrolments: of whom; those after the first `MOST_AT_ONCE` are left for another press.

    Raises:
        Refused: `by` neither teaches nor manages classes.
        Http404: not a class of `by`, or its course has no such test.
        EntryRefused: the class is over.
    """
    _require(by)
    test = reads.one_test(klass, activity)
    if not reads.classes_for_exams(by).filter(pk=klass.pk).exists():
        raise Http404(_("There is no such class among yours."))
    if klass.is_over:
        raise EntryRefused(_("This class is over."))
    people = reads.people_of(by, klass).filter(uuid__in=list(enrolments)).select_related("actor__user", "member")
    printed = Printed([], [])
    # Each is locked as it is drawn: two presses at once lock them in one order.
    for each in sorted(people, key=lambda each: each.pk)[:MOST_AT_ONCE]:
        own = language or _language_of(each, test.languages)
        try:
            with transaction.atomic():
                attempt = draw_for_paper(enrolment=each, key=test.node.key, language=own)
                paper = TestPaper.objects.create(
                    attempt=attempt, klass=klass, code=_free_code(), printed_by=actor_of(by)
                )
        except (Refused, Http404) as refusal:
            printed.refused.append((each, _why_not(refusal)))
        else:
            printed.papers.append(paper)
    if printed.papers:
        audit(
            by=by,
            action="paper.printed",
            target=f"learning.class:{klass.uuid}",
            details={"activity": str(activity), "papers": [str(each.uuid) for each in printed.papers]},
        )
    return printed


def _language_of(enrolment: Enrolment, languages: Languages) -> str:
    """The one that an officer chose. Whoever never signed in chose none: the first of the member's that is open."""
    chosen = enrolment.actor.user.language if enrolment.actor.user else ""
    if chosen:
        return chosen
    wanted = languages_for(enrolment.member, "")
    return next((taken for each in wanted if (taken := languages.taken(each))), wanted[0])


def _free_code() -> str:
    while TestPaper.objects.filter(code=(code := new_code())).exists():
        pass
    return code


def _why_not(refusal: Exception) -> str:
    """Why an officer gets no paper, for the trainer: no result, only what stands in the way."""
    if isinstance(refusal, AlreadyTaken):
        return _("Has passed or taken this test before.")
    if isinstance(refusal, AwaitsMarks):
        return _("The last attempt waits for marks.")
    if isinstance(refusal, NotReady):
        return _("Has lessons left before this test.")
    if isinstance(refusal, NoAttemptsLeft):
        return _("Has no attempt left.")
    if isinstance(refusal, PauseNotOver):
        return _("A pause between attempts is not over.")
    if isinstance(refusal, LanguageNotOpen):
        return _("The test is not open in this language: %(reason)s") % {"reason": str(refusal)}
    return str(refusal)


@transaction.atomic
def enter_paper(
    *, by: User, paper: TestPaper, given: Mapping[str, str], step: int, sitting: Sitting | None = None
) -> TestPaper:
    """Store what somebody read from a paper: the first time, again by somebody else, or where the two differ.

    Arguments:
        given: field → text, as the answer sheet has it; fields of other questions are left out.
        step: which of the three this is, as the page showed it.
        sitting: when it was sat; needed the first time.

    Raises:
        Refused, Http404: not a paper of a class of `by`, or the own one.
        EntryRefused: it stands otherwise by now, cannot be entered any more, or something typed cannot be read.
        WrongSitting: the time cannot be.
    """
    _require(by)
    paper, attempt = _locked(by, paper)
    _require_open(attempt, sitting.begins_at if sitting else paper.sat_from)
    entries = {each.number: each for each in paper.entries.select_related("entered_by")}
    if step != step_of(paper):
        raise EntryRefused(_("Somebody entered this paper in the meantime. Look at it again."))
    if step == 2 and entries[1].entered_by.user_id == by.pk:
        raise EntryRefused(_("You entered this paper first. A second person reads it again."))
    questions = reads.questions_of(attempt)
    fields = {place.field for question in questions for place in question.places}
    known = {field: text for field, text in given.items() if field in fields and text.strip()}
    if step == 3:
        known = _settled(questions, entries, known)
    if reads.read_all(questions, known)[1]:
        raise EntryRefused(_("Something typed cannot be read. Nothing is stored."))
    if step == 1:
        if sitting is None:
            raise WrongSitting(_("Say when the test was sat."))
        _require_sitting(paper, sitting)
        paper.sat_from, paper.sat_until = sitting.begins_at, sitting.ends_at
    PaperEntry.objects.create(paper=paper, number=step, given=known, entered_by=actor_of(by))
    if step == 1:
        paper.state = TestPaper.State.ONCE
    elif step == 2 and reads.apart(questions, entries[1].given, known):
        paper.state = TestPaper.State.DIFFERS
    else:
        paper.state = TestPaper.State.CHECKED
    paper.save()
    audit(by=by, action="paper.entered", target=_target(paper), details={"step": step})
    return paper


def step_of(paper: TestPaper) -> int:
    """Which entry comes next: 1, 2, or 3 where two differ; 0 when nothing is to be entered."""
    steps = {TestPaper.State.PRINTED: 1, TestPaper.State.ONCE: 2, TestPaper.State.DIFFERS: 3}
    return steps.get(TestPaper.State(paper.state), 0)


def _settled(
    questions: Collection[reads.Question], entries: Mapping[int, PaperEntry], given: Mapping[str, str]
) -> dict[str, str]:
    """The second entry, with what the third says of the questions on which the two differ."""
    asked = {
        place.field
        for each in reads.apart(list(questions), entries[1].given, entries[2].given)
        for place in each.places
    }
    agreed = {field: text for field, text in entries[2].given.items() if field not in asked}
    return agreed | {field: text for field, text in given.items() if field in asked}


def _require_sitting(paper: TestPaper, sitting: Sitting) -> None:
    if sitting.ends_at <= sitting.begins_at:
        raise WrongSitting(_("The test ends before it begins."))
    if sitting.ends_at - sitting.begins_at > LONGEST_SITTING:
        raise WrongSitting(_("Nobody sits a test for more than 12 hours."))
    if sitting.ends_at > timezone.now():
        raise WrongSitting(_("This time is still to come."))
    if sitting.begins_at < paper.printed_at.replace(second=0, microsecond=0):
        raise WrongSitting(_("The paper was printed after this time. Look at the day and the time zone."))


@transaction.atomic
def undo_entry(*, by: User, paper: TestPaper, step: int) -> TestPaper:
    """Take back the last entry of a paper that is not handed in.

    Arguments:
        step: which of the three that is, as the page showed it.

    Raises:
        Refused, Http404: not a paper of a class of `by`, or the own one.
        EntryRefused: it is handed in, nothing is entered, or the last entry is another one by now.
    """
    _require(by)
    paper, attempt = _locked(by, paper)
    _require_not_handed_in(attempt)
    entries = list(paper.entries.all())
    if not entries:
        raise EntryRefused(_("Nothing of this paper is entered."))
    last = entries.pop()
    if last.number != step:
        raise EntryRefused(_("Somebody entered this paper in the meantime. Look at it again."))
    last.delete()
    if last.number == 1:
        paper.sat_from = paper.sat_until = None
    before = {0: TestPaper.State.PRINTED, 1: TestPaper.State.ONCE, 2: TestPaper.State.DIFFERS}
    paper.state = before[len(entries)]
    paper.save()
    audit(by=by, action="paper.undone", target=_target(paper), details={"step": last.number})
    return paper


@transaction.atomic
def withdraw_paper(*, by: User, paper: TestPaper) -> None:
    """Withdraw a paper of which nothing is entered: its officer did not sit it. The attempt goes and counts nothing.

    Raises:
        Refused, Http404: not a paper of a class of `by`, or the own one.
        EntryRefused: something is entered, or it is handed in.
    """
    _require(by)
    paper, attempt = _locked(by, paper)
    _require_not_handed_in(attempt)
    if paper.entries.exists():
        raise EntryRefused(_("Something of this paper is entered. Take that back first."))
    # Nothing else will say what there was.
    enrolment, target = attempt.enrolment, _target(paper)
    details = {
        "enrolment": str(enrolment.uuid),
        "code": paper.code,
        "activity": attempt.activity.key,
        "class": str(paper.klass.uuid),
        "printed_at": paper.printed_at.isoformat(timespec="seconds"),
    }
    attempt.delete()
    audit(by=by, action="paper.withdrawn", target=target, member=enrolment.member, details=details)


@dataclass(frozen=True)
class HandedIn:
    """What handing in came to: the papers, and those that stay with the reason."""

    papers: list[TestPaper]
    refused: list[tuple[TestPaper, str]]


@transaction.atomic
def hand_in_papers(*, by: User, klass: Class, activity: uuid.UUID) -> HandedIn:
    """Hand in every checked paper of a class at a test: graded as on screen, at the end of its sitting. Each is whole.

    Raises:
        Refused: `by` neither teaches nor manages classes.
    """
    _require(by)
    done = HandedIn([], [])
    ready = reads.papers_seen_by(by).filter(
        klass=klass, attempt__activity__uuid=activity, state=TestPaper.State.CHECKED
    )
    for each in ready:
        try:
            with transaction.atomic():
                done.papers.append(_hand_in(by, each))
        except (EntryRefused, Http404) as refusal:
            done.refused.append((each, str(refusal)))
    if done.papers:
        audit(
            by=by,
            action="paper.handed_in",
            target=f"learning.class:{klass.uuid}",
            details={"activity": str(activity), "papers": [str(each.uuid) for each in done.papers]},
        )
    return done


def _hand_in(by: User, paper: TestPaper) -> TestPaper:
    paper, attempt = _locked(by, paper)
    _require_open(attempt, paper.sat_from)
    begins_at, ends_at = paper.sat_from, paper.sat_until
    entry = paper.entries.last()
    if paper.state != TestPaper.State.CHECKED or entry is None or begins_at is None or ends_at is None:
        raise EntryRefused(_("This paper is not checked yet."))
    questions = reads.questions_of(attempt)
    answers, problems = reads.read_all(questions, entry.given)
    if problems:
        raise EntryRefused(_("Something typed cannot be read. Nothing is stored."))
    changed = []
    for question in questions:
        answer = answers.get(question.position)
        if answer is not None:
            question.response.answer, question.response.answered_at = answer, ends_at
            changed.append(question.response)
    Response.objects.bulk_update(changed, ["answer", "answered_at"])
    attempt.started_at = begins_at
    attempt.notes = [
        {**note, "sat": [begins_at.isoformat(), ends_at.isoformat()]} if note["rule"] == ON_PAPER else note
        for note in attempt.notes or ()
    ]
    attempt.save(update_fields=["started_at"])
    close_attempt(attempt=attempt, closed_by=Attempt.ClosedBy.PAPER, at=ends_at)
    # The answers stand on the attempt now: they age with it, and nowhere else.
    paper.entries.update(given={})
    paper.state, paper.handed_in_at = TestPaper.State.CLOSED, timezone.now()
    paper.save()
    return paper


def _locked(by: User, paper: TestPaper) -> tuple[TestPaper, Attempt]:
    """A paper of a class of `by` and its attempt, the attempt locked first as handing in on screen does."""
    found = reads.one_paper(by, paper.uuid)
    attempt = (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("enrolment__actor", "enrolment__member", "enrolment__refresher", "activity", "revision")
        .filter(pk=found.attempt_id)
        .first()
    )
    own = TestPaper.objects.select_for_update(of=("self",)).filter(pk=found.pk).first()
    if attempt is None or own is None:
        raise Http404(_("There is no such paper among those of your classes."))
    return own, attempt


def _require_not_handed_in(attempt: Attempt) -> None:
    if attempt.submitted_at is not None:
        raise EntryRefused(_("This paper is handed in. Nothing on it changes any more."))


def _require_open(attempt: Attempt, sat: dt.datetime | None) -> None:
    """Whose enrolment ended after the sitting sat it all the same, as whoever handed in on screen the day before."""
    _require_not_handed_in(attempt)
    if attempt.enrolment.actor.user_id is None:
        raise EntryRefused(_("The account of this officer was erased. Withdraw the paper."))
    ended_at = attempt.enrolment.ended_at
    if ended_at is not None and (sat is None or ended_at <= sat):
        raise EntryRefused(_("This officer is not enrolled in the course any more. Withdraw the paper."))
