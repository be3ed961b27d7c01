"""A block of any type in a bundle: its definition is walked, so no block needs a table of its parts.

What is neutral stands in ``course.yaml`` (a list as entries with ids), what is words in the language file, nested by
field and entry. A text that stands alone stands there without the name of its field.
"""

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from wagtail import blocks

from courses.pages.blocks import BODY, is_rich, is_words, join
from courses.pages.blocks.shape import below
from courses.pages.exchange.reading import Fields, Node, Place, nearest
from courses.pages.richtext import clean_rich_text, rich_text_problems

#: Ids of blocks and of the entries in them.
BLOCK_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,49}")
NOT_A_NAME = "use letters without accents, digits and hyphens."
#: The longest neutral text whose block names no length.
LONGEST = 200


def is_reference(definition: blocks.Block) -> bool:
    """Whether the value of a block is another row of the database, which a bundle names by its key."""
    return isinstance(definition, blocks.ChooserBlock) or is_question(definition)


def reference_of(definition: Any) -> str:
    """What kind of row a block names: ``picture``, ``mediafile``, … or nothing."""
    return str(definition.model_class._meta.model_name) if isinstance(definition, blocks.ChooserBlock) else ""


def is_question(definition: blocks.Block) -> bool:
    """Whether a block names a practice question."""
    return definition is BODY.child_blocks["check"].child_blocks["item"]


def worded(definition: blocks.Block) -> bool:
    """Whether there can be words in what a definition describes."""
    if isinstance(definition, blocks.StructBlock):
        return any(worded(child) for child in definition.child_blocks.values())
    if isinstance(definition, blocks.ListBlock):
        return worded(definition.child_block)
    return is_words(definition)


def main_text(definition: blocks.StructBlock) -> str:
    """The field whose text may stand without its name: the only one with words, or the only required text."""
    names = [name for name, child in definition.child_blocks.items() if worded(child)]
    required = [name for name in names if is_words(each := definition.child_blocks[name]) and each.required]
    if len(names) == 1 and is_words(definition.child_blocks[names[0]]):
        return str(names[0])
    return str(required[0]) if len(required) == 1 else ""


@dataclass(frozen=True)
class Leaf:
    """One text of a block, empty or not."""

    path: str
    definition: blocks.Block

    @property
    def is_required(self) -> bool:
        return bool(getattr(self.definition, "required", True))


def leaves(kind: str, neutral: Mapping[str, Any]) -> list[Leaf]:
    """All texts of a block, in order, with the entries that it has."""
    return list(_leaves(BODY.child_blocks[kind], neutral, ""))


def _leaves(definition: blocks.Block, neutral: Any, path: str) -> Iterator[Leaf]:
    if is_words(definition):
        yield Leaf(path, definition)
    elif isinstance(definition, blocks.StructBlock):
        for name, child in definition.child_blocks.items():
            yield from _leaves(child, _of(neutral, name), below(path, name))
    elif isinstance(definition, blocks.ListBlock):
        for entry in neutral or []:
            yield from _leaves(definition.child_block, _own(definition, entry), below(path, entry["id"]))


def _of(neutral: Any, name: str) -> Any:
    return neutral.get(name, "") if isinstance(neutral, Mapping) else ""


def _own(definition: blocks.ListBlock, entry: Mapping[str, Any]) -> Any:
    """What an entry of a list is, beside its id."""
    child = definition.child_block
    return entry if isinstance(child, blocks.StructBlock) or is_words(child) else entry.get("value", "")


def _entry(definition: blocks.ListBlock, entry_id: str, own: Any) -> dict[str, Any]:
    """The inverse of `_own`."""
    if is_words(definition.child_block):
        return {"id": entry_id}
    return {"id": entry_id} | (own if isinstance(definition.child_block, blocks.StructBlock) else {"value": own})


# --- the neutral part


