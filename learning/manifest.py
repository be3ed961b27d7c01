"""What a revision's outline and an edition's rules hold. Pure: no database, no text to read.

The outline is a tree of activities, stored as JSON in `EditionRevision.outline`:

    {"children": [{"uuid": …, "key": "pre-test", "kind": "quiz", "purpose": "pretest", …},
                  {"uuid": …, "key": "m1", "kind": "module", "minutes": 45, "level": "W1",
                   "children": [{"uuid": …, "key": "m1-l1", "kind": "lesson", "minutes": 8, "level": "W0"}, …]},
                  {"uuid": …, "key": "final-test", "kind": "quiz", "purpose": "final", …}]}
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

#: Levels of content notes (domain rules §5.1); W3, graphic, does not exist here.
CONTENT_LEVELS = {
    "W0": "",
    "W1": _("Mentions violence or exploitation in general terms."),
    "W2": _("Describes control, abuse or death, without detail."),
}

PRETEST, FINAL, DELTA = "pretest", "final", "delta"
#: The key of the test of a refresher, the same in every course.
DELTA_TEST = "delta-test"


def digest_of(value: Any) -> str:
    """SHA-256 of a JSON value in canonical form (sorted keys, no white space, UTF-8)."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Node:
    """One activity in the outline.

    Attributes:
        uuid, key, kind: as of `learning.models.Activity`.
        minutes: design time.
        level: content level, ``"W0"`` to ``"W2"``.
        required: whether the course is complete without it.
        purpose: of a quiz, ``"pretest"``, ``"final"`` or ``"delta"``.
        draw: of a quiz, how many items are drawn from each module; of a delta test, from all of them together.
        questions: of a quiz, how many questions its paper has.
        pass_mark: of a quiz, in percent; None where nobody fails.
        pool: of a module that a refresher may ask about, how many questions the final test has on it.
        must: how many of them must be right; of a delta test, of all of its modules.
        rules: of a quiz, how it is drawn and taken, where that is other than usual (`assessments.rules`).
        children: lessons of a module, checks and scenarios of a lesson.
    """

    uuid: str
    key: str
    kind: str
    minutes: int = 0
    level: str = "W0"
    required: bool = True
    purpose: str = ""
    draw: int = 0
    questions: int = 0
    pass_mark: int | None = None
    pool: int = 0
    must: int = 0
    rules: Mapping[str, Any] = field(default_factory=dict, hash=False)
    children: tuple["Node", ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The stored form, without what is default."""
        plain = {key: value for key, value in asdict(self).items() if value != _DEFAULTS.get(key, ...) and value != {}}
        if self.children:
            plain["children"] = [child.as_json() for child in self.children]
        return plain


_DEFAULTS = {
    name: spec.default for name, spec in Node.__dataclass_fields__.items() if name not in ("uuid", "key", "kind")
}


def node_from_json(data: dict[str, Any]) -> Node:
    """The inverse of `Node.as_json`."""
    children = tuple(node_from_json(child) for child in data.get("children", ()))
    return Node(**{**data, "children": children})


@dataclass(frozen=True)
class Outline:
    """The tree of a revision, with the questions a page asks of it.

    `delta_test` is the uuid of the test of refreshers; empty in a course that has none. `delta_rules` are its rules,
    where they are other than usual (`Node.rules`). `renews` says of a tree that it is that of a renewal; never stored.
    """

    children: tuple[Node, ...]
    delta_test: str = ""
    delta_rules: Mapping[str, Any] = field(default_factory=dict, hash=False)
    renews: bool = False

    def as_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = {"children": [child.as_json() for child in self.children]}
        if self.delta_test:
            plain["delta_test"] = self.delta_test
        if self.delta_rules:
            plain["delta_rules"] = dict(self.delta_rules)
        return plain

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Outline":
        children = tuple(node_from_json(child) for child in data["children"])
        return cls(children, data.get("delta_test", ""), data.get("delta_rules", {}))

    def walk(self) -> Iterator[Node]:
        """Every node, parents first."""
        stack = list(reversed(self.children))
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    @cached_property
    def by_key(self) -> dict[str, Node]:
        return {node.key: node for node in self.walk()}

    @cached_property
    def by_uuid(self) -> dict[str, Node]:
        return {node.uuid: node for node in self.walk()}

    @cached_property
    def path(self) -> tuple[Node, ...]:
        """What an officer goes through, in order: lessons and tests."""
        return tuple(node for node in self.walk() if node.kind in ("lesson", "quiz"))

    @cached_property
    def required(self) -> frozenset[str]:
        """The uuids of what must be done to complete the course."""
        return frozenset(node.uuid for node in self.path if node.required)

    @cached_property
    def modules(self) -> tuple[Node, ...]:
        return tuple(node for node in self.children if node.kind == "module")

    @cached_property
    def minutes(self) -> int:
        return sum(node.minutes for node in self.children)

    def quiz(self, purpose: str) -> Node | None:
        """The pre-test, the final test or, in the outline of a refresher, its test."""
        return next((node for node in self.path if node.purpose == purpose), None)

    def module_of(self, key: str) -> Node | None:
        """The module that holds a lesson."""
        return next((module for module in self.modules if any(child.key == key for child in module.children)), None)

    def around(self, key: str) -> tuple[Node | None, Node | None]:
        """What comes before and after on the path; nothing around what does not stand on it."""
        keys = [node.key for node in self.path]
        if key not in keys:
            return None, None
        place = keys.index(key)
        before = self.path[place - 1] if place else None
        after = self.path[place + 1] if place + 1 < len(keys) else None
        return before, after


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What is frozen with an edition: changing any of it makes a new edition.

    Attributes:
        pass_mark: of the final test, percent.
        validity_months: how long a certificate is valid.
        design_minutes: learner time stated on the certificate; not measured screen time.
        must_be_right: keys of items that must be right individually, whatever the score.
        prerequisites: uuids of courses that are complete before one enrols.
        follow_up_days: when what was learned is asked about again; 0: never.
    """

    pass_mark: int
    validity_months: int
    design_minutes: int
    must_be_right: tuple[str, ...] = field(default=())
    prerequisites: tuple[str, ...] = field(default=())
    follow_up_days: int = 0

    @property
    def hours(self) -> str:
        """Design time in hours, with one decimal only where there is one: “4”, “3.5”."""
        return in_hours(self.design_minutes)

    def as_json(self) -> dict[str, Any]:
        """The stored form. What came later is left out where it is default, so that old editions stay equal."""
        plain = {**asdict(self), "must_be_right": list(self.must_be_right), "prerequisites": list(self.prerequisites)}
        return {
            name: value for name, value in plain.items() if value or name not in ("prerequisites", "follow_up_days")
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Rules":
        lists = {name: tuple(data.get(name, ())) for name in ("must_be_right", "prerequisites")}
        return cls(**{**data, **lists})


def in_hours(minutes: int) -> str:
    """Minutes as hours, with one decimal only where there is one."""
    return f"{minutes / 60:.1f}".rstrip("0").rstrip(".")


def is_complete(outline: Outline, done: frozenset[str] | set[str]) -> bool:
    """Whether everything required is among the uuids `done`. An outline that requires nothing is never complete."""
    return bool(outline.required) and outline.required <= done


def circle_in(graph: Mapping[str, Iterable[str]], start: str) -> list[str]:
    """The shortest way from `start` along the graph back to itself, both ends included; empty where there is none."""
    ways, seen = [[start]], {start}
    for way in ways:
        for following in graph.get(way[-1], ()):
            if following == start:
                return [*way, following]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []


_CODE = re.compile(r"\b[LS]\d+\b")


def sources_of(lines: str) -> dict[str, str]:
    """Code → name of a source, from lines such as “L1 Protocol to Prevent, Suppress and Punish Trafficking …”."""
    pairs = (line.strip().partition(" ") for line in lines.splitlines() if line.strip())
    return {code: name.strip() for code, _space, name in pairs}


def codes_in(text: str) -> set[str]:
    """The codes of sources that a text names, such as ``L1``."""
    return set(_CODE.findall(text))


def cited(sources: Mapping[str, str], text: str) -> list[tuple[str, str]]:
    """(code, name) of the sources that a text names, in the list's order; of a range (S07–S09) the ends."""
    named = codes_in(text)
    return [(code, name) for code, name in sources.items() if code in named]
