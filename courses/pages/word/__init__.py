"""Lessons from a Word file: checked, read into blocks, shown as a plan, and only then put into a module as drafts."""

from courses.pages.word.checking import WordRefused
from courses.pages.word.importing import WordPlan, apply_word, plan_word
from courses.pages.word.reading import WordLesson

__all__ = ["WordLesson", "WordPlan", "WordRefused", "apply_word", "plan_word"]
