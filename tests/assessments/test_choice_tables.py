"""Who chose what, and how long it took: tables with a known answer."""

import datetime as dt
import json
from collections import Counter

from assessments.correcting.reads import Asked
from assessments.models import Item, ItemVersion
from assessments.statistics import options, times
from assessments.statistics.figures import TestFigures
from assessments.statistics.gathering import About, Answer, Gathering
from assessments.statistics.options import ChoiceTable, Chosen
from assessments.statistics.tables import shown_tables

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


# --- options and times


def answers(**chosen: tuple[int, int, int]):
    return [
        {f'["{option}"]' if option != "none" else "": each[group] for option, each in chosen.items()}
        for group in range(3)
    ]


def test_a_wrong_option_that_the_best_take_is_found_and_so_is_one_that_nobody_takes():
    given_ = answers(a=(5, 20, 8), b=(2, 10, 12), c=(12, 20, 1), d=(0, 1, 0), none=(1, 0, 0))
    table = options.choice_table(given_, {"options": ["a", "b", "c", "d"]}, (["a"],), is_exclusive=True)
    assert [row.id for row in table.drawing_the_best] == ["b"]
    assert [row.id for row in table.idle] == ["d"]
    assert table.rows[-1].counts == (1, 0, 0)


def test_groups_are_the_lowest_and_the_highest_27_percent():
    cut = options.cut_of([each / 100 for each in range(1, 101)])
    assert cut == options.Cut(0.27, 0.74)
    assert options.cut_of([1.0] * 80) is None


MATCHING = {"left": ["l1", "l2"], "options": ["a", "b", "c"]}
ORDERING = {"options": ["x", "y", "z"]}
GAPS = {"gaps": [{"id": "g1", "options": ["a", "b"]}, {"id": "g2", "length": 20}, {"id": "g3", "options": ["b", "c"]}]}
PARTS = {
    "parts": [
        {"id": "p1", "type": "single", "structure": {"options": ["a", "b"]}},
        {"id": "p2", "type": "multiple", "structure": {"options": ["a", "b", "c"]}},
        {"id": "p3", "type": "matching", "structure": MATCHING},
        {"id": "p4", "type": "number", "structure": {}},
        {"id": "p5", "type": "ordering", "structure": ORDERING},
    ]
}
PAIRS, ORDER = {"l1": "a", "l2": "b"}, ["x", "y", "z"]
KEYS = {
    "matching": PAIRS,
    "ordering": ORDER,
    "gaps": {"g1": "a", "g2": {"accepted": {"*": ["word"]}}, "g3": "c"},
    "set": {"p1": ["b"], "p2": ["a", "c"], "p3": PAIRS, "p4": {"value": 3}, "p5": ORDER},
}


