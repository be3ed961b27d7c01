"""Drawing a paper by a blueprint. Pure: traits and rows in, keys of questions out.

Which question fills which row is an assignment: every row takes so many questions of a kind, and no question stands on
a paper twice. Where rows overlap, a choice row by row can fail although a full paper exists, so questions are put in
one after the other, and each may push others on to another row that takes them (augmenting paths). The sets of
questions that can be placed at the same time are a matroid (a transversal matroid: J. Edmonds and D. R. Fulkerson,
“Transversals and matroid partition”, 1965), so taking questions in the order of preference gives a paper that is as
full as it can be, with as many as can be of the first kind, then of the second, and so on: those that must be on it,
then those that the person has not had, then the others. Hence the fewest repeats that the bank allows.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from assessments.rules import Draw, Section
from lms.text import natural

#: So many papers to come are kept possible without repeats while one is drawn.
AHEAD = 4
#: Nobody takes a test more often; the figure for authors stops here.
MOST_PAPERS = 50

#: A question in an assignment: its key, and of those that stand on every paper, the papers for which it counts.
_Place = tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What a blueprint knows of a question.

    Attributes:
        key: of the question, in its bank.
        module, scenario: their keys, or empty.
        categories: uuids of the category it stands in, and of those above that one.
        tags: its tags.
        difficulty: 1 to 3; 0 where nobody said.
        must: whether it must be right, so that it stands on every paper that has a row for it.
        points: what it counts.
    """

    key: str
    module: str = ""
    scenario: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    difficulty: int = 0
    must: bool = False
    points: int = 1

    def as_json(self) -> dict[str, Any]:
        """How authors sorted it: what is no part of its version and is frozen beside it."""
        sorted_as = {"categories": list(self.categories), "tags": list(self.tags), "difficulty": self.difficulty}
        return {name: value for name, value in sorted_as.items() if value}


