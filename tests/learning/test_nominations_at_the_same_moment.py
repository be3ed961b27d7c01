"""Two who decide or nominate at the same moment, on a real database with real transactions."""

import pytest

from accounts.models import User
from learning.models import Class, Enrolment, Nomination
from learning.services import accept_nominations, propose_nominations
from learning.services import nominations as room
from tests.assessments.test_at_the_same_moment import at_once
from tests.cast import Cast, make_cast
from tests.factories import make_course
from tests.learning.classes import a_class, nominate, officers
from xapi.models import Statement

pytestmark = pytest.mark.django_db(transaction=True)


def accept(cast: Cast, klass: Class, rows: list[Nomination], *, wait: bool = False) -> tuple[int, int]:
    """What one window of the RSO does."""
    return accept_nominations(
        by=User.objects.get(pk=cast.rso.pk),
        course=klass.course,
        klass=klass,
        member=cast.home,
        nominations=[each.uuid for each in rows],
        wait=wait,
    )


def test_deciding_at_once_never_gives_more_seats_than_there_are():
    cast, course = make_cast(), make_course()
    klass = a_class(cast, course.course, seats=3)
    rows = nominate(cast, course.course, klass, *officers(cast.home, 8))

    results, errors = at_once(4, lambda n: accept(cast, klass, rows[2 * n : 2 * n + 2], wait=True))
    assert not errors and sum(accepted for accepted, _waiting in results) == 3
    assert Enrolment.objects.filter(klass=klass).count() == 3
    assert Nomination.objects.filter(state="accepted").count() == 3
    assert Nomination.objects.filter(state="waiting").count() == 5


def test_two_who_accept_the_same_officer_at_once_enrol_once_and_one_is_told():
    cast, course = make_cast(), make_course()
    klass = a_class(cast, course.course, seats=3)
    rows = nominate(cast, course.course, klass, cast.officer)
    results, errors = at_once(3, lambda n: accept(cast, klass, rows))
    assert len(results) == 1 and [type(each) for each in errors] == [room.DecidedAlready] * 2
    assert Enrolment.objects.count() == Statement.objects.count() == 1


def test_the_same_officer_nominated_in_two_windows_at_once_is_nominated_once():
    cast, course = make_cast(), make_course()
    klass = a_class(cast, course.course)

    def propose(number):
        by = User.objects.get(pk=cast.coordinator.pk)
        return propose_nominations(by=by, course=course.course, klass=klass, people=[cast.officer.uuid])

    results, errors = at_once(3, propose)
    assert len(results) == 1 and [type(each) for each in errors] == [room.NotFree] * 2
    assert Nomination.objects.count() == 1
