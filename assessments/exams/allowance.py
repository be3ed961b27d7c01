"""How often a test may be taken, and from when. Pure: times in, an answer out; the clock is the server's."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from assessments.rules import TestRules


@dataclass(frozen=True)
class Sat:
    """One attempt: when it was begun and when it ended, whoever or whatever ended it; None while it is under way."""

    began_at: dt.datetime
    ended_at: dt.datetime | None


@dataclass(frozen=True)
class Allowance:
    """What one officer may do at one test now.

    Attributes:
        used: attempts since counting began anew, abandoned ones and those that time ended too.
        left: how many may still be begun; None for as many as one likes.
        from_at: when a pause ends; None when there is none.
        is_reopened: whether counting began anew and nothing has been begun since.
    """

    used: int
    left: int | None
    from_at: dt.datetime | None = None
    is_reopened: bool = False

    @property
    def is_used_up(self) -> bool:
        """Whether no attempt is left."""
        return self.left == 0

    @property
    def may_start(self) -> bool:
        """Whether a new attempt may be begun now."""
        return not self.is_used_up and self.from_at is None


def allowance_of(rules: TestRules, sat: Iterable[Sat], reopened: Iterable[dt.datetime], now: dt.datetime) -> Allowance:
    """What the rules allow after these attempts. Counting begins anew with the last reopening.

    From `pause_after` attempts on, each further one waits for `pause_hours` after the end of the one before
    (domain rules §4.2: a day's pause after the second of three).

    Arguments:
        sat: all attempts of one enrolment at one test, in any order.
        reopened: when the test was opened again for it.
    """
    anew = max(reopened, default=None)
    counted = [each for each in sat if anew is None or each.began_at > anew]
    used = len(counted)
    left = max(rules.attempts - used, 0) if rules.attempts else None
    is_reopened = anew is not None and not counted
    if left == 0:
        return Allowance(used, 0)
    ends = [each.ended_at for each in counted if each.ended_at is not None]
    if rules.pause_after and rules.pause_hours and used >= rules.pause_after and ends:
        until = max(ends) + dt.timedelta(hours=rules.pause_hours)
        if now < until:
            return Allowance(used, left, until)
    return Allowance(used, left, is_reopened=is_reopened)
