"""Each type of question by examples: what is right, what is partly right, what is refused, and in which words."""

import random

import pytest

from assessments.selectors import question_view
from assessments.types import TYPES, InvalidAnswer, pictures_in
from assessments.types.number import number_in
from assessments.types.typed import FOLDS, compared
from tests.assessments.test_grading import PICTURE, Form, wording_of
from tests.factories import ITEMS, words_for


def score(name, structure, key, answer):
    assert TYPES[name].problems(structure, key) == []
    return float(TYPES[name].score(structure, key, TYPES[name].normalise(structure, answer)))


# --- choosing


@pytest.mark.parametrize(
    ("scoring", "answer", "wanted"),
    [
        ("all", ["a", "b"], 1),
        ("all", ["a"], 0),
        ("all", ["a", "b", "c"], 0),
        ("partial", ["a"], 0.5),
        ("partial", ["a", "c"], 0.5),
        ("partial", ["a", "b", "c", "d"], 0.5),
        ("partial", ["c"], 0),
        ("penalty", ["a", "b", "c"], 0.5),
        ("penalty", ["a", "c"], 0),
        ("penalty", ["c", "d"], 0),
        ("penalty", ["a"], 0.5),
    ],
)
def test_multiple_response_is_scored_as_its_authors_chose(scoring, answer, wanted):
    structure = {"options": ["a", "b", "c", "d"], "scoring": scoring}
    assert score("multiple", structure, ["a", "b"], answer) == wanted


def test_without_a_word_on_scoring_it_is_all_or_nothing():
    assert score("multiple", {"options": ["a", "b", "c"]}, ["a", "b"], ["a"]) == 0


def test_all_of_the_above_keeps_its_place():
    structure = {"options": ["a", "b", "c", "d"], "pinned": ["d"]}
    orders = {tuple(TYPES["multiple"].paper_order(structure, random.Random(seed))) for seed in range(40)}
    assert len(orders) > 1 and {order[3] for order in orders} == {"d"}


def test_a_matching_that_is_scored_by_its_share_may_be_saved_unfinished():
    structure, key = ITEMS["matching"]
    with pytest.raises(InvalidAnswer, match="every entry"):
        TYPES["matching"].read(structure, Form({"q-1": ["b"]}), "q")
    shared = {**structure, "scoring": "partial"}
    assert TYPES["matching"].read(shared, Form({"q-1": ["b"], "q-2": [""]}), "q") == {"1": "b"}
    assert score("matching", shared, key, {"1": "b"}) == 0.5
    assert not TYPES["matching"].is_whole(shared) and TYPES["matching"].is_whole(structure)


def test_an_ordering_is_scored_by_the_share_of_right_places():
    structure = {"options": ["a", "b", "c", "d"], "scoring": "partial"}
    assert score("ordering", structure, ["a", "b", "c", "d"], ["a", "b", "d", "c"]) == 0.5


# --- typing


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [
        ("  the   PIER ", "the pier"),
        ("Jetée", "jetee"),
        ("１２", "12"),
        ("۱۲", "12"),
        ("๑๒", "12"),
        ("ﬁle", "file"),
        ("مُعاهَدَة", "معاهدة"),
        ("ایک", "ايك"),
    ],
)
def test_what_makes_no_difference_to_a_reader_makes_none_to_the_score(answer, accepted):
    key = {"accepted": {"en": [accepted]}}
    assert score("shorttext", {}, key, answer) == 1


@pytest.mark.parametrize(
    ("fold", "answer", "accepted"),
    [
        ("case", "DNA", "dna"),
        ("marks", "Jetée", "Jetee"),
        ("digits", "۱۲", "12"),
        ("forms", "①", "1"),
    ],
)
def test_each_of_what_is_left_out_can_be_asked_for_by_itself(fold, answer, accepted):
    assert score("shorttext", {}, {"accepted": {"en": [accepted]}, "folds": [fold]}, answer) == 1
    others = [each for each in FOLDS if each != fold]
    assert score("shorttext", {}, {"accepted": {"en": [accepted]}, "folds": others}, answer) == 0


def test_white_space_counts_only_where_it_is_said():
    assert compared("a  b", ["space"]) == "a b" and compared("a  b", ["case"]) == "a  b"


def test_an_answer_in_any_language_is_right_in_every_language():
    _structure, key = ITEMS["shorttext"]
    assert score("shorttext", {}, key, "dermaga") == score("shorttext", {}, key, "JETTY") == 1
    assert TYPES["shorttext"].languages(key) == {"en", "id"}