def changed(kind: str, neutral: Mapping[str, Any], change: Callable[[blocks.Block, Any], Any]) -> dict[str, Any]:
    """The neutral part of a block with every single value replaced by ``change(definition, value)``."""
    definition = BODY.child_blocks[kind]
    head = {"id": neutral["id"], "type": kind}
    return head | _changed(definition, neutral, change) if isinstance(definition, blocks.StructBlock) else head


def _changed(definition: blocks.Block, neutral: Any, change: Callable[[blocks.Block, Any], Any]) -> Any:
    if isinstance(definition, blocks.StructBlock):
        return {
            name: _changed(child, _of(neutral, name), change)
            for name, child in definition.child_blocks.items()
            if not is_words(child)
        }
    if isinstance(definition, blocks.ListBlock):
        child = definition.child_block
        return [
            _entry(
                definition,
                entry["id"],
                None if is_words(child) else _changed(child, _own(definition, entry), change),
            )
            for entry in neutral or []
        ]
    return change(definition, neutral)


def references(kind: str, neutral: Mapping[str, Any]) -> Iterator[tuple[str, blocks.Block, str]]:
    """The names of other rows in a block: (path, definition, name), also the empty ones."""
    yield from _references(BODY.child_blocks[kind], neutral, "")


def _references(definition: blocks.Block, neutral: Any, path: str) -> Iterator[tuple[str, blocks.Block, str]]:
    if isinstance(definition, blocks.StructBlock):
        for name, child in definition.child_blocks.items():
            yield from _references(child, _of(neutral, name), below(path, name))
    elif isinstance(definition, blocks.ListBlock):
        for entry in neutral or []:
            yield from _references(definition.child_block, _own(definition, entry), below(path, entry["id"]))
    elif is_reference(definition):
        yield path, definition, neutral


def settled(definition: blocks.Block, value: Any) -> Any:
    """A neutral value as it is compared: an answer that was never given is the one that the block begins with."""
    if isinstance(definition, blocks.BooleanBlock):
        return bool(definition.get_default()) if value in ("", None) else bool(value)
    if isinstance(definition, blocks.MultipleChoiceBlock):
        return list(value or [])
    return "" if value is None else value


def read_neutral(kind: str, fields: Fields) -> tuple[dict[str, Any], dict[str, Place]]:
    """The neutral fields of a block of a known type, and where each entry and field stands, by its path."""
    places: dict[str, Place] = {}
    definition = BODY.child_blocks[kind]
    if not isinstance(definition, blocks.StructBlock):
        return {}, places
    return _read_struct(definition, fields, "", places), places


def _read_struct(definition: blocks.StructBlock, fields: Fields, path: str, places: dict[str, Place]) -> dict[str, Any]:
    found = {}
    for name, child in definition.child_blocks.items():
        if is_words(child):
            if name in fields.entries:
                fields.get(name, required=False)
                fields.complain(
                    f"{fields.what}: “{name}” is a text and belongs into the files of the languages; move it there.",
                    fields.place(name),
                )
            continue
        places[below(path, name)] = fields.place(name)
        found[name] = _read_value(child, fields, name, below(path, name), places)
    return found


def _read_value(child: blocks.Block, fields: Fields, name: str, path: str, places: dict[str, Place]) -> Any:
    if isinstance(child, blocks.StructBlock):
        node = fields.get(name, required=False)
        inner = Fields(node or Node(fields.place(name), {}), fields.problems, f"“{name}”")
        value = _read_struct(child, inner, path, places)
        inner.done()
        return value
    if isinstance(child, blocks.ListBlock):
        return _read_list(child, fields, name, path, places)
    return _read_scalar(child, fields, name)


