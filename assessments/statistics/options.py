"""Which option was chosen by whom, at each place of a question: the weakest, the middle and the best. Pure.

The groups are the papers with the lowest and the highest 27 % of all results, because these differ most while they are
still large (Kelley, “The selection of upper and lower groups for the validation of test items”, *Journal of Educational
Psychology* 30, 1939). Papers with the same result are in the same group, so the groups may be larger.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessments.statistics.items import NoSpread
from assessments.statistics.minimums import FEWEST_FOR_OPTIONS, require
from assessments.statistics.places import Place

SHARE = 0.27
LOWER, MIDDLE, UPPER = 0, 1, 2
#: A wrong option that fewer take is no choice for anybody (Haladyna & Downing, “How many options is enough for a
#: multiple-choice test item?”, *Educational and Psychological Measurement* 53, 1993).
IDLE = 0.05
#: So much more often a wrong option has to be taken by the best than by the weakest: a smaller difference is chance.
DRAWN = 0.05
#: And by so many of the best.
FEWEST_OF_THE_BEST = 5


@dataclass(frozen=True)
class Cut:
    """Up to which result a paper is one of the weakest, and from which on one of the best."""

    low: float
    high: float

    def group(self, share: float) -> int:
        return LOWER if share <= self.low else UPPER if share >= self.high else MIDDLE


def cut_of(shares: Sequence[float]) -> Cut | None:
    """The groups of some results; None where the weakest and the best have the same result."""
    ordered = sorted(shares)
    if not ordered:
        return None
    place = max(0, round(SHARE * len(ordered)) - 1)
    low, high = ordered[place], ordered[-1 - place]
    return Cut(low, high) if low < high else None


@dataclass(frozen=True)
class Chosen:
    """How often one option was chosen by the weakest, the middle and the best; an empty `id` is no answer."""

    id: str
    is_right: bool
    counts: tuple[int, int, int]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class ChoiceTable:
    """Who chose what at one place of a question.

    Attributes:
        people: how many are in each group.
        is_exclusive: each person chose one.
        place, ordering: as those of `assessments.statistics.places.Place`.
    """

    rows: tuple[Chosen, ...]
    people: tuple[int, int, int]
    is_exclusive: bool
    place: str = ""
    ordering: str | None = None

    def share(self, row: Chosen, group: int) -> float:
        """Of a group, who chose an option."""
        return row.counts[group] / self.people[group] if self.people[group] else 0.0

    @property
    def idle(self) -> list[Chosen]:
        """Wrong options that hardly anybody takes."""
        whole = sum(self.people)
        return [row for row in self.wrong if row.total < IDLE * whole]

    @property
    def drawing_the_best(self) -> list[Chosen]:
        """Wrong options that the best take more often than the weakest."""
        return [
            row
            for row in self.wrong
            if row.counts[UPPER] >= FEWEST_OF_THE_BEST and self.share(row, UPPER) - self.share(row, LOWER) >= DRAWN
        ]

    @property
    def wrong(self) -> list[Chosen]:
        return [row for row in self.rows if row.id and not row.is_right]


def choice_table(
    answers: Sequence[Mapping[str, int]], structure: Mapping[str, Any], keys: Sequence[Any], *, is_exclusive: bool
) -> ChoiceTable:
    """The table of a question with listed options.

    Arguments:
        answers: of each group, the answer as JSON text → how often; an empty text is no answer.
        keys: what counts as right now, each by itself.

    Raises:
        TooFew, NoSpread: as `table_at`.
    """
    counts = [Counter[str]() for _group in answers]
    for group, given in enumerate(answers):
        for text, number in given.items():
            for option in json.loads(text) if text else [""]:
                counts[group][option] += number
    people = [sum(group.values()) for group in answers]
    place = Place("", tuple(structure["options"]), takes_several=not is_exclusive)
    return table_at(place, counts, people, {option for key in keys for option in key})


def table_at(
    place: Place, counts: Sequence[Mapping[str, int]], people: Sequence[int], right: Collection[str]
) -> ChoiceTable:
    """The table of one place.

    Arguments:
        counts: of each group, the option → how often; an empty one is no answer.
        people: how many are in each group.
        right: what counts as right now.

    Raises:
        TooFew: of fewer than 50 answers.
        NoSpread: nobody is in one of the groups at the ends.
    """
    require(sum(people), FEWEST_FOR_OPTIONS)
    if not people[LOWER] or not people[UPPER]:
        raise NoSpread
    low, middle, high = (dict(group) for group in counts)
    rows = tuple(
        Chosen(each, each in right, (low.get(each, 0), middle.get(each, 0), high.get(each, 0)))
        for each in (*place.options, "")
    )
    three = (people[LOWER], people[MIDDLE], people[UPPER])
    return ChoiceTable(rows, three, not place.takes_several, place.id, place.ordering)
