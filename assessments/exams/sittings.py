"""Reads of what is arranged around a test: attempts left, tests to reopen, extra time, exams and who sits them."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Right, Viewer, has_right
from accounts.selectors import names_for, people_of_no_member, people_seen_by
from assessments.answering.notes import is_on_paper
from assessments.exams.allowance import Allowance, Sat, allowance_of
from assessments.models import Attempt, Exam, ExtraTime, Reopening, TestPaper, Ticket
from assessments.rules import rules_of
from assessments.rules.words import name_of
from learning.manifest import Node
from learning.models import Activity, Class, Course, Enrolment
from learning.selectors import (
    CourseText,
    classes_taught_by,
    newest_revision,
    outline_for,
    outline_of,
    own_standings,
    people_in_class,
    standings,
)

# --- attempts and pauses


def _sat(attempts: Iterable[Attempt]) -> list[Sat]:
    return [Sat(each.started_at, each.submitted_at) for each in attempts]


def allowance_at(enrolment: Enrolment, node: Node, attempts: Iterable[Attempt]) -> Allowance:
    """What the rules allow now at a test; scoping is the caller's, who has the enrolment and all its attempts at it."""
    reopened = Reopening.objects.filter(enrolment=enrolment, activity__uuid=node.uuid)
    return allowance_of(rules_of(node), _sat(attempts), reopened.values_list("reopened_at", flat=True), timezone.now())


@dataclass(frozen=True)
class AtTheDoor:
    """What stands at the door of a test for one officer, beside how it went so far.

    `exam` is the one for which the officer has a ticket that was not used: the next, or else the last. Whoever learns
    under no member has no coordinator to ask.
    """

    allowance: Allowance
    needs_ticket: bool
    exam: Exam | None
    now: dt.datetime
    has_coordinator: bool = True
    is_on_paper: bool = False

    @property
    def is_before(self) -> bool:
        """Whether the exam has not opened yet."""
        return self.exam is not None and self.now < self.exam.opens_at

    @property
    def is_after(self) -> bool:
        """Whether the exam has closed."""
        return self.exam is not None and self.now >= self.exam.closes_at

    @property
    def is_held(self) -> bool:
        """Whether the test cannot be begun now."""
        return self.is_on_paper or not self.allowance.may_start or (self.needs_ticket and not self.takes_ticket)

    @property
    def takes_ticket(self) -> bool:
        """Whether a ticket opens it now."""
        return self.exam is not None and not self.is_before and not self.is_after


def at_the_door(enrolment: Enrolment, node: Node, attempts: Sequence[Attempt]) -> AtTheDoor:
    """What the page before a test says; scoping is the caller's, who has the enrolment and all its attempts at it."""
    now = timezone.now()
    needs_ticket = rules_of(node).needs_ticket
    exam = None
    if needs_ticket:
        tickets = Ticket.objects.filter(
            enrolment=enrolment, used_at=None, exam__activity__uuid=node.uuid, exam__cancelled_at=None
        ).select_related("exam")
        exams = sorted((ticket.exam for ticket in tickets), key=lambda each: each.closes_at)
        exam = next((each for each in exams if each.closes_at > now), exams[-1] if exams else None)
    allowance = allowance_at(enrolment, node, attempts)
    on_paper = any(each.submitted_at is None and is_on_paper(each) for each in attempts)
    has_coordinator = enrolment.member_id is not None
    return AtTheDoor(allowance, needs_ticket, exam, now, has_coordinator, on_paper)


# --- tests to reopen


@dataclass(frozen=True)
class ToReopen:
    """A test of one officer that cannot be begun now, because no attempt is left or a pause runs. No score."""

    enrolment: Enrolment
    activity: uuid.UUID
    test: str
    course: CourseText
    allowance: Allowance
    name: str

    @property
    def person(self) -> User:
        """The officer."""
        user = self.enrolment.actor.user
        assert user is not None, "found through the person"
        return user


