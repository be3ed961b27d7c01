"""What the term base says in one language."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TermRule:
    """One term: how it is said in the source language, the forms that are right, and those that are not."""

    term: str
    forms: tuple[str, ...]
    forbidden: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class TermBase:
    """The terms of one language."""

    language: str
    rules: tuple[TermRule, ...] = ()


def term_base(source_language: str, language: str) -> TermBase:
    """The terms of the site in one language, as they are today."""
    return TermBase(language)
