"""Tickets of exams: making them, replacing a lost one, and admitting an officer with one."""

import hmac
import secrets
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import Member, User
from accounts.models.people import CODE_LETTERS
from accounts.permissions import Refused
from accounts.services import Entry, audit_many
from assessments.exams.places import is_inside
from assessments.exams.sittings import people_of_exam
from assessments.models import Attempt, Exam, Ticket
from assessments.services.sittings import end_with, exam_target, moment, own_locked_exam, uuids_of
from learning.models import Activity, Enrolment
from lms.origin import current_address
from lms.text import ascii_digits

#: Eight letters out of thirty: 39 bits, and five tries in five minutes.
TICKET_LENGTH = 8


class TicketUsed(Exception):
    """The officer is in already: a ticket that was used is not replaced."""


@dataclass(frozen=True)
class GivenTicket:
    """A ticket in plain letters: it exists only here and on the slip. `enrolment` comes from `people_of_exam`."""

    enrolment: Enrolment
    code: str


def new_ticket() -> str:
    """A code in two groups of four, of letters and digits that nobody confuses."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _each in range(TICKET_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def ticket_digest(exam: Exam, enrolment: Enrolment, code: str) -> str:
    """What is stored of a ticket: it holds for one officer at one exam. How it was typed does not matter."""
    letters = "".join(each for each in ascii_digits(code[:100]).upper() if each.isalnum())
    value = f"{exam.uuid}:{enrolment.uuid}:{letters}"
    return salted_hmac("assessments.ticket", value, algorithm="sha256").hexdigest()


@transaction.atomic
def make_tickets(*, by: User, exam: Exam, again: bool = False) -> list[GivenTicket]:
    """Give a ticket to everybody in the class who has none. The codes are returned once and kept nowhere.

    Arguments:
        again: also in place of tickets that were not used, when a sheet was lost. The old ones are good no more.

    Raises:
        Http404: it is not of a class of `by`.
        ExamCancelled: it was cancelled.
    """
    exam = own_locked_exam(by, exam)
    tickets = {each.enrolment_id: each for each in Ticket.objects.filter(exam=exam)}
    people = [
        each
        for each in people_of_exam(by, exam).select_related("actor__user", "member")
        if each.pk not in tickets or (again and tickets[each.pk].used_at is None)
    ]
    return _give(by, exam, people, "exam.tickets_made")


@transaction.atomic
def replace_ticket(*, by: User, exam: Exam, enrolment: uuid.UUID) -> GivenTicket:
    """Give one officer of the class a ticket in place of a lost one, or a first one. The old one is good no more.

    Raises:
        Http404: it is not of a class of `by`, or the officer is not in the class.
        ExamCancelled: it was cancelled.
        TicketUsed: the officer is in already, and goes on without a ticket, also on another device.
    """
    exam = own_locked_exam(by, exam)
    found = people_of_exam(by, exam).select_related("actor__user", "member").filter(uuid=enrolment).first()
    if found is None:
        raise Http404(_("There is no such officer in this class."))
    if Ticket.objects.filter(exam=exam, enrolment=found, used_at__isnull=False).exists():
        raise TicketUsed(_("This ticket was used. Who is in goes on without a ticket, also on another device."))
    return _give(by, exam, [found], "exam.ticket_replaced")[0]


def _give(by: User, exam: Exam, people: list[Enrolment], action: str) -> list[GivenTicket]:
    given = [GivenTicket(each, new_ticket()) for each in people]
    Ticket.objects.filter(exam=exam, enrolment__in=people, used_at=None).delete()
    Ticket.objects.bulk_create(
        Ticket(exam=exam, enrolment=each.enrolment, digest=ticket_digest(exam, each.enrolment, each.code))
        for each in given
    )
    members: dict[Member | None, list[Enrolment]] = {}
    for each in people:
        members.setdefault(each.member, []).append(each)
    audit_many(
        by=by,
        entries=[
            Entry(
                action,
                exam_target(exam),
                member,
                details={"enrolments": [str(each.uuid) for each in rows], "people": uuids_of(rows)},
            )
            for member, rows in members.items()
        ],
    )
    return given


# --- admission


class NotAdmitted(Refused):
    """The exam cannot be begun now. The message says what to do."""


class TicketNeeded(NotAdmitted):
    """There is no ticket for this officer, or none was given."""


class TicketNotRight(NotAdmitted):
    """Wrong, used, replaced, or of somebody else: which of them is not said."""


class OutsideWindow(NotAdmitted):
    """The exam is not open yet, or has closed."""


class OutsidePlace(NotAdmitted):
    """The exam is sat in another place."""


@transaction.atomic
def admit(*, enrolment: Enrolment, activity: Activity, ticket: str) -> Exam:
    """Take the ticket of an officer for a test: the exam to which it admits. It is good once.

    For `start_attempt`, which holds the enrolment; if the test is not begun in the end, the ticket is not used.

    Raises:
        TicketNeeded, TicketNotRight, OutsideWindow, OutsidePlace: and the ticket is not used.
    """
    if not ticket.strip():
        raise TicketNeeded(_("This test is an exam. It is begun with the ticket that your trainer gives you."))
    of_test = Ticket.objects.filter(enrolment=enrolment, exam__activity=activity, exam__cancelled_at=None)
    found = _with_code(of_test.filter(used_at=None), ticket)
    # Read again under the lock that changing an exam and making tickets take first: either may just have happened.
    exam = Exam.objects.select_for_update().get(pk=found.exam_id) if found else None
    found = _with_code(of_test.filter(used_at=None, exam=exam), ticket) if exam else None
    if exam is None or found is None:
        raise TicketNotRight(
            _("This ticket is not right, was used or is another person’s. Look again, or ask for a new one.")
        )
    now = timezone.now()
    if not exam.opens_at <= now < exam.closes_at:
        raise OutsideWindow(
            _("This exam is open from %(opens)s to %(closes)s. Ask your trainer if that cannot be right.")
            % {"opens": moment(exam.opens_at), "closes": moment(exam.closes_at)}
        )
    require_place(exam)
    found.used_at = now
    found.save(update_fields=["used_at"])
    return exam


def require_place(exam: Exam) -> None:
    """Refuse a request that comes from outside the place of an exam.

    Raises:
        OutsidePlace: it does.
    """
    if not is_inside(current_address(), exam.networks):
        raise OutsidePlace(
            _("This exam is open now, but only at the place of the exam and on its network. Ask your trainer.")
        )


def _with_code(tickets: QuerySet[Ticket], code: str) -> Ticket | None:
    found = None
    for each in tickets.select_related("exam", "enrolment"):
        if hmac.compare_digest(each.digest, ticket_digest(each.exam, each.enrolment, code)):
            found = each
    return found


def bind_attempt(*, attempt: Attempt, exam: Exam) -> None:
    """Bind an attempt that was just begun to the exam that admitted it: it ends when the exam closes, if not before."""
    attempt.exam = exam
    end_with(attempt, exam, timezone.now())
    attempt.save(update_fields=["exam", "deadline_at", "notes"])
