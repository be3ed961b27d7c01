"""Reads of nominations and seats: for the coordinator who proposes, and for the RSO that decides."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.hooks import OpenThing, tells_what_is_open
from accounts.models import Member, Posting, User
from accounts.permissions import Right, Viewer, has_right, scope_of
from accounts.roles import Role
from accounts.selectors import people_seen_by
from learning.models import Class, Course, Enrolment, Nomination, Seats
from learning.permissions import LEARNING_ROLES, takes_nominations_of
from learning.selectors.centre import enrolments_seen_by
from learning.selectors.classes import CourseName, course_names, label_outside

State = Nomination.State


# --- seats


@dataclass(frozen=True)
class Room:
    """The seats of a class, or of a course without one, by member (primary keys)."""

    places: int | None
    given: dict[int, int]
    used: Counter[int]
    waiting: Counter[int] = field(default_factory=Counter)
    proposed: Counter[int] = field(default_factory=Counter)

    @property
    def places_left(self) -> int | None:
        """Places in all that nobody has; None when there is no limit."""
        return None if self.places is None else max(0, self.places - sum(self.used.values()))

    def left(self, member: int) -> int:
        """How many officers of a member can still come in."""
        own = max(0, self.given.get(member, 0) - self.used[member])
        return own if self.places_left is None else min(own, self.places_left)


def room_of(course: Course, klass: Class | None) -> Room:
    """How the seats stand now. Whoever counts on it holds the lock of the course (see `learning.services`).

    A seat is used by an accepted nomination whose enrolment is open and still in the class.
    """
    rows = Nomination.objects.filter(course=course, klass=klass)
    sits = Q(state=State.ACCEPTED, enrolment__ended_at=None, enrolment__klass=klass)
    found: dict[str, Counter[int]] = {State.ACCEPTED: Counter(), State.WAITING: Counter(), State.PROPOSED: Counter()}
    counted = rows.filter(sits | Q(state__in=Nomination.OPEN)).order_by().values_list("state", "member")
    for state, member, number in counted.annotate(n=Count("pk")):
        found[state][member] = number
    return Room(
        places=klass.places if klass else None,
        given=dict(Seats.objects.filter(course=course, klass=klass).values_list("member", "number")),
        used=found[State.ACCEPTED],
        waiting=found[State.WAITING],
        proposed=found[State.PROPOSED],
    )


# --- the coordinator's side


@dataclass(frozen=True)
class Choice:
    """Something for which one can nominate: a class, or a course without one."""

    course: Course
    klass: Class | None
    name: CourseName


def members_of_nominator(viewer: Viewer) -> list[Member]:
    """The members whose officers, or officers of one agency, the viewer may nominate."""
    scope = scope_of(viewer, Right.NOMINATE)
    return list(Member.objects.filter(Q(pk__in=scope.members) | Q(agencies__in=scope.agencies)).distinct())


def choices_to_nominate(viewer: Viewer, language: str) -> list[Choice]:
    """For what the viewer may nominate today: published courses by nomination, and classes that are not over."""
    members = members_of_nominator(viewer)
    if not members:
        return []
    courses = Course.objects.filter(editions__isnull=False).distinct()
    names = course_names(courses, language)
    classes: dict[int, list[Class]] = {}
    for klass in Class.objects.not_over().order_by("starts_on", "pk"):
        classes.setdefault(klass.course_id, []).append(klass)
    found = []
    for course in courses:
        if any(takes_nominations_of(course, member) for member in members):
            alone = [None] if course.access == Course.Access.NOMINATION else []
            found += [Choice(course, klass, names[course.pk]) for klass in [*alone, *classes.get(course.pk, [])]]
    return found


def one_choice(viewer: Viewer, slug: str, class_uuid: uuid.UUID | None, language: str) -> Choice:
    """One of `choices_to_nominate`.

    Raises:
        Http404: it is none of them.
    """
    for each in choices_to_nominate(viewer, language):
        if each.course.slug == slug and (each.klass.uuid if each.klass else None) == class_uuid:
            return each
    raise Http404(_("One cannot nominate for this course or class."))


def _postings_in_scope(viewer: Viewer) -> QuerySet[Posting]:
    inside = scope_of(viewer, Right.NOMINATE).q(member="member_id", agency="agency_id")
    return Posting.objects.current().filter(inside, role__in=LEARNING_ROLES, member__isnull=False)


def officers_to_nominate(viewer: Viewer, search: str = "") -> QuerySet[User]:
    """The people whom the viewer may nominate: in use, posted today within the scope, in a role that learns."""
    if not has_right(viewer, Right.NOMINATE):
        return User.objects.none()
    # Read once. Asked of each person, SQLite goes through all officers of the member for each of them.
    own = _postings_in_scope(viewer).order_by().values("user")
    people = people_seen_by(viewer, Right.NOMINATE).filter(pk__in=own, is_active=True)
    if search:
        people = people.filter(
            Q(full_name__icontains=search)
            | Q(latin_name__icontains=search)
            | Q(username__icontains=search)
            | Q(learner_code__iexact=search)
        )
    return people


def postings_to_nominate(viewer: Viewer, people: Iterable[User]) -> dict[int, Posting]:
    """Under which posting each of these people would be nominated, by primary key; as officer where there is one."""
    found: dict[int, Posting] = {}
    rows = _postings_in_scope(viewer).filter(user__in=list(people)).select_related("member", "agency")
    for posting in sorted(rows, key=lambda each: (each.role != Role.OFFICER, -each.pk)):
        found.setdefault(posting.user_id, posting)
    return found


@dataclass(frozen=True)
class Candidate:
    """A person on the page of nominations; `why_not` says, in words for the reader, why the box cannot be ticked."""

    person: User
    posting: Posting
    why_not: str
    note: str = ""


def candidates(viewer: Viewer, course: Course, klass: Class | None, people: Sequence[User]) -> list[Candidate]:
    """How each of these people stands with a course: learning, done, nominated or free. People out of scope fall out.

    Only what the viewer may see counts: what somebody learned while with another member is not told here.
    """
    postings = postings_to_nominate(viewer, people)
    enrolled: dict[int, Enrolment] = {}
    rows = enrolments_seen_by(viewer).filter(course=course, ended_at=None, actor__user__in=postings.keys())
    for enrolment in rows.select_related("klass"):
        enrolled[enrolment.actor.user_id] = enrolment  # type: ignore[index]
    open_rows = nominations_seen_by(viewer).filter(
        course=course, state__in=Nomination.OPEN, person__user__in=postings.keys()
    )
    nominated = {each.person.user_id: each for each in open_rows}
    found = []
    for person in people:
        if person.pk not in postings:
            continue
        why_not, note = _why_not(klass, enrolled.get(person.pk), nominated.get(person.pk))
        found.append(Candidate(person, postings[person.pk], why_not, note))
    return found


def _why_not(klass: Class | None, enrolment: Enrolment | None, nomination: Nomination | None) -> tuple[str, str]:
    if nomination is not None:
        return str(State(nomination.state).label), ""
    if enrolment is None:
        return "", ""
    progress = getattr(enrolment, "progress", None)
    if progress is not None and progress.completed_at:
        return _("Has completed the course"), ""
    if enrolment.klass is not None:
        return _("In the class “%(title)s”") % {"title": enrolment.klass.title}, ""
    if klass is None:
        return _("Enrolled"), ""
    return "", _("Learns alone so far")


def nominations_seen_by(viewer: Viewer) -> QuerySet[Nomination]:
    """The nominations of the viewer's own member or agency, as at the nomination; nothing else."""
    scope = scope_of(viewer, Right.NOMINATE)
    if not scope:
        return Nomination.objects.none()
    return Nomination.objects.filter(scope.q(member="member_id", agency="agency_id")).select_related(
        "person__user", "course", "klass", "member", "agency", "enrolment__progress"
    )


