"""Writes of assessments: the bank, and the attempts of officers."""

from assessments.services.attempts import (
    AlreadyTaken,
    AnswerConflict,
    AttemptClosed,
    NotReady,
    PaperNotPossible,
    Receipt,
    answer_practice,
    draw,
    paper_length,
    receipt_code,
    receipt_of,
    save_answer,
    start_attempt,
    submit_attempt,
)
from assessments.services.bank import FrozenItem, Scenario, bank_of, freeze_test, frozen_items, save_item, save_wording

__all__ = [
    "AlreadyTaken",
    "AnswerConflict",
    "AttemptClosed",
    "FrozenItem",
    "NotReady",
    "PaperNotPossible",
    "Receipt",
    "Scenario",
    "answer_practice",
    "bank_of",
    "draw",
    "freeze_test",
    "frozen_items",
    "paper_length",
    "receipt_code",
    "receipt_of",
    "save_answer",
    "save_item",
    "save_wording",
    "start_attempt",
    "submit_attempt",
]
