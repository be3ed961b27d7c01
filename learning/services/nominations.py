"""Nominations: proposing, deciding within the seats, withdrawing, and moving up when a seat becomes free.

Every write holds the lock of the course, so two who decide at once never give more seats than there are.
"""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Actor, Member, Posting, User
from accounts.permissions import Refused, Right, require_right, scope_of
from accounts.selectors import learner_posting
from accounts.services import actor_of, audit
from learning.models import Class, Course, CourseProgress, EditionRevision, Nomination
from learning.permissions import may_enrol, takes_nominations_of
from learning.selectors import candidates, officers_to_nominate, posting_of_nominated, room_of
from learning.services.enrolments import enrol_person

State = Nomination.State
#: How many officers one proposes, or decides upon, at once.
AT_ONCE = 50
#: How long a reason may be.
REASON_LENGTH = 300


class CannotNominate(Exception):
    """A nomination cannot be made, decided or withdrawn; the message says why. Nothing was changed."""


class NothingChosen(CannotNominate):
    """No officer, or too many, was chosen."""


class TakesNoNominations(CannotNominate):
    """The course or class takes no officers of this member now."""


class NotFree(CannotNominate):
    """An officer is enrolled, has completed the course, or is nominated already."""


class DecidedAlready(CannotNominate):
    """Somebody else decided or withdrew in the meantime."""


class NoSeats(CannotNominate):
    """There are fewer seats left than officers to accept."""


class LeftMember(CannotNominate):
    """The officer does not serve the nominating member any more."""


class NoReason(CannotNominate):
    """A nomination was to be returned without saying why."""


class HasCompleted(CannotNominate):
    """The officer has completed the course, so there is nothing to withdraw from."""


class NotYourOfficer(Http404):
    """A person who is not among the officers of the one who nominates: answered as if there were none."""


def locked_course(course: Course) -> Course:
    """The course, locked until the end of the transaction: whoever changes seats or nominations waits here."""
    return Course.objects.select_for_update(of=("self",)).get(pk=course.pk)


def locked_class(klass: Class | None) -> Class | None:
    """The class as it is now, read under the lock of its course."""
    return Class.objects.get(pk=klass.pk) if klass else None


def nomination_target(nomination: Nomination) -> str:
    """How the audit log names a nomination."""
    return f"learning.nomination:{nomination.uuid}"


@transaction.atomic
def propose_nominations(
    *, by: User, course: Course, klass: Class | None, people: Sequence[uuid.UUID]
) -> list[Nomination]:
    """Nominate officers of one's own for a course, in a class or without: all of them or nobody.

    Arguments:
        people: uuids of the officers; each must be among `officers_to_nominate`.

    Raises:
        NothingChosen: nobody, or more than `AT_ONCE`.
        NotYourOfficer: somebody is not among the officers of the one who nominates.
        TakesNoNominations: the course is closed, its class is over, or it does not take officers of the member.
        NotFree: somebody learns already, has completed the course, or is nominated.
    """
    require_right(by, Right.NOMINATE)
    wanted = list(dict.fromkeys(people))
    if not wanted:
        raise NothingChosen(_("Nobody was chosen. Tick at least one officer."))
    if len(wanted) > AT_ONCE:
        raise NothingChosen(_("Nominate at most %(number)d officers at once.") % {"number": AT_ONCE})
    course, klass = locked_course(course), locked_class(klass)
    found = list(officers_to_nominate(by).filter(uuid__in=wanted))
    if len(found) != len(wanted):
        raise NotYourOfficer(_("There is no such officer among yours. Nobody was nominated."))
    chosen = candidates(by, course, klass, found)
    for member in {_member_of(each.posting) for each in chosen}:
        _require_taken(course, klass, member)
    taken = [each for each in chosen if each.why_not]
    if taken:
        listed = "; ".join(f"{each.person.full_name} ({each.why_not})" for each in taken)
        raise NotFree(_("Nobody was nominated. These officers cannot be: %(names)s") % {"names": listed})
    actors = {each.person.pk: actor_of(each.person) for each in chosen}
    _let_go_of_left(course, list(actors.values()))
    now = timezone.now()
    made = []
    for each in sorted(chosen, key=lambda each: wanted.index(each.person.uuid)):
        nomination = Nomination.objects.create(
            person=actors[each.person.pk],
            course=course,
            klass=klass,
            member=_member_of(each.posting),
            agency=each.posting.agency,
            proposed_by=actor_of(by),
            proposed_at=now,
        )
        _audit(by, "nomination.made", nomination)
        made.append(nomination)
    return made


