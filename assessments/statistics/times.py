"""How long a question took, as far as the record can say it. Pure.

The record has, of each question, when it was saved last and how often; when a question was opened it does not say. So a
time can be told only of papers on which every answer was saved once: there the saves follow each other without a gap,
and the time of a question is what passed between the save before (or the start of the paper) and its own. It is the
time from one answer to the next, with reading, breaks and a slow link in it, and in the order of answering. Saves
that came together, within a second, were on their way together, and say nothing: the paper is left out.
"""

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from assessments.statistics.minimums import FEWEST_FOR_TIMES, require

#: What took longer was not spent on a question; the median does not mind where it ends.
LONGEST = 3600

Key = TypeVar("Key", bound=Hashable)


def times_on(started_at: dt.datetime, saves: Sequence[tuple[Key, dt.datetime | None, int]]) -> dict[Key, int]:
    """Seconds on each question of a paper; nothing where the record cannot say it.

    Arguments:
        saves: (question, when it was saved last, how often); those without an answer have no time.
    """
    answered = sorted(((at, key, edits) for key, at, edits in saves if at is not None), key=lambda each: each[0])
    if any(edits != 1 for _at, _key, edits in answered):
        return {}
    found, before = {}, started_at
    for at, key, _edits in answered:
        seconds = int((at - before).total_seconds())
        if seconds < 1:
            return {}
        found[key], before = min(seconds, LONGEST), at
    return found


@dataclass(frozen=True)
class Times:
    """Median and quartiles of the times on a question, in seconds."""

    n: int
    first: int
    median: int
    third: int


def quartiles(times: Counter[int]) -> Times:
    """The median and the quartiles, each the smallest time that so large a share did not exceed (the inverse of the
    empirical distribution: Hyndman & Fan, “Sample quantiles in statistical packages”, 1996, definition 1).

    Arguments:
        times: seconds → how often.

    Raises:
        TooFew: of fewer than 30 times.
    """
    n = times.total()
    require(n, FEWEST_FOR_TIMES)
    wanted, seen = [(n + 3) // 4, (n + 1) // 2, (3 * n + 3) // 4], 0
    found: list[int] = []
    for seconds in sorted(times):
        seen += times[seconds]
        while len(found) < 3 and seen >= wanted[len(found)]:
            found.append(seconds)
    return Times(n, *found)