def sorting_from_json(data: Mapping[str, Any] | None) -> dict[str, Any]:
    """The inverse of `Traits.as_json`, as arguments for it; of what was published before there were traits, nothing."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in (data or {}).items()}


def matches(draw: Draw, traits: Traits) -> bool:
    """Whether a question is of the kind that a row draws."""
    if draw.items:
        return traits.key in draw.items
    return (
        draw.module in ("", traits.module)
        and (not draw.category or draw.category in traits.categories)
        and (not draw.tag or draw.tag in traits.tags)
        and draw.difficulty in (0, traits.difficulty)
    )


@dataclass(frozen=True)
class Shortage:
    """A row that cannot be filled.

    Attributes:
        number: of the row, from 1, through all sections.
        have: how many questions match it, whatever else draws them.
        missing: how many are lacking.
        names: of a row of named questions, those that are not there.
    """

    number: int
    draw: Draw
    have: int
    missing: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lack:
    """Why no paper can be drawn: rows that are short, and questions that must be right and have no place."""

    shortages: tuple[Shortage, ...] = ()
    crowded: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.shortages or self.crowded)


class BlueprintNotMet(ValueError):
    """The questions do not fill the paper."""

    def __init__(self, lack: Lack) -> None:
        self.lack = lack
        super().__init__(lack)


@dataclass(frozen=True)
class Drawn:
    """A paper: keys of its questions in their order, and how many of them the person had before."""

    keys: tuple[str, ...]
    repeats: int = 0


def rows_in(sections: Iterable[Section]) -> list[Draw]:
    """The rows of all sections, in order."""
    return [draw for section in sections for draw in section.draws]


def sections_of_modules(items: Iterable[Traits], per_module: int) -> tuple[Section, ...]:
    """The sections of a test without a blueprint: so many of each module, or all that must be right if these are more;
    modules in order."""
    must: dict[str, int] = {}
    for each in items:
        must[each.module] = must.get(each.module, 0) + each.must
    return tuple(
        Section(draws=(Draw(count=max(per_module, count), module=module),)) for module, count in sorted(must.items())
    )


def certain(sections: Sequence[Section], items: Iterable[Traits]) -> set[str]:
    """Keys of the questions that stand on every paper: the named ones, and those that must be right and fit a row."""
    rows = rows_in(sections)
    named = {key for row in rows for key in row.items}
    return named | {each.key for each in items if each.must and any(matches(row, each) for row in rows)}


def lack_of(sections: Sequence[Section], items: Sequence[Traits]) -> Lack:
    """What a blueprint lacks with these questions; empty where a paper can be drawn."""
    rows = rows_in(sections)
    own, always = _fitting(rows, items), certain(sections, items)
    order = sorted(own, key=lambda key: (key not in always, natural(key)))
    places = _assign([row.size for row in rows], [((key, 0), own[key]) for key in order])
    placed = {key for row in places for key, _paper in row}
    known = {each.key for each in items}
    shortages = []
    for number, (row, filled) in enumerate(zip(rows, places, strict=True), start=1):
        missing = row.size - len(filled)
        if missing:
            have = sum(number - 1 in fitting for fitting in own.values())
            gone = tuple(key for key in row.items if key not in known)
            shortages.append(Shortage(number, row, have, missing, gone))
    crowded = sorted((key for key in always & own.keys() if key not in placed), key=natural)
    return Lack(tuple(shortages), tuple(crowded))


def draw_paper(
    sections: Sequence[Section],
    items: Sequence[Traits],
    rng: random.Random,
    *,
    had: Iterable[str] = (),
    later: Sequence[Section] = (),
    later_items: Sequence[Traits] | None = None,
    shuffles: bool = True,
) -> Drawn:
    """Draw a paper.

    No question stands on it twice; those that must be right and fit a row stand on it; of those that the person had
    before as few as the bank allows. Questions on one case stand together in their section.

    Arguments:
        items: what may be drawn.
        had: keys of what the person had on papers before.
        later: the sections of papers to come, for which questions are left over as long as there are enough.
        later_items: what these papers may draw; the same as this one where nothing is said. What stands on every one of
            them is rather not asked now.
        shuffles: whether the questions of a section are shuffled; otherwise they stand as the author has them: row by
            row, named ones as they are listed, others by their keys.

    Raises:
        BlueprintNotMet: no full paper is possible.
    """
    had, rows = set(had), rows_in(sections)
    own, always = _fitting(rows, items), certain(sections, items)
    sizes = [row.size for row in rows]
    free = [key for key in own if key not in always]
    rng.shuffle(free)
    first = [((key, 0), own[key]) for key in sorted(always & own.keys(), key=natural)]
    coming = certain(later, items if later_items is None else later_items)
    then = _fitting(rows_in(later), items if later_items is None else later_items)
    fresh = [each for each in dict.fromkeys([*own, *then]) if each not in had and each not in always | coming]
    places = _leaving_over(sizes, first, fresh, own, [row.size for row in rows_in(later)], then, coming, rng)
    if places is None:
        free.sort(key=lambda key: (key in had, key in coming))
        places = _assign(sizes, first + [((key, 0), _mixed(own[key], rng)) for key in free])
    placed = {key for row in places for key, _paper in row}
    if [len(row) for row in places] != sizes or not always & own.keys() <= placed:
        raise BlueprintNotMet(lack_of(sections, items))
    return _in_order(sections, items, [[key for key, _paper in row] for row in places], had, rng if shuffles else None)


def _leaving_over(
    sizes: Sequence[int],
    first: Sequence[tuple[_Place, Sequence[int]]],
    fresh: list[str],
    own: Mapping[str, list[int]],
    sizes_then: Sequence[int],
    then: Mapping[str, list[int]],
    coming: set[str],
    rng: random.Random,
) -> list[list[_Place]] | None:
    """What the rows take when as many further papers as can be are drawn together with this one, all without a repeat;
    None where there is not enough for one.

    Without it a paper could use up the few questions that another row needs next time.
    """
    rng.shuffle(fresh)
    later = {key: [len(sizes) + place for place in places] for key, places in then.items()}
    for papers in range(AHEAD if sizes_then else 0, 0, -1):
        wanted = [*sizes, *(papers * size for size in sizes_then)]
        nodes = [
            *first,
            *(
                ((key, paper), later[key])
                for key in sorted(coming & later.keys(), key=natural)
                for paper in range(1, papers + 1)
            ),
            *(((key, 0), _mixed([*own.get(key, ()), *later.get(key, ())], rng)) for key in fresh),
        ]
        found = _assign(wanted, nodes)
        if [len(row) for row in found] == wanted:
            return found[: len(sizes)]
    return None


def _mixed(places: Sequence[int], rng: random.Random) -> list[int]:
    found = list(places)
    rng.shuffle(found)
    return found


def _in_order(
    sections: Sequence[Section],
    items: Sequence[Traits],
    chosen: Sequence[Sequence[str]],
    had: set[str],
    rng: random.Random | None,
) -> Drawn:
    """The paper of what each row took, shuffled where there is a `rng`."""
    scenarios, keys, rows = {each.key: each.scenario for each in items}, [], iter(chosen)
    for section in sections:
        own: list[str] = []
        for row in section.draws:
            own += sorted(next(rows), key=partial(_authors, row))
        if rng:
            rng.shuffle(own)
        keys += _together(own, scenarios)
    return Drawn(tuple(keys), sum(key in had for key in keys))


def papers_without_repeats(
    sections: Sequence[Section],
    items: Sequence[Traits],
    *,
    before: Sequence[Section] = (),
    before_items: Sequence[Traits] = (),
) -> int | None:
    """How many papers one person can get without a repeat, but for what stands on every paper; None where all of it
    does.

    Arguments:
        before, before_items: the sections of a test that is taken once before it, and what that draws from; some of it
            is the same.
    """
    rows, always = rows_in(sections), certain(sections, items)
    own = _fitting(rows, items)
    free = sum(row.size for row in rows) - len(always & own.keys())
    if free <= 0:
        return None
    earlier = rows_in(before)
    first = _fitting(earlier, before_items)

    def are_possible(papers: int) -> bool:
        wanted = [*(papers * row.size for row in rows), *(row.size for row in earlier)]
        nodes: list[tuple[_Place, Sequence[int]]] = [
            ((key, paper), own[key]) for key in sorted(always & own.keys()) for paper in range(papers)
        ]
        for key in {**own, **first}:
            if key in always:
                continue
            nodes.append(((key, 0), [*own.get(key, ()), *(len(rows) + place for place in first.get(key, ()))]))
        return [len(row) for row in _assign(wanted, nodes)] == wanted

    most = min(MOST_PAPERS, (len(own) - len(always & own.keys())) // free)
    possible, refused = 0, most + 1
    while refused - possible > 1:
        middle = (possible + refused) // 2
        if are_possible(middle):
            possible = middle
        else:
            refused = middle
    return possible


def section_at(sections: Sequence[Section], position: int) -> tuple[int, Section] | None:
    """The number of the section in which a position of a paper stands, and the section; None without a blueprint."""
    end = 0
    for number, section in enumerate(sections, start=1):
        end += sum(draw.size for draw in section.draws)
        if position <= end:
            return number, section
    return None


def _fitting(rows: Sequence[Draw], items: Iterable[Traits]) -> dict[str, list[int]]:
    """Key of every question that some row takes → the places of these rows."""
    found = {}
    for each in items:
        places = [place for place, row in enumerate(rows) if matches(row, each)]
        if places:
            found[each.key] = places
    return found


def _assign(sizes: Sequence[int], nodes: Iterable[tuple[_Place, Sequence[int]]]) -> list[list[_Place]]:
    """What each row takes. The first nodes come first: none of them ever loses its place to a later one."""
    places: list[list[_Place]] = [[] for _size in sizes]
    fitting: dict[_Place, Sequence[int]] = {}
    left = sum(sizes)
    for node, rows in nodes:
        if not left:
            break
        fitting[node] = rows
        left -= _put(node, sizes, places, fitting)
    return places


def _put(
    node: _Place, sizes: Sequence[int], places: list[list[_Place]], fitting: Mapping[_Place, Sequence[int]]
) -> bool:
    """Give a node a place, moving others on where that makes room; whether it has one now."""
    # Row → what would move into it, and out of which row.
    ways: dict[int, tuple[_Place, int | None]] = dict.fromkeys(fitting[node], (node, None))
    queue = list(ways)
    for row in queue:
        if len(places[row]) < sizes[row]:
            into: int | None = row
            while into is not None:
                moved, out_of = ways[into]
                if out_of is not None:
                    places[out_of].remove(moved)
                places[into].append(moved)
                into = out_of
            return True
        for other in places[row]:
            for further in fitting[other]:
                if further not in ways:
                    ways[further] = (other, row)
                    queue.append(further)
    return False


def _authors(row: Draw, key: str) -> tuple[int, tuple[tuple[int, int | str], ...]]:
    """Where an author would put a question within its row."""
    return (row.items.index(key) if key in row.items else 0, natural(key))


def _together(keys: Sequence[str], scenarios: Mapping[str, str]) -> list[str]:
    """The same keys with the questions on one case side by side, where the first of them stands."""
    groups: dict[str, list[str]] = {}
    for key in keys:
        case = f"case {scenarios[key]}" if scenarios[key] else f"item {key}"
        groups.setdefault(case, []).append(key)
    return [key for group in groups.values() for key in group]
