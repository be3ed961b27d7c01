"""What the marks of an essay come to. Pure.

One marker decides alone. Of two, who do not know of each other, the mean counts; where they are too far apart, a third
decides alone: that is adjudication, as in public examinations, and a mean of three would let the outlier count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

#: Criterion → points.
Given = Mapping[str, int]


@dataclass(frozen=True)
class Verdict:
    """Where an essay stands.

    Attributes:
        wanted: how many marks are still wanted.
        is_apart: the first two are too far apart, and the third decides.
        given: criterion → points as they count; None while marks are wanted.
    """

    wanted: int
    is_apart: bool = False
    given: Mapping[str, Fraction] | None = None

    def share(self, criteria: Given) -> Fraction:
        """How much of what can be reached was reached, 0 to 1."""
        assert self.given is not None
        return sum(self.given.values(), Fraction(0)) / sum(criteria.values())


def verdict(marks: Sequence[Given], criteria: Given, *, markers: int, apart: int) -> Verdict:
    """Decide on the marks of one essay.

    Arguments:
        marks: finished ones, in the order in which they were finished; those after the deciding one do not count.
        criteria: criterion → how many points it gives at most.
        markers: 1 or 2.
        apart: two marks may differ by so much of what can be reached, in percent.
    """
    if len(marks) < markers:
        return Verdict(markers - len(marks))
    if markers == 1:
        return Verdict(0, given=_mean(marks[:1], criteria))
    first, second = (sum(each.values()) for each in marks[:2])
    if 100 * abs(first - second) <= apart * sum(criteria.values()):
        return Verdict(0, given=_mean(marks[:2], criteria))
    if len(marks) == markers:
        return Verdict(1, is_apart=True)
    return Verdict(0, is_apart=True, given=_mean(marks[2:3], criteria))


def _mean(marks: Sequence[Given], criteria: Given) -> dict[str, Fraction]:
    return {each: Fraction(sum(mark[each] for mark in marks), len(marks)) for each in criteria}


def problems_of(given: Given, criteria: Given) -> list[str]:
    """The criteria that a mark misses or gives too much or too little for, in the order of the rubric."""
    return [each for each, most in criteria.items() if each not in given or not 0 <= given[each] <= most]
