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
from assessments.services.appeals import AppealedBefore, NotAppealable, make_appeal
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
from assessments.services.papers import PaperNotPossible, draw, draw_some, paper_length

__all__ = [
    "AlreadyTaken",
    "AnswerConflict",
    "AppealedBefore",
    "AttemptClosed",
    "FrozenItem",
    "LanguageNotOpen",
    "NotAppealable",
    "NotReady",
    "PaperNotPossible",
    "Receipt",
    "Scenario",
    "answer_practice",
    "bank_of",
    "draw",
    "draw_some",
    "freeze_test",
    "frozen_items",
    "make_appeal",
    "must_be_right_without",
    "paper_length",
    "questions_of",
    "receipt_code",
    "receipt_of",
    "save_answer",
    "save_item",
    "save_wording",
    "start_attempt",
    "submit_attempt",
]
