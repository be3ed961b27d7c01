"""Reads of item analysis: the papers as they stream into it, what was found, and what reports ask.

Whose papers: of each person the first that was handed in at a test. Later ones are of those who failed before and saw
what was right, so they would make hard questions look easy. Pre-tests, final tests and tests of refreshers are apart,
because each is a test of its own. An answer that is not there counts as wrong, as it does in the result.
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import CharField, Exists, FloatField, Max, Min, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce
from django.http import Http404

from accounts.permissions import Right, Viewer, has_right
from assessments.bank.finding import course_language
from assessments.correcting.regrading import Graded, Ruling, answered
from assessments.models import (
    Attempt,
    Correction,
    EditionItem,
    EssayScore,
    Item,
    ItemVersion,
    Regrade,
    Response,
    TestAnalysis,
)
from assessments.rules.words import name_of
from assessments.selectors import corrections_of, ruling_of
from assessments.statistics.figures import ItemFigures, Share, TestFigures
from assessments.statistics.gathering import About, Answer, Gathering
from assessments.statistics.options import cut_of
from assessments.types import TYPES
from learning.manifest import DELTA, FINAL
from learning.models import Activity, Course, EditionRevision
from learning.selectors import outline_of
from lms.suppression import THRESHOLD

#: Who looks at figures of questions: whoever writes courses, and who teaches.
LOOKS = (Right.WRITE_COURSES, Right.TEACH)
#: How many rows are read at a time.
CHUNK = 5000
#: Goes up with what is worked out, so that what is stored is worked out anew.
FORM = 2
#: What the result of a paper is read from.
RESULT = ("right", "total", "score", "points", "passed")


def may_look(viewer: Viewer) -> bool:
    """Whether the viewer may see how questions do. The key is another matter: `assessments.bank.may_see_key`."""
    return any(has_right(viewer, right) for right in LOOKS)


# --- the papers, for the analysis


@dataclass(frozen=True)
class _Paper:
    """The first paper of somebody: its result now, when it was begun and came here, and in which language."""

    share: float
    started_at: dt.datetime
    came_at: dt.datetime
    language: str
    passed: bool | None


def counted_until(activity: Activity, before: dt.datetime | None) -> dt.datetime | None:
    """Until when papers are counted: until now, once there are first papers of enough people since `before`.

    The difference of two analyses would otherwise be the answers of one person. None where nothing was handed in.
    """
    handed_in = _handed_in(activity)
    firsts = handed_in.annotate(person=_person()).order_by().values("person").annotate(first=Min("came_at"))
    if before is not None and firsts.filter(first__gt=before).count() < THRESHOLD:
        return before
    return handed_in.aggregate(last=Max("came_at"))["last"] or before


def languages_until(
    activity: Activity, until: dt.datetime | None, before: Mapping[str, dt.datetime] | None
) -> dict[str, dt.datetime]:
    """Until when papers are counted in the figures of each language: until `until`, once five are new in it.

    Of five new papers one may be in a language, and what changes there would be the answers of one person.

    Arguments:
        before: the same of the analysis before; None where this is the first. A language that is not in it is new.
    """
    if until is None:
        return dict(before or {})
    came: dict[str, list[dt.datetime]] = {}
    for paper in _first_papers(activity, until).values():
        came.setdefault(paper.language, []).append(paper.came_at)
    if before is None:
        return dict.fromkeys(came, until)
    found = dict(before)
    for language, moments in came.items():
        since = before.get(language)
        if sum(since is None or moment > since for moment in moments) >= THRESHOLD:
            found[language] = until
    return found


def _handed_in(activity: Activity) -> QuerySet[Any]:
    """What was handed in at a test, each with when it came here (`came_at`).

    A test on paper ends with its sitting and is typed in later: by its end it would slip in alone among those counted.
    """
    handed_in = Attempt.objects.filter(activity=activity, submitted_at__isnull=False)
    return handed_in.annotate(came_at=Coalesce("test_paper__handed_in_at", "submitted_at"))


def _person() -> Coalesce:
    """By person, because merged accounts have two keys; by key where the person was erased."""
    return Coalesce(Cast("enrolment__actor__user", CharField()), Cast("enrolment__actor", CharField()))


def _first_papers(activity: Activity, until: dt.datetime | None) -> dict[int, _Paper]:
    regraded: dict[int, tuple[float, bool | None]] = {}
    rows = Regrade.objects.filter(attempt__activity=activity).order_by("pk")
    for pk, now, of, passes in rows.values_list("attempt", "score", "points", "passed").iterator(CHUNK):
        regraded[pk] = (_share(now, of), passes)
    handed_in = _handed_in(activity)
    attempts = (
        (handed_in.filter(came_at__lte=until) if until else handed_in)
        .annotate(person=_person())
        .order_by("came_at", "pk")
        .values_list("pk", "person", "started_at", "came_at", "language", *RESULT)
    )
    found: dict[int, _Paper] = {}
    people: set[str] = set()
    for pk, somebody, started_at, came_at, language, *result in attempts.iterator(CHUNK):
        right, total, score, points, passed = result
        if somebody in people:
            continue
        people.add(somebody)
        # Before there were points a whole question counted one.
        share = _share(right, total) if score is None else _share(score, points)
        if pk in regraded:
            share, passed = regraded[pk]
        found[pk] = _Paper(share, started_at, came_at, language, passed)
    return found


def _share(reached: Decimal | int | None, possible: int | None) -> float:
    return float(reached or 0) / possible if possible else 0.0


def analysed(
    activity: Activity, until: dt.datetime | None = None, languages: Mapping[str, dt.datetime] | None = None
) -> TestFigures:
    """Everything that the papers of a test say, in a fixed number of statements and one pass over the answers.

    For the services of this room: it is scoped to nobody.

    Arguments:
        until: papers that were handed in later are left out.
        languages: language → until when papers count in its own figures (`languages_until`); None for all of them.
    """
    papers = _first_papers(activity, until)
    versions = _versions(activity)
    newest = corrections_of(versions)
    rulings = {pk: ruling_of(each) for pk, each in newest.items()}
    about = {pk: _about(each, rulings.get(pk)) for pk, each in versions.items()}
    shares = [each.share for each in papers.values()]
    gathering = Gathering(about, cut_of(shares), course_language(activity.course))
    words = _words(activity)
    marks = _marks(activity)
    for attempt, rows in groupby(_rows(activity), key=lambda row: row[0]):
        paper = papers.get(attempt)
        if paper is not None:
            answers = [_answer(row, versions, rulings, words, marks) for row in rows]
            gathering.add(paper.share, paper.started_at, [_held(each, paper, languages) for each in answers])
    # Without those of tests that nobody fails, and those that wait for a marker.
    decided = [each for each in papers.values() if each.passed is not None]
    passes: dict[str, tuple[int, int]] = {}
    for each in decided:
        if _is_told(each, each.language, languages):
            n, right = passes.get(each.language, (0, 0))
            passes[each.language] = (n + 1, right + bool(each.passed))
    passed = (len(decided), sum(bool(each.passed) for each in decided))
    return gathering.figures(shares, passed, passes, is_graded=bool(decided))


def _is_told(paper: _Paper, language: str, languages: Mapping[str, dt.datetime] | None) -> bool:
    """Whether a paper counts in the figures of a language."""
    if languages is None:
        return True
    return language in languages and paper.came_at <= languages[language]


def _held(answer: Answer, paper: _Paper, languages: Mapping[str, dt.datetime] | None) -> Answer:
    return answer if _is_told(paper, answer.language, languages) else answer._replace(is_held=True)


def _versions(activity: Activity) -> dict[int, ItemVersion]:
    """Every version that a paper of the test can hold."""
    shelf = EditionItem.objects.filter(activity=activity).values("version")
    return ItemVersion.objects.filter(pk__in=shelf).select_related("item").in_bulk()


def _about(version: ItemVersion, ruling: Ruling | None) -> About:
    kind = TYPES[version.item.type]
    return About(
        item=str(version.item.uuid),
        number=version.number,
        type=version.item.type,
        structure=version.structure,
        keys=ruling.keys if ruling else (version.answer_key,),
        points=version.points,
        must_be_right=version.must_be_right,
        is_dropped=ruling is not None and ruling.is_dropped,
        is_by_hand=kind.is_marked_by_hand,
    )


def _words(activity: Activity) -> dict[tuple[int, str], str]:
    """(version, language) → the digest of the words that are on the shelf today, or were last."""
    rows = EditionItem.objects.filter(activity=activity).order_by("pk")
    return {
        (version, language): content
        for version, language, content in rows.values_list("version", "language", "content").iterator(CHUNK)
    }


def _marks(activity: Activity) -> dict[int, float]:
    """Response → what its essay counts since it was released."""
    rows = EssayScore.objects.filter(essay__activity=activity).order_by("pk")
    return dict(rows.values_list("essay__response", Cast("score", FloatField())).iterator(CHUNK))


def _rows(activity: Activity) -> Iterator[Any]:
    return (
        Response.objects.filter(attempt__activity=activity, attempt__submitted_at__isnull=False)
        .order_by("attempt", "position")
        .values_list(
            "attempt",
            "pk",
            "version",
            "is_right",
            Cast("score", FloatField()),
            "language",
            "content",
            # As text: of most answers it is only counted how often they came.
            Cast("answer", TextField()),
            "answered_at",
            "edits",
        )
        .iterator(CHUNK)
    )


def _answer(
    row: Any,
    versions: Mapping[int, ItemVersion],
    rulings: Mapping[int, Ruling],
    words: Mapping[tuple[int, str], str],
    marks: Mapping[int, float],
) -> Answer:
    _attempt, response, version, is_right, score, language, content, text, answered_at, edits = row
    if text in (None, "null"):
        text = "" if answered_at is None else None
    if is_right is None:
        score = marks.get(response)
    elif score is None:
        score = float(is_right)
    elif is_right:
        score = 1.0
    if version in rulings and (response not in marks or rulings[version].is_dropped):
        score = _regraded(versions[version], rulings[version], is_right, score, text)
    is_current = content is None or words.get((version, language), content) == content
    return Answer(version, score, language, text, is_current, answered_at, edits)


def _regraded(
    version: ItemVersion, ruling: Ruling, is_right: bool | None, score: float | None, text: str | None
) -> float | None:
    given = Graded(
        version=version.pk,
        is_right=is_right,
        score=None if score is None else Decimal(str(round(score, 4))),
        type=version.item.type,
        structure=version.structure,
        answer=json.loads(text) if text else None,
        is_aged=text is None,
    )
    now = answered(given, ruling)
    return float(now.score) if now.counts else None


def basis_of(activity: Activity, until: dt.datetime | None) -> dict[str, Any]:
    """What an analysis is made from: equal as long as nothing of it changed."""
    shelf = EditionItem.objects.filter(activity=activity)
    corrections = Correction.objects.filter(version__in=shelf.values("version")).aggregate(last=Max("pk"))
    regrades = Regrade.objects.filter(attempt__activity=activity).aggregate(last=Max("pk"))
    return {
        "until": until.isoformat() if until else None,
        "words": shelf.aggregate(last=Max("pk"))["last"],
        "corrections": corrections["last"],
        "regrades": regrades["last"],
        "form": FORM,
        "marks": EssayScore.objects.filter(essay__activity=activity).aggregate(last=Max("pk"))["last"],
    }


# --- what was found


@dataclass(frozen=True)
class Test:
    """One test of a course, and what is known of it."""

    __test__ = False  # as `TestFigures`

    activity: Activity
    purpose: str
    analysis: TestAnalysis | None

    @property
    def name(self) -> str:
        return name_of(self.purpose)

    @cached_property
    def figures(self) -> TestFigures | None:
        return TestFigures.from_json(self.analysis.figures) if self.analysis and self.analysis.figures else None

    @property
    def attention(self) -> int:
        """How many of its questions need somebody's attention."""
        return sum(bool(item.signs) for item in self.figures.items) if self.figures else 0


