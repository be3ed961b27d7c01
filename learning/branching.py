"""Branching scenarios: whether one is sound, and where a way through it leads. Pure: no database, no pages.

A scenario is told from the side of one or more roles. Each begins at a node; a node is a situation with choices, or an
end. A choice says what follows from it and to which node it leads. Ways may come back to an earlier node, as long as an
end can still be reached.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SITUATION, END = "situation", "end"
KINDS: dict[str, str | Promise] = {SITUATION: gettext_lazy("Situation"), END: gettext_lazy("End")}
OUTCOMES: dict[str, str | Promise] = {
    "good": gettext_lazy("It ended well"),
    "mixed": gettext_lazy("It ended with some harm"),
    "harmful": gettext_lazy("It ended with harm"),
}
QUALITIES: dict[str, str | Promise] = {
    "best": gettext_lazy("Best"),
    "acceptable": gettext_lazy("Acceptable"),
    "harmful": gettext_lazy("Harmful"),
}
#: Keys stand in addresses and in the record: short, small and without dots.
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")
MOST_NODES, MOST_CHOICES, MOST_ROLES = 60, 6, 6
#: A way that comes back again and again is given up here: it began to go round in circles.
MOST_STEPS = 60
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Choice:
    """One way on: the key of the node that it leads to, and how good it is."""

    target: str
    quality: str = ""


@dataclass(frozen=True)
class Node:
    """A situation with its choices, or an end with its outcome."""

    key: str
    kind: str = SITUATION
    outcome: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Role:
    """Whose side the scenario is told from, and at which node that side begins."""

    key: str
    start: str


@dataclass(frozen=True)
class Problem:
    """What is wrong with a scenario, and where.

    Attributes:
        path: of the field: ``("nodes", 2, "choices", 0, "target")``; numbers count the entries of a list from 0.
        message: for the author.
    """

    path: tuple[str | int, ...]
    message: str


@dataclass(frozen=True)
class Graph:
    """A scenario without its words."""

    roles: tuple[Role, ...]
    nodes: tuple[Node, ...]

    @classmethod
    def from_neutral(cls, neutral: Mapping[str, Any]) -> "Graph":
        """The graph of a block's neutral part (`courses.pages.blocks.split`), or of any value with the same names."""
        return cls(
            roles=tuple(Role(_text(each, "key"), _text(each, "start")) for each in neutral.get("roles") or ()),
            nodes=tuple(
                Node(
                    key=_text(each, "key"),
                    kind=_text(each, "kind") or SITUATION,
                    outcome=_text(each, "outcome"),
                    choices=tuple(
                        Choice(_text(choice, "target"), _text(choice, "quality"))
                        for choice in each.get("choices") or ()
                    ),
                )
                for each in neutral.get("nodes") or ()
            ),
        )

    @cached_property
    def by_key(self) -> dict[str, Node]:
        """Key → node; of two with one key the first."""
        found: dict[str, Node] = {}
        for node in self.nodes:
            if node.key:
                found.setdefault(node.key, node)
        return found

    @cached_property
    def ways(self) -> dict[str, tuple[str, ...]]:
        """Key → the keys that are there and that its choices lead to, each once."""
        return {
            key: tuple(dict.fromkeys(choice.target for choice in node.choices if choice.target in self.by_key))
            for key, node in self.by_key.items()
        }

    @cached_property
    def reachable(self) -> frozenset[str]:
        """What can be reached from the start of any role."""
        return _spread((role.start for role in self.roles if role.start in self.by_key), self.ways)

    @cached_property
    def ending(self) -> frozenset[str]:
        """From where an end can be reached. What is not finished yet counts as if it could: that is said elsewhere."""
        back: dict[str, list[str]] = {key: [] for key in self.by_key}
        for key, targets in self.ways.items():
            for target in targets:
                back[target].append(key)
        open_ended = (
            key
            for key, node in self.by_key.items()
            if node.kind == END or not node.choices or any(each.target not in self.by_key for each in node.choices)
        )
        return _spread(open_ended, back)

    @cached_property
    def in_circles(self) -> frozenset[str]:
        """What a way can come back to."""
        return frozenset(key for key, targets in self.ways.items() if key in _spread(targets, self.ways))


def _text(value: Mapping[str, Any], name: str) -> str:
    return str(value.get(name) or "").strip()


