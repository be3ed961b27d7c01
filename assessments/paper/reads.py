"""Reads of tests on paper, for those who teach the class or manage classes. Nobody finds the own paper here."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.drawing.blueprint import section_at
from assessments.exams.sittings import classes_for_exams
from assessments.languages import Languages, languages_of_tests
from assessments.models import Attempt, Response, TestPaper
from assessments.paper.codes import code_in, near
from assessments.paper.places import Place, answer_in, places_of
from assessments.rules import rules_of
from assessments.rules.words import heading_at, name_of
from assessments.types import InvalidAnswer
from learning.manifest import Node
from learning.models import Activity, Class, EditionRevision, Enrolment
from learning.selectors import (
    classes_taught_by,
    newest_revision,
    outline_of,
    outline_since,
    people_in_class,
    sinces_of,
)
from lms.base32 import typed_letters


@dataclass(frozen=True)
class PaperTest:
    """A test that a class can sit on paper, with the languages in which it is open now."""

    node: Node
    languages: Languages

    @property
    def name(self) -> str:
        """What it is called."""
        return name_of(self.node.purpose)


def tests_of(klass: Class) -> list[PaperTest]:
    """The tests of the course of a class, by its newest edition; scoping is the caller's."""
    revision = newest_revision(klass.course)
    if revision is None:
        return []
    outline = outline_of(revision)
    languages = languages_of_tests(revision, outline)
    nodes = [node for node in outline.path if node.kind == Activity.Kind.QUIZ]
    return [PaperTest(node, languages.get(node.uuid, Languages(()))) for node in nodes]


def one_test(klass: Class, activity: uuid.UUID) -> PaperTest:
    """One of `tests_of`.

    Raises:
        Http404: there is none.
    """
    found = next((each for each in tests_of(klass) if each.node.uuid == str(activity)), None)
    if found is None:
        raise Http404(_("There is no such test in this course."))
    return found


def papers_seen_by(viewer: User) -> QuerySet[TestPaper]:
    """The papers of the classes of the viewer, without the viewer's own."""
    return (
        TestPaper.objects.filter(klass__in=classes_for_exams(viewer))
        .exclude(attempt__enrolment__actor__user=viewer)
        .select_related("klass__course", "attempt__enrolment__actor", "attempt__activity")
    )


def one_paper(viewer: User, paper: uuid.UUID) -> TestPaper:
    """One paper of a class of the viewer.

    Raises:
        Http404: there is none, it is of a class of others, or it is the viewer's own.
    """
    found = papers_seen_by(viewer).filter(uuid=paper).first()
    if found is None:
        raise Http404(_("There is no such paper among those of your classes."))
    return found


def people_of(viewer: User, klass: Class) -> QuerySet[Enrolment]:
    """Who sits in a class of the viewer, without the viewer, each with the `label` by which the viewer knows them."""
    teaches = classes_taught_by(viewer).filter(pk=klass.pk).exists()
    return people_in_class(viewer, klass, names=teaches).exclude(actor__user=viewer)


@dataclass(frozen=True)
class Row:
    """An officer of a class at one test: with a paper, or why there is none yet."""

    label: str
    enrolment: Enrolment
    paper: TestPaper | None = None
    is_on_screen: bool = False

    @property
    def can_draw(self) -> bool:
        """Whether a paper can be asked for: there is none that is open, and the officer still sits in the class."""
        if self.paper is None:
            return not self.is_on_screen
        return self.paper.state == TestPaper.State.CLOSED and self.label != "–"


def rows_of(viewer: User, klass: Class, activity: uuid.UUID) -> list[Row]:
    """Everybody in a class and the newest paper of each at a test; then papers of those who are gone."""
    papers = {
        each.attempt.enrolment_id: each
        for each in papers_seen_by(viewer).filter(klass=klass, attempt__activity__uuid=activity)
    }
    people = list(people_of(viewer, klass))
    on_screen = set(
        Attempt.objects.filter(
            enrolment__in=people, activity__uuid=activity, submitted_at=None, test_paper=None
        ).values_list("enrolment", flat=True)
    )
    found = [
        Row(str(getattr(each, "label", "–")), each, papers.pop(each.pk, None), each.pk in on_screen) for each in people
    ]
    return found + [Row("–", each.attempt.enrolment, each) for each in papers.values()]


def labels_of(viewer: User, papers: Collection[TestPaper]) -> dict[int, str]:
    """By what the viewer may know the officers of some papers, by primary key of the paper."""
    found: dict[int, str] = {}
    for klass in {each.klass for each in papers}:
        labels = {each.pk: str(getattr(each, "label", "–")) for each in people_of(viewer, klass)}
        found |= {each.pk: labels.get(each.attempt.enrolment_id, "–") for each in papers if each.klass_id == klass.pk}
    return found


