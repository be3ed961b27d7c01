"""The graph of a scenario as an author sees it: boxes and lines for a template that makes an SVG of them, and the same
in words. Sizes are in pixels. Every colour has a shape or a word beside it."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from courses.pages.blocks.branching import from_raw, without_debrief
from courses.pages.scenario.layout import Layout, Slot, arrange, spread
from learning.branching import END, KINDS, OUTCOMES, QUALITIES, Graph, Node, letters, notes, problems

WIDTH, HEIGHT = 216, 96
GAP, PASSING, BETWEEN = 44, 28, 84
MARGIN, TOP, LANE, LOOP = 28, 56, 18, 34
#: Characters in a line of a box, and lines.
LINE, LINES = 29, 3
MARKS = {"best": "✓", "acceptable": "○", "harmful": "✕"}
OUTCOME_MARKS = {"good": "✓", "mixed": "○", "harmful": "✕"}


@dataclass(frozen=True)
class Box:
    """One node: its corner, its lines of text, and what is said beside it."""

    key: str
    x: int
    y: int
    lines: tuple[tuple[int, str], ...]
    is_end: bool
    mark: str
    outcome: str
    starts: str
    problem: str

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2

    @property
    def radius(self) -> int:
        return HEIGHT // 2 if self.is_end else 10


@dataclass(frozen=True)
class Line:
    """The way from one node to another: a path, and which choices take it."""

    path: str
    label: str
    x: int
    y: int
    is_back: bool
    is_harmful: bool

    @property
    def width(self) -> int:
        return 10 + 9 * len(self.label)

    @property
    def left(self) -> int:
        return self.x - self.width // 2


@dataclass(frozen=True)
class Told:
    """One node in words."""

    key: str
    kind: str | Promise
    text: str
    outcome: str | Promise
    starts: str
    choices: tuple[tuple[str, str, str | Promise, str], ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Drawing:
    """Everything that the template of a graph needs.

    Attributes:
        problems: of the scenario, for a list above the graph; those of a node stand beside it too.
        notes: what the author may have meant so.
    """

    title: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    told: tuple[Told, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    box: tuple[int, int] = field(default=(WIDTH, HEIGHT))

    def scaled(self, percent: int) -> tuple[int, int]:
        """Width and height at a size."""
        return self.width * percent // 100, self.height * percent // 100


def draw(value: Mapping[str, Any], *, from_the_right: bool = False) -> Drawing:
    """The graph of a raw block.

    Arguments:
        from_the_right: mirrored, for a language that is written so.
    """
    plain = from_raw(value)
    graph = Graph.from_neutral(plain)
    found = [*problems(graph), *without_debrief(plain["nodes"])]
    wrong: dict[str, list[str]] = {}
    for each in found:
        if each.path[0] == "nodes" and len(each.path) > 1:
            place = each.path[1]
            assert isinstance(place, int)
            wrong.setdefault(graph.nodes[place].key, []).append(each.message)
    texts: dict[str, str] = {}
    for node, raw in zip(graph.nodes, plain["nodes"], strict=True):
        texts.setdefault(node.key, str(raw.get("text", "")))
    names = {role.key: str(raw.get("name", "")) for role, raw in zip(graph.roles, plain["roles"], strict=True)}
    starts: dict[str, str] = {}
    for role in graph.roles:
        name = names[role.key] or role.key
        starts[role.start] = f"{starts[role.start]}, {name}" if role.start in starts else name
    pen = _Pen(graph, texts, starts, wrong, from_the_right)
    return Drawing(
        title=plain["title"],
        width=pen.width,
        height=pen.height,
        boxes=pen.boxes(),
        lines=pen.lines(),
        told=tuple(_told(node, raw, starts, wrong) for node, raw in zip(graph.nodes, plain["nodes"], strict=True)),
        problems=tuple(each.message for each in found),
        notes=tuple(each.message for each in notes(graph)),
    )


def graphs_of(body: Iterable[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """Every scenario of a raw body as the template of a graph takes it."""
    rtl = bool(get_language_info(language)["bidi"])
    found: list[dict[str, Any]] = []
    for raw in body:
        if raw["type"] == "branching":
            drawing = draw(raw["value"], from_the_right=rtl)
            found.append({"drawing": drawing, "size": drawing.scaled(100), "name": f"graph-{len(found)}", "rtl": rtl})
    return found


def _told(node: Node, raw: Mapping[str, Any], starts: Mapping[str, str], wrong: Mapping[str, list[str]]) -> Told:
    named = zip(letters(node.choices), node.choices, raw["choices"], strict=True)
    return Told(
        key=node.key,
        kind=KINDS.get(node.kind, ""),
        text=str(raw.get("text", "")),
        outcome=OUTCOMES.get(node.outcome, "") if node.kind == END else "",
        starts=starts.get(node.key, ""),
        choices=tuple(
            (letter, str(words.get("text", "")), QUALITIES.get(choice.quality, ""), choice.target)
            for letter, choice, words in named
        ),
        problems=tuple(wrong.get(node.key, ())),
    )


class _Pen:
    """Puts a layout into pixels."""

    def __init__(
        self,
        graph: Graph,
        texts: Mapping[str, str],
        starts: Mapping[str, str],
        wrong: Mapping[str, list[str]],
        from_the_right: bool,
    ) -> None:
        self.graph, self.texts, self.starts, self.wrong = graph, texts, starts, wrong
        self.layout: Layout = arrange(list(graph.by_key), graph.ways, [role.start for role in graph.roles])
        middles = spread(self.layout, width=_width_of, gap=GAP)
        self.at: dict[Slot, tuple[int, int]] = {
            slot: (MARGIN + middles[slot], TOP + number * (HEIGHT + BETWEEN))
            for number, layer in enumerate(self.layout.layers)
            for slot in layer
        }
        ends = [
            max((self.at[slot][0] + _width_of(slot) // 2 for slot in layer), default=0) for layer in self.layout.layers
        ]
        layer = self.layout.layer_of
        around = sorted(edge for edge in self.layout.back if edge[0] != edge[1])
        self.lanes = {edge: number for number, edge in enumerate(around, 1)}
        # Beside whatever stands in the layers that it passes.
        self.lane_at = {
            (key, target): max(ends[layer[target] : layer[key] + 1]) + LOOP + LANE * self.lanes[key, target]
            for key, target in around
        }
        right = max(ends, default=MARGIN + WIDTH) + (
            LOOP if any(one == other for one, other in self.layout.back) else 0
        )
        self.width = max(right, *self.lane_at.values(), 0) + MARGIN
        self.height = TOP + max(1, len(self.layout.layers)) * (HEIGHT + BETWEEN)
        self.from_the_right = from_the_right

    def side(self, x: int) -> int:
        """A distance from the side on which one begins to read."""
        return self.width - x if self.from_the_right else x

    def boxes(self) -> tuple[Box, ...]:
        found = []
        for key, node in self.graph.by_key.items():
            x, y = self.at[key]
            is_end = node.kind == END
            wrong = self.wrong.get(key, [])
            most = LINES - bool(wrong)
            lines = wrapped(self.texts[key] or key, LINE - 4 * is_end, most)
            first = y + 44 + 8 * (most - len(lines))
            if not wrong:
                problem = ""
            elif key not in self.graph.reachable:
                problem = _("No way leads here")
            elif key not in self.graph.ending:
                problem = _("Never ends")
            else:
                problem = _("Not finished")
            found.append(
                Box(
                    key=key,
                    x=self.side(x) - WIDTH // 2,
                    y=y,
                    lines=tuple((first + 17 * number, line) for number, line in enumerate(lines)),
                    is_end=is_end,
                    mark=OUTCOME_MARKS.get(node.outcome, "") if is_end else "",
                    outcome=node.outcome if is_end else "",
                    starts=self.starts.get(key, ""),
                    problem=problem,
                )
            )
        return tuple(found)

    def lines(self) -> tuple[Line, ...]:
        found = []
        for key, node in self.graph.by_key.items():
            names: dict[str, list[tuple[str, str]]] = {}
            for letter, choice in zip(letters(node.choices), node.choices, strict=True):
                if choice.target in self.graph.by_key:
                    names.setdefault(choice.target, []).append((letter, choice.quality))
            down = [target for target in names if (key, target) not in self.layout.back]
            down.sort(key=lambda target: self._next(key, target)[0])
            out = [*down, *(target for target in names if target not in down and target != key)]
            for target, named in names.items():
                label = " ".join(f"{letter}{MARKS.get(quality, '')}" for letter, quality in named)
                is_harmful = all(quality == "harmful" for _letter, quality in named)
                if target == key:
                    found.append(self._loop(key, label, is_harmful))
                    continue
                port = WIDTH * (out.index(target) + 1) // (len(out) + 1) - WIDTH // 2
                draw_line = self._down if target in down else self._back
                found.append(draw_line(key, target, port, label, is_harmful))
        return tuple(found)

    def _next(self, key: str, target: str) -> tuple[int, int]:
        """Where an edge comes through the next layer."""
        return self.at.get((key, target, self.layout.layer_of[key] + 1), self.at[target])

    def _down(self, key: str, target: str, port: int, label: str, is_harmful: bool) -> Line:
        x, y = self.at[key]
        x, y = x + port, y + HEIGHT
        label_at = (x, y + 18)
        layer = self.layout.layer_of
        path = [f"M{self.side(x)} {y}"]
        for number in range(layer[key] + 1, layer[target] + 1):
            last = number == layer[target]
            to_x, to_y = self.at[target] if last else self.at[key, target, number]
            half = (to_y - y) // 2
            path.append(
                f"C{self.side(x)} {y + half} {self.side(to_x)} {to_y - half} {self.side(to_x)} {to_y - 4 * last}"
            )
            if not last:
                path.append(f"L{self.side(to_x)} {to_y + HEIGHT}")
                to_y += HEIGHT
            x, y = to_x, to_y
        return Line(" ".join(path), label, self.side(label_at[0]), label_at[1], False, is_harmful)

    def _back(self, key: str, target: str, port: int, label: str, is_harmful: bool) -> Line:
        """Out below, along a lane of its own at the far side, and in from above."""
        (x, y), (to_x, to_y), lane = self.at[key], self.at[target], self.lanes[key, target]
        x, to_x = x + port, to_x + WIDTH // 2 - 18
        shift, far = 5 * (lane % 4), self.lane_at[key, target]
        corners = [
            (x, y + HEIGHT),
            (x, y + HEIGHT + 34 + shift),
            (far, y + HEIGHT + 34 + shift),
            (far, to_y - 22 - shift),
            (to_x, to_y - 22 - shift),
            (to_x, to_y - 4),
        ]
        return Line(self._rounded(corners), label, self.side(x), y + HEIGHT + 18, True, is_harmful)

    def _loop(self, key: str, label: str, is_harmful: bool) -> Line:
        """Out at the far side, and in there again."""
        x, y = self.at[key]
        x, far = x + WIDTH // 2, x + WIDTH // 2 + LOOP
        path = (
            f"M{self.side(x)} {y + HEIGHT - 20} C{self.side(far)} {y + HEIGHT - 10} {self.side(far)} {y + 10} "
            f"{self.side(x + 4)} {y + 20}"
        )
        return Line(path, label, self.side(x + LOOP * 3 // 4), y + HEIGHT // 2, True, is_harmful)

    def _rounded(self, corners: Sequence[tuple[int, int]], radius: int = 8) -> str:
        """A line along corners that are cut round."""
        path = [f"M{self.side(corners[0][0])} {corners[0][1]}"]
        for before, (x, y), after in zip(corners, corners[1:], corners[2:], strict=False):
            near, far = (
                (x + _sign(other[0] - x) * radius, y + _sign(other[1] - y) * radius) for other in (before, after)
            )
            path.append(f"L{self.side(near[0])} {near[1]} Q{self.side(x)} {y} {self.side(far[0])} {far[1]}")
        return " ".join([*path, f"L{self.side(corners[-1][0])} {corners[-1][1]}"])


def _width_of(slot: Slot) -> int:
    return WIDTH if isinstance(slot, str) else PASSING


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


# --- text in a box


def wrapped(text: str, width: int, most: int) -> list[str]:
    """The first lines of a text, by the width of its characters, with … where it goes on.

    Scripts without spaces between words are cut between characters, never before a mark that belongs to the one before.
    """
    lines, line, room = [], "", float(width)
    words = [word for word in " ".join(text.split()).split(" ") if word]
    for place, word in enumerate(words):
        size = _width(word)
        if line and size + 1 > room:
            lines.append(line)
            line, room = "", float(width)
        while size > width:
            cut = _cut(word, width)
            lines.append(word[:cut])
            word = word[cut:]
            size = _width(word)
            if len(lines) > most:
                break
        line, room = (f"{line} {word}", room - size - 1) if line else (word, width - size)
        if len(lines) > most:
            break
        if place == len(words) - 1 and line:
            lines.append(line)
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and _width(last) > width - 1:
        last = last[: _cut(last, _width(last) - 1)]
    return [*lines[: most - 1], f"{last.rstrip()}…"]


def _width(text: str) -> float:
    return sum(_one(character) for character in text)


def _one(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 1.8 if unicodedata.east_asian_width(character) in "WF" else 1


def _cut(word: str, width: float) -> int:
    """How many characters of a word go into a line; at least one, and a letter keeps its marks."""
    size = 0.0
    for place, character in enumerate(word):
        size += _one(character)
        if size > width and place:
            return place
    return max(1, len(word) - 1)