def test_one_more_accepted_text_changes_nothing_that_a_translation_is_made_from():
    for name in ("shorttext", "gaps"):
        structure, key = ITEMS[name]
        more = {"en": ["Jetty", "Pier", "Landing"], "th": ["ท่าเรือ"]}
        other = {**key, "accepted": more} if name == "shorttext" else {**key, "g2": {"accepted": more}}
        assert TYPES[name].basis(structure, key) == TYPES[name].basis(structure, other)
    strict = {**ITEMS["shorttext"][1], "folds": ["space"]}
    assert TYPES["shorttext"].basis({}, strict) != TYPES["shorttext"].basis({}, ITEMS["shorttext"][1])


@pytest.mark.parametrize("text", ["x" * 101, "x" * 1_000_000, "a\x00b", "a\ud800", 12, ["a"], None, "", "  "])
def test_a_short_text_that_is_none_is_refused_with_words(text):
    with pytest.raises(InvalidAnswer) as refusal:
        TYPES["shorttext"].normalise({}, text)
    assert str(refusal.value).endswith((".", "here."))


def test_an_essay_keeps_its_lines_and_is_marked_by_nobody_here():
    answer = TYPES["essay"].read({}, Form({"q": ["First.\r\n\r\nThen. "]}), "q")
    assert answer == "First.\n\nThen." and TYPES["essay"].is_marked_by_hand
    assert TYPES["essay"].score({}, {}, answer) == 0
    assert TYPES["essay"].interaction({}, answer) == ("long-fill-in", answer)
    assert TYPES["essay"].problems({}, ["a"]), "it has no key"


# --- numbers


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", "12"), ("-12", "-12"), ("−12", "-12"), ("+12", "12"), ("012.50", "12.5"), ("-0", "0"), (".5", "0.5"),
        ("12,5", "12.5"), ("12.5", "12.5"), ("۱۲٫۵", "12.5"), ("١٬٢٥٠", "1250"), ("๑๒.๕", "12.5"), ("၁၂", "12"),
        ("1 250", "1250"), ("1\u202f250,5", "1250.5"), ("1'250", "1250"), ("1’250.75", "1250.75"),
        ("1,250.5", "1250.5"), ("1.250,5", "1250.5"), ("1.250.000", "1250000"), ("12,34,567", "1234567"),
        ("0,125", "0.125"), ("1.1250", "1.125"), ("1250,125", "1250.125"), ("１２．５", "12.5"),
    ],
)  # fmt: skip
def test_a_number_is_read_in_every_script(typed, value):
    assert number_in(typed) == value


@pytest.mark.parametrize(
    "typed",
    ["twelve", "1e5", "NaN", "Infinity", "1..2", "1,2,3", "1.25.5", "12,", "--1", "1-2", "9" * 30, "½", "", "٫"],
)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(InvalidAnswer, match="no number"):
        number_in(typed)


@pytest.mark.parametrize("typed", ["1,250", "1.250", "-12,500"])
def test_a_number_that_can_be_read_in_two_ways_is_asked_for_again(typed):
    with pytest.raises(InvalidAnswer, match="two ways") as refusal:
        number_in(typed)
    assert typed.lstrip("-").replace(",", "").replace(".", "") in str(refusal.value)


def test_a_saved_number_reads_back_as_itself_from_its_own_field():
    for value in ("1.125", "-12.5", "1250", "0.125", "-1.125"):
        (field,) = TYPES["number"].rows({}, {}, [], {"value": value}, None)
        assert number_in(field.text) == value


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ({"value": "12"}, "12", 1),
        ({"value": "12"}, "12.0001", 0),
        ({"value": "12", "tolerance": "0.5"}, "12.5", 1),
        ({"value": "12", "tolerance": "0.5"}, "12.51", 0),
        ({"value": "0.1", "tolerance": "0.2"}, "0.3", 1),
        ({"value": "200", "tolerance": "5", "in_percent": True}, "190", 1),
        ({"value": "200", "tolerance": "5", "in_percent": True}, "189.9", 0),
        ({"value": "-200", "tolerance": "5", "in_percent": True}, "-210", 1),
    ],
)
def test_a_tolerance_is_a_number_or_a_share_and_its_edge_is_right(key, value, wanted):
    assert score("number", {}, key, {"value": value}) == wanted


def test_a_number_in_another_unit_is_not_right_and_one_without_is_asked_for_it():
    structure, key = ITEMS["number"]
    assert score("number", structure, key, {"value": "12", "unit": "mi"}) == 0
    with pytest.raises(InvalidAnswer, match="unit"):
        TYPES["number"].read(structure, Form({"q": ["12"]}), "q")
    assert TYPES["number"].interaction(structure, {"value": "12", "unit": "km"}) == ("fill-in", "12[,]km")
    assert TYPES["number"].interaction({}, {"value": "12"}) == ("numeric", "12")


# --- gaps, places, sets