def _spread(starts: Iterable[str], ways: Mapping[str, Iterable[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting.extend(ways[key])
    return frozenset(found)


# --- whether it is sound


def problems(graph: Graph) -> list[Problem]:
    """Everything that keeps a scenario from being played to an end, in the order of its fields."""
    return [*_problems_of_roles(graph), *_problems_of_nodes(graph), *_problems_of_ways(graph)]


def _problems_of_roles(graph: Graph) -> list[Problem]:
    found = []
    if not graph.roles:
        found.append(Problem(("roles",), _("Say who the officer is in this scenario: it needs at least one role.")))
    if len(graph.roles) > MOST_ROLES:
        words = _("A scenario has at most %(most)d roles: divide it.") % {"most": MOST_ROLES}
        found.append(Problem(("roles",), words))
    seen: set[str] = set()
    for place, role in enumerate(graph.roles):
        at: tuple[str | int, ...] = ("roles", place)
        if message := _wrong_key(role.key, seen, _("role")):
            found.append(Problem((*at, "key"), message))
        seen.add(role.key)
        if message := _wrong_target(graph, role.start):
            found.append(Problem((*at, "start"), message))
        elif graph.by_key[role.start].kind == END:
            words = _("The node “%(key)s” is an end: nothing could be decided from there.") % {"key": role.start}
            found.append(Problem((*at, "start"), words))
    return found


def _problems_of_nodes(graph: Graph) -> list[Problem]:
    found = []
    if not graph.nodes:
        found.append(Problem(("nodes",), _("Write the first situation: there is no node yet.")))
    if len(graph.nodes) > MOST_NODES:
        words = _("A scenario has at most %(most)d nodes: divide it.") % {"most": MOST_NODES}
        found.append(Problem(("nodes",), words))
    seen: set[str] = set()
    for place, node in enumerate(graph.nodes):
        at: tuple[str | int, ...] = ("nodes", place)
        if message := _wrong_key(node.key, seen, _("node")):
            found.append(Problem((*at, "key"), message))
        seen.add(node.key)
        found += _problems_of_node(graph, node, at)
    return found


def _problems_of_node(graph: Graph, node: Node, at: tuple[str | int, ...]) -> list[Problem]:
    name = {"key": node.key}
    if node.kind not in KINDS:
        return [Problem((*at, "kind"), _("“%(key)s” is neither a situation nor an end.") % name)]
    if node.kind == END:
        found = []
        if node.outcome not in OUTCOMES:
            found.append(Problem((*at, "outcome"), _("Say how it went: the end “%(key)s” has no outcome.") % name))
        if node.choices:
            words = _("“%(key)s” is an end and has choices: remove them, or make it a situation.") % name
            found.append(Problem((*at, "choices"), words))
        return found
    found = []
    if not node.choices:
        words = _("“%(key)s” is a situation without choices: add some, or make it an end.") % name
        found.append(Problem((*at, "choices"), words))
    if len(node.choices) > MOST_CHOICES:
        words = _("“%(key)s” has more than %(most)d choices.") % {**name, "most": MOST_CHOICES}
        found.append(Problem((*at, "choices"), words))
    for place, choice in enumerate(node.choices):
        if choice.quality not in QUALITIES:
            words = _("Say how good this choice of “%(key)s” is.") % name
            found.append(Problem((*at, "choices", place, "quality"), words))
        if message := _wrong_target(graph, choice.target):
            found.append(Problem((*at, "choices", place, "target"), message))
    return found


def _problems_of_ways(graph: Graph) -> list[Problem]:
    found = []
    for place, node in enumerate(graph.nodes):
        if graph.by_key.get(node.key) is not node:
            continue
        if node.key not in graph.reachable:
            words = _("No way leads to “%(key)s”: let a choice or a role go there, or remove it.")
        elif node.key not in graph.ending:
            words = _("No end can be reached from “%(key)s”: it goes on for ever. Let a choice lead to an end.")
        else:
            continue
        found.append(Problem(("nodes", place, "key"), words % {"key": node.key}))
    return found


def _wrong_key(key: str, seen: set[str], what: str) -> str:
    if not key:
        return _("Give this %(what)s a short name.") % {"what": what}
    if not KEY.fullmatch(key):
        return _("“%(key)s” is no name: use small letters, digits and hyphens, at most 30.") % {"key": key}
    if key in seen:
        return _("There is another %(what)s with the name “%(key)s”.") % {"what": what, "key": key}
    return ""


def _wrong_target(graph: Graph, key: str) -> str:
    if not key:
        return _("Say at which node it goes on.")
    if key in graph.by_key:
        return ""
    near = get_close_matches(key, graph.by_key, n=1)
    if near:
        return _("There is no node “%(key)s”. Did you mean “%(near)s”?") % {"key": key, "near": near[0]}
    return _("There is no node “%(key)s”.") % {"key": key}


def notes(graph: Graph) -> list[Problem]:
    """What an author may have meant so and may want to look at: it keeps nobody from playing."""
    found = []
    for place, node in enumerate(graph.nodes):
        if graph.by_key.get(node.key) is not node or node.kind == END:
            continue
        name = {"key": node.key}
        if node.key in graph.in_circles and node.key in graph.ending:
            words = _("A way comes back to “%(key)s”: officers can try again there.") % name
            found.append(Problem(("nodes", place), words))
        if node.choices and all(choice.quality != "best" for choice in node.choices):
            found.append(Problem(("nodes", place), _("No choice of “%(key)s” is the best one.") % name))
        if len(node.choices) == 1:
            found.append(Problem(("nodes", place), _("“%(key)s” leaves nothing to choose.") % name))
    return found


# --- playing


@dataclass(frozen=True)
class Step:
    """A situation that was decided, and the choice, both as frozen."""

    number: int
    node: Mapping[str, Any]
    choice: Mapping[str, Any]

    @property
    def quality(self) -> str | Promise:
        return QUALITIES.get(str(self.choice["quality"]), "")


@dataclass(frozen=True)
class Way:
    """Where a way through a scenario has led.

    Attributes:
        keys: of the nodes on it, the last one included.
        node: where one is now, as frozen.
    """

    role: Mapping[str, Any]
    path: str
    steps: tuple[Step, ...]
    keys: tuple[str, ...]
    node: Mapping[str, Any]

    @property
    def is_over(self) -> bool:
        return bool(self.node["kind"] == END)


class NoSuchWay(LookupError):
    """The scenario has no such role, or no such choices: it was changed meanwhile, or the address was."""


def way_of(part: Mapping[str, Any], role: str, path: str) -> Way:
    """Follow choices through a frozen scenario.

    Arguments:
        part: its roles, and its nodes by key.
        path: the numbers of the choices from 1, with dots between them; empty at the start.

    Raises:
        NoSuchWay: nothing of it can be shown.
    """
    side = next((each for each in part["roles"] if each["key"] == role), None)
    numbers = path.split(".") if path else []
    if side is None or len(numbers) > MOST_STEPS:
        raise NoSuchWay(path)
    keys: list[str] = [side["start"]]
    steps: list[Step] = []
    for number in numbers:
        node = part["nodes"].get(keys[-1])
        choices = node["choices"] if node and node["kind"] != END else []
        if not re.fullmatch("[1-9]", number) or int(number) > len(choices):
            raise NoSuchWay(path)
        choice = choices[int(number) - 1]
        steps.append(Step(len(steps) + 1, node, choice))
        keys.append(choice["target"])
    if keys[-1] not in part["nodes"]:
        raise NoSuchWay(path)
    return Way(side, path, tuple(steps), tuple(keys), part["nodes"][keys[-1]])


def address_of(block: str, *, role: str = "", path: str = "", at_end: bool = False, base: str = "") -> str:
    """The address of a place in a scenario, on the page that shows it; without a role, of its beginning.

    The fragment puts the focus on the new step, so that a screen reader reads it.
    """
    query = {"scenario": block} | ({"role": role} if role else {}) | ({"path": path} if path else {})
    return f"{base}?{urlencode(query | ({'end': '1'} if at_end else {}))}#{block}{'-step' if role else ''}"


def played(
    part: Mapping[str, Any], block: str, query: Mapping[str, Any], *, done: Mapping[str, str] = NOTHING
) -> dict[str, Any]:
    """A scenario as somebody plays it who asked for a page with this query: all that its template needs.

    Only the node where one is goes into it. A way that leads nowhere begins again, and says so.

    Arguments:
        part: as frozen.
        block: the block's id, by which the page tells its scenarios apart.
        query: ``scenario``, ``role``, ``path`` and ``end`` of the address.
        done: key of a role → the outcome that was reached with it before.
    """
    is_asked = query.get("scenario") == block
    role, path = (str(query.get(name, "")) if is_asked else "" for name in ("role", "path"))
    if not role and not path and len(part["roles"]) == 1:
        role = part["roles"][0]["key"]
    way = None
    try:
        way = way_of(part, role, path) if role or path else None
    except NoSuchWay:
        role = ""
    roles = [
        {
            **each,
            "is_current": each["key"] == role,
            "outcome": OUTCOMES.get(done.get(each["key"], ""), ""),
            "url": address_of(block, role=each["key"]),
        }
        for each in part["roles"]
    ]
    shown = {
        "block": block,
        "title": part["title"],
        "introduction": part["introduction"],
        "is_begun": is_asked,
        "is_lost": is_asked and way is None and bool(query.get("role") or query.get("path")),
        "roles": roles,
        "played": [each for each in roles if each["key"] in done],
        "again_url": address_of(block),
        "way": way,
        "original": part.get("original"),
    }
    return shown | (_place(part, block, way, bool(query.get("end"))) if way else {})


def _place(part: Mapping[str, Any], block: str, way: Way, wants_end: bool) -> dict[str, Any]:
    """What a way has led to. An end asks once more before it tells how it ended: that is what is recorded."""
    role, is_end = way.role["key"], way.is_over and wants_end
    original = part.get("original")
    return {
        "number": len(way.steps) + 1,
        "last": way.steps[-1] if way.steps and not is_end else None,
        "choices": []
        if way.is_over
        else [
            {"letter": letter, "choice": choice, "path": f"{way.path}.{number}".lstrip(".")}
            for number, (letter, choice) in enumerate(
                zip(letters(way.node["choices"]), way.node["choices"], strict=True), 1
            )
        ],
        "waits": way.is_over and not is_end,
        "is_end": is_end,
        "outcome": OUTCOMES.get(way.node["outcome"], ""),
        "end_url": address_of(block, role=role, path=way.path, at_end=True),
        "back_url": address_of(block, role=role, path=way.path.rpartition(".")[0]) if way.steps else "",
        "again_url": address_of(block, role=role),
        "original": original["nodes"].get(way.keys[-1]) if original else None,
    }


def letters(choices: Sequence[Any]) -> list[str]:
    """What choices are called: A, B, C …"""
    return [chr(65 + number) for number in range(len(choices))]