def find_course(viewer: Viewer, slug: str) -> Course:
    """A course whose figures the viewer may look at.

    Raises:
        Http404: there is none.
    """
    course = Course.objects.filter(slug=slug).first() if may_look(viewer) else None
    if course is None:
        raise Http404
    return course


def courses_with_tests(viewer: Viewer) -> list[tuple[Course, list[Test]]]:
    """Every course in whose tests a paper was handed in; nothing for those who may not look."""
    if not may_look(viewer):
        return []
    found: dict[int, tuple[Course, list[Test]]] = {}
    for test in _tests(viewer):
        found.setdefault(test.activity.course_id, (test.activity.course, []))[1].append(test)
    return list(found.values())


def tests_of(viewer: Viewer, course: Course) -> list[Test]:
    """The tests of a course in which a paper was handed in: the final test first, then the pre-test and the
    refresher's; nothing for those who may not look."""
    return _tests(viewer, course)


def _tests(viewer: Viewer, course: Course | None = None) -> list[Test]:
    if not may_look(viewer):
        return []
    sat = Attempt.objects.filter(activity=OuterRef("pk"), submitted_at__isnull=False)
    rows = Activity.objects.filter(Exists(sat), kind=Activity.Kind.QUIZ).select_related("course")
    activities = list((rows.filter(course=course) if course else rows).order_by("course__code", "key"))
    analyses = TestAnalysis.objects.in_bulk([each.pk for each in activities])
    purposes = _purposes({each.course_id for each in activities})
    tests = [Test(each, purposes.get(str(each.uuid), ""), analyses.get(each.pk)) for each in activities]
    return sorted(tests, key=lambda each: (each.activity.course.code, each.purpose != FINAL, each.purpose == DELTA))


