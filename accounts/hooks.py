"""What the rooms below tell this one, which knows none of them: functions that they declare when the site starts."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.models import Posting, User
from accounts.permissions import Viewer


@dataclass(frozen=True)
class OpenThing:
    """Something of a member's that waits for its coordinator: what, how many, and where to go on with it."""

    label: str
    count: int
    url: str = ""


#: (viewer, posting) → what is open for the member, or agency, of a coordinator's posting.
OpenThings = Callable[[Viewer, Posting], list[OpenThing]]
#: (viewer, primary keys of people) → how many of something each has, so far as this viewer may know.
CountsOfPeople = Callable[[Viewer, Collection[int]], Mapping[int, int]]
#: (viewer, kept account, account to be closed) → lines that say what a merge would end.
EndedByMerge = Callable[[Viewer, User, User], list[str]]

_open_things: list[OpenThings] = []
_hanging: list[tuple[str | Promise, CountsOfPeople]] = []
_ended_by_merge: list[EndedByMerge] = []


def tells_what_is_open(function: OpenThings) -> OpenThings:
    """Declare a function that says what waits for a coordinator; the page of a hand-over lists it."""
    _open_things.append(function)
    return function


def counts_for_people(label: str | Promise) -> Callable[[CountsOfPeople], CountsOfPeople]:
    """Declare, with the heading of its column, a function that counts what hangs on people."""

    def declare(function: CountsOfPeople) -> CountsOfPeople:
        _hanging.append((label, function))
        return function

    return declare


def tells_what_a_merge_ends(function: EndedByMerge) -> EndedByMerge:
    """Declare a function that says, before two accounts are merged, what that would end."""
    _ended_by_merge.append(function)
    return function


def open_things(viewer: Viewer, posting: Posting) -> list[OpenThing]:
    """All that waits for the coordinator of this posting, of every room."""
    return [thing for function in _open_things for thing in function(viewer, posting)]


def hanging_on(viewer: Viewer, people: Collection[int]) -> dict[int, list[tuple[str | Promise, int]]]:
    """What hangs on people: for each primary key (heading, number) of every room that counts something."""
    counted = [(label, function(viewer, people)) for label, function in _hanging]
    return {person: [(label, counts.get(person, 0)) for label, counts in counted] for person in people}


def ended_by_merge(viewer: Viewer, kept: User, closed: User) -> list[str]:
    """What a merge of two accounts would end, in words, of every room."""
    return [line for function in _ended_by_merge for line in function(viewer, kept, closed)]