@tells_what_is_open
def nominations_that_wait(viewer: Viewer, posting: Posting) -> list[OpenThing]:
    """Nominations that wait for the RSO or for a seat, of the member or agency of a coordinator's posting."""
    rows = Nomination.objects.filter(member=posting.member_id, state__in=Nomination.OPEN)
    if posting.agency_id:
        rows = rows.filter(agency=posting.agency_id)
    return [OpenThing(_("Nominations without a seat or a decision"), rows.count(), reverse("learning:nominations"))]


# --- the RSO's side


@dataclass(frozen=True)
class QueueGroup:
    """The open nominations of one member for one course or class, in numbers."""

    course: Course
    klass: Class | None
    member: Member
    name: CourseName
    proposed: int
    waiting: int
    left: int


def queue(viewer: Viewer, language: str) -> list[QueueGroup]:
    """What waits for a decision, by course or class and member, oldest first; for those who decide."""
    if not has_right(viewer, Right.DECIDE_NOMINATIONS):
        return []
    rows = Nomination.objects.filter(state__in=Nomination.OPEN).order_by("proposed_at", "pk")
    groups: dict[tuple[int, int | None, int], Counter[str]] = {}
    firsts: dict[tuple[int, int | None, int], Nomination] = {}
    for each in rows.select_related("course", "klass", "member"):
        key = (each.course_id, each.klass_id, each.member_id)
        firsts.setdefault(key, each)
        groups.setdefault(key, Counter())[each.state] += 1
    rooms: dict[tuple[int, int | None], Room] = {}
    for (course, klass, _member), first in firsts.items():
        if (course, klass) not in rooms:
            rooms[course, klass] = room_of(first.course, first.klass)
    names = course_names([first.course for first in firsts.values()], language)
    return [
        QueueGroup(
            course=firsts[key].course,
            klass=firsts[key].klass,
            member=firsts[key].member,
            name=names[key[0]],
            proposed=states[State.PROPOSED],
            waiting=states[State.WAITING],
            left=rooms[key[0], key[1]].left(key[2]),
        )
        for key, states in groups.items()
    ]


