"""Grading has laws: they hold for every paper and every answer."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assessments.grading import Answered, grade
from assessments.types import TYPES, InvalidAnswer

IDS = ["a", "b", "c", "d", "e"]


@st.composite
def questions(draw):
    """(type, structure, answer key, a possible answer or None) of any type."""
    options = IDS[: draw(st.integers(2, 5))]
    kind = draw(st.sampled_from(sorted(TYPES)))
    pick = st.sampled_from(options)
    if kind == "matching":
        left = ["1", "2", "3"]
        key = {each: draw(pick) for each in left}
        answer = {each: draw(pick) for each in left}
        structure = {"left": left, "options": options}
    elif kind == "ordering":
        structure = {"options": options}
        key, answer = draw(st.permutations(options)), draw(st.permutations(options))
    elif kind == "multiple":
        structure = {"options": options}
        subset = st.lists(pick, min_size=1, unique=True).map(sorted)
        key, answer = draw(subset), draw(subset)
    else:
        options = options[:2] if kind == "truefalse" else options
        structure = {"options": options}
        key, answer = [draw(st.sampled_from(options))], [draw(st.sampled_from(options))]
    return kind, structure, key, draw(st.sampled_from([answer, key, None]))


@st.composite
def papers(draw):
    drawn = draw(st.lists(questions(), max_size=12))
    return [
        Answered(type=kind, structure=structure, keys=(key,), answer=answer, must_be_right=draw(st.booleans()))
        for kind, structure, key, answer in drawn
    ]


@given(questions())
def test_the_key_is_sound_possible_and_right_and_no_answer_is_not(question):
    kind, structure, key, _answer = question
    type_ = TYPES[kind]
    assert type_.problems(structure, key) == []
    assert type_.normalise(structure, key) == key
    assert type_.is_right(structure, key, key)
    assert not type_.is_right(structure, key, None)


@given(questions(), st.integers())
def test_a_paper_shows_every_option_once_whatever_the_order(question, seed):
    kind, structure, _key, _answer = question
    order = TYPES[kind].paper_order(structure, random.Random(seed))
    assert sorted(order) == sorted(structure["options"])
    if kind in ("ordering", "truefalse"):
        assert order == structure["options"], "shown as listed"


@given(questions())
def test_an_answer_survives_the_way_through_a_form(question):
    kind, structure, _key, answer = question
    if answer is None:
        return
    data = Form()
    if kind == "matching":
        data.update({f"q-{left}": [option] for left, option in answer.items()})
    elif kind == "ordering":
        data.update({f"q-{option}": [str(place)] for place, option in enumerate(answer, 1)})
    else:
        data["q"] = list(answer)
    assert TYPES[kind].read(structure, data, "q") == answer


@given(questions(), st.dictionaries(st.sampled_from(["q", "q-1", "q-a"]), st.lists(st.text(max_size=3))))
def test_a_hostile_form_gives_a_possible_answer_or_a_refusal(question, posted):
    kind, structure, _key, _answer = question
    try:
        answer = TYPES[kind].read(structure, Form(posted), "q")
    except InvalidAnswer:
        return
    if answer is not None:
        assert TYPES[kind].normalise(structure, answer) == answer


@given(questions())
def test_without_the_key_nothing_shown_gives_it_away(question):
    kind, structure, key, answer = question
    wording = {
        "options": {each: f"text {each}" for each in structure["options"]},
        "left": {"1": "l", "2": "m", "3": "n"},
    }
    hidden = TYPES[kind].rows(structure, wording, structure["options"], answer, None)
    assert all(not row.mark and not getattr(row, "right_text", "") for row in hidden)
    shown = TYPES[kind].rows(structure, wording, structure["options"], answer, key)
    assert any(row.mark == "right" or getattr(row, "right_text", "") for row in shown)


@given(papers(), st.one_of(st.none(), st.integers(1, 100)))
def test_a_grade_counts_what_is_right_and_passes_only_by_the_rules(paper, mark):
    result = grade(paper, mark)
    rights = [each.is_right for each in paper]
    assert (result.right, result.total) == (sum(rights), len(paper))
    assert 0 <= result.scaled <= 1 and 0 <= result.percent <= 100
    missed = any(each.must_be_right and not right for each, right in zip(paper, rights, strict=True))
    if mark is None:
        assert result.passed is None
    else:
        assert result.passed == (len(paper) > 0 and 100 * sum(rights) >= mark * len(paper) and not missed)


@given(papers(), st.integers(1, 100))
def test_answering_one_more_question_right_never_lowers_a_grade(paper, mark):
    before = grade(paper, mark)
    for place, each in enumerate(paper):
        better = [*paper]
        better[place] = replace(each, answer=each.keys[0], must_be_right=False)
        after = grade(better, mark)
        assert after.right >= before.right
        assert not before.passed or after.passed


@given(papers(), st.randoms())
def test_the_order_of_questions_changes_no_grade(paper, rng):
    shuffled = list(paper)
    rng.shuffle(shuffled)
    first, second = grade(paper, 80), grade(shuffled, 80)
    assert (first.right, first.passed, len(first.missed)) == (second.right, second.passed, len(second.missed))


def test_seventy_nine_point_nine_never_reads_as_eighty():
    paper = [Answered("single", {}, (["a"],), ["a"] if n < 799 else ["b"]) for n in range(1000)]
    assert grade(paper, 80).percent == 79
    assert grade(paper, 80).passed is False


class Form(dict):
    """What a posted form offers."""

    def get(self, key, default=None):
        values = super().get(key)
        return values[-1] if values else default

    def getlist(self, key):
        return list(super().get(key, []))
