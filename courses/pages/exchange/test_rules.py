"""The rules of a test in `course.yaml`: read and written, all of it optional, only what is other than usual.

In a bundle a category has no uuid: a row names it, and those in which it stands, by their names, the outermost first.
In memory `Draw.category` holds these names, one a line.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assessments.drawing.traits import categories_above
from assessments.models import Bank, Category, Item, Quiz
from assessments.rules import LIMITS, MOST_QUESTIONS, Draw, Feedback, Section, TestRules, feedback_of, usual_rules
from courses.pages.exchange.reading import Fields, Node, nearest
from learning.manifest import DELTA, PRETEST
from learning.models import Course
from lms.text import tidy

#: The name in a file → the field of `TestRules`.
NUMBERS = {
    "time_limit": "minutes",
    "grace_seconds": "grace_seconds",
    "attempts": "attempts",
    "pause_after": "pause_after",
    "pause_hours": "pause_hours",
    "markers": "markers",
    "marks_apart": "marks_apart",
}
FLAGS = {
    "shuffle_questions": "shuffles_questions",
    "shuffle_options": "shuffles_options",
    "exam": "needs_ticket",
    "shares_pool": "shares_pool",
}
#: The word in a file → the difficulty.
DIFFICULTIES = {each.name.lower(): int(each) for each in Item.Difficulty}
WORDS = ("passed_words", "failed_words")
#: What has no meaning where nobody passes, and what has none where it is decided about a certificate.
NOT_OF_PRETEST = ("attempts", "pause_after", "pause_hours", "exam", *WORDS)
NOT_OF_FINAL = ("shares_pool",)
#: Its questions follow from its edition and are mixed always.
NOT_OF_REFRESHER = ("shares_pool", "shuffle_questions", "exam", "sections")
#: What the test of a refresher is called in a file.
REFRESHER = "refresher"
MOST_WORDS, MOST_TITLE = 300, 80


def read_test_rules(fields: Fields, purpose: str, languages: Collection[str]) -> TestRules:
    """The rules below a test; what is not there is as usual."""
    found: dict[str, Any] = {}
    without = {PRETEST: NOT_OF_PRETEST, DELTA: NOT_OF_REFRESHER}.get(purpose, NOT_OF_FINAL)
    for name in without:
        if name in fields.entries:
            fields.complain(f"“{name}” has no meaning in this test; remove it.", fields.place(name))
            fields.asked.append(name)
    for name, field in NUMBERS.items():
        if name in fields.entries and name not in without:
            least, most = LIMITS[field]
            found[field] = fields.integer(name, least=least, most=most)
    for name, field in FLAGS.items():
        if name in fields.entries and name not in without:
            found[field] = fields.boolean(name)
    if "feedback" in fields.entries:
        word = fields.choice("feedback", Feedback.values)
        if word in Feedback.values:
            found["feedback"] = Feedback(word)
    for name in WORDS:
        if name in fields.entries and name not in without:
            found[name] = _texts(fields, name, languages, MOST_WORDS, lines=True)
    if "sections" in fields.entries and "sections" not in without:
        found["sections"] = tuple(_section(node, fields, languages) for node in fields.items("sections"))
    rules = replace(usual_rules(purpose), **found)
    if bool(rules.pause_after) != bool(rules.pause_hours):
        fields.complain("a pause needs both “pause_after” and “pause_hours”.")
    if rules.feedback not in feedback_of(purpose, needs_ticket=rules.needs_ticket):
        fields.complain(f"“feedback” cannot be “{rules.feedback}” in this test.", fields.place("feedback"))
    if rules.size > MOST_QUESTIONS:
        fields.complain(f"a paper has {MOST_QUESTIONS} questions at most.", fields.place("sections"))
    fields.done()
    return rules


def _texts(fields: Fields, name: str, languages: Collection[str], most: int, *, lines: bool = False) -> dict[str, str]:
    texts = {}
    for code, place, node in fields.mapping(name):
        if code not in languages:
            fields.complain(f"“{name}”: “{code}” is no language of this course.{nearest(code, languages)}", place)
        texts[code] = fields.as_text(node, f"“{name}” in “{code}”", most=most, lines=lines)
    return texts


def _section(node: Node, above: Fields, languages: Collection[str]) -> Section:
    fields = Fields(node, above.problems, "the section")
    titles = _texts(fields, "titles", languages, MOST_TITLE) if "titles" in fields.entries else {}
    section = Section(titles=titles, draws=tuple(_row(each, above) for each in fields.items("rows")))
    fields.done()
    return section


def _row(node: Node, above: Fields) -> Draw:
    fields = Fields(node, above.problems, "the row")
    if "questions" in fields.entries:
        draw = Draw(items=tuple(dict.fromkeys(fields.texts("questions"))))
    else:
        draw = Draw(
            count=fields.integer("count", least=1, most=100),
            module=fields.text("module", required=False),
            category="\n".join(fields.texts("category", required=False, most=80)),
            tag=fields.text("tag", required=False, most=40),
            difficulty=DIFFICULTIES.get(fields.choice("difficulty", DIFFICULTIES, default=""), 0),
        )
    fields.done()
    return draw


def write_test_rules(rules: TestRules, purpose: str, languages: Sequence[str]) -> dict[str, Any]:
    """The fields for ``course.yaml``: nothing where the rules are as usual.

    Arguments:
        languages: in the order in which words are written; others follow.
    """
    usual = usual_rules(purpose)
    fields: dict[str, Any] = {
        name: getattr(rules, field)
        for name, field in {**NUMBERS, **FLAGS}.items()
        if getattr(rules, field) != getattr(usual, field)
    }
    if rules.feedback != usual.feedback:
        fields["feedback"] = str(rules.feedback)
    if rules.sections:
        fields["sections"] = [
            ({"titles": _ordered(section.titles, languages)} if section.titles else {})
            | {"rows": [_written(draw) for draw in section.draws]}
            for section in rules.sections
        ]
    fields |= {name: _ordered(getattr(rules, name), languages) for name in WORDS if getattr(rules, name)}
    return fields


def _ordered(texts: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    known = [*languages, *sorted(texts.keys() - set(languages))]
    return {code: texts[code] for code in known if code in texts}


def _written(draw: Draw) -> dict[str, Any]:
    if draw.items:
        return {"questions": list(draw.items)}
    fields = {
        "count": draw.count,
        "module": draw.module,
        "category": draw.category.split("\n") if draw.category else [],
        "tag": draw.tag,
        "difficulty": Item.Difficulty(draw.difficulty).name.lower() if draw.difficulty else "",
    }
    return {name: value for name, value in fields.items() if value}


# --- the same rules in the database


def present_rules(course: Course | None) -> dict[str, TestRules]:
    """Purpose → the drafted rules of a course as a bundle has them: categories by their names, texts tidy."""
    quizzes = Quiz.objects.filter(course=course) if course else Quiz.objects.none()
    paths = _paths(course) if course else {}
    return {
        quiz.purpose: _tidy(
            _with_categories(TestRules.from_json(quiz.purpose, quiz.rules), lambda uuid: paths.get(uuid, uuid))
        )
        for quiz in quizzes
    }


def _paths(course: Course) -> dict[str, str]:
    banks = list(Bank.objects.filter(course=course).values_list("pk", flat=True))
    names = {str(uuid): name for uuid, name in Category.objects.filter(bank__in=banks).values_list("uuid", "name")}
    return {way[0]: "\n".join(names[each] for each in reversed(way)) for way in categories_above(banks).values()}


def _tidy(rules: TestRules) -> TestRules:
    def texts(found: Mapping[str, str]) -> dict[str, str]:
        return {language: tidied for language, text in found.items() if (tidied := tidy(text))}

    return replace(
        rules,
        sections=tuple(replace(section, titles=texts(section.titles)) for section in rules.sections),
        passed_words=texts(rules.passed_words),
        failed_words=texts(rules.failed_words),
    )


def _with_categories(rules: TestRules, known: Callable[[str], str]) -> TestRules:
    sections = tuple(
        replace(
            section,
            draws=tuple(
                replace(draw, category=known(draw.category)) if draw.category else draw for draw in section.draws
            ),
        )
        for section in rules.sections
    )
    return replace(rules, sections=sections)


def rules_for(bank: Bank, rules: TestRules) -> TestRules:
    """The rules of a bundle with the categories of a bank; those that it does not have are made."""

    def category(path: str) -> str:
        found: Category | None = None
        for name in path.split("\n"):
            found, _made = Category.objects.get_or_create(bank=bank, parent=found, name=name)
        return str(found.uuid) if found else ""

    return _with_categories(rules, category)


def pools_named(purpose: str, rules: TestRules) -> tuple[str, ...]:
    """The pools of the questions that a test may name."""
    if purpose == PRETEST:
        return (Item.Pool.PRETEST, Item.Pool.TEST) if rules.shares_pool else (Item.Pool.PRETEST,)
    return (Item.Pool.TEST,)
