"""The author's graph: where boxes and lines stand, and that the same is said in words."""

import re
from itertools import combinations

import pytest
from django.template.loader import render_to_string
from hypothesis import example, given
from hypothesis import strategies as st

from courses.pages.scenario import draw
from courses.pages.scenario.drawing import HEIGHT, WIDTH, wrapped
from courses.pages.scenario.layout import arrange, crossings, spread
from tests.scenarios import choice, end, night_bus, node, scenario

KEYS = [f"n{number}" for number in range(9)]
ways = st.lists(st.lists(st.sampled_from(KEYS), max_size=4, unique=True), min_size=1, max_size=9).map(
    lambda found: {
        key: [target for target in targets if target in KEYS[: len(found)]]
        for key, targets in zip(KEYS, found, strict=False)
    }
)


@given(ways, st.lists(st.sampled_from(KEYS), max_size=3))
@example({"n0": ["n0"]}, ["n0"])
@example({"n0": [], "n1": ["n2"], "n2": ["n1", "n0"]}, ["n0"])
def test_every_node_stands_once_and_every_way_down_goes_down(found, starts):
    layout = arrange(list(found), found, starts)
    assert sorted(slot for layer in layout.layers for slot in layer if isinstance(slot, str)) == sorted(found)
    layer_of = layout.layer_of
    for key, targets in found.items():
        for target in targets:
            assert (layer_of[target] <= layer_of[key]) == ((key, target) in layout.back)
    assert arrange(list(found), found, starts) == layout, "the same graph looks the same"


@given(ways)
def test_no_two_places_of_a_layer_overlap(found):
    layout = arrange(list(found), found, ["n0"])
    at = spread(layout, width=lambda slot: WIDTH, gap=20)
    for layer in layout.layers:
        for one, other in combinations(layer, 2):
            assert abs(at[one] - at[other]) >= WIDTH + 20 - 1
    assert min(at.values()) >= WIDTH // 2 - 1


@given(ways)
def test_a_graph_of_any_shape_is_drawn_within_its_frame(found):
    value = scenario(
        [("x", "X", "n0")],
        *(
            node(key, "Text", *(choice("On", target, "best", "So") for target in targets))
            if targets
            else end(key, "End", "good")
            for key, targets in found.items()
        ),
    )
    for mirrored in (False, True):
        drawing = draw(value, from_the_right=mirrored)
        for box in drawing.boxes:
            assert 0 <= box.x <= drawing.width - WIDTH and 0 <= box.y <= drawing.height - HEIGHT
        for line in drawing.lines:
            numbers = [int(number) for number in re.findall(r"-?\d+", line.path)]
            assert all(0 <= x <= drawing.width for x in numbers[::2]), line.path
            assert all(0 <= y <= drawing.height for y in numbers[1::2]), line.path


def test_layers_are_put_in_the_order_with_fewest_crossings_that_was_found():
    found = {"a": ["d"], "b": ["c"], "c": [], "d": []}
    layout = arrange(list(found), found, ["a", "b"])
    down = {above: [below] for above, below in layout.joints}
    assert layout.layers[0] == ("a", "b") and crossings(layout.layers, down) == 0


def test_what_cannot_be_reached_stands_below_the_rest():
    found = {"a": ["b"], "b": [], "lost": ["b"]}
    layout = arrange(list(found), found, ["a"])
    assert layout.layer_of == {"a": 0, "b": 1, "lost": 2} and layout.back == {("lost", "b")}


def test_a_language_written_from_the_right_sees_the_graph_mirrored():
    plain, mirrored = draw(night_bus()), draw(night_bus(), from_the_right=True)
    assert plain.width == mirrored.width
    for one, other in zip(plain.boxes, mirrored.boxes, strict=True):
        assert one.x == mirrored.width - other.x - WIDTH and one.y == other.y


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("short", ["short"]),
        ("", []),
        ("one two three four", ["one two", "three", "four"]),
        ("one two three four five six", ["one two", "three", "four…"]),
        ("abcdefghijklmnop", ["abcdefgh", "ijklmnop"]),
        ("人口贩运是犯罪", ["人口贩运", "是犯罪"]),
    ],
)
def test_a_text_is_broken_into_lines_by_the_width_of_its_characters(text, lines):
    assert wrapped(text, 8, 3) == lines


@given(st.text(max_size=120), st.integers(4, 30), st.integers(1, 4))
def test_any_text_fits_into_its_box(text, width, most):
    lines = wrapped(text, width, most)
    assert len(lines) <= most and all(lines)


def test_letters_keep_their_marks():
    for line in wrapped("ការជួញដូរមនុស្សជាបទល្មើសធ្ងន់ធ្ងរ" * 2, 10, 9):
        assert not re.match(r"[\u17b4-\u17d3]", line) or line[0] in "ាោើះៈ"


def unfinished() -> dict:
    return scenario(
        [("x", "Officer", "one")],
        node("one", "First", choice("Go", "two", "best", "So"), choice("Leave", "out", "harmful", "No")),
        end("out", "Out", "harmful"),
        node("two", "Second", choice("Round", "three", "harmful", "So")),
        node("three", "Third", choice("Round", "two", "harmful", "So")),
        node("lost", "Lost", choice("End", "fin", "best", "So")),
        end("fin", "Over", "good"),
    )


def test_problems_are_marked_by_shape_and_words_and_all_is_said_in_words_too():
    drawing = draw(unfinished())
    wrong = {box.key: box.problem for box in drawing.boxes}
    assert wrong == {
        "one": "",
        "out": "",
        "two": "Never ends",
        "three": "Never ends",
        "lost": "No way leads here",
        "fin": "No way leads here",
    }
    page = render_to_string(
        "courses/scenario/_graph.html", {"drawing": drawing, "size": (1, 1), "name": "g", "rtl": False}
    )
    assert 'class="node is-wrong"' in page and "⚠ Never ends" in page and "A✓" in page and "B✕" in page
    assert "style=" not in page and "<script" not in page
    words = page.split("The same in words")[1]
    for text in ("First", "Second", "Round", "<code>three</code>", "(Harmful)", "It ended well", "goes on for ever"):
        assert text in words


def test_words_of_an_author_are_escaped_in_the_graph():
    value = scenario(
        [("x", "<b>X</b>", "a")],
        node("a", "<script>1</script>", choice("<i>", "b", "best", "x")),
        end("b", "B", "good"),
    )
    page = render_to_string(
        "courses/scenario/_graph.html", {"drawing": draw(value), "size": (1, 1), "name": "g", "rtl": True}
    )
    assert "<script>" not in page and "<b>" not in page and "<i>" not in page and 'dir="rtl"' in page


def test_an_empty_scenario_says_that_its_graph_comes_with_the_first_node():
    drawing = draw({"title": "", "roles": [], "nodes": []})
    page = render_to_string(
        "courses/scenario/_graph.html", {"drawing": drawing, "size": (1, 1), "name": "g", "rtl": False}
    )
    assert "There is no node yet" in page and "<svg" not in page
