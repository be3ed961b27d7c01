"""What must hold whatever is corrected: laws of regrading, tried on papers that a machine makes up."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from assessments.correcting.regrading import Graded, Result, Ruling, regraded
from assessments.grading import MOST_PARTS, Answered, exact, grade, stored

STRUCTURE = {"options": ["a", "b", "c"]}
OPTIONS = st.sampled_from(["a", "b", "c"])
MARKS = st.one_of(st.none(), st.integers(0, 100))


def as_graded(version: int, key: str, answer: str | None, must: bool, points: int) -> Graded:
    """A question as handing in graded it."""
    question = Answered("single", STRUCTURE, ([key],), [answer] if answer else None, must, points)
    return Graded(
        version=version,
        is_right=question.is_right,
        score=stored(question.score),
        must_be_right=must,
        points=points,
        structure=STRUCTURE,
        answer=[answer] if answer else None,
    )


@st.composite
def papers(draw) -> tuple[list[Graded], dict[int, str]]:
    """A paper, and version → its key."""
    size = draw(st.integers(1, 6))
    keys = {version: draw(OPTIONS) for version in range(size)}
    paper = [
        as_graded(
            version, keys[version], draw(st.one_of(st.none(), OPTIONS)), draw(st.booleans()), draw(st.integers(1, 4))
        )
        for version in range(size)
    ]
    return paper, keys


def first(paper: list[Graded], mark: int | None) -> Result:
    """The result of handing in, with no correction."""
    return regraded(paper, {}, mark, was_passed=None)


@given(papers(), MARKS)
def test_without_a_correction_nothing_changes(made, mark):
    paper, keys = made
    fresh = grade(
        [
            Answered(each.type, STRUCTURE, ([keys[each.version]],), each.answer, each.must_be_right, each.points)
            for each in paper
        ],
        mark,
    )
    result = first(paper, mark)
    assert (result.right, result.total, result.points, result.passed) == (
        fresh.right,
        fresh.total,
        fresh.points,
        fresh.passed,
    )
    assert result.score == stored(fresh.score) and not result.is_below


@given(papers(), MARKS)
def test_a_dropped_question_counts_neither_for_nor_against(made, mark):
    paper, _keys = made
    dropped = regraded(paper, {0: Ruling(is_dropped=True)}, mark, was_passed=None)
    assert dropped == first(paper[1:], mark)


@given(papers(), MARKS, OPTIONS)
def test_what_was_answered_to_a_dropped_question_makes_no_difference(made, mark, other):
    paper, _keys = made
    drop = {0: Ruling(is_dropped=True)}
    also = [replace(paper[0], answer=[other], is_right=not paper[0].is_right), *paper[1:]]
    assert regraded(paper, drop, mark, was_passed=None) == regraded(also, drop, mark, was_passed=None)


@given(papers(), MARKS, st.lists(OPTIONS, min_size=1, max_size=3))
def test_accepting_more_never_lowers_a_score_and_never_costs_a_pass(made, mark, more):
    paper, keys = made
    before = first(paper, mark)
    accepted = Ruling(keys=([keys[0]], *([each] for each in more)))
    after = regraded(paper, {0: accepted}, mark, was_passed=before.passed)
    assert after.score >= before.score and after.right >= before.right and not after.is_below
    assert after.points == before.points and after.total == before.total
    assert bool(after.passed) >= bool(before.passed)


@given(papers(), MARKS, OPTIONS)
def test_a_changed_key_is_as_if_the_paper_had_been_graded_with_it(made, mark, key):
    paper, _keys = made
    changed = regraded(paper, {0: Ruling(keys=([key],))}, mark, was_passed=None)
    answer = paper[0].answer[0] if paper[0].answer else None
    afresh = [as_graded(0, key, answer, paper[0].must_be_right, paper[0].points), *paper[1:]]
    assert changed == first(afresh, mark)


@given(papers(), MARKS, OPTIONS)
def test_regrading_twice_is_regrading_once(made, mark, key):
    paper, _keys = made
    rulings = {0: Ruling(keys=([key],)), len(paper) - 1: Ruling(is_dropped=True)}
    once = regraded(paper, rulings, mark, was_passed=first(paper, mark).passed)
    assert regraded(paper, rulings, mark, was_passed=once.passed) == once


@given(papers(), MARKS, OPTIONS, OPTIONS)
def test_in_which_order_two_questions_are_corrected_makes_no_difference_to_the_score(made, mark, one, two):
    paper, _keys = made
    a, b = {0: Ruling(keys=([one],))}, {len(paper) - 1: Ruling(keys=([two],))}
    was = first(paper, mark).passed
    ab = regraded(paper, a | b, mark, was_passed=regraded(paper, a, mark, was_passed=was).passed)
    ba = regraded(paper, b | a if len(paper) > 1 else b, mark, was_passed=was)
    assert (ab.right, ab.total, ab.score, ab.points) == (ba.right, ba.total, ba.score, ba.points)


@given(papers(), MARKS, OPTIONS)
def test_a_correction_back_brings_the_score_back(made, mark, key):
    paper, keys = made
    before = first(paper, mark)
    there = regraded(paper, {0: Ruling(keys=([key],))}, mark, was_passed=before.passed)
    back = regraded(paper, {0: Ruling(keys=([keys[0]],))}, mark, was_passed=there.passed)
    assert (back.right, back.total, back.score, back.points) == (
        before.right,
        before.total,
        before.score,
        before.points,
    )
    assert back.is_below == (bool(there.passed) and not before.passed)


@given(papers(), st.integers(0, 100), st.dictionaries(st.integers(0, 5), st.builds(Ruling, is_dropped=st.booleans())))
def test_a_pass_is_never_taken_away(made, mark, rulings):
    after = regraded(made[0], rulings, mark, was_passed=True)
    assert after.passed is True
    assert after.is_below == (regraded(made[0], rulings, mark, was_passed=False).passed is False)


@given(papers(), MARKS)
def test_a_question_that_must_be_right_and_is_dropped_stops_nobody(made, mark):
    paper, _keys = made
    must = [replace(paper[0], must_be_right=True, is_right=False, score=Decimal(0), answer=["x"]), *paper[1:]]
    assert regraded(must, {0: Ruling(is_dropped=True)}, mark, was_passed=None) == first(paper[1:], mark)


def test_a_paper_of_which_every_question_is_dropped_is_not_passed_and_takes_no_pass_away():
    paper = [as_graded(0, "a", "a", False, 1)]
    drop = {0: Ruling(is_dropped=True)}
    assert regraded(paper, drop, 80, was_passed=False).passed is False
    assert regraded(paper, drop, 80, was_passed=True) == Result(0, 0, Decimal(0), 0, True, is_below=True)
    assert regraded(paper, drop, None, was_passed=None).passed is None


@given(papers(), MARKS, OPTIONS)
def test_an_answer_that_was_deleted_for_its_age_keeps_its_score(made, mark, key):
    paper, _keys = made
    aged = [replace(paper[0], answer=None, is_aged=True), *paper[1:]]
    assert regraded(aged, {0: Ruling(keys=([key],))}, mark, was_passed=None) == first(paper, mark)
    assert regraded(aged, {0: Ruling(is_dropped=True)}, mark, was_passed=None) == first(paper[1:], mark)


@given(st.integers(1, MOST_PARTS), st.data())
def test_the_score_of_a_question_in_parts_survives_being_stored(parts, data):
    score = Fraction(data.draw(st.integers(0, parts)), parts)
    assert exact(stored(score)) == score


def test_three_questions_of_one_third_each_are_worth_one():
    paper = [Graded(version, False, stored(Fraction(1, 3))) for version in range(3)]
    assert first(paper, 33).score == Decimal(1)


def test_a_result_of_the_time_before_scores_in_parts_counts_whole_questions():
    paper = [Graded(0, True, None), Graded(1, False, None)]
    assert first(paper, 50) == Result(1, 2, Decimal(1), 2, True)


def test_a_question_that_a_person_has_to_mark_does_not_count_before_it_is_marked():
    paper = [as_graded(0, "a", "a", False, 1), Graded(1, None, None)]
    assert first(paper, 80).total == 1


def test_no_word_of_a_question_can_be_read_while_a_paper_is_regraded():
    """What is handed over holds ids alone: no field of a question on a paper is a wording."""
    assert set(Graded.__dataclass_fields__) == {
        "version", "is_right", "score", "must_be_right", "points", "type", "structure", "answer", "is_aged",
        "is_unmarked",
    }  # fmt: skip