def _member_of(posting: Posting) -> Member:
    assert posting.member is not None, "only postings with a member are in the scope of a nomination"
    return posting.member


def _require_taken(course: Course, klass: Class | None, member: Member) -> None:
    if klass is not None and klass.is_over:
        raise TakesNoNominations(_("This class is over."))
    if not EditionRevision.objects.filter(edition__course=course).exists():
        raise TakesNoNominations(_("This course has not been published yet."))
    if takes_nominations_of(course, member) and (klass is not None or course.access == Course.Access.NOMINATION):
        return
    if course.access == Course.Access.CLOSED:
        raise TakesNoNominations(_("This course takes nobody new at present."))
    if klass is None and course.access != Course.Access.NOMINATION:
        raise TakesNoNominations(_("Officers enrol in this course themselves; no nomination is needed."))
    if member.status == Member.Status.OBSERVER:
        raise TakesNoNominations(
            _("%(member)s is an observer: its officers take open courses only.") % {"member": member.name}
        )
    raise TakesNoNominations(_("This course takes officers of certain members only."))


def _let_go_of_left(course: Course, people: list[Actor]) -> None:
    """Withdraw open nominations that another member made for somebody who does not serve it any more.

    One person has one open nomination for a course; that of a former member must not stand in the way of today's.
    """
    rows = Nomination.objects.filter(course=course, person__in=people, state__in=Nomination.OPEN)
    for each in rows.select_related("person__user", "member"):
        if posting_of_nominated(each) is not None:
            raise NotFree(_("Nobody was nominated. One of the officers is nominated for this course elsewhere."))
        each.state, each.withdrawn_at = State.WITHDRAWN, timezone.now()
        each.save(update_fields=["state", "withdrawn_at"])
        _audit(None, "nomination.withdrawn", each, cause="left the member")


@transaction.atomic
def accept_nominations(
    *,
    by: User,
    course: Course,
    klass: Class | None,
    member: Member,
    nominations: Sequence[uuid.UUID],
    wait: bool = False,
) -> tuple[int, int]:
    """Accept open nominations of one member for a course or class: the officers are enrolled. All or nothing.

    Arguments:
        wait: put on the waiting list whoever has no seat, in order; otherwise too few seats refuse the whole.

    Returns:
        How many were accepted, and how many wait.

    Raises:
        DecidedAlready: a nomination is not open any more, or is not one of these.
        TakesNoNominations: the course is closed, or its class over.
        LeftMember: an officer does not serve the member any more.
        NoSeats: there are too few seats, and nobody is to wait.
    """
    require_right(by, Right.DECIDE_NOMINATIONS)
    course, klass = locked_course(course), locked_class(klass)
    rows = _open_rows(course, klass, member, nominations)
    _require_taken(course, klass, member)
    postings = [_require_posting(each) for each in rows]
    left = room_of(course, klass).left(member.pk)
    if not wait and len(rows) > left:
        raise NoSeats(
            _(
                "Officers chosen: %(chosen)d. Seats left: %(left)d. Nobody was accepted: choose fewer, give more "
                "seats, or let the others wait."
            )
            % {"chosen": len(rows), "left": left}
        )
    now = timezone.now()
    for each, posting in list(zip(rows, postings, strict=True))[:left]:
        _accept(each, by=by, posting=posting)
        each.decided_by, each.decided_at = actor_of(by), now
        each.save(update_fields=["decided_by", "decided_at"])
        _audit(by, "nomination.accepted", each)
    for each in rows[left:]:
        if each.state == State.PROPOSED:
            each.state, each.decided_by, each.decided_at = State.WAITING, actor_of(by), now
            each.save(update_fields=["state", "decided_by", "decided_at"])
            _audit(by, "nomination.waiting", each)
    if klass is not None:  # whoever came out of the course without a class left a seat there
        promote_waiting(by=None, course=course, klass=None, first=member)
    return min(left, len(rows)), max(0, len(rows) - left)


