"""What marks of an essay come to: laws that hold for any marks."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from assessments.grading import exact, stored
from assessments.marking.agreement import problems_of, verdict
from assessments.types.essay import MOST_RUBRIC, WHOLE, criteria_of, rubric_problems

CRITERIA = {"r1": 4, "r2": 6}
marks_of_two = st.fixed_dictionaries({name: st.integers(0, most) for name, most in CRITERIA.items()})


def of(*marks, markers=2, apart=20):
    return verdict(marks, CRITERIA, markers=markers, apart=apart)


@given(marks_of_two)
def test_one_marker_decides_alone(mark):
    found = of(mark, markers=1)
    assert found.wanted == 0 and found.given == mark
    assert found.share(CRITERIA) == Fraction(sum(mark.values()), 10)


@given(marks_of_two, marks_of_two, st.integers(0, 100))
def test_of_two_marks_the_order_does_not_matter_and_the_mean_lies_between(first, second, apart):
    one, other = of(first, second, apart=apart), of(second, first, apart=apart)
    assert one == other
    if one.given is None:
        assert one.is_apart and one.wanted == 1
        assert 100 * abs(sum(first.values()) - sum(second.values())) > apart * 10
    else:
        totals = sorted([sum(first.values()), sum(second.values())])
        assert totals[0] <= sum(one.given.values()) <= totals[1]


@given(marks_of_two, marks_of_two, marks_of_two)
def test_a_third_marker_decides_alone_and_only_where_two_are_apart(first, second, third):
    found = of(first, second, third)
    assert found.given == (third if found.is_apart else of(first, second).given)


@given(marks_of_two, marks_of_two)
def test_a_share_survives_being_stored(first, second):
    found = of(first, second, apart=100)
    assert exact(stored(found.share(CRITERIA))) == found.share(CRITERIA)


def test_nothing_is_decided_before_enough_have_marked():
    assert of().wanted == 2 and of({"r1": 1, "r2": 1}).wanted == 1 and of(markers=1).wanted == 1


def test_a_mark_gives_every_criterion_its_points_and_no_more():
    assert problems_of({"r1": 4, "r2": 0}, CRITERIA) == []
    assert problems_of({"r1": 5, "r2": 0}, CRITERIA) == ["r1"]
    assert problems_of({"r1": -1}, CRITERIA) == ["r1", "r2"]


def test_an_essay_without_a_rubric_is_marked_as_a_whole():
    assert criteria_of({}) == {"whole": WHOLE}
    assert criteria_of({"rubric": [{"id": "r1", "points": 4}]}) == {"r1": 4}


def test_a_rubric_that_cannot_be_marked_by_is_refused_with_the_reason():
    for wrong in (
        "r1",
        [{"id": "r1"}],
        [{"id": "r1", "points": "4"}],
        [{"id": "r1", "points": 0}],
        [{"id": "r1", "points": 1}, {"id": "r1", "points": 1}],
        [{"id": "r1", "points": MOST_RUBRIC + 1}],
        [{"id": f"r{number}", "points": 1} for number in range(9)],
    ):
        assert rubric_problems(wrong), wrong
    assert rubric_problems([{"id": "r1", "points": MOST_RUBRIC}]) == []
