"""Blocks of any type in a bundle: what is written is read back the same, in every language, whatever the block is."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail import blocks

from courses.pages.blocks import BODY, has_words, is_words, join, split
from courses.pages.exchange.parts import (
    WordsReader,
    changed,
    is_reference,
    leaves,
    needs_words,
    read_neutral,
    settled,
    write_neutral,
    write_words,
)
from courses.pages.exchange.reading import Fields, Node, Place, parse
from courses.pages.exchange.writing import dump
from courses.pages.richtext import clean_rich_text
from tests.courses.test_exchange_format import LINES, TEXTS

IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,11}", fullmatch=True)
RICH = st.sampled_from(
    ["<p>One</p>", "<p>One <b>two</b></p><ul><li>a: b</li><li># c</li></ul>", "<h3>'Title'</h3><p>နှစ် &amp; two</p>"]
).map(clean_rich_text)


def neutrals(definition: blocks.Block) -> st.SearchStrategy[Any]:
    """Any neutral part of what a definition describes."""
    if isinstance(definition, blocks.StructBlock):
        return st.fixed_dictionaries(
            {name: neutrals(child) for name, child in definition.child_blocks.items() if not is_words(child)}
        )
    if isinstance(definition, blocks.ListBlock):
        own = definition.child_block
        inner = st.just({}) if is_words(own) else neutrals(own)
        if not is_words(own) and not isinstance(own, blocks.StructBlock):
            inner = inner.map(lambda value: {"value": value})
        entries = st.tuples(IDS, inner).map(lambda pair: {"id": pair[0]} | pair[1])
        return st.lists(entries, max_size=3, unique_by=lambda entry: entry["id"])
    required = bool(getattr(definition, "required", False))
    filled = _scalars(definition)
    return (
        filled
        if required or isinstance(definition, blocks.BooleanBlock)
        else filled | st.just(settled(definition, None))
    )


def _scalars(definition: Any) -> st.SearchStrategy[Any]:
    if is_reference(definition):
        return IDS
    if isinstance(definition, blocks.BooleanBlock):
        return st.booleans()
    if isinstance(definition, blocks.IntegerBlock):
        least, most = definition.field.min_value, definition.field.max_value
        return st.integers(-(10**6) if least is None else least, 10**6 if most is None else most)
    if isinstance(definition, blocks.FloatBlock):
        return st.sampled_from([0.5, 2.25, 12.0])
    if isinstance(definition, blocks.ChoiceBlock | blocks.MultipleChoiceBlock):
        known = [value for value, _label in definition.field.choices if value]
        if isinstance(definition, blocks.MultipleChoiceBlock):
            return st.lists(st.sampled_from(known), min_size=1, unique=True)
        return st.sampled_from(known) if known else st.nothing()
    if isinstance(definition, blocks.StaticBlock):
        return st.just("")
    most = getattr(getattr(definition, "field", None), "max_length", None) or 200
    texts = TEXTS if isinstance(definition, blocks.TextBlock) else LINES
    return texts.filter(lambda text: len(text) <= most)


def words_for(kind: str, neutral: dict[str, Any]) -> st.SearchStrategy[dict[str, str]]:
    """Any texts of a block; required ones are there."""
    found = {}
    for leaf in leaves(kind, neutral):
        definition: Any = leaf.definition
        if isinstance(definition, blocks.RichTextBlock):
            texts = RICH
        else:
            most = definition.field.max_length or 10_000
            texts = (TEXTS if isinstance(definition, blocks.TextBlock) else LINES).map(
                lambda text, most=most: text[:most].strip() or "x"
            )
        found[leaf.path] = texts if leaf.is_required else texts | st.just("")
    return st.fixed_dictionaries(found)


def blocks_of(kind: str) -> st.SearchStrategy[tuple[dict[str, Any], dict[str, str], dict[str, str]]]:
    """A block of a type: its neutral part, and its words in two languages."""
    definition = BODY.child_blocks[kind]
    head = {"id": "the-block", "type": kind}
    own = neutrals(definition) if isinstance(definition, blocks.StructBlock) else st.just({})
    return own.map(lambda fields: head | fields).flatmap(
        lambda neutral: st.tuples(st.just(neutral), words_for(kind, neutral), words_for(kind, neutral))
    )


def reread(value: Any) -> Node:
    problems: list = []
    root = parse(dump({"here": value}), "file", problems)
    assert problems == [] and root is not None and isinstance(root.value, dict)
    return root.value["here"]


@pytest.mark.parametrize("kind", BODY.child_blocks)
@settings(max_examples=20, deadline=None)
@given(st.data())
def test_every_type_of_block_is_read_as_it_was_written_and_written_as_it_was_read(kind, data):
    neutral, *languages = data.draw(blocks_of(kind))
    problems: list = []
    written = write_neutral(kind, neutral)
    fields = Fields(reread(written), problems, "the block")
    head = {"id": fields.text("id"), "type": fields.text("type")}
    read, _places = read_neutral(kind, fields)
    fields.done()
    assert problems == []
    assert head | read == neutral
    assert dump(write_neutral(kind, head | read)) == dump(written)
    for words in languages:
        shown = write_words(kind, neutral, words)
        reader = WordsReader(kind, neutral, fields)
        if shown is None:
            assert not needs_words(kind, neutral)
        else:
            reader.read(reread(shown))
        assert problems == []
        assert reader.words == words
        assert dump(write_words(kind, neutral, reader.words)) == dump(shown)


@pytest.mark.parametrize("kind", BODY.child_blocks)
@settings(max_examples=10, deadline=None)
@given(st.data())
def test_every_type_of_block_comes_back_from_a_page_as_it_went_there(kind, data):
    neutral, words, _other = data.draw(blocks_of(kind))
    raw = join(neutral, words)
    again, texts = split(raw)
    assert changed(kind, again, settled) == neutral
    assert texts == words
    assert bool(words) <= has_words(kind)


# --- what can be wrong in a block with lists: a block that no lesson has, with everything that blocks may be made of


class EntryBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=20)
    note = blocks.TextBlock(required=False)
    kind = blocks.ChoiceBlock(choices=[("do", "Do"), ("never", "Never")])


class EverythingBlock(blocks.StructBlock):
    title = blocks.CharBlock()
    count = blocks.IntegerBlock(required=False, min_value=1, max_value=9)
    shown = blocks.BooleanBlock(required=False, default=True)
    marks = blocks.MultipleChoiceBlock(choices=[("a", "A"), ("b", "B")], required=False)
    entries = blocks.ListBlock(EntryBlock())
    points = blocks.ListBlock(blocks.CharBlock())
    texts = blocks.ListBlock(blocks.RichTextBlock())
    grid = blocks.ListBlock(blocks.ListBlock(blocks.CharBlock()))


@pytest.fixture
def everything(monkeypatch):
    """A type of block of which every part can be wrong."""
    definition = EverythingBlock()
    definition.set_name("everything")
    monkeypatch.setitem(BODY.child_blocks, "everything", definition)
    return "everything"


GOOD = """\
count: 3
shown: no
marks: [a]
entries:
  - id: e1
    kind: do
