"""What tests of classes and nominations share: a class with seats, and officers of one member."""

import datetime as dt

from django.utils import timezone

from accounts.models import Member, User
from accounts.roles import Role
from learning.models import Class, Course, Nomination
from learning.services import make_class, propose_nominations, set_seats
from tests.cast import Cast, make_person


def a_class(cast: Cast, course: Course, *, seats: int | None = None, **fields) -> Class:
    """A class that runs, with seats for the home member."""
    fields = {"title": "Spring class", "starts_on": timezone.localdate() - dt.timedelta(days=3)} | fields
    klass = make_class(by=cast.rso, course=course, **fields)
    if seats is not None:
        set_seats(by=cast.rso, course=course, klass=klass, numbers={cast.home: seats})
    return klass


def officers(member: Member, number: int, prefix: str = "new") -> list[User]:
    """So many officers of a member."""
    return [
        make_person(f"{prefix}{place}", Role.OFFICER, member, full_name=f"Zq{prefix}{place}x")
        for place in range(number)
    ]


def by_nomination(course: Course) -> Course:
    """The course, so that nobody enrols alone."""
    course.access = Course.Access.NOMINATION
    course.save()
    return course


def nominate(cast: Cast, course: Course, klass: Class | None, *people: User) -> list[Nomination]:
    """Proposals of the home coordinator."""
    return propose_nominations(by=cast.coordinator, course=course, klass=klass, people=[each.uuid for each in people])
