"""The result of one paper: what was right and why as far as its officer may see it, and what to read again."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404
from django.utils import timezone

from accounts.models import User
from assessments.answering.notes import Note, notes_in_words
from assessments.correcting.papers import scores_on
from assessments.exams.allowance import Allowance
from assessments.grading import Answered
from assessments.models import Appeal, Attempt, Category, Correction, EssayScore, Response, StrayAnswer
from assessments.rules import Feedback, TestRules, rules_of, usual_rules
from assessments.rules.words import name_of, words_for
from assessments.seeing.feedback import Level
from assessments.seeing.levels import allowances_of, levels_of
from assessments.selectors import (
    Effective,
    PaperQuestion,
    QuestionView,
    corrections_of,
    effective,
    has_open_paper,
    own_attempt,
    paper_answers,
    ruling_of,
)
from assessments.types import TYPES
from assessments.types.essay import points_in_words
from learning.manifest import Node, cited
from learning.selectors import Standing, outline_for, standing


@dataclass(frozen=True)
class Row:
    """One question of a handed-in paper. `is_right` and `score` are None where it does not count, or not yet."""

    position: int
    view: QuestionView
    is_right: bool | None
    score: Decimal | None
    points: int
    is_answered: bool
    is_aged: bool
    is_unmarked: bool
    is_never_marked: bool
    is_dropped: bool
    is_corrected: bool
    must_be_right: bool
    module: Node | None
    module_title: str
    category: str
    appeal: Appeal | None
    response: Response
    #: What an essay was given, once it is released: (criterion in words, points, of how many), and comments.
    criteria: Sequence[tuple[str, str, int]] = ()
    comments: Sequence[str] = ()

    @property
    def is_partly(self) -> bool:
        return not self.is_right and bool(self.score)

    @property
    def percent(self) -> int:
        """How much of it was right, rounded down."""
        return int(100 * (self.score or 0))

    @property
    def may_be_appealed(self) -> bool:
        """Whether its officer may say that the result is wrong: it has one, it is not full, and nobody said so yet.
        Also without an answer: it may be that one was lost."""
        return self.is_right is False and not self.is_aged and self.appeal is None


@dataclass(frozen=True)
class Group:
    """How much was right of the questions of one module or category."""

    title: str
    right: int
    total: int
    #: Key of the first lesson to read again; empty where everything was right, or where there is none.
    lesson: str = ""

    @property
    def percent(self) -> int:
        return 100 * self.right // self.total if self.total else 0


@dataclass(frozen=True)
class Result:
    """All that a page says of one handed-in paper. `rows` and the groups are empty while nothing may be seen."""

    attempt: Attempt
    name: str
    node: Node | None
    rules: TestRules
    level: Level
    outcome: Effective
    rows: Sequence[Row]
    dropped: Sequence[int]
    unmarked: Sequence[int]
    never_marked: Sequence[int]
    missed: int
    modules: Sequence[Group]
    categories: Sequence[Group]
    late: Sequence[StrayAnswer]
    has_other_paper: bool
    allowance: Allowance
    now: Standing
    language: str

    @property
    def waits_for_others(self) -> bool:
        """Whether what was right is not shown because others still sit the same exam."""
        return not self.level and not self.has_other_paper and self.rules.feedback != Feedback.NEVER

    @property
    def is_undecided(self) -> bool:
        """Whether it stays open for good: what would have decided was dropped for its age before a person marked it."""
        return self.outcome.is_waiting and bool(self.never_marked) and not self.unmarked

    @property
    def has_points(self) -> bool:
        """Whether points say more than the number of right questions: parts of questions counted, or some more."""
        return self.outcome.points != self.outcome.total or self.outcome.score != self.outcome.right

    @property
    def percent_before(self) -> int:
        """The score before corrections, rounded down."""
        attempt = self.attempt
        right = attempt.right if attempt.score is None else attempt.score
        points = attempt.total if attempt.points is None else attempt.points
        return int(100 * (right or 0) / points) if points else 0

    @property
    def own_words(self) -> tuple[str, str]:
        """(text, language) of what the author says to those who passed or failed; empty for a test without a mark."""
        passed = self.outcome.passed
        language, text = (words_for(self.rules, self.language, passed=passed) if passed is not None else None) or (
            "",
            "",
        )
        return text, language

    @property
    def notes(self) -> list[Note]:
        """The rules that applied, in words."""
        return notes_in_words(self.attempt)

    @property
    def has_aged(self) -> bool:
        """Whether an answer was dropped for its age."""
        return any(row.is_aged for row in self.rows)

    @property
    def is_revealed(self) -> bool:
        return self.level == Level.REASONS

    @property
    def sources(self) -> list[tuple[str, str]]:
        """What the reasons on the page cite."""
        return cited(self.now.course.text["sources"], " ".join(row.view.source for row in self.rows))


def own_result(user: User, attempt_uuid: uuid.UUID, language: str) -> Result:
    """The result of one of the viewer's own papers.

    Raises:
        Http404: there is none, or it is not handed in.
    """
    attempt = own_attempt(user, attempt_uuid)
    if attempt.submitted_at is None:
        raise Http404
    return result_of(attempt, language)


def result_of(attempt: Attempt, language: str) -> Result:
    """The result of a handed-in paper as its own officer sees it now. Scoping is the caller's."""
    now = standing(attempt.enrolment, language)
    outline = outline_for(attempt.enrolment, attempt.revision)
    node = outline.by_key.get(attempt.activity.key)
    level = levels_of([attempt])[attempt.pk]
    user = attempt.enrolment.actor.user
    has_other = user is not None and has_open_paper(user, attempt.enrolment.course)
    outcome = effective(attempt)
    questions = paper_answers(attempt, language)
    newest = corrections_of(question.response.version_id for question in questions)
    marked = scores_on([attempt.pk])
    appeals = {each.response_id: each for each in Appeal.objects.filter(response__attempt=attempt)}
    shelves = Category.objects.in_bulk({question.response.version.item.category_id for question in questions} - {None})
    rows = []
    for question in questions:
        response = question.response
        module = outline.by_key.get(response.version.module)
        shelf = shelves.get(response.version.item.category_id)
        rows.append(
            _row(
                question,
                newest.get(response.version_id),
                marked.get((attempt.pk, response.version_id)),
                reveal=level == Level.REASONS,
                module=module,
                module_title=now.course.title_of(module) if module else "",
                category=shelf.name if shelf else "",
                appeal=appeals.get(response.pk),
            )
        )
    return Result(
        attempt=attempt,
        name=name_of(node.purpose if node else ""),
        node=node,
        rules=rules_of(node) if node else usual_rules(""),
        level=level,
        outcome=outcome,
        rows=rows if level else (),
        dropped=[row.position for row in rows if row.is_dropped],
        unmarked=[row.position for row in rows if row.is_unmarked],
        never_marked=[row.position for row in rows if row.is_never_marked],
        missed=sum(row.must_be_right and row.is_right is False for row in rows),
        modules=_modules(rows) if level else (),
        categories=_categories(rows) if level else (),
        # Those that came before are among the notes; nothing is written on a paper that is handed in.
        late=list(
            StrayAnswer.objects.filter(response__attempt=attempt, received_at__gt=attempt.submitted_at).select_related(
                "response"
            )
        ),
        has_other_paper=has_other,
        allowance=allowances_of([attempt], timezone.now())[attempt.pk],
        now=now,
        language=language,
    )


