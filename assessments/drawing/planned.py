"""The tests of a course as authors plan them: their drafted rules, and the questions that the bank has for them today.

How many questions of each module a test asks stands on the course's page, which a room below this one keeps: it tells
by a function that it declares when the site starts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from assessments.drawing.blueprint import Traits, matches
from assessments.drawing.traits import category_names, traits_today
from assessments.models import Bank, Item, ItemVersion, ItemWording, Quiz
from assessments.rules import Draw, TestRules, usual_rules
from assessments.rules.words import name_of
from assessments.services.bank import questions_of
from assessments.services.papers import Asked
from learning.manifest import DELTA, FINAL, PRETEST
from learning.models import Course

#: The tests of which authors write the rules. What a refresher's asks follows from its edition: it has no blueprint.
PURPOSES = (PRETEST, FINAL, DELTA)


@dataclass(frozen=True)
class Test:
    """What the course's page says of a test: questions of each module, design time, and the pass mark in percent."""

    per_module: int
    minutes: int
    pass_mark: int | None = None

    __test__ = False  # no test of pytest, whatever its name


@dataclass(frozen=True)
class Workshop:
    """What authors of rules need to know of a course.

    Attributes:
        title: of the course.
        languages: of its pages, the one in which it is written first.
        modules: key → title, in order.
        tests: purpose → what the page says of it.
        url: where the page is edited.
    """

    title: str
    languages: tuple[str, ...]
    modules: Mapping[str, str]
    tests: Mapping[str, Test]
    url: str


_tells: list[Callable[[Course], Workshop | None]] = []


def tells_about_tests(function: Callable[[Course], Workshop | None]) -> Callable[[Course], Workshop | None]:
    """Declare a function that knows the pages of a course."""
    _tells.append(function)
    return function


def workshop_of(course: Course) -> Workshop | None:
    """What is known of the pages of a course; None where it has none."""
    return next((known for function in _tells if (known := function(course)) is not None), None)


def drafted_rules(course: Course) -> dict[str, TestRules]:
    """Purpose → the rules of every test as they are drafted, or the usual ones. Scoping is the caller's."""
    drafted = dict(Quiz.objects.filter(course=course).values_list("purpose", "rules"))
    return {
        purpose: TestRules.from_json(purpose, drafted[purpose]) if purpose in drafted else usual_rules(purpose)
        for purpose in PURPOSES
    }


def pools_of(purpose: str, rules: TestRules) -> list[str]:
    """The pools from which a test draws; practice questions are never among them (decision 0005)."""
    if purpose == PRETEST:
        return [Item.Pool.PRETEST, *([Item.Pool.TEST] if rules.shares_pool else [])]
    return [Item.Pool.TEST]


@dataclass(frozen=True)
class Question:
    """A question of the bank as it may be asked today: its newest version, how it is sorted, its current wordings."""

    version: ItemVersion
    traits: Traits
    wordings: Mapping[str, ItemWording]


@dataclass(frozen=True)
class BankToday:
    """The questions that the tests of a course can draw from today.

    Attributes:
        categories: uuid → name with those above it.
    """

    course: Course
    questions: Sequence[Question]
    categories: Mapping[str, str]

    def of(self, purpose: str, rules: TestRules) -> list[Question]:
        """Those of a test."""
        pools = pools_of(purpose, rules)
        return [each for each in self.questions if each.version.item.pool in pools]

    @cached_property
    def tags(self) -> list[str]:
        return sorted({tag for each in self.questions for tag in each.traits.tags})


def bank_today(course: Course, source_language: str) -> BankToday:
    """The open questions of the test pools of a course; scoping is the caller's."""
    asked = questions_of(course, [Item.Pool.PRETEST, Item.Pool.TEST], source_language)
    traits = traits_today([version for version, _wordings in asked])
    banks = list(Bank.objects.filter(course=course).values_list("pk", flat=True))
    return BankToday(
        course,
        [Question(version, traits[version.pk], wordings) for version, wordings in asked if wordings],
        category_names(banks),
    )


def asked_today(purpose: str, rules: TestRules, per_module: int, bank: BankToday) -> Asked:
    """A test as it would be drawn today."""
    return Asked(purpose, rules, per_module, [each.traits for each in bank.of(purpose, rules)])


@dataclass(frozen=True)
class Count:
    """How many questions match a row: in all, by language in that order, and what they count."""

    total: int
    languages: Mapping[str, int]
    points: tuple[int, int]


def counted(draw: Draw, questions: Sequence[Question], languages: Sequence[str]) -> Count:
    """How many of these questions match a row."""
    found = [each for each in questions if matches(draw, each.traits)]
    points = [each.traits.points for each in found] or [0]
    return Count(
        len(found),
        {language: sum(language in each.wordings for each in found) for language in languages},
        (min(points), max(points)),
    )


@dataclass(frozen=True)
class Words:
    """Words of an author that stand in the rules of a test and officers read: `name` says where, `label` for people."""

    name: str
    label: str
    text: str


def words_in_rules(course: Course, language: str) -> list[Words]:
    """What officers read of the drafted rules in one language; one query."""
    found = []
    for purpose, rules in drafted_rules(course).items():
        test = name_of(purpose)
        for number, section in enumerate(rules.sections, start=1):
            label = _("%(test)s, heading of section %(number)d") % {"test": test, "number": number}
            found.append(Words(f"{purpose}.heading-{number}", label, section.titles.get(language, "")))
        for name, words, label in (
            ("passed", rules.passed_words, _("%(test)s, words for who passed")),
            ("failed", rules.failed_words, _("%(test)s, words for who did not")),
        ):
            found.append(Words(f"{purpose}.{name}", label % {"test": test}, words.get(language, "")))
    return [each for each in found if each.text]
