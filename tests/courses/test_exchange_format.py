"""Laws of the bundle format: what is written is read back the same, and equal bundles give equal bytes."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.pages.exchange import read_bundle
from courses.pages.exchange.bundle import Bundle
from courses.pages.exchange.reading import Node, parse, unfit
from courses.pages.exchange.writing import bundle_files, dump
from courses.pages.richtext import clean_rich_text, rich_text_problems
from lms.text import natural, tidy
from tests.courses.bundles import small_bundle, write

#: What people type, and what trips YAML: quotes, colons, hashes, dashes, leading marks, words that look like values.
TRICKY = st.sampled_from(
    [
        *("True", "no", "~", "null", "1.10", "0o7", "2026-11-23", "- a", "? a", ": a", "a: b", "a #b", "#", "&a", "*a"),
        *("!a", "'", '"', "''", "{a", "[a", "%a", "@a", "`a", "|", ">", "---", "...", "<<", "=", "\t", "\ufeff"),
        *("a\n\nb", "a\n  b", "a \nb", "a\u2028b", "a\u00a0b", "\u200fعربي", "العربية: نص", "ខ្មែរ", "😀"),
        *("a" * 150, "word " * 60, "Ünïcode " * 20),
    ]
)
LETTERS = st.characters(exclude_categories=["Cs"])
TEXTS = (
    (st.text(LETTERS, max_size=300) | TRICKY | st.lists(TRICKY, min_size=2, max_size=4).map(" ".join))
    .map(tidy)
    .filter(lambda text: bool(text) and not unfit(text))
)
LINES = TEXTS.filter(lambda text: len(text.splitlines()) == 1 and len(text) <= 200)
VALUES = st.recursive(
    TEXTS | st.just(""),
    lambda children: st.lists(children, max_size=5) | st.dictionaries(LINES, children, max_size=5),
    max_leaves=20,
)


def plain(node: Node) -> Any:
    if isinstance(node.value, list):
        return [plain(each) for each in node.value]
    if isinstance(node.value, dict):
        return {key: plain(each) for key, each in node.value.items()}
    return node.value


@given(VALUES)
@settings(max_examples=400, deadline=None)
def test_what_the_writer_writes_the_reader_reads(value):
    problems: list = []
    node = parse(dump({"value": value}), "file", problems)
    assert problems == []
    assert node is not None and plain(node) == {"value": value}


@given(VALUES)
@settings(max_examples=100, deadline=None)
def test_other_readers_of_yaml_read_the_same(value):
    assert yaml.safe_load(dump({"value": value})) == {"value": value}


@given(TEXTS)
def test_tidying_twice_is_tidying_once(text):
    assert tidy(tidy(text)) == tidy(text)


def with_texts(texts: list[str], lines: list[str]) -> Bundle:
    """The small bundle with other texts."""
    bundle = small_bundle()
    (language,) = bundle.languages
    lesson = language.lessons["m1-l1"]
    blocks = {**lesson.blocks, "kp-1": {"text": texts[0]}, "box": {"title": lines[0], "text": texts[1]}}
    questions = dict(language.questions)
    questions["F2"] = {
        "stem": texts[2],
        "options": {"a": lines[1], "b": lines[2]},
        "left": {"1": lines[3], "2": lines[4]},
        "feedback": texts[3],
    }
    language = replace(
        language,
        title=lines[5],
        summary=texts[4],
        outcomes=(lines[6], lines[7]),
        lessons={**language.lessons, "m1-l1": replace(lesson, title=lines[8], blocks=blocks)},
        questions=questions,
    )
    return replace(bundle, languages=(language,))


@given(st.lists(TEXTS, min_size=5, max_size=5), st.lists(LINES, min_size=9, max_size=9))
@settings(max_examples=60, deadline=None)
def test_a_bundle_is_read_as_it_was_written_and_written_as_it_was_read(texts, lines):
    bundle = with_texts(texts, lines)
    with tempfile.TemporaryDirectory() as folder:
        read = read_bundle(write(bundle, Path(folder)))
    assert read == bundle
    assert bundle_files(read) == bundle_files(bundle)


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_no_bytes_bring_the_reader_down(data):
    problems: list = []
    node = parse(data, "file", problems)
    assert (node is None) <= bool(problems)
    assert all(problem.line >= 1 for problem in problems)


@given(st.text("ab:-[]{}\"'#&*!|>%@\n \t?,\\x0\ud800", max_size=60))
@settings(max_examples=500, deadline=None)
def test_no_text_brings_the_reader_down(text):
    problems: list = []
    node = parse(text.encode("utf-8", "surrogatepass"), "file", problems)
    assert (node is None) <= bool(problems)


@pytest.mark.parametrize("text", ['"\\UFFFFFFFF"', '"\\U00110000"', '"\\xZZ"'])
def test_an_escape_of_no_character_is_a_problem(text):
    problems: list = []
    assert parse(f"a: {text}".encode(), "file", problems) is None
    assert len(problems) == 1 and problems[0].line == 1


def test_several_lines_are_written_as_people_write_them():
    assert dump({"a": "one\n\ntwo: three"}) == b"a: |-\n  one\n\n  two: three\n"


def test_short_lists_of_ids_stand_in_one_line_and_sentences_do_not():
    assert dump({"a": ["x", "y-1", "Q1.1"], "b": ["A sentence."], "c": []}) == (
        b"a: [x, y-1, Q1.1]\nb:\n  - A sentence.\nc: []\n"
    )


def test_keys_sort_as_people_count():
    keys = ["Q1.1.10", "Q1.1.9", "Q10.1.1", "Q2.1.1", "A1", "Q1"]
    assert sorted(keys, key=natural) == ["A1", "Q1", "Q1.1.9", "Q1.1.10", "Q2.1.1", "Q10.1.1"]


def test_letters_of_several_parts_are_composed():
    problems: list = []
    node = parse("a: e\u0301\n".encode(), "file", problems)
    assert node is not None and plain(node) == {"a": "\u00e9"}


def test_clean_rich_text_stays_and_cleaning_twice_is_cleaning_once():
    text = '<h3>Title</h3><p>One <b>two</b> <a href="https://example.org/x?a=1&amp;b=2">link</a><br>three</p>'
    assert rich_text_problems(text) == []
    assert clean_rich_text(text) == text == clean_rich_text(clean_rich_text(text))


def test_what_the_editor_writes_beside_the_text_is_left_out():
    assert clean_rich_text('<p data-block-key="x1y2z">Text</p>') == "<p>Text</p>"
    assert rich_text_problems('<p data-block-key="x1y2z">Text</p>') == []
