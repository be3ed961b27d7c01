"""Grading a paper: pure functions on ids. No text is read, so a language cannot change a result."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assessments.types import TYPES


@dataclass(frozen=True)
class Answered:
    """One question of a paper: its type, its key, whether it must be right, and the answer (None: not answered)."""

    type: str
    answer_key: Any
    answer: Any | None
    must_be_right: bool = False

    @property
    def is_right(self) -> bool:
        return TYPES[self.type].is_right(self.answer_key, self.answer)


@dataclass(frozen=True)
class Grade:
    """The result of a paper.

    Attributes:
        right, total: questions; each counts one.
        missed: places (from 0) of questions that must be right and are not.
        passed: None where there is no pass mark.
    """

    right: int
    total: int
    missed: tuple[int, ...]
    passed: bool | None

    @property
    def scaled(self) -> float:
        """0 to 1, as `result.score.scaled` of a statement."""
        return self.right / self.total if self.total else 0.0

    @property
    def percent(self) -> int:
        """Rounded down, so that 79.9 never reads as 80."""
        return 100 * self.right // self.total if self.total else 0


def grade(paper: Sequence[Answered], pass_mark: int | None) -> Grade:
    """Grade a paper against a pass mark in percent.

    Passed means: at least the pass mark, and every question that must be right is right (domain rules §4.2). An empty
    paper is never passed.
    """
    rights = [each.is_right for each in paper]
    missed = tuple(
        place for place, (each, right) in enumerate(zip(paper, rights, strict=True)) if each.must_be_right and not right
    )
    right, total = sum(rights), len(paper)
    passed = None if pass_mark is None else total > 0 and 100 * right >= pass_mark * total and not missed
    return Grade(right=right, total=total, missed=missed, passed=passed)