def _purposes(courses: set[int]) -> dict[str, str]:
    """Uuid of a test → its purpose, as the newest revision of its course has it."""
    rows = EditionRevision.objects.filter(edition__course__in=courses).order_by("edition__number", "number")
    newest = {revision.edition.course_id: revision for revision in rows.select_related("edition")}
    found: dict[str, str] = {}
    for revision in newest.values():
        outline = outline_of(revision)
        found |= {node.uuid: node.purpose for node in outline.walk() if node.purpose}
        if outline.delta_test:
            found[outline.delta_test] = DELTA
    return found


def one_test(viewer: Viewer, course: Course, key: str) -> Test:
    """One test of a course.

    Raises:
        Http404: there is none in which a paper was handed in.
    """
    found = next((test for test in tests_of(viewer, course) if test.activity.key == key), None)
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Analysed:
    """One version of a question with its figures, as a list shows it."""

    version: ItemVersion
    figures: ItemFigures

    @property
    def item(self) -> Item:
        return self.version.item


def items_of(viewer: Viewer, test: Test) -> list[Analysed]:
    """The questions of a test with their figures, first what needs attention most."""
    if not may_look(viewer) or test.figures is None:
        return []
    versions = ItemVersion.objects.select_related("item").in_bulk([each.version for each in test.figures.items])
    found = [Analysed(versions[each.version], each) for each in test.figures.items if each.version in versions]
    return sorted(found, key=lambda each: (each.figures.needs, each.item.key, -each.version.number))


