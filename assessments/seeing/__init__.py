"""What people see of tests that were taken: a result, one's history, a class under way, a paper that was shared."""

from assessments.seeing.history import Taken, own_history, under_way
from assessments.seeing.levels import level_at_once, levels_of, rules_for
from assessments.seeing.live import MANY_EDITS, LiveClass, LiveRow, live_class
from assessments.seeing.results import Group, Result, Row, own_result, result_of
from assessments.seeing.sharing import looks_at_paper, share_of, shared_paper

__all__ = [
    "MANY_EDITS",
    "Group",
    "LiveClass",
    "LiveRow",
    "Result",
    "Row",
    "Taken",
    "level_at_once",
    "levels_of",
    "live_class",
    "looks_at_paper",
    "own_history",
    "own_result",
    "result_of",
    "rules_for",
    "share_of",
    "shared_paper",
    "under_way",
]