def _read_list(
    definition: blocks.ListBlock, fields: Fields, name: str, path: str, places: dict[str, Place]
) -> list[dict[str, Any]]:
    child = definition.child_block
    entries: dict[str, Any] = {}
    for node in fields.items(name, required=False):
        if isinstance(node.value, str):
            # An entry that is nothing but its id stands as that.
            node = Node(node.place, {"id": node}, {"id": node.place})
        own = Fields(node, fields.problems, f"an entry of “{name}”")
        entry_id, place = own.text("id"), own.place("id")
        if entry_id and not BLOCK_ID.fullmatch(entry_id):
            own.complain(f"“{entry_id}” is no id; {NOT_A_NAME}", place)
        elif entry_id in entries:
            first = places[below(path, entry_id)].line
            own.complain(f"the id “{entry_id}” stands in “{name}” twice (first in line {first}).", place)
        places.setdefault(below(path, entry_id), node.place)
        value: Any = None
        if isinstance(child, blocks.StructBlock):
            value = _read_struct(child, own, below(path, entry_id), places)
        elif not is_words(child):
            value = _read_value(child, own, "value", below(path, entry_id), places)
        own.done()
        if entry_id:
            entries.setdefault(entry_id, _entry(definition, entry_id, value))
    return list(entries.values())


def _read_scalar(child: blocks.Block, fields: Fields, name: str) -> Any:
    required = bool(getattr(child, "required", False))
    if isinstance(child, blocks.StaticBlock):
        return ""
    if is_reference(child):
        return fields.text(name, required=required, most=LONGEST)
    if isinstance(child, blocks.BooleanBlock):
        return fields.boolean(name, default=bool(child.get_default()))
    if isinstance(child, blocks.IntegerBlock | blocks.FloatBlock):
        return _read_number(child, fields, name, required=required)
    if isinstance(child, blocks.MultipleChoiceBlock):
        known = _choices(child)
        return [
            fields.as_choice(node, f"an entry of “{name}”", known) for node in fields.items(name, required=required)
        ]
    if isinstance(child, blocks.ChoiceBlock):
        node = fields.get(name, required=required)
        if node is None or (not required and node.value == ""):
            return ""
        return fields.as_choice(node, f"“{name}”", _choices(child))
    field = getattr(child, "field", None)
    most = getattr(field, "max_length", None) or LONGEST
    return fields.text(name, required=required, most=most, lines=isinstance(child, blocks.TextBlock))


def _choices(child: Any) -> list[str]:
    found = []
    for value, label in child.field.choices:
        if isinstance(label, str | Promise):
            found.append(str(value))
        else:
            found += [str(value) for value, _label in label]
    return [value for value in found if value]


def _read_number(child: Any, fields: Fields, name: str, *, required: bool) -> Any:
    node = fields.get(name, required=required)
    if node is None or (not required and node.value == ""):
        return ""
    whole = isinstance(child, blocks.IntegerBlock)
    pattern = r"-?[0-9]{1,9}" if whole else r"-?[0-9]{1,9}(\.[0-9]{1,9})?"
    if not isinstance(node.value, str) or not re.fullmatch(pattern, node.value):
        shown = f"“{node.value}”" if isinstance(node.value, str) else node.kind
        fields.complain(f"“{name}” must be a {'whole ' if whole else ''}number, not {shown}.", node.place)
        return ""
    value = int(node.value) if whole else float(node.value)
    least, most = child.field.min_value, child.field.max_value
    if (least is not None and value < least) or (most is not None and value > most):
        bounds = [f"at least {least}"] * (least is not None) + [f"at most {most}"] * (most is not None)
        fields.complain(f"“{name}” must be {' and '.join(bounds)}.", node.place)
    return value


