"""What of a table of counts may be told: nothing from which one could work out a count from 1 to 4. Pure.

Source: domain rules §4.4: small counts are suppressed, and a second one where the first could be derived.
"""

from collections.abc import Sequence

from lms.suppression import THRESHOLD

#: The count, or None where it is not told. Which of the untold ones are small is not told either.
Told = int | None


def about(count: int) -> str:
    """A count rounded down to fives, so that the difference of two gives nothing away: “<5”, “15”. Zero is zero."""
    if 0 < count < THRESHOLD:
        return f"<{THRESHOLD}"
    return str(count - count % THRESHOLD)


def hidden_in(rows: Sequence[Sequence[int]]) -> list[list[Told]]:
    """A table with its sums, the last row and the last column, and without what must not be told.

    A line (a row or a column, with its sum) is safe when nothing of it is hidden, or at least two of its counts that
    together are no small count, or when its sum is hidden as well. As long as one is not, its smallest count that is
    left is hidden too. Each person is counted in one cell.
    """
    if not rows:
        return [[]]
    (told,), people = hidden_together([rows])
    return [*told, people]


def hidden_together(
    tables: Sequence[Sequence[Sequence[int]]], orderings: Sequence[Sequence[int]] = ()
) -> tuple[list[list[list[Told]]], list[Told]]:
    """Several such tables about the same people: what one of them hides is not to be worked out from the others.

    Arguments:
        tables: the last row of each says who gave no answer there.
        orderings: which tables (by their place in the list) are the steps of one ordering. There everybody who answers
            gives every number once, so a number can be worked out from the other steps, and no answer is none to all.

    Returns:
        the tables with a sum at the end of each row, and the people.
    """
    whole = [sum(column) for column in zip(*tables[0], strict=True)]
    grid: list[list[int]] = [[*whole, sum(whole)]]
    columns, lines = range(len(grid[0])), []
    places: list[list[int]] = []
    silent = {table: steps[0] for steps in orderings for table in steps[1:]}
    for number, table in enumerate(tables):
        own = []
        for row in table[:-1] if number in silent else table:
            own.append(len(grid))
            grid.append([*row, sum(row)])
        places.append(own + places[silent[number]][-1:] if number in silent else own)
    lines += [[(r, c) for c in columns] for r in range(len(grid))]
    lines += [[*((r, c) for r in own), (0, c)] for own in places for c in columns]
    for steps in orderings:
        answered = len(grid)
        grid.append([grid[0][c] - grid[places[steps[0]][-1]][c] for c in columns])
        for rows in zip(*(places[step][:-1] for step in steps), strict=True):
            lines += [[*((r, c) for r in rows), (answered, c)] for c in columns]
    hidden = {(r, c) for r, row in enumerate(grid) for c, count in enumerate(row) if 0 < count < THRESHOLD}
    told = _told(grid, hidden, lines)
    return [[told[r] for r in own] for own in places], told[0]


def hidden_beside(rows: Sequence[Sequence[int]], people: Sequence[int]) -> list[list[Told]]:
    """The same where one person may be counted in several rows: `people` are those of each column.

    Here a count says as much about those who are missing from it, so it is small too where few are.
    """
    grid = [[*row, sum(row)] for row in rows]
    whole = [*people, sum(people)]
    hidden = {
        (r, c)
        for r, row in enumerate(grid)
        for c, count in enumerate(row)
        if 0 < count < THRESHOLD or 0 < whole[c] - count < THRESHOLD
    }
    lines = [[(r, c) for c in range(len(whole))] for r in range(len(grid))]
    return _told(grid, hidden, lines)


def hidden_in_line(counts: Sequence[int]) -> list[Told]:
    """Counts of which the sum is told beside them."""
    return hidden_in([counts])[0][:-1] if counts else []


def _told(
    grid: list[list[int]], hidden: set[tuple[int, int]], lines: Sequence[Sequence[tuple[int, int]]]
) -> list[list[Told]]:
    at_work = True
    while at_work:
        at_work = False
        for *cells, total in lines:
            while not _is_safe(grid, hidden, cells, total):
                left = [cell for cell in cells if cell not in hidden]
                # A zero says that nobody did; it is hidden only where nothing else is left.
                left.sort(key=lambda cell: (grid[cell[0]][cell[1]] == 0, grid[cell[0]][cell[1]]))
                hidden.add(left[0] if left else total)
                at_work = True
    return [[None if (r, c) in hidden else count for c, count in enumerate(row)] for r, row in enumerate(grid)]


def _is_safe(
    grid: list[list[int]], hidden: set[tuple[int, int]], cells: Sequence[tuple[int, int]], total: tuple[int, int]
) -> bool:
    inside = [grid[r][c] for r, c in cells if (r, c) in hidden]
    if total in hidden:
        return bool(inside)
    return not inside or (len(inside) > 1 and sum(inside) >= THRESHOLD)