def own_people(viewer: User) -> QuerySet[User]:
    """The people over whom a viewer decides here: those whom the viewer manages, without the viewer."""
    return people_seen_by(viewer, Right.MANAGE_PEOPLE).exclude(pk=viewer.pk)


#: Who opens tests again: coordinators, and the RSO for those who have none.
REOPENS = (Right.MANAGE_PEOPLE, Right.REOPEN_WITHOUT_MEMBER)


def people_to_reopen_for(viewer: User) -> QuerySet[User]:
    """For whom a viewer opens tests again: `own_people`, and for the RSO those whom no member manages."""
    people = own_people(viewer)
    if not has_right(viewer, Right.REOPEN_WITHOUT_MEMBER):
        return people
    nobodys = people_of_no_member().exclude(pk=viewer.pk)
    return User.objects.filter(Q(pk__in=people.values("pk")) | Q(pk__in=nobodys.values("pk")))


def tests_to_reopen(viewer: User, language: str, person: User | None = None) -> list[ToReopen]:
    """The tests of `people_to_reopen_for`, or of one of them, that cannot be begun now; those without an attempt first.

    Who is managed today counts, not where the course was begun: whoever moved is looked after by the new service. A
    fixed number of queries.
    """
    people = people_to_reopen_for(viewer)
    if person is not None:
        people = people.filter(pk=person.pk)
    rows = Attempt.objects.filter(
        enrolment__actor__user__in=people,
        enrolment__ended_at=None,
        enrolment__progress__completed_at=None,
        pass_mark__isnull=False,
    ).only("enrolment", "activity", "started_at", "submitted_at", "passed", "activity__uuid")
    found: dict[tuple[int, uuid.UUID], list[Attempt]] = {}
    for attempt in rows.select_related("activity"):
        found.setdefault((attempt.enrolment_id, attempt.activity.uuid), []).append(attempt)
    if not found:
        return []
    own = Enrolment.objects.filter(pk__in={pk for pk, _activity in found})
    own = own.select_related("actor__user", "course", "edition", "progress", "member")
    reopened: dict[tuple[int, uuid.UUID], list[dt.datetime]] = {}
    for pk, activity, at in Reopening.objects.filter(enrolment__in=own).values_list(
        "enrolment", "activity__uuid", "reopened_at"
    ):
        reopened.setdefault((pk, activity), []).append(at)
    by_pk = {each.enrolment.pk: each for each in standings(list(own), language)}
    names = names_for(viewer, [each.enrolment.actor.user for each in by_pk.values()])
    now, answer = timezone.now(), []
    for (pk, activity), attempts in found.items():
        standing = by_pk[pk]
        node = standing.course.outline.by_uuid.get(str(activity))
        is_passed = str(activity) in standing.passed or any(each.passed for each in attempts)
        if node is None or is_passed or any(each.submitted_at is None for each in attempts):
            continue
        allowance = allowance_of(rules_of(node), _sat(attempts), reopened.get((pk, activity), ()), now)
        if not allowance.may_start:
            name = names.get(standing.enrolment.actor.user_id or 0, "–")
            answer.append(
                ToReopen(standing.enrolment, activity, name_of(node.purpose), standing.course, allowance, name)
            )
    return sorted(answer, key=lambda each: (not each.allowance.is_used_up, each.name, each.course.title))


def one_to_reopen(viewer: User, language: str, enrolment: uuid.UUID, activity: uuid.UUID) -> ToReopen:
    """One of `tests_to_reopen`.

    Raises:
        Http404: it is not among them.
    """
    person = people_to_reopen_for(viewer).filter(actors__enrolments__uuid=enrolment).first()
    for each in tests_to_reopen(viewer, language, person) if person else ():
        if each.enrolment.uuid == enrolment and each.activity == activity:
            return each
    raise Http404(_("There is no such test to reopen among those of your officers."))


