"""Course bundles in and out: the shipped course, what a second import does, translations, withdrawals, commands."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from wagtail.models import Locale, Page, Revision

from assessments.models import Item, ItemVersion, ItemWording
from courses.pages.exchange import (
    BundleProblems,
    NotExportable,
    apply_plan,
    export_course,
    plan_import,
    read_bundle,
    read_bundles,
)
from courses.pages.exchange.writing import bundle_files
from courses.pages.models import CourseIndexPage, CoursePage, LessonPage, ModulePage
from learning.models import Course, EditionRevision, ManifestEntry
from tests.courses.bundles import as_json, contents, edit, row_counts, small_bundle, write

pytestmark = pytest.mark.django_db

SHIPPED = Path(settings.BASE_DIR) / "curriculum"
C1 = SHIPPED / "preventing-trafficking"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(small_bundle(), tmp_path / "small-course")


@pytest.fixture
def three_languages(settings):
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("id", "Indonesian"), ("th", "Thai")]


def import_(path: Path):
    return apply_plan(plan_import(read_bundle(path)))


# --- the shipped course


def test_the_shipped_course_is_imported_whole():
    result = import_(C1)
    course = Course.objects.get(slug="preventing-trafficking")
    assert (course.code, course.pillar, course.position) == ("C1", "prevention", 1)
    for language in ("en", "id", "ur"):
        assert ModulePage.objects.live().filter(locale__language_code=language).count() == 5
        assert LessonPage.objects.live().filter(locale__language_code=language).count() == 15
        assert ItemWording.objects.filter(language=language).count() == 40
    pools = [Item.objects.filter(bank__course=course, pool=pool).count() for pool in ("practice", "pretest", "test")]
    assert pools == [10, 5, 25]
    assert (result.edition, result.revision, result.is_new, result.held_back) == (1, 1, True, "")
    revision = EditionRevision.objects.get(edition__course=course)
    assert revision.edition.rules["must_be_right"] == ["Q1.1.4", "Q1.2.6"]
    assert {entry.review_state for entry in ManifestEntry.objects.all()} == {"draft"}


def test_every_shipped_course_is_free_of_problems():
    for bundle in read_bundles(SHIPPED):
        assert plan_import(bundle).problems == []


def test_importing_the_shipped_course_twice_changes_nothing():
    import_(C1)
    before = row_counts()
    result = import_(C1)
    assert row_counts() == before
    assert (result.changes, result.is_new) == ([], False)


@pytest.mark.once
def test_export_gives_the_shipped_bytes_back(tmp_path):
    import_(C1)
    export_course("preventing-trafficking", tmp_path / "out")
    assert contents(tmp_path / "out") == contents(C1)


@pytest.mark.once
def test_export_as_zip_gives_the_shipped_bytes_back_and_the_same_zip_again(tmp_path):
    import_(C1)
    export_course("preventing-trafficking", tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        files = {name.removeprefix("preventing-trafficking/"): archive.read(name) for name in archive.namelist()}
    assert files == contents(C1)
    assert import_(tmp_path / "one.zip").changes == []
    export_course("preventing-trafficking", tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_shipped_course_keeps_the_words_of_its_scenario_for_tests_about_it():
    bundle = read_bundle(C1)
    about = [question for question in bundle.questions if question.scenario and question.pool == "test"]
    assert about and all(question.scenario == f"{question.module}-l3" for question in about)


def test_every_shipped_module_has_two_practice_one_pretest_and_five_test_questions():
    bundle = read_bundle(C1)
    for module in bundle.modules:
        pools = sorted(question.pool for question in bundle.questions if question.module == module.key)
        assert pools == ["practice"] * 2 + ["pretest"] + ["test"] * 5


# --- export, import, export


def test_a_bundle_with_every_kind_of_block_and_question_comes_back_the_same(folder, tmp_path):
    import_(folder)
    export_course("small-course", tmp_path / "out")
    assert contents(tmp_path / "out") == contents(folder)


def test_files_written_by_hand_in_another_style_become_canonical(folder, tmp_path):
    original = contents(folder)
    path = folder / "questions.yaml"
    edit(path, "  options: [a, b]\n", "  options:\n  -   a\n  - 'b'   # a remark\n")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert contents(folder) != original
    import_(folder)
    export_course("small-course", tmp_path / "out")
    assert contents(tmp_path / "out") == original


def test_texts_stay_texts_whatever_they_look_like(folder, tmp_path):
    edit(folder / "en" / "questions.yaml", "b: b (en)", "b: No")
    edit(folder / "en" / "questions.yaml", "a: a (en)", "a: 2026-11-23")
    edit(folder / "en" / "m1-l2.yaml", "title: Lesson two (en)", "title: 1.10")
    import_(folder)
    export_course("small-course", tmp_path / "out")
    assert read_bundle(tmp_path / "out") == read_bundle(folder)
    assert LessonPage.objects.get(key="m1-l2").title == "1.10"


def test_a_white_space_that_an_editor_left_is_no_change(folder):
    import_(folder)
    page = LessonPage.objects.get(key="m1-l1")
    LessonPage.objects.filter(pk=page.pk).update(title=page.title + "  ")
    assert import_(folder).changes == []


def test_an_export_does_not_overwrite_other_files(folder, tmp_path):
    import_(folder)
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("mine")
    with pytest.raises(NotExportable, match="other files"):
        export_course("small-course", other)
    assert contents(other) == {"letter.txt": b"mine"}


def test_an_export_brings_an_earlier_bundle_of_the_same_course_up_to_date(folder, tmp_path):
    import_(folder)
    export_course("small-course", tmp_path / "out")
    (tmp_path / "out" / "en" / "m1-l9.yaml").write_text("title: gone\n")
    export_course("small-course", tmp_path / "out")
    assert contents(tmp_path / "out") == contents(folder)


def test_an_export_of_a_check_on_another_courses_question_says_so(folder, tmp_path):
    import_(folder)
    import_(C1)
    page = LessonPage.objects.get(key="m1-l1", path__startswith=CoursePage.objects.get(course__code="S1").path)
    raw = list(page.body.raw_data)
    raw[-1] = {**raw[-1], "value": {"item": str(Item.objects.get(key="Q1.1.1").uuid)}}
    page.body = page.body.stream_block.to_python(raw)
    page.save_revision().publish()
    with pytest.raises(NotExportable, match="another bank"):
        export_course("small-course", tmp_path / "out")
    assert not (tmp_path / "out").exists()


# --- changes


def test_only_what_differs_is_touched(folder):
    import_(folder)
    revisions = Revision.objects.count()
    edit(folder / "en" / "m1-l1.yaml", "A point (en)", "A better point (en)")
    result = import_(folder)
    assert [str(change) for change in result.changes] == ["change lesson m1-l1 (en): body"]
    assert Revision.objects.count() == revisions + 1
    assert LessonPage.objects.get(key="m1-l1").body[0].value["text"] == "A better point (en)"
    assert (result.edition, result.revision) == (1, 2)


def test_a_draft_that_an_author_is_writing_stays_unless_its_lesson_changes(folder):
    import_(folder)
    page = LessonPage.objects.get(key="m1-l1")
    page.title = "Half-written"
    page.save_revision()
    assert import_(folder).changes == []
    assert LessonPage.objects.get(key="m1-l1").has_unpublished_changes
    edit(folder / "en" / "m1-l1.yaml", "title: Lesson one (en)", "title: Lesson 1")
    (change,) = plan_import(read_bundle(folder)).changes
    assert change.details == ("title", "replaces an unpublished draft")


def test_a_changed_answer_makes_a_new_version_with_all_its_wordings(folder):
    import_(folder)
    edit(folder / "questions.yaml", "  answer: [a]", "  answer: [b]")
    import_(folder)
    assert list(ItemVersion.objects.filter(item__key="B1").values_list("number", flat=True)) == [1, 2]
    assert ItemWording.objects.filter(version__item__key="B1").count() == 2
    assert ItemVersion.objects.filter(item__key="F1").count() == 1


def test_a_changed_rule_makes_a_new_edition(folder):
    import_(folder)
    edit(folder / "course.yaml", "pass_mark: 80", "pass_mark: 90")
    result = import_(folder)
    assert (result.edition, result.revision) == (2, 1)


def test_lessons_and_questions_that_are_gone_are_withdrawn_and_never_deleted(folder):
    result = import_(folder)
    edit(folder / "course.yaml", "      - key: m1-l1", "      - key: m1-l9")
    (folder / "en" / "m1-l1.yaml").rename(folder / "en" / "m1-l9.yaml")
    edit(folder / "questions.yaml", "- key: F1", "- key: F9")
    edit(folder / "en" / "questions.yaml", "F1:", "F9:")
    edit(folder / "course.yaml", "must_be_right: [F1]", "must_be_right: [F9]")
    result = import_(folder)
    assert not LessonPage.objects.get(key="m1-l1").live
    assert Item.objects.get(key="F1").retired_at is not None
    assert [str(change) for change in result.changes if change.action == "withdraw"] == [
        "withdraw question F1",
        "withdraw lesson m1-l1 (en)",
    ]
    assert "m1-l1" not in str(EditionRevision.objects.latest("pk").outline)
    before = row_counts()
    assert import_(folder).changes == []
    assert row_counts() == before


def test_what_was_withdrawn_comes_back_as_itself(folder, tmp_path):
    import_(folder)
    lesson, item = LessonPage.objects.get(key="m1-l1"), Item.objects.get(key="F3")
    lesson.unpublish()
    Item.objects.filter(pk=item.pk).update(retired_at="2026-01-01T00:00Z")
    import_(folder)
    assert LessonPage.objects.get(key="m1-l1").live and LessonPage.objects.get(key="m1-l1").pk == lesson.pk
    assert Item.objects.get(key="F3").retired_at is None
    assert ItemVersion.objects.filter(item=item).count() == 1


def test_lessons_are_brought_into_the_order_of_the_bundle(folder, tmp_path):
    import_(folder)
    first, second = LessonPage.objects.order_by("path")
    Page.objects.get(pk=first.pk).move(second.get_parent(), pos="last-child")
    plan = plan_import(read_bundle(folder))
    assert [str(change) for change in plan.changes] == ["change order m1 (en)"]
    apply_plan(plan)
    assert [lesson.key for lesson in LessonPage.objects.order_by("path")] == ["m1-l1", "m1-l2"]


def test_a_lesson_moves_to_another_module_as_itself(folder):
    import_(folder)
    lesson = LessonPage.objects.get(key="m1-l2")
    text = (folder / "course.yaml").read_text(encoding="utf-8")
    at = text.index("      - key: m1-l2")
    module = "  - key: m2\n    minutes: 5\n    level: W1\n    lessons:\n"
    text = text[:at] + module + text[at:]
    text = text.replace("draw: 1", "draw: 0").replace("draw: 3", "draw: 0")
    (folder / "course.yaml").write_text(text, encoding="utf-8")
    path = folder / "en" / "course.yaml"
    path.write_text(path.read_text() + "  m2:\n    title: Module two\n    objectives:\n      - Something\n")
    import_(folder)
    moved = LessonPage.objects.get(key="m1-l2")
    assert moved.pk == lesson.pk
    assert moved.get_parent().specific.key == "m2"
    assert import_(folder).changes == []


def test_a_course_may_take_another_address(folder):
    import_(folder)
    edit(folder / "course.yaml", "slug: small-course", "slug: little-course")
    result = import_(folder)
    assert [str(change) for change in result.changes] == ["change course little-course: slug"]
    assert Course.objects.get(code="S1").slug == "little-course"


# --- languages


def test_a_translation_is_the_same_tree_with_the_same_translation_keys(three_languages, tmp_path):
    folder = write(small_bundle("en", "id"), tmp_path / "in")
    import_(folder)
    for model in (CourseIndexPage, CoursePage, ModulePage, LessonPage):
        english = set(model.objects.filter(locale__language_code="en").values_list("translation_key", flat=True))
        other = set(model.objects.filter(locale__language_code="id").values_list("translation_key", flat=True))
        assert english == other and english
    ids = [[block.id for block in page.body] for page in LessonPage.objects.filter(key="m1-l1")]
    assert ids[0] == ids[1] == ["kp-1", "para", "box", "check-1"]
    languages = set(ManifestEntry.objects.values_list("language", flat=True))
    assert languages == {"en", "id"}
    before = row_counts()
    assert import_(folder).changes == []
    assert row_counts() == before
    export_course("small-course", tmp_path / "out")
    assert contents(tmp_path / "out") == contents(folder)


def test_a_translation_added_later_touches_nothing_of_the_source(three_languages, tmp_path):
    import_(write(small_bundle("en"), tmp_path / "one"))
    result = import_(write(small_bundle("en", "th"), tmp_path / "two"))
    assert {change.language for change in result.changes} == {"th"}
    assert {change.action for change in result.changes} == {"make"}


def test_a_language_that_the_files_do_not_have_stays_as_it_is(three_languages, tmp_path):
    import_(write(small_bundle("en", "th"), tmp_path / "two"))
    assert import_(write(small_bundle("en"), tmp_path / "one")).changes == []
    assert CoursePage.objects.live().count() == 2


def test_a_source_language_that_is_not_the_first_in_the_alphabet_is_kept(three_languages, tmp_path):
    bundle = replace(small_bundle("th", "en"), source_language="th")
    import_(write(bundle, tmp_path / "in"))
    export_course("small-course", tmp_path / "out")
    assert contents(tmp_path / "out") == bundle_files(bundle)


def test_an_incomplete_translation_is_left_out_of_an_export_with_a_note(three_languages, tmp_path):
    import_(write(small_bundle("en", "th"), tmp_path / "two"))
    LessonPage.objects.get(key="m1-l2", locale__language_code="th").unpublish()
    exported = export_course("small-course", tmp_path / "out")
    assert exported.notes == ("“th” was left out, its translation is not complete: lesson m1-l2.",)
    assert not (tmp_path / "out" / "th").exists()


# --- review


def test_where_review_is_required_a_draft_is_loaded_and_not_published(settings, folder):
    settings.REQUIRE_REVIEW = True
    result = import_(folder)
    assert (result.edition, result.is_new) == (None, False)
    assert "requires review" in result.held_back
    assert LessonPage.objects.count() == 2 and Item.objects.count() == 6
    assert not EditionRevision.objects.exists()
    before = row_counts()
    import_(folder)
    assert row_counts() == before


def test_where_review_is_required_reviewed_content_is_published(settings, tmp_path):
    settings.REQUIRE_REVIEW = True
    result = import_(write(small_bundle(state="reviewed"), tmp_path / "in"))
    assert (result.edition, result.held_back) == (1, "")


# --- the commands


def run(*arguments: object) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_plan_changes_nothing(folder):
    before = row_counts()
    out, _err = run("import_course", folder, "--plan")
    assert "make lesson m1-l1 (en)" in out and "nothing was changed" in out
    assert row_counts() == before


def test_the_command_prints_exactly_one_json_document(folder):
    out, err = run("import_course", folder, "--json")
    document = as_json(out)
    assert document["applied"] and document["problems"] == []
    (course,) = document["courses"]
    assert (course["slug"], course["modules"], course["lessons"], course["questions"]) == ("small-course", 1, 2, 6)
    assert course["edition"] == {"number": 1, "revision": 1, "is_new": True}
    assert "Importing small-course" in err


def test_the_command_shows_every_problem_and_ends_with_one_line(folder, capsys):
    edit(folder / "course.yaml", "pillar: prevention", "pillar: preventoin")
    edit(folder / "en" / "m1-l1.yaml", "title: ", "titel: ")
    before = row_counts()
    err = io.StringIO()
    with pytest.raises(CommandError, match="nothing was imported"):
        call_command("import_course", str(folder), stdout=io.StringIO(), stderr=err)
    shown = err.getvalue()
    assert f"{folder}/course.yaml:5: “pillar” is “preventoin”, which is unknown. Did you mean “prevention”?" in shown
    assert f"{folder}/en/m1-l1.yaml:1: lesson m1-l1: “titel” is not known here. Did you mean “title”?" in shown
    assert row_counts() == before


def test_with_json_problems_are_a_document_and_status_1(folder):
    edit(folder / "course.yaml", "position: 7", "position: seven")
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("import_course", str(folder), "--json", stdout=out, stderr=io.StringIO())
    assert ended.value.code == 1
    document = as_json(out.getvalue())
    assert document["applied"] is False
    assert document["problems"] == [
        {
            "file": f"{folder}/course.yaml",
            "line": 7,
            "message": "“position” must be a whole number, not “seven”.",
        }
    ]


def test_a_folder_of_courses_is_imported_all_or_nothing(tmp_path, folder):
    write(read_bundle(C1), tmp_path / "preventing-trafficking")
    edit(folder / "course.yaml", "code: S1", "code: C1")
    before = row_counts()
    with pytest.raises(CommandError):
        run("import_course", tmp_path)
    assert row_counts() == before
    edit(folder / "course.yaml", "code: C1", "code: S1")
    out, _err = run("import_course", tmp_path)
    assert Course.objects.count() == 2
    assert "small-course" in out and "preventing-trafficking" in out


def test_the_command_says_plainly_that_a_draft_is_not_published(settings, folder):
    settings.REQUIRE_REVIEW = True
    out, _err = run("import_course", folder)
    assert "NOT published" in out and "requires review" in out


@pytest.mark.parametrize("name", ["nowhere", "empty", "course.yaml", "not-a.zip"])
def test_a_path_that_is_no_bundle_gets_one_plain_line(tmp_path, name):
    (tmp_path / "empty").mkdir()
    (tmp_path / "course.yaml").write_text("format: suluh-course/1\n")
    (tmp_path / "not-a.zip").write_bytes(b"PK\x03\x04 but no zip")
    with pytest.raises(BundleProblems) as refused:
        read_bundles(tmp_path / name)
    (problem,) = refused.value.problems
    assert problem.file == str(tmp_path / name) and problem.line == 1


def test_exporting_an_unknown_course_names_the_known_ones(folder, tmp_path):
    import_(folder)
    with pytest.raises(CommandError, match="There is no course “smal-course”"):
        run("export_course", "smal-course", "--to", tmp_path / "out")


def test_the_export_command_says_what_it_wrote(folder, tmp_path):
    import_(folder)
    out, _err = run("export_course", "small-course", "--to", tmp_path / "out")
    assert out == f"small-course: 6 files written to {tmp_path / 'out'} (en).\n"


def test_a_zip_made_on_a_mac_with_its_own_folders_is_read(folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "mac.zip", "w") as archive:
        for name, content in contents(folder).items():
            archive.writestr(f"My courses/small-course/{name}", content)
        archive.writestr("__MACOSX/My courses/._course.yaml", b"x")
        archive.writestr("My courses/.DS_Store", b"x")
    assert read_bundle(tmp_path / "mac.zip") == read_bundle(folder)


def test_the_locale_is_made_on_first_need(three_languages, tmp_path):
    assert not Locale.objects.filter(language_code="th").exists()
    import_(write(small_bundle("en", "th"), tmp_path / "two"))
    assert Locale.objects.filter(language_code="th").exists()