def of_groups(type: str, structure, low, middle, high, *, keys=None):
    """The tables of a question that twenty weak, twenty middling and twenty good people answered all alike, but that
    one of each did not answer; by place, the option → its counts."""
    about = {0: About("a", 1, type, structure, keys or (KEYS[type],))}
    shares = [0.1] * 20 + [0.5] * 20 + [0.9] * 20
    gathering = Gathering(about, options.cut_of(shares), "en")
    for number, share in enumerate(shares):
        given_ = (low, middle, high)[number // 20]
        gathering.add(share, NOON, [Answer(0, share, "en", "" if number % 20 == 0 else json.dumps(given_))])
    figures = gathering.figures(shares, (0, 0), {}, is_graded=False)
    assert TestFigures.from_json(json.loads(json.dumps(figures.as_json()))) == figures
    assert {table.people for table in figures.items[0].tables} == {(20, 20, 20)}
    return {table.place: {row.id: row.counts for row in table.rows} for table in figures.items[0].tables}, {
        table.place: [row.id for row in table.rows if row.is_right] for table in figures.items[0].tables
    }


def test_of_a_matching_each_entry_says_who_gave_it_which_partner():
    found, right = of_groups("matching", MATCHING, {"l1": "c", "l2": "b"}, {"l1": "a"}, PAIRS)
    assert found == {
        "l1": {"a": (0, 19, 19), "b": (0, 0, 0), "c": (19, 0, 0), "": (1, 1, 1)},
        "l2": {"a": (0, 0, 0), "b": (19, 0, 19), "c": (0, 0, 0), "": (1, 20, 1)},
    }
    assert right == {"l1": ["a"], "l2": ["b"]}


def test_of_an_ordering_each_step_says_who_gave_it_which_number():
    found, right = of_groups("ordering", ORDERING, ["z", "y", "x"], ["y", "x", "z"], ORDER)
    assert found == {
        "x": {"1": (0, 0, 19), "2": (0, 19, 0), "3": (19, 0, 0), "": (1, 1, 1)},
        "y": {"1": (0, 19, 0), "2": (19, 0, 19), "3": (0, 0, 0), "": (1, 1, 1)},
        "z": {"1": (19, 0, 0), "2": (0, 0, 0), "3": (0, 19, 19), "": (1, 1, 1)},
    }
    assert right == {"x": ["1"], "y": ["2"], "z": ["3"]}


def test_of_gaps_those_to_choose_for_say_who_chose_what_and_every_right_answer_is_marked():
    low, middle, high = {"g1": "b"}, {"g2": "any words", "g3": "b"}, {"g1": "a", "g2": "word", "g3": "c"}
    found, right = of_groups("gaps", GAPS, low, middle, high, keys=(KEYS["gaps"], {**KEYS["gaps"], "g3": "b"}))
    assert found == {
        "g1": {"a": (0, 0, 19), "b": (19, 0, 0), "": (1, 20, 1)},
        "g3": {"b": (0, 19, 0), "c": (0, 0, 19), "": (20, 1, 1)},
    }
    assert right == {"g1": ["a"], "g3": ["b", "c"]}


def test_of_a_set_each_question_says_who_chose_what():
    low, middle = {"p1": ["a"], "p2": ["b"]}, {"p3": {"l1": "a", "l2": "a"}, "p5": ["y", "x", "z"]}
    found, right = of_groups("set", PARTS, low, middle, {"p2": ["a", "c"], "p3": PAIRS, "p4": "3", "p5": ORDER})
    assert set(found) == {"p1", "p2", "p3-l1", "p3-l2", "p5-x", "p5-y", "p5-z"}
    assert found["p1"] == {"a": (19, 0, 0), "b": (0, 0, 0), "": (1, 20, 20)}
    assert found["p2"] == {"a": (0, 0, 19), "b": (19, 0, 0), "c": (0, 0, 19), "": (1, 20, 1)}
    assert found["p3-l2"] == {"a": (0, 19, 0), "b": (0, 0, 19), "c": (0, 0, 0), "": (20, 1, 1)}
    assert found["p5-x"] == {"1": (0, 0, 19), "2": (0, 19, 0), "3": (0, 0, 0), "": (20, 1, 1)}
    assert right["p2"] == ["a", "c"] and right["p5-z"] == ["3"]


def test_a_page_shows_the_places_of_a_set_in_words_and_hides_small_counts_in_all_of_them():
    parts = [
        {"id": "p1", "type": "matching", "structure": MATCHING},
        {"id": "p2", "type": "gaps", "structure": GAPS},
        {"id": "p3", "type": "ordering", "structure": ORDERING},
    ]
    wording = {
        "questions": {"p1": "Match.", "p2": "Fill in.", "p3": "In which order?"},
        "left": {"p1-l1": "Left one", "p1-l2": "Left two"},
        "text": {"p2": "[[g3]] and [[g1]] and [[g2]]"},
        "options": {f"{part}-{each}": each.upper() for part in ("p1", "p2", "p3") for each in "abcxyz"},
    }
    version = ItemVersion(item=Item(type="set"), structure={"parts": parts})
    rows = tuple(Chosen(each, each == "a", (20, 18, 22)) for each in "ab")
    tables = [
        ChoiceTable((*rows, Chosen("", False, (0, 2, 8))), (40, 38, 52), True, place)
        for place in ("p1-l1", "p2-g3", "p3-y")
    ]
    shown = shown_tables(tables, Asked(version, wording, "en"))
    assert [(each.title, each.tail) for each in shown] == [
        ("Match. · Left one", ""),
        ("Fill in.", "Gap 1"),
        ("In which order? · Y", ""),
    ]
    assert [row.words for row in shown[0].rows][:2] == ["A", "B"]
    for each in shown:
        assert each.rows[2].counts[1] is None and each.people == shown[0].people


def test_a_wrong_partner_that_the_best_take_needs_attention():
    about = {0: About("a", 1, "matching", MATCHING, (PAIRS,))}
    shares = [0.1] * 30 + [0.9] * 30
    gathering = Gathering(about, options.cut_of(shares), "en")
    for share in shares:
        given_ = PAIRS if share < 0.5 else {"l1": "a", "l2": "c"}
        gathering.add(share, NOON, [Answer(0, 0.5, "en", json.dumps(given_))])
    assert "draws_the_best" in gathering.figures(shares, (0, 0), {}, is_graded=False).items[0].signs


def test_of_fewer_than_50_answers_no_place_has_a_table():
    about = {0: About("a", 1, "matching", MATCHING, (PAIRS,))}
    shares = [number / 60 for number in range(60)]
    gathering = Gathering(about, options.cut_of(shares), "en")
    for number, share in enumerate(shares):
        text = json.dumps(PAIRS) if number % 6 else None  # ten were deleted for their age
        gathering.add(share, NOON, [Answer(0, 1.0, "en", text)] if number else [])
    assert gathering.figures(shares, (0, 0), {}, is_graded=False).items[0].tables[0].people != (0, 0, 0)
    few = Gathering(about, options.cut_of(shares), "en")
    for number, share in enumerate(shares):
        few.add(share, NOON, [Answer(0, 1.0, "en", json.dumps(PAIRS) if number % 5 else None)])
    assert few.figures(shares, (0, 0), {}, is_graded=False).items[0].tables == ()


def saved(*seconds: int, edits: int = 1):
    return [(place, NOON + dt.timedelta(seconds=each), edits) for place, each in enumerate(seconds)]


def test_times_are_those_between_one_save_and_the_next_in_the_order_of_saving():
    assert times.times_on(NOON, saved(90, 30, 200)) == {1: 30, 0: 60, 2: 110}


def test_a_paper_on_which_an_answer_was_changed_says_nothing_of_times():
    assert times.times_on(NOON, [*saved(30), (7, NOON + dt.timedelta(seconds=60), 2)]) == {}


def test_answers_that_came_together_say_nothing_of_times():
    assert times.times_on(NOON, saved(30, 30)) == {}


def test_quartiles_are_those_of_numpys_inverted_cdf():
    found = times.quartiles(Counter({10: 8, 20: 8, 30: 8, 40: 8}))
    assert (found.n, found.first, found.median, found.third) == (32, 10, 20, 30)