def find_papers(viewer: User, typed: str) -> tuple[TestPaper | None, list[TestPaper]]:
    """The one paper whose code was typed or scanned; else those that may be meant, at most ten.

    Meant may be papers whose code begins so or is one slip away, and those of the officer whose learner code it is.
    What is handed in is not meant, because nobody types it any more.
    """
    code, papers = code_in(typed), papers_seen_by(viewer)
    exact = papers.filter(code=code).first() if code else None
    if exact is not None:
        return exact, []
    papers = papers.exclude(state=TestPaper.State.CLOSED)
    codes = near(code, papers.values_list("code", flat=True))
    learner = typed_letters(typed[:60])
    people = [
        pk
        for pk, own in papers.values_list("pk", "attempt__enrolment__actor__user__learner_code")
        if learner and own and typed_letters(own) == learner
    ]
    found = papers.filter(code__in=codes[:10]) | papers.filter(pk__in=people[:10])
    return None, list(found.distinct()[:10])


@dataclass(frozen=True)
class Question:
    """A question of one paper with its places on the answer sheet, in the words of the paper."""

    response: Response
    places: Sequence[Place]

    @property
    def position(self) -> int:
        """Its number."""
        return self.response.position

    @property
    def wording(self) -> Mapping[str, Any]:
        """Its words, as they were frozen."""
        return self.response.content.body if self.response.content else {}

    def answer(self, given: Mapping[str, str]) -> Any:
        """The answer that was typed, or None.

        Raises:
            InvalidAnswer: it cannot be read.
        """
        version = self.response.version
        return answer_in(version.item.type, version.structure, self.places, given, f"q{self.position}")


def questions_of(attempt: Attempt) -> list[Question]:
    """The questions of a paper; scoping is the caller's, who has the attempt."""
    return _questions(attempt.responses.select_related("version__item", "content"))


def questions_of_papers(papers: Collection[TestPaper], language: str = "") -> dict[int, list[Question]]:
    """The questions of some papers by primary key of the paper, in one query; scoping is the caller's.

    Arguments:
        language: of the labels of places; empty: that of each paper.
    """
    rows: dict[int, list[Response]] = {}
    found = Response.objects.filter(attempt__in=[each.attempt_id for each in papers])
    for row in found.select_related("version__item", "content").order_by("attempt", "position"):
        rows.setdefault(row.attempt_id, []).append(row)
    questions = {}
    for each in papers:
        with translation.override(language or each.attempt.language):
            questions[each.pk] = _questions(rows.get(each.attempt_id, []))
    return questions


def _questions(rows: Iterable[Response]) -> list[Question]:
    return [
        Question(
            row,
            places_of(
                row.version.item.type,
                row.version.structure,
                row.content.body if row.content else {},
                row.option_order,
                prefix=f"q{row.position}",
                label=str(row.position),
            ),
        )
        for row in rows
    ]


def headings_of_papers(papers: Collection[TestPaper]) -> dict[int, dict[int, str]]:
    """Where a section of its test begins: position → heading, empty for one without, by primary key of the paper.

    A test without a blueprint has no sections. Scoping is the caller's.
    """
    attempts = [each.attempt for each in papers]
    revisions = EditionRevision.objects.in_bulk({each.revision_id for each in attempts})
    since = sinces_of([each.enrolment for each in attempts])
    found: dict[int, dict[int, str]] = {}
    for paper, attempt in zip(papers, attempts, strict=True):
        own = found[paper.pk] = {}
        revision, edition = revisions[attempt.revision_id], since.get(attempt.enrolment_id, 0)
        outline = outline_since(revision, edition) if edition else outline_of(revision)
        node = outline.by_key.get(attempt.activity.key)
        if node is None:
            continue
        rules, before = rules_of(node), 0
        for position in range(1, attempt.total + 1):
            at = section_at(rules.sections, position)
            if at and at[0] != before:
                before = at[0]
                heading = heading_at(rules, position, attempt.language)
                own[position] = heading[1] if heading else ""
    return found


def read_all(questions: Sequence[Question], given: Mapping[str, str]) -> tuple[dict[int, Any], dict[str, str]]:
    """What was typed of a whole paper: (position → answer, field → what is wrong with it)."""
    answers: dict[int, Any] = {}
    problems: dict[str, str] = {}
    for question in questions:
        try:
            answer = question.answer(given)
        except InvalidAnswer as error:
            problems[_field_of(question, given)] = str(error)
        else:
            if answer is not None:
                answers[question.position] = answer
    return answers, problems


def _field_of(question: Question, given: Mapping[str, str]) -> str:
    """The first field of a question that cannot be read alone, or else its first."""
    for place in question.places:
        try:
            place.values(given.get(place.field, ""))
        except InvalidAnswer:
            return place.field
    return question.places[0].field


def apart(questions: Sequence[Question], one: Mapping[str, str], other: Mapping[str, str]) -> list[Question]:
    """The questions that two people read differently: by what the answer is, not by how it was typed."""
    first, second = read_all(questions, one)[0], read_all(questions, other)[0]
    return [each for each in questions if first.get(each.position) != second.get(each.position)]
