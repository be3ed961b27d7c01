"""Rules of tests in course files: in and out the same to the byte, and what is wrong is said with its line."""

from dataclasses import replace

import pytest

from assessments.models import Category, Quiz
from assessments.rules import Draw, Feedback, Section, TestRules, rules_of, usual_rules
from courses.pages.exchange import BundleProblems, apply_plan, export_course, plan_import, read_bundle
from courses.pages.exchange.bundle import Bundle
from courses.pages.review_desk import all_units
from learning.manifest import DELTA, FINAL
from learning.models import Course
from learning.selectors import latest_revision, outline_of
from tests.courses.bundles import contents, edit, small_bundle, write

pytestmark = pytest.mark.django_db

RULES = TestRules(
    sections=(
        Section(titles={"en": "The law"}, draws=(Draw(items=("F1",)), Draw(count=1, module="m1"))),
        Section(draws=(Draw(count=1),)),
    ),
    shuffles_options=False,
    minutes=30,
    attempts=2,
    pause_after=1,
    pause_hours=48,
    feedback=Feedback.NEVER,
    passed_words={"en": "Well done.\n\nGo on."},
)


def with_rules(rules: TestRules = RULES) -> Bundle:
    bundle = small_bundle()
    return replace(bundle, final=replace(bundle.final, rules=rules))


def plan(folder):
    return plan_import(read_bundle(folder))


def test_rules_come_in_and_go_out_the_same(tmp_path):
    first = write(with_rules(), tmp_path / "in")
    apply_plan(plan(first))
    assert TestRules.from_json(FINAL, Quiz.objects.get().rules) == RULES
    node = outline_of(latest_revision(Course.objects.get().editions.get().pk)).quiz(FINAL)
    assert node.questions == 3 and rules_of(node).minutes == 30
    export_course("small-course", tmp_path / "out")
    assert contents(tmp_path / "out") == contents(first)
    again = plan(tmp_path / "out")
    assert again.changes == [] and again.problems == []


def test_the_rules_of_a_refresher_come_in_and_go_out_and_have_no_blueprint(tmp_path):
    rules = replace(usual_rules(DELTA), minutes=15, attempts=1, pause_after=0, pause_hours=0)
    first = write(replace(small_bundle(), refresher_rules=rules), tmp_path / "in")
    apply_plan(plan(first))
    assert TestRules.from_json(DELTA, Quiz.objects.get().rules) == rules
    export_course("small-course", tmp_path / "out")
    assert contents(tmp_path / "out") == contents(first)
    assert plan(tmp_path / "out").changes == []
    edit(first / "course.yaml", "time_limit: 15", "sections: []")
    with pytest.raises(BundleProblems, match="“sections” has no meaning in this test"):
        read_bundle(first)


def test_files_without_rules_ask_for_the_usual_ones_and_say_so(tmp_path):
    apply_plan(plan(write(with_rules(), tmp_path / "in")))
    found = plan(write(small_bundle(), tmp_path / "plain"))
    assert [(each.kind, each.key) for each in found.changes] == [("rules", FINAL)]
    apply_plan(found)
    assert TestRules.from_json(FINAL, Quiz.objects.get().rules) == usual_rules(FINAL)
    assert Quiz.objects.get().edits == 2


def test_a_category_is_named_by_its_words_and_made_where_it_lacks(tmp_path):
    rules = replace(RULES, sections=(Section(draws=(Draw(count=1, category="Law\nTreaties"),)),))
    with pytest.raises(BundleProblems, match="Treaties"):
        apply_plan(plan(write(with_rules(rules), tmp_path / "in")))
    assert not Category.objects.exists(), "nothing in the files says that a question stands there, so all is taken back"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("time_limit: 30", "time_limit: 9999", "must be from 0 to 600"),
        ("feedback: never", "feedback: later", "“feedback” is “later”"),
        ("feedback: never", "feedback: closed", "cannot be “closed”"),
        ("pause_hours: 48", "pause_hours: 0", "a pause needs both"),
        ("module: m1", "module: m9", "there is no module “m9”"),
        ("questions: [F1]", "questions: [F9]", "it cannot ask “F9”"),
        ("questions: [F1]", "questions: [P1]", "it cannot ask “P1”"),
        ("time_limit: 30", "timelimit: 30", "“timelimit” is not known here"),
        ("en: The law", "ru: The law", "“ru” is no language of this course"),
    ],
)
def test_what_is_wrong_with_rules_is_said(tmp_path, old, new, words):
    folder = write(with_rules(), tmp_path / "in")
    edit(folder / "course.yaml", old, new)
    with pytest.raises(BundleProblems) as refusal:
        read_bundle(folder)
    assert words in str(refusal.value)


def test_words_of_rules_are_looked_at_by_the_review(tmp_path):
    apply_plan(plan(write(with_rules(), tmp_path / "in")))
    course = Course.objects.get()
    unit = next(each for each in all_units(course) if each.is_course and each.language == "en")
    before = unit.digest
    assert unit.text["tests"]["final.heading-1"] == "The law"
    quiz = Quiz.objects.get()
    quiz.rules["sections"][0]["titles"]["en"] = "Other words"
    quiz.save()
    assert next(each for each in all_units(course) if each.is_course and each.language == "en").digest != before
