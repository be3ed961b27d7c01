"""Pictures of an analysis: where each piece of an SVG stands. Pure; the templates draw them, a table says the same.

No piece has a colour of its own: a class names it, and the style sheet knows light and dark. Every colour has a number
or a letter beside it. Both pictures run from left to right in every language, as their numbers do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assessments.statistics.figures import Share
from assessments.statistics.hiding import Told, hidden_in_line

BAR, GAP, HEIGHT, HEAD, FOOT, MARGIN = 56, 8, 180, 24, 26, 4
ROW, COLUMN, NAMES = 30, 74, 104
#: In so many steps the heat of a cell is shown.
STEPS = 5


@dataclass(frozen=True)
class Bar:
    """One tenth of the results: how many papers, None where that is not told."""

    first: int
    last: int
    count: Told
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def above(self) -> int:
        """Where its number stands."""
        return self.y - 6


@dataclass(frozen=True)
class Bars:
    """The distribution of results; `passing` is where the pass mark stands, None without one."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    base: int
    foot: int
    passing: int | None = None


def bars_of(distribution: Sequence[int], pass_mark: int | None = None) -> Bars:
    """The distribution of the results as bars. A small count is drawn as a stump without a number."""
    told = hidden_in_line(distribution)
    most = max([each for each in told if each] or [1])
    base = HEAD + HEIGHT
    bars = []
    for place, count in enumerate(told):
        height = 6 if count is None else round(HEIGHT * count / most)
        last = 100 if place == len(told) - 1 else 10 * place + 9
        bars.append(Bar(10 * place, last, count, MARGIN + place * (BAR + GAP), base - height, BAR, height))
    width = 2 * MARGIN + len(told) * (BAR + GAP) - GAP
    passing = None if pass_mark is None else MARGIN - GAP // 2 + round(pass_mark * (BAR + GAP) / 10)
    return Bars(tuple(bars), width, base + FOOT, base, base + 18, passing)


@dataclass(frozen=True)
class HeatCell:
    """One question in one language; `step` is 0 for hard to 4 for easy, None where it is refused."""

    text: str
    step: int | None
    klass: str
    x: int
    y: int

    @property
    def middle(self) -> int:
        return self.x + COLUMN // 2

    @property
    def baseline(self) -> int:
        return self.y + ROW // 2 + 5


@dataclass(frozen=True)
class HeatRow:
    name: str
    baseline: int
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class Heat:
    """Questions by languages: how easy each is."""

    rows: tuple[HeatRow, ...]
    columns: tuple[tuple[str, int], ...]
    width: int
    height: int
    cell: tuple[int, int] = (COLUMN - 4, ROW - 4)


def heat_of(rows: Sequence[tuple[str, Sequence[tuple[Share | None, str]]]], languages: Sequence[str]) -> Heat:
    """The heat table.

    Arguments:
        rows: (name of a question, for each language its share of right answers and its DIF class).
    """
    drawn = []
    for number, (name, cells) in enumerate(rows):
        y = HEAD + number * ROW
        drawn.append(
            HeatRow(
                name,
                y + ROW // 2 + 5,
                tuple(
                    HeatCell(
                        share.percent if share and share.value is not None else "–",
                        step_of(share),
                        klass,
                        NAMES + place * COLUMN,
                        y,
                    )
                    for place, (share, klass) in enumerate(cells)
                ),
            )
        )
    columns = tuple((code, NAMES + place * COLUMN + COLUMN // 2) for place, code in enumerate(languages))
    return Heat(tuple(drawn), columns, NAMES + len(languages) * COLUMN, HEAD + len(drawn) * ROW + MARGIN)


def step_of(share: Share | None) -> int | None:
    """How light or dark a cell is."""
    if share is None or share.value is None:
        return None
    return min(STEPS - 1, int(share.value * STEPS))
