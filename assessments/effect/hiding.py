"""Which groups may be told of, and when a text may be read. Pure.

Source: domain rules §4.4: small counts are suppressed, and a second one where the first could be derived. A mean of
fewer than ten says more about single people than about a course.
"""

import datetime as dt
from collections.abc import Hashable, Mapping
from typing import TypeVar

from lms.suppression import THRESHOLD

#: So many people a mean or a share needs.
FEWEST = 10

K = TypeVar("K", bound=Hashable)


def told_groups(sizes: Mapping[K, int], fewest: int = FEWEST) -> set[K]:
    """The groups of which a mean may be told, where that of all of them together is told as well.

    None that is small; and of those that are left none, the smallest first, until what is hidden is no small group
    itself. Else its mean could be worked out from the others.
    """
    told = {key for key, size in sizes.items() if size >= fewest}
    hidden = sum(size for key, size in sizes.items() if key not in told)
    for key in sorted(told, key=lambda each: sizes[each]):
        if hidden == 0 or hidden >= fewest:
            break
        told.discard(key)
        hidden += sizes[key]
    return told


def batches(answers: Mapping[dt.datetime, int], fewest: int = THRESHOLD) -> list[list[dt.datetime]]:
    """Months put together until each lot has so many answers, oldest first; months that do not fill a lot are left out.

    Texts are read by the lot: so nobody can watch the one come that follows a press. A lot never changes once it is
    full, provided that its months are over.
    """
    found: list[list[dt.datetime]] = []
    lot: list[dt.datetime] = []
    have = 0
    for month in sorted(answers):
        lot.append(month)
        have += answers[month]
        if have >= fewest:
            found.append(lot)
            lot, have = [], 0
    return found


def month_of(moment: dt.datetime) -> dt.datetime:
    """The first instant of the month, which is all that is kept of the time of an answer."""
    return moment.astimezone(dt.UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def share_told(count: int, of: int) -> int | None:
    """A share in whole percent; None where it is of too few, or stands for few people who did or did not."""
    few = any(0 < each < THRESHOLD for each in (count, of - count))
    return None if of < FEWEST or few else round(100 * count / of)
