"""The question bank, the papers that are drawn from it, what officers answered, and what is arranged around it."""

from assessments.models.attempts import Attempt, RecordDue, Response, StrayAnswer
from assessments.models.bank import Bank, Category, EditionItem, Item, ItemTag, ItemVersion, ItemWording
from assessments.models.corrections import Appeal, Correction, CorrectionRun, Regrade
from assessments.models.effect import EffectAnswer, EffectAsked, EffectKind
from assessments.models.exchange import QuestionFile
from assessments.models.marking import Essay, EssayScore, Mark, MarkRelease
from assessments.models.paper import PaperEntry, TestPaper
from assessments.models.quizzes import Quiz
from assessments.models.sharing import SittingShare
from assessments.models.sittings import Exam, ExtraTime, Reopening, Ticket
from assessments.models.statistics import TestAnalysis

__all__ = [
    "Appeal",
    "Attempt",
    "Bank",
    "Category",
    "Correction",
    "CorrectionRun",
    "EditionItem",
    "EffectAnswer",
    "EffectAsked",
    "EffectKind",
    "Essay",
    "EssayScore",
    "Exam",
    "ExtraTime",
    "Item",
    "ItemTag",
    "ItemVersion",
    "ItemWording",
    "Mark",
    "MarkRelease",
    "PaperEntry",
    "QuestionFile",
    "Quiz",
    "RecordDue",
    "Regrade",
    "Reopening",
    "Response",
    "SittingShare",
    "StrayAnswer",
    "TestAnalysis",
    "TestPaper",
    "Ticket",
]