def write_neutral(kind: str, neutral: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a block for ``course.yaml``. What is empty, or as the block begins, is left out."""
    head = {"id": neutral["id"], "type": kind}
    return head | (_written(BODY.child_blocks[kind], neutral) or {})


def _written(definition: blocks.Block, value: Any) -> Any:
    """A value as it stands in the file; None when there is nothing to write."""
    if isinstance(definition, blocks.StructBlock):
        own = {
            name: _written(child, _of(value, name))
            for name, child in definition.child_blocks.items()
            if not is_words(child)
        }
        return {name: each for name, each in own.items() if each is not None} or None
    if isinstance(definition, blocks.ListBlock):
        return _written_list(definition, value)
    value = settled(definition, value)
    if isinstance(definition, blocks.BooleanBlock):
        return None if value == bool(definition.get_default()) else value
    return None if value in ("", []) else value


def _written_list(definition: blocks.ListBlock, value: Any) -> Any:
    child, entries = definition.child_block, []
    for entry in value or []:
        own = None if is_words(child) else _written(child, _own(definition, entry))
        if own is not None and not isinstance(child, blocks.StructBlock):
            own = {"value": own}
        entries.append({"id": entry["id"]} | (own or {}))
    if all(len(entry) == 1 for entry in entries):
        return [entry["id"] for entry in entries] or None
    return entries


# --- the words


def write_words(kind: str, neutral: Mapping[str, Any], words: Mapping[str, str]) -> Any:
    """The texts of a block for the file of a language; None when it has none."""
    return _nested(BODY.child_blocks[kind], neutral, "", words)


def _nested(definition: blocks.Block, neutral: Any, path: str, words: Mapping[str, str]) -> Any:
    if is_words(definition):
        return words.get(path) or None
    found: dict[str, Any] = {}
    if isinstance(definition, blocks.StructBlock):
        for name, child in definition.child_blocks.items():
            own = _nested(child, _of(neutral, name), below(path, name), words)
            if own is not None:
                found[name] = own
        if list(found) == [main_text(definition)]:
            return next(iter(found.values()))
    elif isinstance(definition, blocks.ListBlock):
        for entry in neutral or []:
            own = _nested(definition.child_block, _own(definition, entry), below(path, entry["id"]), words)
            if own is not None:
                found[entry["id"]] = own
    return found or None


class WordsReader:
    """Reads the texts of one block of one lesson; `words` has every text of the block, `places` where they stand."""

    def __init__(self, kind: str, neutral: Mapping[str, Any], fields: Fields) -> None:
        self.kind, self.neutral, self.fields = kind, neutral, fields
        self.words = {leaf.path: "" for leaf in leaves(kind, neutral)}
        self.places: dict[str, Place] = {}

    def read(self, node: Node) -> None:
        self._take(BODY.child_blocks[self.kind], self.neutral, node, "", f"the text of “{self.neutral['id']}”")

    def _take(self, definition: blocks.Block, neutral: Any, node: Node, path: str, what: str) -> None:
        self.places[path] = node.place
        if is_words(definition):
            self.words[path] = self._text(definition, node, path, what)
        elif isinstance(definition, blocks.StructBlock):
            main = main_text(definition)
            if main and isinstance(node.value, str):
                self._take(definition.child_blocks[main], None, node, below(path, main), what)
                return
            own = Fields(node, self.fields.problems, what if path else f"the block “{self.neutral['id']}”")
            for name, child in definition.child_blocks.items():
                if not worded(child):
                    continue
                inner = _of(neutral, name)
                found = own.get(name, required=_needs(child, inner))
                if found is not None:
                    self._take(child, inner, found, below(path, name), f"“{name}”")
            own.done()
        elif isinstance(definition, blocks.ListBlock):
            self._take_list(definition, neutral or [], node, path, what)

    def _take_list(self, definition: blocks.ListBlock, entries: Any, node: Node, path: str, what: str) -> None:
        complain, block_id = self.fields.complain, self.neutral["id"]
        if not isinstance(node.value, dict):
            complain(f"{what} must be a mapping of the ids of its entries, not {node.kind}.", node.place)
            return
        ids = {entry["id"]: entry for entry in entries}
        for key in node.value:
            if key not in ids:
                hint = nearest(key, [each for each in ids if each not in node.value] or ids)
                complain(f"the block “{block_id}” has no entry “{key}” in {what}.{hint}", node.keys[key])
        for entry_id, entry in ids.items():
            own, place = _own(definition, entry), below(path, entry_id)
            if entry_id in node.value:
                name = f"the text of “{block_id}”, {what}, “{entry_id}”"
                self._take(definition.child_block, own, node.value[entry_id], place, name)
            elif _needs(definition.child_block, own):
                complain(f"{what}: the text of the entry “{entry_id}” is missing; add it.", node.place)

    def _text(self, definition: blocks.Block, node: Node, path: str, what: str) -> str:
        rich = is_rich(self.kind, path)
        lines = rich or isinstance(definition, blocks.TextBlock)
        most = getattr(getattr(definition, "field", None), "max_length", None) or 0
        required = bool(getattr(definition, "required", True))
        text = self.fields.as_text(node, what, required=required, most=most, lines=lines)
        if rich and text:
            for message in rich_text_problems(text):
                self.fields.complain(f"{what}: {message}", node.place)
            text = clean_rich_text(text)
        return text


def _needs(definition: blocks.Block, neutral: Any) -> bool:
    """Whether there must be a text somewhere."""
    return any(leaf.is_required for leaf in _leaves(definition, neutral, ""))


def needs_words(kind: str, neutral: Mapping[str, Any]) -> bool:
    """Whether a block must have a text in every language."""
    return _needs(BODY.child_blocks[kind], neutral)


# --- rules of the block itself


class _Accepting(blocks.Block):
    """Stands in the place of a chooser while the rest of a block is judged: what it names is judged elsewhere."""

    def clean(self, value: Any) -> Any:
        return value if value is not None else self


def _judged(definition: blocks.Block) -> blocks.Block:
    """A definition whose choosers accept everything."""
    if is_reference(definition):
        return _Accepting()
    if isinstance(definition, blocks.StructBlock):
        other = copy.copy(definition)
        other.child_blocks = {name: _judged(child) for name, child in definition.child_blocks.items()}
        return other
    if isinstance(definition, blocks.ListBlock):
        other = copy.copy(definition)
        other.child_block = _judged(definition.child_block)
        return other
    return definition


def rule_problems(neutral: Mapping[str, Any], words: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the block's own rules have against it, as the editor would say it: (path, message)."""
    kind = str(neutral["type"])
    parts = getattr(BODY.child_blocks[kind], "child_blocks", {})
    if parts and all(is_reference(part) for part in parts.values()):
        return []  # all that it has is judged elsewhere, and its choices would be read from the database
    raw = join(changed(kind, neutral, lambda definition, value: "" if is_reference(definition) else value), words)
    definition = BODY.child_blocks[kind]
    try:
        _judged(definition).clean(next(iter(BODY.to_python([raw]))).value)
    except ValidationError as reason:
        return list(_told(definition, neutral, reason, ""))
    return []


def _told(definition: blocks.Block, neutral: Any, error: Any, path: str) -> Iterator[tuple[str, str]]:
    """The messages in an error of a block, each with its path."""
    children = getattr(error, "block_errors", None)
    if isinstance(definition, blocks.StructBlock) and isinstance(children, Mapping):
        for name, each in children.items():
            yield from _told(definition.child_blocks[name], _of(neutral, name), each, below(path, name))
    elif isinstance(definition, blocks.ListBlock) and children:
        numbered = children.items() if isinstance(children, Mapping) else enumerate(children)
        for number, each in numbered:
            if each is not None and number < len(neutral or []):
                entry = neutral[number]
                own = _own(definition, entry)
                yield from _told(definition.child_block, own, each, below(path, entry["id"]))
    else:
        for message in getattr(error, "messages", None) or [str(error)]:
            yield path, message
        return
    general = getattr(error, "non_block_errors", None)
    if general:
        for message in general.data if hasattr(general, "data") else general:
            yield from ((path, each) for each in getattr(message, "messages", [str(message)]))
