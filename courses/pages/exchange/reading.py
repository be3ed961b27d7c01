"""YAML with lines: every value remembers where it stands, so that every problem has a file and a line.

Only the plain part of YAML is read: mappings, lists and texts. Aliases, anchors, tags and duplicate keys are refused,
and every scalar stays a text until the schema asks for something else, so that ``No``, ``1.10`` or a date mean what the
author sees.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from lms.text import tidy

MAX_BYTES = 2 * 2**20
#: A branching scenario has its choices fourteen levels below the course.
MAX_DEPTH = 20
YES, NO = ("true", "yes"), ("false", "no")


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in a bundle: where it stands, and what to do about it."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class BundleProblems(ValueError):
    """A bundle that cannot be imported. `problems` lists everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, order=True)
class Place:
    """A line of a file of a bundle."""

    file: str = ""
    line: int = 1

    def problem(self, message: str) -> Problem:
        return Problem(self.file, self.line, message)


@dataclass
class Node:
    """One value of a YAML file: a text, a list of nodes, or a mapping of keys to nodes."""

    place: Place
    value: "str | list[Node] | dict[str, Node]"
    keys: dict[str, Place] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What it is, in words for people."""
        if isinstance(self.value, str):
            return "a text"
        return "a list" if isinstance(self.value, list) else "a mapping"


class _Refused(Exception):
    def __init__(self, line: int, message: str) -> None:
        self.line, self.message = line, message


def unfit(text: str) -> str:
    """The first character that no text may hold, by its code point; empty when there is none."""
    for each in text:
        if (unicodedata.category(each) in ("Cc", "Cs") and each not in "\n\t") or ord(each) & 0xFFFE == 0xFFFE:
            return f"U+{ord(each):04X}"
    return ""


def read_yaml(path: Path, label: str, problems: list[Problem]) -> Node | None:
    """The root value of a YAML file, or None after adding what is wrong with it to `problems`.

    Arguments:
        label: the name of the file in messages.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as reason:
        problems.append(Problem(label, 1, f"the file cannot be read ({reason.strerror})."))
        return None
    return parse(data, label, problems)


def parse(data: bytes, label: str, problems: list[Problem]) -> Node | None:
    """The root value of YAML bytes. See `read_yaml`."""
    if len(data) > MAX_BYTES:
        problems.append(Problem(label, 1, "the file is larger than 2 MB; no file of a course needs to be."))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        line = data.count(b"\n", 0, reason.start) + 1
        problems.append(Problem(label, line, "the file is not UTF-8; save it as “UTF-8” in your editor."))
        return None
    try:
        return _Composer(label, problems).compose(text)
    except _Refused as reason:
        problems.append(Problem(label, reason.line, reason.message))
    except yaml.reader.ReaderError as reason:
        line = text.count("\n", 0, reason.position) + 1
        code = ord(text[reason.position])
        problems.append(Problem(label, line, f"the character U+{code:04X} is not allowed; remove it."))
    except yaml.MarkedYAMLError as reason:
        mark = reason.problem_mark or reason.context_mark
        what = " ".join(part for part in (reason.context, reason.problem) if part)
        problems.append(
            Problem(
                label,
                mark.line + 1 if mark else 1,
                f"this is not YAML: {what}. Check the indentation, and put texts with “: ” or “ #” into quotes.",
            )
        )
    except (ValueError, OverflowError):
        problems.append(Problem(label, 1, "an escape in this file names a character that does not exist."))
    return None


