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
from assessments.services.attempts import AlreadyTaken, NotReady, start_attempt, submit_attempt
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
from assessments.services.papers import Asked, PaperNotPossible, draw, option_order, papers_allowed

__all__ = [
    "AlreadyTaken",
    "AnswerConflict",
    "Asked",
    "AttemptClosed",
    "FrozenItem",
    "LanguageNotOpen",
    "NotReady",
    "PaperNotPossible",
    "Receipt",
    "Scenario",
    "answer_practice",
    "bank_of",
    "draw",
    "freeze_test",
    "frozen_items",
    "must_be_right_without",
    "option_order",
    "papers_allowed",
    "questions_of",
    "receipt_code",
    "receipt_of",
    "save_answer",
    "save_item",
    "save_wording",
    "start_attempt",
    "submit_attempt",
]
