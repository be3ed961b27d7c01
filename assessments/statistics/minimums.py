"""How many answers a figure needs. Below that it is refused: a wrong figure about a question does harm, none does not.

A share p of n answers has a standard error of sqrt(p (1 - p) / n), a correlation r one of about (1 - r²) / sqrt(n - 1).
"""

from django.utils.translation import gettext_lazy as _

#: With 10 answers the standard error of a facility is 16 points at most: easy and hard can be told apart, no more.
FEWEST_FOR_FACILITY = 10
#: With 30 that of a discrimination is about 0.18, so a clearly negative one can be told from a usual one.
FEWEST_FOR_DISCRIMINATION = 30
#: The lower and the upper 27 % of 50 papers are 13 papers each (Kelley 1939); with fewer, options are anecdotes.
FEWEST_FOR_OPTIONS = 50
#: Below 50 papers the estimate of a reliability swings by more than what it is read for (Yurdugül 2008).
FEWEST_FOR_RELIABILITY = 50
#: In each of two languages. With fewer, the Mantel-Haenszel test finds nothing but the grossest faults, by chance too.
FEWEST_FOR_DIF = 50
#: From so many in the smaller group on “no difference” may be believed. The Educational Testing Service asks for 100
#: when a test is put together and for 200 when its results are analysed (Zwick 2012, RR-12-08).
ENOUGH_FOR_DIF = 200
#: Quartiles of fewer times say more about single people than about a question.
FEWEST_FOR_TIMES = 30
#: A distribution of fewer papers is a list of people.
FEWEST_FOR_DISTRIBUTION = 30


class TooFew(Exception):
    """There are too few answers for a figure. The message says so."""

    def __init__(self, have: int, need: int) -> None:
        self.have, self.need = have, need
        super().__init__(_("Too few answers: at least %(number)d are needed.") % {"number": need})


def require(have: int, need: int) -> None:
    """Refuse a figure for which there are too few answers.

    Raises:
        TooFew: there are.
    """
    if have < need:
        raise TooFew(have, need)
