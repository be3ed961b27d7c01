"""Facility and discrimination of a question. Pure."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from assessments.statistics.minimums import FEWEST_FOR_DISCRIMINATION, FEWEST_FOR_FACILITY, require

#: Below this what is left of a variance is rounding.
TINY = 1e-12


class NoSpread(Exception):
    """Everybody had the same score, so nothing can be compared with it."""

    def __init__(self) -> None:
        super().__init__(_("Everybody had the same score, so there is nothing to compare."))


@dataclass
class Pairs:
    """Running sums of pairs (score of a question, score of the rest of the paper), each 0 to 1."""

    n: int = 0
    x: float = 0.0
    xx: float = 0.0
    y: float = 0.0
    yy: float = 0.0
    xy: float = 0.0

    def add(self, x: float, y: float) -> None:
        self.n += 1
        self.x += x
        self.xx += x * x
        self.y += y
        self.yy += y * y
        self.xy += x * y


def facility(total: float, n: int) -> float:
    """How much of a question is answered right on average, 0 to 1: the mean of its scores.

    Of a question that is right or wrong it is the share of right answers, known as its *p* value; of one that is scored
    in parts the mean share. What was not answered counts as wrong, as it does in the result. Source: Crocker & Algina,
    *Introduction to Classical and Modern Test Theory* (1986), ch. 14.

    Arguments:
        total: the sum of the scores, each 0 to 1.

    Raises:
        TooFew: of fewer than 10 answers.
    """
    require(n, FEWEST_FOR_FACILITY)
    return min(1.0, max(0.0, total / n))


def discrimination(pairs: Pairs) -> float:
    """Whether those who are good at the rest of the paper answer a question right, -1 to 1.

    The product-moment correlation of the score of the question with that of the rest of the same paper: of a question
    that is right or wrong, its point-biserial correlation, corrected by leaving the question out of the total, because
    it would be compared with itself. Papers that are drawn have other questions each, so the rest is taken as the share
    of its points. Source: Henrysson, “Correction of item-total correlations in item analysis”,
    *Psychometrika* 28 (1963).

    Raises:
        TooFew: of fewer than 30 answers.
        NoSpread: all answers, or all rests, have one score.
    """
    require(pairs.n, FEWEST_FOR_DISCRIMINATION)
    n = pairs.n
    x, y = pairs.xx - pairs.x**2 / n, pairs.yy - pairs.y**2 / n
    if x < TINY * n or y < TINY * n:
        raise NoSpread
    return max(-1.0, min(1.0, (pairs.xy - pairs.x * pairs.y / n) / math.sqrt(x * y)))


def pairs_of(scores: Iterable[tuple[float, float]]) -> Pairs:
    """The sums of pairs that are all there."""
    found = Pairs()
    for x, y in scores:
        found.add(x, y)
    return found
