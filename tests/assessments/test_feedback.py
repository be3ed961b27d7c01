"""What may be seen of a paper, row by row of the policy."""

import itertools

import pytest

from assessments.rules import Feedback
from assessments.seeing.feedback import Level, State, may_see

N, M, R = Level.NOTHING, Level.MARKS, Level.REASONS

#: policy → (open, handed in: passed, no mark, failed with attempts left, failed with none left, exam still running)
TABLE = {
    Feedback.AT_ONCE: (R, R, R, R, R, R),
    Feedback.SUBMITTED: (N, R, R, R, R, N),
    Feedback.PASSED: (N, R, R, M, R, N),
    Feedback.CLOSED: (N, R, R, R, R, N),
    Feedback.NEVER: (N, N, N, N, N, N),
}
STATES = (
    State(is_handed_in=False),
    State(is_handed_in=True, passed=True),
    State(is_handed_in=True, passed=None),
    State(is_handed_in=True, passed=False),
    State(is_handed_in=True, passed=False, is_used_up=True),
    State(is_handed_in=True, passed=False, is_over_for_all=False),
)


def test_while_a_person_has_to_mark_it_the_reasons_wait_for_the_pass():
    state = State(is_handed_in=True, is_waiting=True)
    assert may_see(Feedback.PASSED, state) == M and may_see(Feedback.SUBMITTED, state) == R


@pytest.mark.parametrize("policy", Feedback.values)
def test_each_policy_shows_what_its_row_says(policy):
    assert tuple(may_see(policy, state) for state in STATES) == TABLE[Feedback(policy)]


def test_nothing_is_shown_under_any_policy_while_another_paper_is_open():
    for policy, handed_in, passed, used_up, over in itertools.product(
        Feedback.values, (True, False), (True, False, None), (True, False), (True, False)
    ):
        state = State(
            is_handed_in=handed_in, passed=passed, is_used_up=used_up, is_over_for_all=over, has_other_paper=True
        )
        assert may_see(policy, state) == Level.NOTHING


def test_an_unknown_policy_of_a_later_version_shows_nothing_of_an_open_paper():
    assert may_see("something new", STATES[0]) == Level.NOTHING