points: [p1, p2]
texts: [t1]
grid:
  - id: r1
    value: [c1, c2]
"""
WORDS = """\
title: A title
entries:
  e1: One
points:
  p1: A point
  p2: Another
texts:
  t1: <p>Rich</p>
grid:
  r1:
    c1: Left
    c2: Right
"""


def problems_in(kind: str, neutral_text: str, words_text: str) -> list[tuple[int, str]]:
    problems: list = []
    root = parse(neutral_text.encode(), "file", problems)
    assert root is not None
    fields = Fields(root, problems, "the block")
    neutral, _places = read_neutral(kind, fields)
    fields.done()
    words = parse(words_text.encode(), "file", problems)
    assert words is not None
    WordsReader(kind, {"id": "x", "type": kind} | neutral, Fields(Node(Place("file"), {}), problems, "x")).read(words)
    return [(each.line, each.message) for each in problems]


def test_a_block_with_lists_is_read(everything):
    assert problems_in(everything, GOOD, WORDS) == []


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_a_block_with_every_kind_of_part_is_read_as_it_was_written(data):
    definition = EverythingBlock()
    definition.set_name("everything")
    BODY.child_blocks["everything"] = definition
    try:
        test = test_every_type_of_block_is_read_as_it_was_written_and_written_as_it_was_read
        test.hypothesis.inner_test("everything", data)
    finally:
        del BODY.child_blocks["everything"]


BROKEN = {
    "an unknown field": ("count: 3", "cuont: 3", "", "", 1, "“cuont” is not known here. Did you mean “count”?"),
    "a number that is none": ("count: 3", "count: many", "", "", 1, "“count” must be a whole number, not “many”."),
    "a number out of bounds": ("count: 3", "count: 12", "", "", 1, "“count” must be at least 1 and at most 9."),
    "an answer that is neither yes nor no": ("shown: no", "shown: maybe", "", "", 2, "“shown” must be true or false"),
    "a choice that is none": ("marks: [a]", "marks: [c]", "", "", 3, "“c”, which is unknown. Known: a, b."),
    "a wrong choice in an entry": ("kind: do", "kind: done", "", "", 6, "“kind” is “done”, which is unknown"),
    "an entry without what it needs": ("  - id: e1\n    kind: do\n", "  - e1\n", "", "", 5, "“kind” is missing"),
    "an entry without an id": ("- id: e1\n    kind", "- kind", "", "", 5, "“id” is missing"),
    "an id with a dot": ("[p1, p2]", "[p1, p.2]", "", "", 7, "“p.2” is no id"),
    "an id twice": ("[p1, p2]", "[p1, p1]", "", "", 7, "the id “p1” stands in “points” twice (first in line 7)"),
    "a text among the neutral parts": ("count: 3", "title: A title", "", "", 1, "belongs into the files of"),
    "a list that is none": ("points: [p1, p2]", "points: p1", "", "", 7, "“points” must be a list"),
    "a missing text": ("", "", "title: A title\n", "", 1, "“title” is missing"),
    "a missing entry": ("", "", "  p2: Another\n", "", 5, "the text of the entry “p2” is missing"),
    "an unknown entry": ("", "", "  p2: Another", "  p3: Another", 6, "no entry “p3” in “points”. Known: p2."),
    "a list for entries": ("", "", "  p1: A point\n  p2: Another", "  - A point", 5, "must be a mapping of the"),
    "a text that is too long": ("", "", "e1: One", "e1: " + "x" * 21, 3, "21 characters long; 20 are allowed"),
    "a script in a rich text": ("", "", "<p>Rich</p>", "<script>x</script>", 8, "<script> is not allowed"),
    "a missing cell": ("", "", "    c2: Right\n", "", 11, "the text of the entry “c2” is missing"),
    "an empty cell": ("", "", "c2: Right", "c2: ''", 12, "is empty"),
    "a kind among the words": ("", "", "title: A title", "title: A\nshown: no", 2, "“shown” is not known"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_in_a_block_is_told_with_its_line(everything, name):
    old, new, old_words, new_words, line, message = BROKEN[name]
    assert old in GOOD and old_words in WORDS
    found = problems_in(everything, GOOD.replace(old, new, 1), WORDS.replace(old_words, new_words, 1))
    assert any(each[0] == line and message in each[1] for each in found), found
