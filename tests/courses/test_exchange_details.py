"""What a bundle says about a course beside its lessons: how it is sorted, what it asks for, who made it."""

import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from courses.pages.exchange import BundleProblems, apply_plan, export_course, plan_import, read_bundle
from courses.pages.exchange.bundle import Bundle, Details
from courses.pages.models import CoursePage, LessonPage
from learning.models import Course
from tests.courses.bundles import contents, edit, line_of, row_counts, small_bundle, write

pytestmark = pytest.mark.django_db

FULL = Details(
    course_level="practitioner",
    subjects=("trafficking", "smuggling"),
    achievement_areas=("legislation",),
    strategy_areas=("borders", "returns"),
    tags=("RCF", "a project"),
    authors=("The training unit", "A. Writer"),
    review_due_on="2027-03-31",
    requires_pretest=True,
    follow_up_days=90,
)


def detailed() -> Bundle:
    bundle = small_bundle()
    (language,) = bundle.languages
    (module,) = bundle.modules
    module = replace(module, lessons=(module.lessons[0], replace(module.lessons[1], is_optional=True)))
    return replace(
        bundle, details=FULL, modules=(module,), languages=(replace(language, credits="Pictures: us.\n\nWords: them."),)
    )


def another(slug: str, number: int, *prerequisites: str) -> Bundle:
    """A further course that waits for others."""
    return replace(
        small_bundle(),
        id=uuid.UUID(int=number),
        slug=slug,
        code=f"N{number}",
        details=Details(prerequisites=tuple(sorted(prerequisites))),
    )


def import_(bundle: Bundle, folder: Path) -> None:
    apply_plan(plan_import(read_bundle(write(bundle, folder))))


def test_every_detail_comes_in_and_goes_out_the_same(tmp_path):
    import_(detailed(), tmp_path / "in")
    page = CoursePage.objects.get()
    assert (page.course_level, page.tags, page.follow_up_days) == ("practitioner", "RCF, a project", 90)
    assert page.requires_pretest and page.credits.startswith("Pictures")
    assert LessonPage.objects.get(key="m1-l2").is_optional
    export_course("small-course", tmp_path / "out")
    assert contents(tmp_path / "out") == contents(tmp_path / "in")
    assert plan_import(read_bundle(tmp_path / "in")).changes == []


def test_prerequisites_are_named_by_address_or_id_and_written_by_address(tmp_path):
    import_(another("first", 1), tmp_path / "first")
    import_(another("second", 2), tmp_path / "second")
    import_(another("third", 3, "first", str(uuid.UUID(int=2))), tmp_path / "third")
    page = CoursePage.objects.get(course__slug="third")
    assert page.prerequisites == [str(uuid.UUID(int=1)), str(uuid.UUID(int=2))]
    export_course("third", tmp_path / "out")
    assert "prerequisites: [first, second]" in (tmp_path / "out" / "course.yaml").read_text()
    assert plan_import(read_bundle(tmp_path / "out")).changes == []


def test_a_prerequisite_may_come_in_with_the_same_import():
    bundles = [another("second", 2, "first"), another("first", 1)]
    plans = [plan_import(each, others=bundles) for each in bundles]
    assert [plan.problems for plan in plans] == [[], []]
    for plan in plans:
        apply_plan(plan)
    assert CoursePage.objects.get(course__slug="second").prerequisites == [str(uuid.UUID(int=1))]


def refused(folder: Path, mark: str, *words: str) -> None:
    before, line = row_counts(), line_of(folder / "course.yaml", mark)
    plan = plan_import(read_bundle(folder))
    assert [(each.file, each.line) for each in plan.problems] == [(f"{folder}/course.yaml", line)]
    assert all(word in plan.problems[0].message for word in words), plan.problems
    with pytest.raises(BundleProblems):
        apply_plan(plan)
    assert row_counts() == before


def test_a_prerequisite_that_is_no_course_is_told(tmp_path):
    import_(another("first", 1), tmp_path / "first")
    refused(
        write(another("second", 2, "frist"), tmp_path / "second"), "prerequisites", "no course of this site", "first"
    )


def test_a_circle_with_courses_of_the_site_is_refused_and_named(tmp_path):
    import_(another("first", 1), tmp_path / "first")
    import_(another("second", 2, "first"), tmp_path / "second")
    import_(another("third", 3, "second"), tmp_path / "third")
    refused(
        write(another("first", 1, "third"), tmp_path / "again"),
        "prerequisites",
        "“first” → “third” → “second” → “first”",
        "circle",
    )
    assert CoursePage.objects.get(course__slug="first").prerequisites == []


def test_a_course_that_waits_for_itself_is_refused(tmp_path):
    refused(write(another("first", 1, "first"), tmp_path / "in"), "prerequisites", "“first” → “first”")
    assert not Course.objects.exists()


def test_a_circle_within_one_import_is_refused():
    bundles = [another("first", 1, "second"), another("second", 2, "first")]
    problems = [problem for each in bundles for problem in plan_import(each, others=bundles).problems]
    assert len(problems) == 2 and all("circle" in problem.message for problem in problems)


BROKEN = {
    "an unknown level": ("course_level: practitioner", "course_level: expert", "course_level", "is “expert”"),
    "an unknown subject": ("[trafficking, smuggling]", "[traficking]", "subjects", "Did you mean “trafficking”?"),
    "a date that is none": ("2027-03-31", "31.3.2027", "review_due_on", "no date; write one such as 2027-03-31"),
    "a follow-up that is no number": ("follow_up_days: 90", "follow_up_days: later", "follow_up_days", "whole number"),
    "a pre-test that may be": ("requires_pretest: true", "requires_pretest: maybe", "requires", "true or false"),
    "an optional lesson that may be": ("optional: true", "optional: 7", "optional", "true or false, not “7”"),
    "a tag with a comma": ("- a project", "- a, b", "tags:", "without commas"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_wrong_detail_is_told_with_its_line(tmp_path, name):
    old, new, mark, words = BROKEN[name]
    folder = write(detailed(), tmp_path / "in")
    edit(folder / "course.yaml", old, new)
    before, line = row_counts(), line_of(folder / "course.yaml", mark)
    with pytest.raises(BundleProblems) as caught:
        read_bundle(folder)
    assert [(each.file, each.line) for each in caught.value.problems] == [(f"{folder}/course.yaml", line)]
    assert words in caught.value.problems[0].message
    assert row_counts() == before
