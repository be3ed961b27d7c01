"""What an officer may see of a question and its key, and when. Pure: the policy of a test and a state, a level out."""

from dataclasses import dataclass
from enum import IntEnum

from assessments.rules import Feedback


class Level(IntEnum):
    """How much of the own paper is shown; each level holds those before it. The result itself is always shown."""

    NOTHING = 0
    #: Which questions were right, and what to read again.
    MARKS = 1
    #: What was right, and why.
    REASONS = 2


@dataclass(frozen=True, kw_only=True)
class State:
    """Where one officer stands with one paper.

    Attributes:
        is_handed_in: the paper is.
        passed: with corrections; None where there is no pass mark.
        is_waiting: a person has to mark what decides about it.
        is_used_up: no attempt at the test is left.
        is_over_for_all: nobody may sit the exam any more of which it was a part.
        has_other_paper: another paper of the course is open; it may ask the same questions.
    """

    is_handed_in: bool
    passed: bool | None = None
    is_waiting: bool = False
    is_used_up: bool = False
    is_over_for_all: bool = True
    has_other_paper: bool = False


def may_see(policy: str, state: State) -> Level:
    """What of a paper may be seen. Under “after each question” it is asked of an answered question."""
    if state.has_other_paper:
        return Level.NOTHING
    if policy == Feedback.AT_ONCE:
        return Level.REASONS
    if not state.is_handed_in or policy == Feedback.NEVER:
        return Level.NOTHING
    if not state.is_over_for_all:
        # Others still sit the same exam: under whatever policy.
        return Level.NOTHING
    if policy == Feedback.PASSED and (state.is_waiting or (state.passed is False and not state.is_used_up)):
        # The next paper may ask the same questions.
        return Level.MARKS
    return Level.REASONS
