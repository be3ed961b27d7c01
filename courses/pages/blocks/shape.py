"""Which part of a block is words and which is neutral, read from the block's own definition.

Neutral is what is the same in every language: ids, kinds, levels, citations, choosers, the entries of a list. Words are
what a translator works on: every text that is not declared neutral. Bundles and translations keep the two apart, so a
translation can never change what counts. A block needs no table of its parts for that.

Words are named by their path in the block: ``title``, or ``steps.s1.text`` in the entry with the id ``s1``; the one
text of a block that is nothing else has the path ``""``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from wagtail import blocks

from courses.pages.blocks.lesson import LessonBody

BODY = LessonBody()

WORDED = (blocks.CharBlock, blocks.TextBlock, blocks.RichTextBlock)
#: Blocks of which an empty value is the empty text.
WRITTEN = (*WORDED, blocks.URLBlock, blocks.EmailBlock, blocks.RegexBlock, blocks.RawHTMLBlock, blocks.ChoiceBlock)


def is_words(definition: blocks.Block) -> bool:
    """Whether a block definition is a text for translators. One that offers no segments to them is neutral."""
    return isinstance(definition, WORDED) and not hasattr(definition, "get_translatable_segments")


def is_known(kind: str) -> bool:
    """Whether lessons have blocks of this type: a type may have left the code."""
    return kind in BODY.child_blocks


def has_words(kind: str) -> bool:
    """Whether blocks of a type can hold words at all."""
    return is_known(kind) and any(True for _path in _worded(BODY.child_blocks[kind]))


def _worded(definition: blocks.Block) -> Iterator[blocks.Block]:
    if is_words(definition):
        yield definition
    elif isinstance(definition, blocks.StructBlock):
        for child in definition.child_blocks.values():
            yield from _worded(child)
    elif isinstance(definition, blocks.ListBlock):
        yield from _worded(definition.child_block)


def split(block: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """A raw stream block as (neutral part with id and type, words by path)."""
    words: dict[str, str] = {}
    neutral = _take(BODY.child_blocks[block["type"]], block["value"], "", words)
    head = {"id": block["id"], "type": block["type"]}
    return (head | neutral if isinstance(neutral, dict) else head), words


def join(neutral: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """The inverse of `split`; words that are missing are empty."""
    value = _put(BODY.child_blocks[neutral["type"]], neutral, "", words)
    return {"id": neutral["id"], "type": neutral["type"], "value": value}


def below(path: str, name: str) -> str:
    """The path of something in what a path names."""
    return f"{path}.{name}" if path else name


def _take(definition: blocks.Block, value: Any, path: str, words: dict[str, str]) -> Any:
    """Put the words of a value into `words`; returns what is neutral of it."""
    if isinstance(definition, blocks.StructBlock):
        neutral = {}
        for name, child in definition.child_blocks.items():
            own = (value or {}).get(name)
            if is_words(child):
                words[below(path, name)] = own or ""
            else:
                neutral[name] = _take(child, own, below(path, name), words)
        return neutral
    if isinstance(definition, blocks.ListBlock):
        entries = []
        for entry in value or []:
            own, place = entry["value"], below(path, entry["id"])
            if is_words(definition.child_block):
                words[place] = own or ""
                entries.append({"id": entry["id"]})
                continue
            rest = _take(definition.child_block, own, place, words)
            entries.append({"id": entry["id"]} | (rest if isinstance(rest, dict) else {"value": rest}))
        return entries
    if is_words(definition):
        words[path] = value or ""
        return None
    return "" if value is None else value


def _put(definition: blocks.Block, neutral: Any, path: str, words: Mapping[str, str]) -> Any:
    if is_words(definition):
        return words.get(path, "")
    if isinstance(definition, blocks.StructBlock):
        return {
            name: _put(child, neutral.get(name, ""), below(path, name), words)
            for name, child in definition.child_blocks.items()
        }
    if isinstance(definition, blocks.ListBlock):
        entries = []
        for entry in neutral or []:
            child = definition.child_block
            own = entry if isinstance(child, blocks.StructBlock) or is_words(child) else entry["value"]
            value = _put(child, own, below(path, entry["id"]), words)
            entries.append({"type": "item", "id": entry["id"], "value": value})
        return entries
    # Nothing chosen and no number given is None to Wagtail, and never an empty text.
    return None if neutral == "" and not isinstance(definition, WRITTEN) else neutral


def definition_at(kind: str, path: str) -> blocks.Block:
    """The definition of the words at a path, to know whether they are rich text.

    Raises:
        LookupError: blocks of this type have no such words.
    """
    definition: blocks.Block = BODY.child_blocks[kind]
    steps = path.split(".") if path else []
    while steps:
        step = steps.pop(0)
        if isinstance(definition, blocks.StructBlock):
            definition = definition.child_blocks[step]
        elif isinstance(definition, blocks.ListBlock):
            definition = definition.child_block
        else:
            raise LookupError(path)
    if not is_words(definition):
        raise LookupError(path)
    return definition


def is_rich(kind: str, path: str) -> bool:
    """Whether the words at a path of a block are rich text."""
    return isinstance(definition_at(kind, path), blocks.RichTextBlock)


def plain(words: Mapping[str, str]) -> Iterator[str]:
    """The words that are not empty, in the block's order."""
    return (text for text in words.values() if text)
