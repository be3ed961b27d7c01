"""The picture of learning gain: where each piece of an SVG stands. Pure; the template draws it, a table says the same.

It runs from left to right in every language, as its numbers do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LETTER, SCALE, ROW, HEAD, MARGIN = 8, 2, 40, 22, 24
#: Numbers that would stand on each other are put further apart.
APART = 26


@dataclass(frozen=True)
class Way:
    """One course: from the mean before to the mean after, in percent."""

    name: str
    before: int
    after: int
    #: Where 0 percent stands.
    x: int
    y: int

    @property
    def x_before(self) -> int:
        return self.x + SCALE * self.before

    @property
    def x_after(self) -> int:
        return self.x + SCALE * self.after

    @property
    def baseline(self) -> int:
        """Of the name."""
        return self.y + 5

    @property
    def above(self) -> int:
        """Where the number of what was before stands."""
        return self.y - 10

    @property
    def below(self) -> int:
        """Where the number of what is after stands: beside the other, or below where that is too near."""
        return self.y + 22 if abs(self.x_after - self.x_before) < APART else self.above


@dataclass(frozen=True)
class Ways:
    """The picture."""

    rows: tuple[Way, ...]
    width: int
    height: int
    foot: int
    #: (percent, x) of the lines of the scale.
    marks: tuple[tuple[int, int], ...]


def ways_of(rows: Sequence[tuple[str, int, int]]) -> Ways:
    """The picture of (name, percent before, percent after)."""
    x = LETTER * (1 + max((len(name) for name, _before, _after in rows), default=0))
    drawn = tuple(
        Way(name, before, after, x, HEAD + ROW * place + 8) for place, (name, before, after) in enumerate(rows)
    )
    foot = HEAD + ROW * len(drawn) + 4
    marks = tuple((each, x + SCALE * each) for each in (0, 25, 50, 75, 100))
    return Ways(drawn, x + SCALE * 100 + MARGIN, foot + 20, foot, marks)
