"""How far a result would be the same with other questions of the same kind. Pure.

Which estimate is sound depends on who had which questions:

- everybody had the same: **Cronbach's alpha**, which is **KR-20** where every question is right or wrong;
- every paper was drawn from one bank, all of one length, every question counting the same: the papers are *randomly
  parallel*, questions are nested in people, and the variance between questions is part of the error. The reliability is
  then that of a mean in a one-way analysis of variance, ICC(1,k); where every question is right or wrong it is KR-21.
  It takes a blueprint with rows for pure chance, so it is rather too low than too high;
- otherwise: none is given.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from assessments.statistics.items import TINY, NoSpread
from assessments.statistics.minimums import FEWEST_FOR_RELIABILITY, require

ALPHA, KR20, DRAWN = "alpha", "kr20", "drawn"


class NotOneTest(Exception):
    """The papers cannot be taken for one test."""

    def __init__(self) -> None:
        super().__init__(_("The papers differ too much in length or in points for one figure."))


@dataclass(frozen=True)
class Reliability:
    """A reliability with its standard error of measurement.

    Attributes:
        method: `ALPHA`, `KR20` or `DRAWN`.
        value: 1 at most; it may be below 0, which means that the questions have nothing in common.
        error: of one result, as a share of what can be reached: two results of three are within it.
        papers, questions: of how many it was worked out.
    """

    method: str
    value: float
    error: float
    papers: int
    questions: int


@dataclass
class SameItems:
    """Running sums of papers that all have the same questions, in one order. `points` are what each counts."""

    points: Sequence[int]
    n: int = 0
    x: list[float] = field(default_factory=list)
    xx: list[float] = field(default_factory=list)
    t: float = 0.0
    tt: float = 0.0
    is_dichotomous: bool = True

    def add(self, scores: Sequence[float]) -> None:
        """One paper; each score 0 to 1."""
        if not self.x:
            self.x, self.xx = [0.0] * len(scores), [0.0] * len(scores)
        total = 0.0
        for place, score in enumerate(scores):
            if score != 0 and score != 1:
                self.is_dichotomous = False
            reached = score * self.points[place]
            self.x[place] += reached
            self.xx[place] += reached * reached
            total += reached
        self.n += 1
        self.t += total
        self.tt += total * total


def of_same_items(sums: SameItems) -> Reliability:
    """Cronbach's alpha: k / (k - 1) · (1 - Σ variance of a question / variance of the totals).

    The standard error of measurement is the standard deviation of the totals times sqrt(1 - alpha). Sources: Kuder &
    Richardson, “The theory of the estimation of test reliability”, *Psychometrika* 2 (1937), formula 20; Cronbach,
    “Coefficient alpha and the internal structure of tests”, *Psychometrika* 16 (1951).

    Raises:
        TooFew: of fewer than 50 papers.
        NotOneTest: there is one question only.
        NoSpread: all papers have one result.
    """
    require(sums.n, FEWEST_FOR_RELIABILITY)
    return alpha(sums)


def alpha(sums: SameItems) -> Reliability:
    """The same of however few papers; only for examples that are known from books.

    Raises:
        NotOneTest, NoSpread: as `of_same_items`.
    """
    n, k = sums.n, len(sums.x)
    if k < 2:
        raise NotOneTest
    total = (sums.tt - sums.t**2 / n) / n
    if total < TINY:
        raise NoSpread
    own = sum((xx - x**2 / n) / n for x, xx in zip(sums.x, sums.xx, strict=True))
    # Where all questions go together it is 1, and rounding must not carry it beyond.
    value = min(1.0, k / (k - 1) * (1 - own / total))
    is_kr20 = sums.is_dichotomous and len(set(sums.points)) == 1
    # As spread in the sample: n - 1.
    spread = math.sqrt(total * n / (n - 1)) if n > 1 else 0.0
    return Reliability(KR20 if is_kr20 else ALPHA, value, spread * math.sqrt(1 - value) / sum(sums.points), n, k)


@dataclass
class DrawnPapers:
    """Running sums of papers of one length whose questions were drawn."""

    questions: int
    n: int = 0
    m: float = 0.0
    mm: float = 0.0
    within: float = 0.0

    def add(self, scores: Sequence[float]) -> None:
        """One paper; each score 0 to 1."""
        mean = sum(scores) / len(scores)
        self.n += 1
        self.m += mean
        self.mm += mean * mean
        self.within += sum((score - mean) ** 2 for score in scores)


def of_drawn_papers(sums: DrawnPapers) -> Reliability:
    """ICC(1,k) = (MS between people - MS within people) / MS between people, of people × questions nested in people.

    The standard error of measurement of the mean score is sqrt(MS within / k). Sources: Cronbach, Rajaratnam & Gleser,
    “Theory of generalizability”, *British Journal of Statistical Psychology* 16 (1963); Brennan, *Generalizability
    Theory* (2001), design i:p; Lord & Novick, *Statistical Theories of Mental Test Scores* (1968), ch. 11, for KR-21 as
    the reliability of randomly parallel tests.

    Raises:
        TooFew: of fewer than 50 papers.
        NotOneTest: the papers have one question only.
        NoSpread: all papers have one result.
    """
    require(sums.n, FEWEST_FOR_RELIABILITY)
    return one_way(sums)


def one_way(sums: DrawnPapers) -> Reliability:
    """The same of however few papers; only for examples.

    Raises:
        NotOneTest, NoSpread: as `of_drawn_papers`.
    """
    n, k = sums.n, sums.questions
    if k < 2:
        raise NotOneTest
    between = k * (sums.mm - sums.m**2 / n) / (n - 1) if n > 1 else 0.0
    if between < TINY:
        raise NoSpread
    within = sums.within / (n * (k - 1))
    return Reliability(DRAWN, (between - within) / between, math.sqrt(within / k), n, k)