def find_item(viewer: Viewer, course: Course, item: uuid.UUID) -> Item:
    """A question of the bank of a course.

    Raises:
        Http404: there is none.
    """
    rows = Item.objects.select_related("bank__course").prefetch_related("tags")
    found = rows.filter(bank__course=course, uuid=item).first() if may_look(viewer) else None
    if found is None:
        raise Http404
    return found


def figures_of(viewer: Viewer, course: Course, item: Item) -> list[tuple[Test, list[Analysed]]]:
    """The figures of all versions of a question, by test, the newest version first."""
    found = []
    for test in tests_of(viewer, course):
        own = [each for each in items_of(viewer, test) if each.item.pk == item.pk]
        if own:
            found.append((test, sorted(own, key=lambda each: -each.version.number)))
    return found


# --- what reports ask (domain rules §4.4). Those rooms bring their own rights: nothing here is scoped to a person, and
# --- nothing here is about one.


@dataclass(frozen=True)
class PassRate:
    """Indicator I4 of one test: how many passed at their first attempt, of all and by language."""

    course: Course
    purpose: str
    overall: Share
    by_language: Mapping[str, Share]
    as_of: dt.datetime


def first_attempt_pass_rates(course: Course | None = None) -> list[PassRate]:
    """Indicator I4: passed at attempt 1 ÷ attempted, of the tests that can be failed, of one course or of all."""
    return [
        PassRate(test.activity.course, test.purpose, figures.passed, figures.passes, analysis.worked_out_at)
        for test, analysis, figures in _known(course)
        if figures.passed is not None
    ]


@dataclass(frozen=True)
class ItemQuality:
    """Indicator I5 of one version of a question in one test: difficulty, discrimination, and both per language."""

    course: Course
    purpose: str
    figures: ItemFigures
    as_of: dt.datetime


def item_quality(course: Course | None = None) -> list[ItemQuality]:
    """Indicator I5: every version that was asked, in the tests of one course or of all."""
    return [
        ItemQuality(test.activity.course, test.purpose, item, analysis.worked_out_at)
        for test, analysis, figures in _known(course)
        for item in figures.items
    ]


def _known(course: Course | None) -> list[tuple[Test, TestAnalysis, TestFigures]]:
    rows = TestAnalysis.objects.select_related("activity__course").order_by("activity__course__code", "activity__key")
    analyses = list(rows.filter(activity__course=course) if course else rows)
    purposes = _purposes({each.activity.course_id for each in analyses})
    tests = [Test(each.activity, purposes.get(str(each.activity.uuid), ""), each) for each in analyses]
    return [(test, test.analysis, test.figures) for test in tests if test.analysis and test.figures]