class _Composer:
    """Builds the tree from parser events, with a stack of its own: depth is bounded, and nothing is resolved."""

    def __init__(self, label: str, problems: list[Problem]) -> None:
        self.label, self.problems = label, problems
        self.root: Node | None = None
        #: Open lists and mappings, each with the key that waits for its value.
        self.stack: list[tuple[Node, list[str]]] = []

    def compose(self, text: str) -> Node:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            place = Place(self.label, event.start_mark.line + 1 if event.start_mark else 1)
            if isinstance(event, yaml.AliasEvent):
                raise _Refused(place.line, f"“*{event.anchor}” is an alias; write the value out.")
            if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
                self.check(event, place)
            if isinstance(event, yaml.ScalarEvent):
                self.put(Node(place, tidy(event.value)))
            elif isinstance(event, yaml.CollectionStartEvent):
                node = Node(place, {} if isinstance(event, yaml.MappingStartEvent) else [])
                self.put(node)
                self.stack.append((node, []))
                if len(self.stack) > MAX_DEPTH:
                    raise _Refused(place.line, "this is nested too deeply.")
            elif isinstance(event, yaml.CollectionEndEvent):
                self.stack.pop()
        if self.root is None:
            raise _Refused(1, "the file is empty.")
        return self.root

    def check(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, place: Place) -> None:
        if event.anchor is not None:
            self.problems.append(place.problem(f"“&{event.anchor}” is an anchor; write every value out."))
        if event.tag is not None:
            self.problems.append(place.problem(f"“{event.tag}” is a tag; tags are not used here, remove it."))
        if isinstance(event, yaml.ScalarEvent) and (bad := unfit(event.value)):
            self.problems.append(place.problem(f"the character {bad} is not allowed; remove it."))

    def put(self, node: Node) -> None:
        """Add a value to what is open. Of two equal keys the first one counts, and the second is a problem."""
        if not self.stack:
            if self.root is not None:
                raise _Refused(node.place.line, "a second document begins here; a file holds one.")
            self.root = node
            return
        parent, waiting = self.stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
        elif isinstance(parent.value, dict) and waiting:
            parent.value.setdefault(waiting.pop(), node)
        elif isinstance(node.value, str):
            waiting.append(node.value)
            if node.value in parent.keys:
                first = parent.keys[node.value].line
                self.problems.append(node.place.problem(f"“{node.value}” stands here twice (first in line {first})."))
            parent.keys.setdefault(node.value, node.place)
        else:
            raise _Refused(node.place.line, f"{node.kind} stands where a key should be.")


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint with the known word that is closest, or with all of them when they are few."""
    known = list(known)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f" Did you mean “{close[0]}”?"
    return f" Known: {', '.join(known)}." if 0 < len(known) <= 8 else ""


class Fields:
    """Reads the fields of one mapping by their schema and notes every problem; `done` refuses what nobody asked for."""

    def __init__(self, node: Node, problems: list[Problem], what: str) -> None:
        self.node, self.problems, self.what = node, problems, what
        self.asked: list[str] = []
        self.entries: dict[str, Node] = {}
        if isinstance(node.value, dict):
            self.entries = node.value
        else:
            self.complain(f"{what} must be a mapping (key: value), not {node.kind}.")
        self.is_mapping = isinstance(node.value, dict)

    def complain(self, message: str, place: Place | None = None) -> None:
        self.problems.append((place or self.node.place).problem(message))

    def place(self, name: str) -> Place:
        """Where a field stands; the mapping's own place when it is missing."""
        return self.node.keys.get(name, self.node.place)

    def get(self, name: str, *, required: bool = True) -> Node | None:
        """The node of a field."""
        self.asked.append(name)
        found = self.entries.get(name)
        if found is None and required and self.is_mapping:
            self.complain(f"{self.what}: “{name}” is missing; add it.")
        return found

    def text(self, name: str, *, required: bool = True, most: int = 0, lines: bool = False) -> str:
        """A text, of one line unless `lines`; empty when it is missing and was not required."""
        node = self.get(name, required=required)
        return self.as_text(node, f"“{name}”", required=required, most=most, lines=lines) if node else ""

    def as_text(self, node: Node, what: str, *, required: bool = True, most: int = 0, lines: bool = False) -> str:
        """A node as a text, with its problems noted."""
        if not isinstance(node.value, str):
            self.complain(f"{what} must be a text, not {node.kind}.", node.place)
            return ""
        if required and not node.value:
            self.complain(f"{what} is empty; write a text.", node.place)
        elif not lines and "\n" in node.value:
            self.complain(f"{what} must be one line.", node.place)
        elif most and len(node.value) > most:
            self.complain(f"{what} is {len(node.value)} characters long; {most} are allowed.", node.place)
        return node.value

    def choice(self, name: str, known: Iterable[str], *, default: str | None = None) -> str:
        """One of the known words."""
        node = self.get(name, required=default is None)
        if node is None:
            return default or ""
        return self.as_choice(node, f"“{name}”", known)

    def as_choice(self, node: Node, what: str, known: Iterable[str]) -> str:
        known = list(known)
        value = self.as_text(node, what)
        if value and value not in known:
            self.complain(f"{what} is “{value}”, which is unknown.{nearest(value, known)}", node.place)
        return value

    def boolean(self, name: str, *, default: bool = False) -> bool:
        """True or false, or yes or no; it may be missing."""
        node = self.get(name, required=False)
        if node is None:
            return default
        word = node.value.lower() if isinstance(node.value, str) else ""
        if word not in YES + NO:
            shown = f"“{node.value}”" if isinstance(node.value, str) else node.kind
            self.complain(f"“{name}” must be true or false, not {shown}.", node.place)
            return default
        return word in YES

    def integer(self, name: str, *, least: int = 0, most: int = 2_000, required: bool = True) -> int:
        """A whole number; `least` when it is missing."""
        node = self.get(name, required=required)
        if node is None:
            return least
        if not isinstance(node.value, str) or not re.fullmatch(r"[0-9]{1,9}", node.value):
            shown = f"“{node.value}”" if isinstance(node.value, str) else node.kind
            self.complain(f"“{name}” must be a whole number, not {shown}.", node.place)
            return least
        value = int(node.value)
        if not least <= value <= most:
            self.complain(f"“{name}” must be from {least} to {most}.", node.place)
        return value

    def items(self, name: str, *, required: bool = True) -> list[Node]:
        """The entries of a list."""
        node = self.get(name, required=required)
        if node is None:
            return []
        if not isinstance(node.value, list):
            self.complain(f"“{name}” must be a list (- …), not {node.kind}.", node.place)
            return []
        if required and not node.value:
            self.complain(f"“{name}” is empty; it needs at least one entry.", node.place)
        return node.value

    def texts(self, name: str, *, required: bool = True, most: int = 0) -> tuple[str, ...]:
        """A list of texts of one line each."""
        what = f"an entry of “{name}”"
        return tuple(self.as_text(node, what, most=most) for node in self.items(name, required=required))

    def ids(self, name: str, pattern: re.Pattern[str], *, required: bool = True) -> tuple[str, ...]:
        """A list of ids, each once."""
        found: list[str] = []
        for node in self.items(name, required=required):
            value = self.as_text(node, f"an entry of “{name}”")
            if value in found:
                self.complain(f"“{value}” stands in “{name}” twice.", node.place)
            elif value and not pattern.fullmatch(value):
                self.complain(f"“{value}” is no id: use letters without accents, digits and hyphens.", node.place)
            if value:
                found.append(value)
        return tuple(found)

    def mapping(self, name: str, *, required: bool = True) -> Iterator[tuple[str, Place, Node]]:
        """The entries of a mapping, with the place of each key."""
        node = self.get(name, required=required)
        if node is None:
            return
        if not isinstance(node.value, dict):
            self.complain(f"“{name}” must be a mapping (key: value), not {node.kind}.", node.place)
            return
        for key, value in node.value.items():
            yield key, node.keys[key], value

    def fields(self, name: str) -> "Fields | None":
        """A mapping below this one, to be read by its own schema."""
        node = self.get(name)
        return Fields(node, self.problems, f"“{name}”") if node else None

    def done(self) -> None:
        """Refuse the keys that the schema did not ask for."""
        missing = [name for name in self.asked if name not in self.entries]
        for name in self.entries:
            if name not in self.asked:
                hint = nearest(name, missing or self.asked)
                self.complain(f"{self.what}: “{name}” is not known here.{hint}", self.place(name))
