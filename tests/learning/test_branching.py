"""Whether a scenario is sound, and where a way through it leads: pure functions."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from courses.pages.blocks.branching import from_raw
from courses.pages.scenario import part_of_scenario
from learning.branching import (
    END,
    MOST_STEPS,
    SITUATION,
    Choice,
    Graph,
    Node,
    NoSuchWay,
    Role,
    notes,
    played,
    problems,
    way_of,
)
from tests.scenarios import choice, end, night_bus, node, scenario

KEYS = [f"n{number}" for number in range(7)]


def situation(key: str, *targets: str) -> Node:
    return Node(key, SITUATION, "", tuple(Choice(target, "best") for target in targets))


def ending(key: str) -> Node:
    return Node(key, END, "good")


def graph(*nodes: Node, start: str = "a") -> Graph:
    return Graph((Role("officer", start),), nodes)


def messages(found: Graph) -> dict[tuple, str]:
    return {problem.path: problem.message for problem in problems(found)}


def test_a_scenario_that_ends_has_no_problems():
    assert problems(Graph.from_neutral(from_raw(night_bus()))) == []


@pytest.mark.parametrize(
    ("wrong", "path", "words"),
    [
        (Graph((), (ending("a"),)), ("roles",), "at least one role"),
        (graph(), ("nodes",), "no node yet"),
        (graph(situation("a", "b"), ending("b"), start="c"), ("roles", 0, "start"), "no node “c”"),
        (graph(situation("a", "b"), ending("b"), start=""), ("roles", 0, "start"), "at which node"),
        (graph(situation("a", "b"), ending("b"), start="b"), ("roles", 0, "start"), "is an end"),
        (graph(situation("a", "gate"), ending("gaet")), ("nodes", 0, "choices", 0, "target"), "Did you mean “gaet”"),
        (graph(situation("a", ""), ending("b")), ("nodes", 0, "choices", 0, "target"), "at which node"),
        (graph(situation("a", "b"), ending("b"), ending("b")), ("nodes", 2, "key"), "another node"),
        (graph(situation("a", "b"), ending("b"), Node("")), ("nodes", 2, "key"), "short name"),
        (graph(situation("a", "B b"), ending("B b")), ("nodes", 1, "key"), "small letters"),
        (graph(situation("a", "b"), ending("b"), ending("c")), ("nodes", 2, "key"), "No way leads to “c”"),
        (graph(situation("a", "b", "c"), ending("b"), situation("c", "c")), ("nodes", 2, "key"), "goes on for ever"),
        (
            graph(situation("a", "b"), Node("b", END, "good", (Choice("a", "best"),))),
            ("nodes", 1, "choices"),
            "is an end",
        ),
        (graph(situation("a", "b"), situation("b")), ("nodes", 1, "choices"), "without choices"),
        (graph(situation("a", "b"), Node("b", END)), ("nodes", 1, "outcome"), "no outcome"),
        (
            graph(Node("a", SITUATION, "", (Choice("b", "good"),)), ending("b")),
            ("nodes", 0, "choices", 0, "quality"),
            "good",
        ),
        (graph(situation("a", "b"), Node("b", "puzzle")), ("nodes", 1, "kind"), "neither"),
        (graph(situation("a", *["b"] * 7), ending("b")), ("nodes", 0, "choices"), "more than 6"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_problem_stands_at_its_field_and_says_what_to_do(wrong, path, words):
    assert words in messages(wrong)[path]


def test_two_roles_with_one_name_are_refused():
    found = Graph((Role("x", "a"), Role("x", "a")), (situation("a", "b"), ending("b")))
    assert "another role" in messages(found)["roles", 1, "key"]


def test_a_node_that_only_one_role_reaches_is_reached():
    found = Graph((Role("x", "a"), Role("y", "c")), (situation("a", "b"), ending("b"), situation("c", "b")))
    assert problems(found) == []


def test_a_way_that_comes_back_and_can_end_is_allowed_and_noted():
    found = graph(situation("a", "b"), situation("b", "a", "c"), ending("c"))
    assert problems(found) == []
    assert [note.path for note in notes(found)] == [("nodes", 0), ("nodes", 0), ("nodes", 1)]
    assert any("comes back to “a”" in note.message for note in notes(found))


def test_a_way_that_is_not_finished_yet_is_not_said_to_go_on_for_ever():
    assert list(messages(graph(situation("a", "b"), situation("b", "later")))) == [("nodes", 1, "choices", 0, "target")]


#: For each node where its choices lead; one without choices is an end.
shapes = st.lists(st.lists(st.integers(0, 6), max_size=3), min_size=2, max_size=7)


@given(shapes)
@example([[0], []])
@example([[1], [0, 2], []])
@example([[1], [0], []])
@example([[1], [], [1]])
def test_a_scenario_is_sound_just_when_all_of_it_is_seen_and_an_end_can_be_reached_from_everywhere(shape):
    ways = [[target % len(shape) for target in targets] for targets in shape]
    found = graph(
        *(
            situation(KEYS[n], *(KEYS[each] for each in ways[n])) if ways[n] else ending(KEYS[n])
            for n in range(len(ways))
        ),
        start="n0",
    )

    def seen_from(start: int) -> set[int]:
        seen = {start}
        for _turn in ways:
            seen |= {each for number in seen for each in ways[number]}
        return seen

    ends = {number for number, targets in enumerate(ways) if not targets}
    sound = (
        bool(ways[0]) and seen_from(0) == set(range(len(ways))) and all(seen_from(n) & ends for n in range(len(ways)))
    )
    assert sound == (not problems(found))


# --- playing


@pytest.fixture
def part() -> dict:
    return part_of_scenario(night_bus())


def test_a_way_gives_each_choice_with_what_followed_from_it(part):
    way = way_of(part, "border", "1.2.2")
    assert way.keys == ("bay", "shut", "apart", "safe") and way.is_over
    assert [step.number for step in way.steps] == [1, 2, 3]
    assert way.steps[0].choice["text"].startswith("Ask the man")
    assert not way_of(part, "border", "1.2").is_over


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("pilot", ""),
        ("", ""),
        ("border", "4"),
        ("border", "0"),
        ("border", "-1"),
        ("border", "x"),
        ("border", "1..2"),
        ("border", "1.2.2.1"),
        ("border", "١"),
        ("border", "1" * 5000),
        ("border", ".".join(["3", "3", *["2", "3"] * MOST_STEPS])),
    ],
)
def test_a_way_that_there_is_not_is_refused(part, role, path):
    with pytest.raises(NoSuchWay):
        way_of(part, role, path)


@given(st.text(max_size=12), st.text(max_size=40))
def test_whatever_stands_in_an_address_shows_the_scenario_or_begins_again(role, path):
    shown = played(part_of_scenario(night_bus()), "story", {"scenario": "story", "role": role, "path": path})
    assert shown["way"] is None or shown["way"].role["key"] == role


def test_only_the_node_where_one_is_goes_to_the_page(part):
    shown = played(part, "story", {"scenario": "story", "role": "border", "path": "1"})
    assert shown["way"].node == part["nodes"]["shut"]
    assert part["nodes"]["apart"]["text"] not in str(shown)


def test_an_end_is_told_only_after_it_was_asked_for(part):
    query = {"scenario": "story", "role": "border", "path": "3.2"}
    assert played(part, "story", query)["waits"] and not played(part, "story", query)["is_end"]
    assert played(part, "story", query | {"end": "1"})["is_end"]
    assert not played(part, "story", query | {"path": "3", "end": "1"})["is_end"], "no end before the end"


def test_a_scenario_with_one_role_begins_at_once_and_another_one_on_the_page_stays_where_it_is():
    one = part_of_scenario(
        scenario([("x", "X", "a")], node("a", "A?", choice("On", "b", "best", "So")), end("b", "B", "good"))
    )
    assert played(one, "story", {})["way"].keys == ("a",)
    assert played(one, "story", {"scenario": "other", "role": "x", "path": "1"})["way"].keys == ("a",)
    assert played(one, "story", {"scenario": "story", "role": "x", "path": "9"})["is_lost"]
