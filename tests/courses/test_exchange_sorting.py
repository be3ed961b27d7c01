"""Bundles carry how questions are sorted, and an import undoes no work of the site in silence."""

from dataclasses import replace

import pytest

from accounts.roles import Role
from assessments.bank import course_language, seen_of
from assessments.models import Category, Item
from assessments.services import authoring
from assessments.services.sorting import sort_question
from courses.pages.exchange import BundleProblems, apply_plan, export_course, plan_import, read_bundle
from courses.pages.exchange.sorting import Sorting
from learning.models import Course
from tests.cast import make_person
from tests.courses.bundles import small_bundle, write

pytestmark = pytest.mark.django_db


def imported(path):
    bundle = read_bundle(path)
    return apply_plan(plan_import(bundle))


def files_in(path) -> dict[str, bytes]:
    return {each.relative_to(path).as_posix(): each.read_bytes() for each in path.rglob("*") if each.is_file()}


def sorted_bundle():
    bundle = small_bundle()
    first, *others = bundle.questions
    sorting = Sorting(("Law", "The Protocol"), ("law", "means"), "hard", "2027-03-31")
    return replace(bundle, questions=(replace(first, sorting=sorting, weight=3), *others))


def exported(tmp_path, name: str) -> dict[str, bytes]:
    export_course(small_bundle().slug, tmp_path / name)
    return files_in(tmp_path / name)


def test_how_a_question_is_sorted_comes_in_and_goes_out_the_same_to_the_byte(tmp_path):
    folder = tmp_path / "in"
    write(sorted_bundle(), folder)
    imported(folder)
    item = Item.objects.get(key=small_bundle().questions[0].key)
    assert item.category is not None and item.category.parent is not None
    assert (item.category.name, item.category.parent.name, item.difficulty) == ("The Protocol", "Law", 3)
    assert item.versions.get().points == 3 and item.review_on is not None
    assert exported(tmp_path, "out") == files_in(folder)
    assert not plan_import(read_bundle(tmp_path / "out")).changes


def test_a_draft_of_the_site_is_exported_without_its_translations_and_comes_back_as_a_draft(tmp_path):
    folder = tmp_path / "in"
    write(small_bundle(), folder)
    imported(folder)
    course = Course.objects.get(slug=small_bundle().slug)
    writer = make_person("author", Role.AUTHOR)
    content = authoring.Content(
        structure={"options": ["a", "b"]},
        answer_key=["a"],
        text={"stem": "New", "options": {"a": "A", "b": "B"}, "feedback": "Because."},
        module="m1",
    )
    item = authoring.make_question(
        by=writer,
        course=course,
        key="Z9",
        type="single",
        pool="test",
        language=course_language(course),
        content=content,
    )
    first = exported(tmp_path, "out")
    assert b"draft: true" in first["questions.yaml"]
    plan = plan_import(read_bundle(tmp_path / "out"))
    assert not plan.problems and not plan.changes
    # Files that never had the question leave it alone and say so.
    plan = plan_import(read_bundle(folder))
    assert any("Z9" in note for note in plan.notes) and not plan.has("question", "Z9")
    imported(folder)
    item.refresh_from_db()
    assert item.retired_at is None and item.drafted_at is not None


def test_the_plan_names_a_question_that_was_changed_on_the_site_since(tmp_path):
    folder = tmp_path / "in"
    write(small_bundle(), folder)
    imported(folder)
    course = Course.objects.get(slug=small_bundle().slug)
    trainer = make_person("teacher", Role.TRAINER)
    first, second = Item.objects.filter(bank__course=course, type="single").order_by("key")[:2]
    version, language = first.versions.get(), course_language(course)
    wording = version.wordings.get(language=language)
    authoring.change_question(
        by=trainer,
        item=first,
        seen=seen_of(version, wording),
        language=language,
        content=authoring.Content(
            structure=version.structure,
            answer_key=version.answer_key,
            text={**wording.text, "stem": "Sharper"},
            must_be_right=version.must_be_right,
            module=version.module,
            scenario=version.scenario,
            source="L2",
        ),
    )
    category = Category.objects.create(bank=second.bank, name="Law")
    sort_question(by=trainer, item=second, category=category, difficulty=None, review_on=None, tags=["law"])
    plan = plan_import(read_bundle(folder))
    assert {f"question/{first.key}/", f"question/{second.key}/"} <= set(plan.edited)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("  difficulty: awful\n", "difficulty"),
        ("  review_on: soon\n", "no date"),
        ("  tags: [Law]\n", "small letters"),
        ("  draft: perhaps\n", "draft"),
    ],
)
def test_a_wrong_field_is_told(tmp_path, line, said):
    folder = tmp_path / "in"
    write(small_bundle(), folder)
    path = folder / "questions.yaml"
    text = path.read_text()
    path.write_text(text.replace("\n- key:", f"\n{line}- key:", 1))
    with pytest.raises(BundleProblems, match=said):
        read_bundle(folder)