def test_a_gap_stands_in_the_text_of_every_language_once():
    structure, _key = ITEMS["gaps"]
    words = words_for("gaps", structure, "Q1")
    assert TYPES["gaps"].wording_problems(structure, words) == []
    for text in ("no gap", "[[g1]]", "[[g1]] [[g2]] [[g1]]", "[[g1]] [[g2]] [[g3]]"):
        assert TYPES["gaps"].wording_problems(structure, {**words, "text": text}), text
    turned = {**words, "text": "[[g2]] before [[g1]]"}
    pieces = TYPES["gaps"].rows(structure, turned, ["c", "a", "b"], {"g1": "a", "g2": "consent"}, None)
    assert [piece.words or piece.number for piece in pieces] == [1, " before ", 2]
    assert pieces[0].typed.text == "consent" and [each.id for each in pieces[2].row.choices] == ["c", "a", "b"]


def test_gaps_are_scored_by_their_share_and_may_be_left_open():
    structure, key = ITEMS["gaps"]
    assert score("gaps", structure, key, {"g2": "persetujuan"}) == 0.5
    assert TYPES["gaps"].interaction(structure, {"g2": "x"}) == ("fill-in", "[,]x")
    assert TYPES["gaps"].languages(key) == {"en", "id"}
    whole = {"gaps": structure["gaps"]}
    assert score("gaps", whole, key, {"g2": "consent"}) == 0


def test_regions_have_letters_in_the_order_of_the_authors_and_lie_on_the_picture():
    structure = {**ITEMS["hotspot"][0], "picture": PICTURE}
    rows = TYPES["hotspot"].rows(structure, wording_of("hotspot", structure), ["b", "a"], None, None)
    assert [(row.id, row.letter) for row in rows] == [("b", "B"), ("a", "A")]
    at = rows[1].region
    assert (at.x, at.y, at.width, at.height) == (16, 20, 96, 80)
    outside = {**structure, "regions": {**structure["regions"], "b": {"x": 90, "y": 0, "width": 20, "height": 20}}}
    assert any("“b”" in each for each in TYPES["hotspot"].problems(outside, ["a"]))
    assert TYPES["hotspot"].problems(
        {**structure, "picture": {**PICTURE, "address": "https://else.where/x.png"}}, ["a"]
    )


def test_the_words_of_a_picture_are_asked_for_with_every_type():
    for name, (structure, _key) in ITEMS.items():
        shown = {**structure, "picture": PICTURE}
        words = wording_of(name, shown)
        assert TYPES[name].wording_problems(shown, words) == []
        assert TYPES[name].wording_problems(shown, {**words, "picture": {}})
        view = {"prefix": "q", "type": name, "structure": shown, "wording": words, "answer": None}
        assert question_view(**view, order=TYPES[name].listed_order(shown)).picture.alt == "text alt"
        assert pictures_in(shown) == [PICTURE["address"]]


def test_a_set_is_the_mean_of_its_parts_and_may_be_left_open():
    structure, key = ITEMS["set"]
    assert score("set", structure, key, {"p1": ["a"]}) == 0.5
    assert score("set", structure, key, {"p1": ["a"], "p2": {"value": "4"}}) == 0.5
    assert TYPES["set"].read(structure, Form({"q-p2": ["3"]}), "q") == {"p2": {"value": "3"}}
    assert TYPES["set"].interaction(structure, {"p1": ["a"]}) == ("other", '{"p1": "a"}')


def test_a_set_says_which_part_is_wrong_and_takes_no_essay():
    structure, key = ITEMS["set"]
    assert TYPES["set"].problems(structure, {**key, "p1": ["z"]}) == ["p1: the key names “z”, which is no option."]
    essay = {"parts": [{"id": "p1", "type": "essay", "structure": {}}]}
    assert TYPES["set"].problems(essay, {"p1": {}}) == ["“essay” cannot be a part of a set."]
    within = {"parts": [{"id": "p1", "type": "set", "structure": structure}]}
    assert TYPES["set"].problems(within, {"p1": key})


def test_a_part_that_cannot_be_read_loses_nothing_of_the_others():
    structure, _key = ITEMS["set"]
    form = Form({"q-p1": ["a"], "q-p2": ["many"]})
    with pytest.raises(InvalidAnswer, match="no number"):
        TYPES["set"].read(structure, form, "q")
    draft = TYPES["set"].draft(structure, form, "q")
    words = words_for("set", structure, "Q1")
    shown = question_view(
        prefix="q", type="set", structure=structure, wording=words, order=["p1-a", "p1-b"], answer=draft
    )
    assert [part.answer_text for part in shown.parts] == ["Q1 option p1-a", "many"]


@pytest.mark.parametrize("name", sorted(ITEMS))
def test_a_question_that_lacks_everything_is_explained_and_never_breaks(name):
    for structure, key in [({}, None), ({}, {}), ({}, []), ({"options": "ab"}, "a"), ({"parts": [3], "gaps": [3]}, 3)]:
        problems = TYPES[name].problems(structure, key)
        assert all(isinstance(each, str) and each for each in problems)
        assert problems or name == "essay"
