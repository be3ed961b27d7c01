"""Differential item functioning: whether a question is harder in one language for people who are as good. Pure.

Officers who read the test in two languages are compared only with those of about the same result: all are put in ten
bands by the share of points that they reached, and in each band right and wrong answers are counted by language. The
question itself is part of that result, as Holland & Thayer show that it has to be: without it a difference between the
groups looks like a fault of the question (see also Zwick, “When do item response function and Mantel-Haenszel
definitions of differential item functioning coincide?”, *Journal of Educational Statistics* 15, 1990).

A question that is scored in parts is taken as right where it is right in full.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from assessments.statistics.minimums import ENOUGH_FOR_DIF, FEWEST_FOR_DIF, require

#: In so many bands of the share of points people are matched.
BANDS = 10
#: Two-sided 5 % for “differs from 0”, one-sided 5 % for “is above 1”.
TWO_SIDED, ONE_SIDED = 1.959964, 1.644854
SMALL, LARGE = 1.0, 1.5
A, B, C = "A", "B", "C"


class CannotCompare(Exception):
    """The odds cannot be compared: in one language everybody is right, or everybody wrong."""

    def __init__(self) -> None:
        super().__init__(_("In one of the languages all answers of comparable people are right, or all are wrong."))


@dataclass(frozen=True)
class Stratum:
    """The answers of people with about the same result, in the reference language and in the focal one."""

    right: int
    wrong: int
    focal_right: int
    focal_wrong: int

    @property
    def total(self) -> int:
        return self.right + self.wrong + self.focal_right + self.focal_wrong

    @property
    def is_comparison(self) -> bool:
        """Whether there is anybody in both groups."""
        return self.right + self.wrong > 0 and self.focal_right + self.focal_wrong > 0

    def swapped(self) -> "Stratum":
        """The groups the other way round."""
        return Stratum(self.focal_right, self.focal_wrong, self.right, self.wrong)


@dataclass(frozen=True)
class Dif:
    """How much harder or easier a question is in one language.

    Attributes:
        odds_ratio: the odds of a right answer in the reference language, as a multiple of those in the focal one.
        delta: MH D-DIF; negative where the question is harder in the focal language.
        error: the standard error of `delta`.
        chi_square, p: the test of “no difference”, with the correction for continuity.
        klass: A (negligible), B (moderate) or C (large).
        reference, focal: so many answers were compared.
    """

    odds_ratio: float
    delta: float
    error: float
    chi_square: float
    p: float
    klass: str
    reference: int
    focal: int

    @property
    def is_harder(self) -> bool:
        """Whether it is harder in the focal language, rather than easier."""
        return self.delta < 0

    @property
    def is_firm(self) -> bool:
        """Whether there are answers enough to believe that nothing was found."""
        return min(self.reference, self.focal) >= ENOUGH_FOR_DIF


def mantel_haenszel(strata: Iterable[Stratum]) -> Dif:
    """The Mantel-Haenszel procedure.

    With right R and wrong W of the reference language and r, w of the focal one in a band of T people: alpha is
    Σ R w / T divided by Σ W r / T, MH D-DIF is -2.35 ln(alpha), and the statistic is (|Σ R - Σ E(R)| - ½)² / Σ Var(R).
    Source: Holland & Thayer, “Differential item performance and the Mantel-Haenszel procedure”, in Wainer & Braun,
    *Test Validity* (1988). The standard error is that of Robins, Breslow & Greenland, *Biometrics* 42 (1986), which is
    also that of Phillips & Holland, *Biometrics* 43 (1987).

    Raises:
        TooFew: fewer than 50 answers in one of the languages, within bands where there are both.
        CannotCompare: an odds ratio of 0 or without end.
    """
    compared = [each for each in strata if each.is_comparison]
    reference = sum(each.right + each.wrong for each in compared)
    focal = sum(each.focal_right + each.focal_wrong for each in compared)
    require(min(reference, focal), FEWEST_FOR_DIF)
    return compare(compared)


def compare(strata: Iterable[Stratum]) -> Dif:
    """The same of however few answers; only for examples that are known from books.

    Raises:
        CannotCompare: as `mantel_haenszel`.
    """
    r = s = pr = ps_qr = qs = rights = expected = variance = 0.0
    reference = focal = 0
    for each in strata:
        a, b, c, d, n = each.right, each.wrong, each.focal_right, each.focal_wrong, each.total
        if not each.is_comparison:
            continue
        reference, focal = reference + a + b, focal + c + d
        own_r, own_s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
        r, s = r + own_r, s + own_s
        pr, ps_qr, qs = pr + p * own_r, ps_qr + p * own_s + q * own_r, qs + q * own_s
        rights += a
        expected += (a + b) * (a + c) / n
        if n > 1:
            variance += (a + b) * (c + d) * (a + c) * (b + d) / (n * n * (n - 1))
    if r <= 0 or s <= 0 or variance <= 0:
        raise CannotCompare
    alpha = r / s
    error = 2.35 * math.sqrt(pr / (2 * r * r) + ps_qr / (2 * r * s) + qs / (2 * s * s))
    delta = -2.35 * math.log(alpha)
    chi_square = max(0.0, abs(rights - expected) - 0.5) ** 2 / variance
    return Dif(
        odds_ratio=alpha,
        delta=delta,
        error=error,
        chi_square=chi_square,
        # The upper tail of chi-square with one degree of freedom.
        p=math.erfc(math.sqrt(chi_square / 2)),
        klass=class_of(delta, error),
        reference=reference,
        focal=focal,
    )


def class_of(delta: float, error: float) -> str:
    """The class of the Educational Testing Service.

    A: MH D-DIF does not differ from 0 (5 %), or is below 1 in size. C: its size is 1.5 at least, and above 1 (5 %,
    one-sided). B: everything else. Sources: Zieky, “Practical questions in the use of DIF statistics in test
    development”, in Holland & Wainer (eds), *Differential Item Functioning* (1993); Paek & Holland, *Psychometrika* 80
    (2015), for the one-sided test.
    """
    size = abs(delta)
    if size < SMALL or size <= TWO_SIDED * error:
        return A
    return C if size >= LARGE and size - SMALL > ONE_SIDED * error else B


def band_of(share: float) -> int:
    """The band of a result from 0 to 1."""
    return min(BANDS - 1, max(0, int(share * BANDS + 1e-9)))