def _row(
    question: PaperQuestion, correction: Correction | None, mark: EssayScore | None, *, reveal: bool, **more: Any
) -> Row:
    response = question.response
    version = response.version
    kind = TYPES[version.item.type]
    ruling = ruling_of(correction) if correction else None
    is_dropped = ruling is not None and ruling.is_dropped
    is_answered = response.answered_at is not None
    is_aged = is_answered and response.answer is None
    is_right, score = response.is_right, response.score
    if is_dropped:
        is_right = score = None
    elif mark is not None:
        is_right, score = mark.score == 1, mark.score
        words = question.item.content.body
        more |= {"criteria": points_in_words(mark.given, version.structure, words), "comments": mark.comments}
    elif ruling is not None and not is_aged:
        graded = Answered(
            type=version.item.type,
            structure=version.structure,
            keys=ruling.keys,
            answer=response.answer,
        )
        is_right, score = graded.is_right, Decimal(graded.score.numerator) / Decimal(graded.score.denominator)
        # Of several right answers the one that was given is shown, or the nearest to it.
        # The row of the version is not saved by anybody.
        version.answer_key = max(ruling.keys, key=lambda each: kind.score(version.structure, each, response.answer))
    elif score is None and is_right is not None:
        score = Decimal(is_right)
    return Row(
        position=response.position,
        view=question.view(reveal=reveal),
        is_right=is_right,
        score=score,
        points=version.points,
        is_answered=is_answered,
        is_aged=is_aged,
        is_unmarked=is_right is None and not is_dropped and not is_aged,
        is_never_marked=is_right is None and not is_dropped and is_aged,
        is_dropped=is_dropped,
        is_corrected=ruling is not None and not is_dropped,
        must_be_right=version.must_be_right,
        response=response,
        **more,
    )


def _modules(rows: Sequence[Row]) -> list[Group]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.module is not None and row.is_right is not None:
            found.setdefault(row.module.key, []).append(row)
    groups = []
    for of in found.values():
        right, module = sum(bool(row.is_right) for row in of), of[0].module
        lesson = module.children[0].key if module and module.children and right < len(of) else ""
        groups.append(Group(of[0].module_title, right, len(of), lesson))
    return groups


def _categories(rows: Sequence[Row]) -> list[Group]:
    """The same by the shelves on which authors sort questions; nothing where they use none."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.category and row.is_right is not None:
            found.setdefault(row.category, []).append(row)
    return [Group(title, sum(bool(row.is_right) for row in of), len(of)) for title, of in sorted(found.items())]
