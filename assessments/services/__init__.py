"""Writes of assessments: the bank, and the attempts of officers."""

from assessments.languages import LanguageNotOpen
from assessments.services.answers import (
    AnswerConflict,
    AttemptClosed,
    Receipt,
    answer_practice,
    receipt_code,
    receipt_of,
    save_answer,
)
from assessments.services.attempts import AlreadyTaken, NotReady, start_attempt
from assessments.services.bank import (
    FrozenItem,
    Scenario,
    bank_of,
    freeze_test,
    frozen_items,
    must_be_right_without,
    questions_of,
    save_item,
    save_wording,
)
from assessments.services.papers import PaperNotPossible, draw, draw_some, paper_length
from assessments.services.recording import record_attempt
from assessments.services.submitting import close_attempt, submit_attempt

__all__ = [
    "AlreadyTaken",
    "AnswerConflict",
    "AttemptClosed",
    "FrozenItem",
    "LanguageNotOpen",
    "NotReady",
    "PaperNotPossible",
    "Receipt",
    "Scenario",
    "answer_practice",
    "bank_of",
    "close_attempt",
    "draw",
    "draw_some",
    "freeze_test",
    "frozen_items",
    "must_be_right_without",
    "paper_length",
    "questions_of",
    "receipt_code",
    "receipt_of",
    "record_attempt",
    "save_answer",
    "save_item",
    "save_wording",
    "start_attempt",
    "submit_attempt",
]
