"""What the rooms below tell this one, which knows none of them: functions that they declare when the site starts."""

from collections.abc import Callable, Collection

from accounts.models import User
from learning.models import Enrolment

#: An enrolment → why it cannot go to another edition now, in words for its officer; empty when nothing is in the way.
InTheWay = Callable[[Enrolment], str]
#: Primary keys of completed enrolments → those whose officers are offered no refresher.
Barred = Callable[[Collection[int]], Collection[int]]

#: Primary keys of completed enrolments → those whose certificates end soon or have ended, so that they may be renewed.
Renewable = Callable[[Collection[int]], Collection[int]]

#: A person and primary keys of courses → those that count as completed for other reasons than learning here.
Standing = Callable[[User, Collection[int]], Collection[int]]

_in_the_way: list[InTheWay] = []
_barred: list[Barred] = []
_renewable: list[Renewable] = []
_standing: list[Standing] = []


def keeps_from_moving(function: InTheWay) -> InTheWay:
    """Declare a function that says why an enrolment cannot move to another edition now."""
    _in_the_way.append(function)
    return function


def bars_from_refreshing(function: Barred) -> Barred:
    """Declare a function that says of which completed enrolments no refresher may come."""
    _barred.append(function)
    return function


def opens_renewal(function: Renewable) -> Renewable:
    """Declare a function that says of which completed enrolments the certificate may be renewed now."""
    _renewable.append(function)
    return function


def counts_as_completed(function: Standing) -> Standing:
    """Declare a function that says which courses somebody need not complete before others."""
    _standing.append(function)
    return function


def completed_elsewhere(user: User, courses: Collection[int]) -> set[int]:
    """Of these courses those that count as completed for a person though not learned here, as any room says."""
    return {pk for function in _standing for pk in function(user, courses)} if courses else set()


def renewable(enrolments: Collection[int]) -> set[int]:
    """Of these completed enrolments those whose certificate may be renewed now, as any room says."""
    return {pk for function in _renewable for pk in function(enrolments)} if enrolments else set()


def why_not_move(enrolment: Enrolment) -> str:
    """The first reason of any room why an enrolment cannot move now; empty when there is none."""
    return next((reason for function in _in_the_way if (reason := function(enrolment))), "")


def barred_from_refreshing(enrolments: Collection[int]) -> set[int]:
    """Of these completed enrolments those of which no refresher may come, as any room says."""
    return {pk for function in _barred for pk in function(enrolments)} if enrolments else set()
