"""Grading a paper: pure functions on ids. No wording is read, so a language cannot change a result."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from assessments.types import TYPES

#: Scores are stored with so many decimals, rounded down, so that nobody's stored score is above the one that counted.
PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Answered:
    """One question of a paper, with the answer to it.

    Attributes:
        type, structure: of its version.
        keys: what counts as right, each by itself: the key, and what a correction accepts beside it.
        answer: None where it was not answered.
        must_be_right: whether the paper is not passed without it.
        points: what a right answer counts.
        is_dropped: a correction took the question out: it counts for nobody.
        kept: how much of it was right when it was graded, where the answer is not looked at again; None where it is.
    """

    type: str
    structure: Any
    keys: tuple[Any, ...]
    answer: Any | None
    must_be_right: bool = False
    points: int = 1
    is_dropped: bool = False
    kept: Fraction | None = None

    @property
    def counts(self) -> bool:
        """Whether it counts: it was not dropped, and no person has to mark it first. Nothing is nothing to mark."""
        return not self.is_dropped and (
            self.kept is not None or self.answer is None or not TYPES[self.type].is_marked_by_hand
        )

    @cached_property
    def score(self) -> Fraction:
        """How much of it is right, 0 to 1, by the key that is kindest to the answer."""
        if self.kept is not None:
            return self.kept
        kind = TYPES[self.type]
        return max((kind.score(self.structure, key, self.answer) for key in self.keys), default=Fraction(0))

    @property
    def is_right(self) -> bool:
        return self.score == 1


@dataclass(frozen=True)
class Grade:
    """The result of a paper.

    Attributes:
        right, total: questions that are right in full, and those that count.
        score, points: what was reached, and what could be; they decide.
        missed: places (from 0) of questions that must be right and are not.
        passed: None where there is no pass mark, and while what is unmarked may still decide.
        unmarked: questions that a person has to mark and that do not count yet.
    """

    right: int
    total: int
    score: Fraction
    points: int
    missed: tuple[int, ...]
    passed: bool | None
    unmarked: int = 0

    @property
    def scaled(self) -> float:
        """0 to 1, as `result.score.scaled` of a statement."""
        return float(self.score / self.points) if self.points else 0.0

    @property
    def percent(self) -> int:
        """Rounded down, so that 79.9 never reads as 80."""
        return int(100 * self.score / self.points) if self.points else 0


def grade(paper: Sequence[Answered], pass_mark: int | None) -> Grade:
    """Grade a paper against a pass mark in percent.

    Passed means: at least the pass mark of the points, and every question that must be right is right (domain rules
    §4.2). A paper on which nothing counts is never passed. While a person has to mark some of it, it is passed once the
    worst mark would pass, and not passed once the best would not.
    """
    counted = [(place, each) for place, each in enumerate(paper) if each.counts]
    missed = tuple(place for place, each in counted if each.must_be_right and not each.is_right)
    score = sum((each.score * each.points for _place, each in counted), Fraction(0))
    points = sum(each.points for _place, each in counted)
    unmarked = [each for each in paper if not each.is_dropped and not each.counts]
    possible = points + sum(each.points for each in unmarked)
    passed: bool | None = None
    if pass_mark is not None:
        needed = Fraction(pass_mark * possible, 100)
        worst = not any(each.must_be_right for each in unmarked) and score >= needed
        best = score + possible - points >= needed
        if missed or not possible or not best:
            passed = False
        elif worst:
            passed = True
    return Grade(
        right=sum(each.is_right for _place, each in counted),
        total=len(counted),
        score=score,
        points=points,
        missed=missed,
        passed=passed,
        unmarked=len(unmarked),
    )


def stored(value: Fraction) -> Decimal:
    """A score as the database keeps it."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(PLACES, rounding=ROUND_DOWN)


#: Parts of a question are fewer than this, so a stored score has one fraction that it can have come from.
MOST_PARTS = 50


def exact(value: Decimal) -> Fraction:
    """The inverse of `stored` for the score of one question: two thirds again, not 0.6666."""
    return Fraction(value).limit_denominator(MOST_PARTS)