def _open_rows(
    course: Course, klass: Class | None, member: Member, nominations: Sequence[uuid.UUID]
) -> list[Nomination]:
    wanted = set(nominations)
    if not wanted or len(wanted) > AT_ONCE:
        raise NothingChosen(_("Choose at least one nomination and at most %(number)d.") % {"number": AT_ONCE})
    rows = list(
        Nomination.objects.filter(course=course, klass=klass, member=member, state__in=Nomination.OPEN, uuid__in=wanted)
        .select_related("person__user", "member", "agency", "course", "klass")
        .order_by("-state", "decided_at", "proposed_at", "pk")  # “waiting” before “proposed”
    )
    if len(rows) != len(wanted):
        raise DecidedAlready(_("Somebody decided or withdrew one of these in the meantime. Nothing was changed."))
    return rows


def _require_posting(nomination: Nomination) -> Posting:
    posting = posting_of_nominated(nomination)
    if posting is None:
        user = nomination.person.user
        raise LeftMember(
            _("%(code)s does not serve %(member)s any more. Nobody was accepted: return this nomination first.")
            % {"code": user.learner_code if user else "–", "member": nomination.member.name}
        )
    return posting


def _accept(nomination: Nomination, *, by: User | None, posting: Posting) -> None:
    # Under the key of today: accounts may have been merged since the nomination, and a closed key learns nothing new.
    person = actor_of(posting.user)
    nomination.enrolment = enrol_person(
        by=by, person=person, course=nomination.course, klass=nomination.klass, posting=posting
    )
    nomination.state = State.ACCEPTED
    nomination.save(update_fields=["enrolment", "state"])


@transaction.atomic
def return_nominations(
    *,
    by: User,
    course: Course,
    klass: Class | None,
    member: Member,
    nominations: Sequence[uuid.UUID],
    reason: str,
) -> int:
    """Give open nominations back to the coordinator, with a reason; returns how many.

    Raises:
        NoReason: without one, nobody knows what to do better.
        DecidedAlready: a nomination is not open any more, or is not one of these.
    """
    require_right(by, Right.DECIDE_NOMINATIONS)
    reason = reason.strip()[:REASON_LENGTH]
    if not reason:
        raise NoReason(_("Give the coordinator a reason. Nothing was changed."))
    course = locked_course(course)
    rows = _open_rows(course, klass, member, nominations)
    for each in rows:
        _return(each, by=by, reason=reason)
    return len(rows)


def _return(nomination: Nomination, *, by: User, reason: str) -> None:
    nomination.state, nomination.reason = State.RETURNED, reason
    nomination.decided_by, nomination.decided_at = actor_of(by), timezone.now()
    nomination.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    _audit(by, "nomination.returned", nomination, reason=reason)


def return_open_of_class(*, by: User, klass: Class, reason: str) -> int:
    """Give back every open nomination for a class that ends; the caller has checked the right and holds the lock."""
    rows = list(Nomination.objects.filter(klass=klass, state__in=Nomination.OPEN).select_related("member", "course"))
    for each in rows:
        _return(each, by=by, reason=reason)
    return len(rows)