@dataclass(frozen=True)
class Reopened:
    """A test that was opened again for its reader, who has not begun it since."""

    course: CourseText
    test: str
    key: str


def reopened_for(user: User, language: str) -> list[Reopened]:
    """The tests that were opened again for the viewer and not begun since."""
    since = Attempt.objects.filter(
        enrolment=OuterRef("enrolment"), activity=OuterRef("activity"), started_at__gt=OuterRef("reopened_at")
    )
    waiting = set(
        Reopening.objects.filter(~Exists(since), enrolment__actor__user=user, enrolment__ended_at=None).values_list(
            "enrolment", "activity__uuid"
        )
    )
    if not waiting:
        return []
    return [
        Reopened(each.course, name_of(node.purpose), node.key)
        for each in own_standings(user, language)
        for node in each.course.outline.path
        if (each.enrolment.pk, uuid.UUID(node.uuid)) in waiting and node.uuid not in each.passed
    ]


def untold(since: dt.datetime) -> list[int]:
    """The reopenings after an instant of which the officer was not told by letter, for the sweep."""
    return list(Reopening.objects.filter(told_at=None, reopened_at__gt=since).values_list("pk", flat=True))


# --- extra time


def extra_time_seen(viewer: User, person: User) -> ExtraTime | None:
    """The extra time in force of one of the viewer's own people; nothing of others."""
    return ExtraTime.objects.filter(actor__user__in=own_people(viewer).filter(pk=person.pk), ended_at=None).first()


# --- exams


def classes_for_exams(viewer: Viewer) -> QuerySet[Class]:
    """For which classes the viewer arranges exams: all for those who manage classes, else those one teaches."""
    if has_right(viewer, Right.MANAGE_CLASSES):
        return Class.objects.all()
    return classes_taught_by(viewer)


def exam_tests(course: Course) -> list[tuple[uuid.UUID, str]]:
    """The tests of a course that are begun with a ticket, by the newest edition: (activity, name). No content."""
    revision = newest_revision(course)
    if revision is None:
        return []
    nodes = [node for node in outline_of(revision).path if node.kind == Activity.Kind.QUIZ]
    return [(uuid.UUID(node.uuid), name_of(node.purpose)) for node in nodes if rules_of(node).needs_ticket]


def name_of_exam_test(exam: Exam) -> str:
    """What the test of an exam is called, also when its rules ask for no ticket any more."""
    revision = newest_revision(exam.klass.course)
    node = outline_of(revision).by_uuid.get(str(exam.activity.uuid)) if revision else None
    return name_of(node.purpose) if node else "–"


def exams_seen_by(viewer: Viewer) -> QuerySet[Exam]:
    """The exams of the classes for which the viewer arranges them, newest first; nothing for others."""
    return Exam.objects.filter(klass__in=classes_for_exams(viewer)).select_related("klass__course", "activity")


def one_exam(viewer: Viewer, exam: uuid.UUID) -> Exam:
    """One exam for those who arrange it.

    Raises:
        Http404: there is none, or it is of a class of others.
    """
    found = exams_seen_by(viewer).filter(uuid=exam).first()
    if found is None:
        raise Http404(_("There is no such exam among those of your classes."))
    return found


def one_class_for_exams(viewer: Viewer, klass: uuid.UUID) -> Class:
    """One class for which the viewer may arrange an exam.

    Raises:
        Http404: there is none, or it is of others.
    """
    found = classes_for_exams(viewer).select_related("course").filter(uuid=klass).first()
    if found is None:
        raise Http404(_("There is no such class among yours."))
    return found


def people_of_exam(viewer: User, exam: Exam) -> QuerySet[Enrolment]:
    """Who may sit an exam, each with the `label` by which the viewer may know the person (see `people_in_class`)."""
    teaches = classes_taught_by(viewer).filter(pk=exam.klass_id).exists()
    return people_in_class(viewer, exam.klass, names=teaches).annotate(chosen_language=F("actor__user__language"))


