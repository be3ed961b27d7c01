"""The rules of a test in plain words: for its door, and for authors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.drawing.blueprint import section_at
from assessments.rules import Feedback, TestRules
from learning.manifest import DELTA, FINAL, PRETEST


@dataclass(frozen=True)
class Line:
    """One rule: what it is about, and what it says."""

    title: str
    text: str


def name_of(purpose: str) -> str:
    """What a test of this purpose is called, the same in every course."""
    return {PRETEST: _("Pre-test"), FINAL: _("Final test"), DELTA: _("Refresher test")}.get(purpose) or _("Test")


def in_language(texts: Mapping[str, str], language: str, source: str) -> tuple[str, str] | None:
    """(language, text) of words of the author: in the language that is asked for, else in that in which they stand
    first; None where there are none."""
    for each in (language, language.split("-")[0], source, *sorted(texts)):
        if texts.get(each):
            return each, texts[each]
    return None


def heading_at(rules: TestRules, position: int, language: str) -> tuple[str, str] | None:
    """(language, heading) of the section in which a question of a paper stands."""
    at = section_at(rules.sections, position)
    return in_language(at[1].titles, language, rules.language) if at else None


def lines_of(
    rules: TestRules,
    *,
    questions: int | None,
    minutes: int,
    pass_mark: int | None,
    points: tuple[int, int] = (1, 1),
    must: int = 0,
) -> list[Line]:
    """The rules of a test, in the order in which a person wants to know them.

    Arguments:
        questions: on its paper; None where that is not known yet.
        minutes: its design time, said where there is no limit; 0 where that is not known yet.
        pass_mark: in percent; None where nobody fails.
        points: the least and the most that a question counts.
        must: how many questions must be right, whatever the score.
    """
    lines = [Line(_("Questions"), _questions(questions, points))] if questions is not None else []
    if rules.minutes or minutes:
        lines.append(Line(_("Time"), _time(rules, minutes)))
    if pass_mark is not None:
        lines.append(Line(_("To pass"), f"\u2066{pass_mark} %\u2069"))
    if pass_mark is not None and must:
        words = ngettext("%(n)d question, whatever the score", "%(n)d questions, whatever the score", must)
        lines.append(Line(_("Must be right"), words % {"n": must}))
    lines.append(Line(_("Attempts"), _attempts(rules)))
    if pass_mark is not None and rules.pause_after and (not rules.attempts or rules.pause_after < rules.attempts):
        lines.append(Line(_("Pause"), _pause(rules)))
    lines.append(Line(_("Right answers are shown"), str(Feedback(rules.feedback).label)))
    if rules.needs_ticket:
        lines.append(Line(_("Exam"), _("It is begun with a ticket, at the time and place of the exam.")))
    return lines


def _questions(questions: int, points: tuple[int, int]) -> str:
    if points == (1, 1):
        return str(questions)
    if points[0] == points[1]:
        words = ngettext("%(n)d, of %(points)d point each", "%(n)d, of %(points)d points each", points[0])
        return words % {"n": questions, "points": points[0]}
    return _("%(n)d, of %(least)d to %(most)d points") % {"n": questions, "least": points[0], "most": points[1]}


def _time(rules: TestRules, minutes: int) -> str:
    if not rules.minutes:
        return _("about %(minutes)d minutes, no limit") % {"minutes": minutes}
    words = ngettext("%(minutes)d minute, then it is over", "%(minutes)d minutes, then it is over", rules.minutes)
    return words % {"minutes": rules.minutes}


def _attempts(rules: TestRules) -> str:
    if not rules.attempts:
        return _("as many as you like")
    if rules.attempts == 1:
        return _("one")
    return str(rules.attempts)


def _pause(rules: TestRules) -> str:
    hours = ngettext("%(n)d hour", "%(n)d hours", rules.pause_hours) % {"n": rules.pause_hours}
    words = ngettext("%(hours)s after %(n)d attempt", "%(hours)s after %(n)d attempts", rules.pause_after)
    return words % {"hours": hours, "n": rules.pause_after}


def words_for(rules: TestRules, language: str, *, passed: bool) -> tuple[str, str] | None:
    """(language, text) of the author's own words for the result; None where there are none."""
    return in_language(rules.passed_words if passed else rules.failed_words, language, rules.language)


def points_of(points: Sequence[int]) -> tuple[int, int]:
    """The least and the most that one of these questions counts."""
    return (min(points), max(points)) if points else (1, 1)
