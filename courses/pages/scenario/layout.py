"""Where the boxes of a graph stand: layers from the starts down, few crossings. Pure, and the same for the same graph.

Sugiyama's method in its simplest form: edges that go back are set aside, each node stands one layer below the lowest
that leads to it, long edges get a place in each layer that they pass, and layers are ordered by the middle of their
neighbours, the best order of a few sweeps being kept.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

#: How often the layers are gone through, down and up.
SWEEPS = 6


@dataclass(frozen=True)
class Layout:
    """Where everything stands.

    Attributes:
        layers: what stands in each layer, in order: a node, or the (source, target) of an edge that passes.
        joints: what is joined from one layer to the next.
        back: edges that lead up, sideways or to the node itself.
    """

    layers: tuple[tuple["Slot", ...], ...]
    joints: tuple[tuple["Slot", "Slot"], ...]
    back: frozenset[tuple[str, str]]

    @property
    def layer_of(self) -> dict[str, int]:
        return {slot: number for number, layer in enumerate(self.layers) for slot in layer if isinstance(slot, str)}


#: A node by its key, or a place for the edge that passes through a layer.
Slot = str | tuple[str, str, int]


def arrange(nodes: Sequence[str], ways: Mapping[str, Sequence[str]], starts: Iterable[str]) -> Layout:
    """A place for every node.

    Arguments:
        nodes: keys, each once, in the author's order.
        ways: key → where it leads; every key of `nodes`, and no other.
        starts: where one begins; what cannot be reached from there stands below everything else.
    """
    begun = [each for each in dict.fromkeys(starts) if each in ways]
    main, back, seen = _search(begun, ways, set())
    layer = _layers(main, ways, back)
    if rest := [each for each in nodes if each not in seen]:
        # What nothing leads to begins the rest; a circle that nothing leads to begins at its first node.
        led_to = {target for each in rest for target in ways[each] if target != each}
        heads = [each for each in rest if each not in led_to]
        lost, more, _seen = _search([*rest, *heads[::-1]], ways, seen)
        base = max(layer.values(), default=-1) + 1
        layer |= {key: base + number for key, number in _layers(lost, ways, more).items()}
        back |= more
        main += lost
    back |= {(key, target) for key in main for target in ways[key] if layer[target] <= layer[key]}
    layers, joints = _ordered(main, ways, back, layer)
    return Layout(layers, joints, frozenset(back))


def _search(
    heads: Sequence[str], ways: Mapping[str, Sequence[str]], seen: set[str]
) -> tuple[list[str], set[tuple[str, str]], set[str]]:
    """Depth first: the nodes in topological order, and the edges that go back to a node that is still open."""
    seen, finished, is_open, back = set(seen), [], set(), set()
    # Backwards, because the order comes out turned round: so what an author wrote first stands first.
    for head in reversed(heads):
        if head in seen:
            continue
        seen.add(head)
        is_open.add(head)
        stack = [(head, reversed(ways[head]))]
        while stack:
            key, rest = stack[-1]
            for target in rest:
                if target in is_open:
                    back.add((key, target))
                elif target not in seen:
                    seen.add(target)
                    is_open.add(target)
                    stack.append((target, reversed(ways[target])))
                    break
            else:
                stack.pop()
                is_open.discard(key)
                finished.append(key)
    return finished[::-1], back, seen


def _layers(order: Sequence[str], ways: Mapping[str, Sequence[str]], back: set[tuple[str, str]]) -> dict[str, int]:
    """The longest path to each node."""
    layer = dict.fromkeys(order, 0)
    for key in order:
        for target in ways[key]:
            if target in layer and (key, target) not in back:
                layer[target] = max(layer[target], layer[key] + 1)
    return layer


def _ordered(
    order: Sequence[str], ways: Mapping[str, Sequence[str]], back: set[tuple[str, str]], layer: Mapping[str, int]
) -> tuple[tuple[tuple[Slot, ...], ...], tuple[tuple[Slot, Slot], ...]]:
    rows: list[list[Slot]] = [[] for _number in range(max(layer.values(), default=-1) + 1)]
    down: dict[Slot, list[Slot]] = {}
    for key in order:
        rows[layer[key]].append(key)
    for key in order:
        for target in ways[key]:
            if (key, target) in back:
                continue
            passed: list[Slot] = [(key, target, number) for number in range(layer[key] + 1, layer[target])]
            for number, slot in enumerate(passed, layer[key] + 1):
                rows[number].append(slot)
            for above, below in pairwise([key, *passed, target]):
                down.setdefault(above, []).append(below)
    up: dict[Slot, list[Slot]] = {}
    for above, belows in down.items():
        for below in belows:
            up.setdefault(below, []).append(above)
    best = [list(row) for row in rows]
    fewest = crossings(best, down)
    for sweep in range(SWEEPS):
        numbers = range(1, len(rows)) if sweep % 2 == 0 else range(len(rows) - 2, -1, -1)
        for number in numbers:
            beside = rows[number - 1] if sweep % 2 == 0 else rows[number + 1]
            rows[number].sort(key=_middle(beside, up if sweep % 2 == 0 else down, rows[number]))
        if (now := crossings(rows, down)) < fewest:
            best, fewest = [list(row) for row in rows], now
    joints = tuple((above, below) for above, belows in down.items() for below in belows)
    return tuple(tuple(row) for row in best), joints


def _middle(beside: Sequence[Slot], edges: Mapping[Slot, list[Slot]], row: Sequence[Slot]) -> Callable[[Slot], float]:
    """The mean place of a slot's neighbours in the row beside; without any it stays where it is."""
    place = {slot: number for number, slot in enumerate(beside)}
    means = {}
    for number, slot in enumerate(row):
        own = [place[each] for each in edges.get(slot, []) if each in place]
        means[slot] = sum(own) / len(own) if own else float(number)
    return means.__getitem__


