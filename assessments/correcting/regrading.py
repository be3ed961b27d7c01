"""What corrections and marks do to a paper that was handed in: pure functions on ids. No wording is read.

Questions without a correction keep the score that they were given, by a key or by a marker, so a correction of one
never touches another; those with one are graded anew by what counts now. Where the answer was deleted for its age,
nobody can grade it anew: it keeps its score too, unless the question counts for nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from assessments.grading import Answered, exact, grade, stored
from assessments.types import TYPES


@dataclass(frozen=True)
class Ruling:
    """What counts as right in one version now, after its newest correction.

    Attributes:
        keys: each by itself an answer key; none of a question that is dropped.
    """

    keys: tuple[Any, ...] = ()
    is_dropped: bool = False


@dataclass(frozen=True)
class Graded:
    """One question of a handed-in paper, and how it was graded then.

    Attributes:
        version: primary key of its version.
        is_right, score: None where it did not count.
        type, structure, answer: needed only of a version that has a correction.
        is_aged: there was an answer, and it was deleted for its age.
        is_unmarked: a person has to mark it, and has not.
    """

    version: int
    is_right: bool | None
    score: Decimal | None
    must_be_right: bool = False
    points: int = 1
    type: str = "single"
    structure: Any = None
    answer: Any | None = None
    is_aged: bool = False
    is_unmarked: bool = False


@dataclass(frozen=True)
class Result:
    """The result of a paper as it is stored; `is_below` says that it stays passed although it would not be now."""

    right: int
    total: int
    score: Decimal
    points: int
    passed: bool | None
    is_below: bool = False


def regraded(
    paper: Sequence[Graded], rulings: Mapping[int, Ruling], pass_mark: int | None, *, was_passed: bool | None
) -> Result:
    """The result of a handed-in paper with what counts now.

    Arguments:
        rulings: version → its newest ruling; versions without one are as they were.
        was_passed: the result that holds until now. A pass is never taken away.
    """
    now = grade([answered(each, rulings.get(each.version)) for each in paper], pass_mark)
    passed = True if was_passed else now.passed
    return Result(
        right=now.right,
        total=now.total,
        score=stored(now.score),
        points=now.points,
        passed=passed,
        is_below=bool(passed) and now.passed is False,
    )


def answered(given: Graded, ruling: Ruling | None) -> Answered:
    """One question as it is graded now."""
    if given.is_unmarked and not (ruling and ruling.is_dropped):
        return Answered(
            type=given.type,
            structure=None,
            keys=(),
            answer="",  # there is one, and nobody reads it here
            must_be_right=given.must_be_right,
            points=given.points,
        )
    # No key judges what a person marks: it counts, or it does not.
    is_judged = not given.is_aged and not TYPES[given.type].is_marked_by_hand
    if ruling is None or not (is_judged or ruling.is_dropped):
        return Answered(
            type=given.type,
            structure=None,
            keys=(),
            answer=None,
            must_be_right=given.must_be_right,
            points=given.points,
            is_dropped=given.is_right is None,
            kept=kept_score(given.is_right, given.score),
        )
    return Answered(
        type=given.type,
        structure=given.structure,
        keys=ruling.keys,
        answer=given.answer,
        must_be_right=given.must_be_right,
        points=given.points,
        is_dropped=ruling.is_dropped,
    )


def kept_score(is_right: bool | None, score: Decimal | None) -> Fraction | None:
    """How much of a question was right when it was graded; before there were scores in parts, all or nothing."""
    if is_right is None:
        return None
    return exact(score) if score is not None else Fraction(is_right)