@transaction.atomic
def withdraw_nomination(*, by: User, nomination: Nomination) -> Nomination:
    """Withdraw a nomination of one's own member, also one that was accepted. Its seat goes to whoever waits next.

    The officer leaves the class and keeps all that was learned. Where the course is open to the officer without a
    nomination, learning goes on alone; elsewhere the enrolment ends, and a new nomination takes it up again.

    Raises:
        Refused: the nomination is not of the viewer's member or agency.
        DecidedAlready: it was returned or withdrawn.
        HasCompleted: the officer has completed the course.
    """
    scope = scope_of(by, Right.NOMINATE)
    if not scope.covers(member=nomination.member_id, agency=nomination.agency_id):
        raise Refused(_("Your role does not include this page."))
    course = locked_course(nomination.course)
    nomination = Nomination.objects.select_related("person__user", "member", "klass", "enrolment").get(pk=nomination.pk)
    if not nomination.is_open and nomination.state != State.ACCEPTED:
        raise DecidedAlready(_("This nomination was returned or withdrawn before. Nothing was changed."))
    was_accepted = nomination.state == State.ACCEPTED
    if was_accepted:
        _leave(nomination, course)
    nomination.state, nomination.withdrawn_at = State.WITHDRAWN, timezone.now()
    nomination.save(update_fields=["state", "withdrawn_at"])
    _audit(by, "nomination.withdrawn", nomination)
    if was_accepted:
        promote_waiting(by=None, course=course, klass=nomination.klass, first=nomination.member)
    return nomination


def _leave(nomination: Nomination, course: Course) -> None:
    """Take the officer out of the class, or out of a course that takes nobody without a nomination."""
    enrolment = nomination.enrolment
    assert enrolment is not None, "an accepted nomination names its enrolment"
    if CourseProgress.objects.filter(enrolment=enrolment, completed_at__isnull=False).exists():
        raise HasCompleted(_("This officer has completed the course. There is nothing to withdraw from."))
    if enrolment.ended_at is not None or enrolment.klass_id != nomination.klass_id:
        return  # left before, or sits in another class by now
    user = nomination.person.user
    enrolment.klass = None
    if user is None or not may_enrol(user, course, learner_posting(user)):
        enrolment.ended_at = timezone.now()
    enrolment.save(update_fields=["klass", "ended_at"])


@transaction.atomic
def promote_waiting(
    *, by: User | None, course: Course, klass: Class | None, first: Member | None = None
) -> list[Nomination]:
    """Give free seats to those who wait, in order; runs whenever a seat becomes free. May run twice.

    Whoever left the member, or may not take the course now, is passed over and stays on the list.

    Arguments:
        by: who asks for it; None for the system itself, because a seat became free.
        first: the member whose seat became free: its own list comes before those of others.
    """
    if by is not None:
        require_right(by, Right.DECIDE_NOMINATIONS)
    course, klass = locked_course(course), locked_class(klass)
    rows = list(
        Nomination.objects.filter(course=course, klass=klass, state=State.WAITING)
        .select_related("person__user", "member", "agency", "course", "klass")
        .order_by("decided_at", "proposed_at", "pk")
    )
    promoted: list[Nomination] = []
    if not rows or (klass is not None and klass.is_over):
        return promoted
    rows.sort(key=lambda each: first is None or each.member_id != first.pk)  # stable: the order within stays
    room = room_of(course, klass)
    for each in rows:
        if room.left(each.member_id) < 1 or not takes_nominations_of(course, each.member):
            continue
        posting = posting_of_nominated(each)
        if posting is None:
            continue
        _accept(each, by=by, posting=posting)
        _audit(by, "nomination.promoted", each)
        room.used[each.member_id] += 1
        promoted.append(each)
    return promoted


def _audit(by: User | None, action: str, nomination: Nomination, *, reason: str = "", cause: str = "") -> None:
    details = {
        "course": str(nomination.course.uuid),
        "class": str(nomination.klass.uuid) if nomination.klass else None,
    }
    audit(
        by=by,
        action=action,
        target=nomination_target(nomination),
        member=nomination.member,
        reason=reason,
        details=details | ({"cause": cause} if cause else {}),
    )