def crossings(rows: Sequence[Sequence[Slot]], down: Mapping[Slot, Sequence[Slot]]) -> int:
    """How often edges between neighbouring layers cross."""
    count = 0
    for above, below in pairwise(rows):
        place = {slot: number for number, slot in enumerate(below)}
        ends = [sorted(place[target] for target in down.get(slot, ()) if target in place) for slot in above]
        for number, own in enumerate(ends):
            for others in ends[number + 1 :]:
                count += sum(mine > other for mine in own for other in others)
    return count


def spread(layout: Layout, *, width: Callable[[Slot], int], gap: int) -> dict[Slot, int]:
    """The middle of every slot on the line of its layer, near what it is joined with; nothing overlaps.

    Arguments:
        width: of a slot.
        gap: between two slots.
    """
    joined: dict[Slot, list[Slot]] = {}
    for above, below in layout.joints:
        joined.setdefault(above, []).append(below)
        joined.setdefault(below, []).append(above)
    at: dict[Slot, float] = {}
    for layer in layout.layers:
        x = -(sum(map(width, layer)) + gap * (len(layer) - 1)) / 2
        for slot in layer:
            at[slot] = x + width(slot) / 2
            x += width(slot) + gap
    for turn in range(SWEEPS):
        for layer in layout.layers if turn % 2 == 0 else layout.layers[::-1]:
            wanted = [_mean([at[each] for each in joined.get(slot, ())], at[slot]) for slot in layer]
            apart = [(width(one) + width(other)) / 2 + gap for one, other in pairwise(layer)]
            forth, back = list(wanted), list(wanted)
            for place, least in enumerate(apart):
                forth[place + 1] = max(forth[place + 1], forth[place] + least)
            for place, least in reversed(list(enumerate(apart))):
                back[place] = min(back[place], back[place + 1] - least)
            # Each of the two keeps its distances, so their mean does.
            at |= {slot: (one + other) / 2 for slot, one, other in zip(layer, forth, back, strict=True)}
    left = min((x - width(slot) / 2 for slot, x in at.items()), default=0)
    # Rounded down alike, so that no distance shrinks by more than a pixel.
    return {slot: int(x - left) for slot, x in at.items()}


def _mean(found: Sequence[float], otherwise: float) -> float:
    return sum(found) / len(found) if found else otherwise