def queue_group(
    viewer: Viewer, slug: str, class_uuid: uuid.UUID | None, code: str
) -> tuple[Course, Class | None, Member]:
    """The course, class and member of an address in the queue; for those who decide.

    Raises:
        Http404: there is no such course, class of it, or member.
    """
    course = Course.objects.filter(slug=slug).first() if has_right(viewer, Right.DECIDE_NOMINATIONS) else None
    member = Member.objects.filter(code=code).first()
    klass = Class.objects.filter(course=course, uuid=class_uuid).first() if class_uuid else None
    if course is None or member is None or (class_uuid and klass is None):
        raise Http404(_("There is nothing to decide here."))
    return course, klass, member


def nominations_of_group(
    viewer: Viewer, course: Course, klass: Class | None, member: Member, *, names: bool
) -> QuerySet[Nomination]:
    """The open nominations of a member for a course or class in the order in which they are decided, for those who
    decide: the waiting list first. Each has a `label`; what the member does not share is not fetched.

    Arguments:
        names: whether names are asked for (see `label_outside`).
    """
    if not has_right(viewer, Right.DECIDE_NOMINATIONS):
        return Nomination.objects.none()
    return (
        Nomination.objects.filter(course=course, klass=klass, member=member, state__in=Nomination.OPEN)
        .annotate(label=label_outside("person", names=names), person_uuid=F("person__user__uuid"))
        .order_by("-state", "decided_at", "proposed_at", "pk")  # “waiting” before “proposed”
    )


def posting_of_nominated(nomination: Nomination) -> Posting | None:
    """The posting under which a nominated officer learns with the nominating member today; None for who left it.

    In the agency of the nomination where there is still one, as officer before other roles. Scoping is the caller's.
    """
    user = nomination.person.user
    if user is None or not user.is_active:
        return None
    rows = Posting.objects.current().filter(user=user, member=nomination.member_id, role__in=LEARNING_ROLES)
    ranked = sorted(rows, key=lambda p: (p.agency_id != nomination.agency_id, p.role != Role.OFFICER, -p.pk))
    return ranked[0] if ranked else None