@dataclass(frozen=True)
class Sitter:
    """One officer at an exam: has a ticket or not, is in, has handed in, and when something was saved last.

    No answer, no score, no deadline: that would tell of extra time.
    """

    enrolment: Enrolment
    has_ticket: bool
    is_used: bool
    attempt: Attempt | None
    saved_at: dt.datetime | None

    @property
    def is_in(self) -> bool:
        """Whether the paper is open."""
        return self.attempt is not None and self.attempt.submitted_at is None

    @property
    def is_handed_in(self) -> bool:
        """Whether the paper is handed in."""
        return self.attempt is not None and self.attempt.submitted_at is not None


def sitters(viewer: User, exam: Exam) -> list[Sitter]:
    """Everybody at an exam as it stands now, in a fixed number of queries; nobody for whoever may not look."""
    people = list(people_of_exam(viewer, exam))
    tickets = {each.enrolment_id: each for each in Ticket.objects.filter(exam=exam)}
    attempts = {
        each.enrolment_id: each
        for each in Attempt.objects.filter(exam=exam)
        .annotate(saved_at=Max("responses__answered_at"))
        .order_by("started_at")
    }
    return [
        Sitter(
            enrolment=each,
            has_ticket=each.pk in tickets,
            is_used=each.pk in tickets and tickets[each.pk].used_at is not None,
            attempt=attempts.get(each.pk),
            saved_at=getattr(attempts.get(each.pk), "saved_at", None),
        )
        for each in people
    ]


def closed_for_all(attempts: Iterable[Attempt]) -> dict[int, bool]:
    """By primary key whether nobody can sit the exam of an attempt any more, so that what was right may be shown.

    Without exam: yes, except on paper, where a test that is begun with a ticket on screen is an exam without one: while
    another paper of the class is not handed in, or the class still has an exam of the test. The grace for slow links
    counts: until then answers of others are still taken. A fixed number of queries.
    """
    now, found = timezone.now(), {}
    on_paper: dict[int, dt.timedelta] = {}
    for attempt in attempts:
        found[attempt.pk] = True
        if attempt.exam is None and not is_on_paper(attempt):
            continue
        node = outline_for(attempt.enrolment, attempt.revision).by_uuid.get(str(attempt.activity.uuid))
        rules = rules_of(node) if node else None
        grace = dt.timedelta(seconds=rules.grace_seconds if rules else 0)
        if attempt.exam is not None:
            found[attempt.pk] = now >= attempt.exam.closes_at + grace
        elif rules and rules.needs_ticket:
            on_paper[attempt.pk] = grace
    if not on_paper:
        return found
    own = TestPaper.objects.filter(attempt__in=on_paper)
    places = {pk: (klass, test) for pk, klass, test in own.values_list("attempt", "klass", "attempt__activity")}
    klasses, tests = {klass for klass, _test in places.values()}, {test for _klass, test in places.values()}
    papers: dict[tuple[int, int], set[int]] = {}
    waiting = TestPaper.objects.filter(klass__in=klasses, attempt__activity__in=tests)
    for klass, test, pk in waiting.exclude(state=TestPaper.State.CLOSED).values_list(
        "klass", "attempt__activity", "attempt"
    ):
        papers.setdefault((klass, test), set()).add(pk)
    exams = Exam.objects.filter(klass__in=klasses, activity__in=tests, cancelled_at=None).order_by()
    closes = {
        (klass, test): last
        for klass, test, last in exams.values("klass", "activity")
        .annotate(last=Max("closes_at"))
        .values_list("klass", "activity", "last")
    }
    for pk, place in places.items():
        is_sat = place in closes and now < closes[place] + on_paper[pk]
        found[pk] = not (is_sat or papers.get(place, set()) - {pk})
    return found


def is_closed_for_all(attempt: Attempt) -> bool:
    """`closed_for_all` of one attempt."""
    return closed_for_all([attempt])[attempt.pk]
