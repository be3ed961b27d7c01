"""Every problem of a course bundle has a file and a line, and while there is one nothing is changed."""
# ruff: noqa: E501 (one table, a line a problem)

import uuid
from pathlib import Path

import pytest

from assessments.models import Bank
from courses.pages.exchange import BundleProblems, Problem, apply_plan, clashes_between, plan_import, read_bundle
from courses.pages.services import NotPublishable
from learning.models import Course
from tests.courses.bundles import contents, edit, line_of, rewrite, row_counts, small_bundle, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(small_bundle(), tmp_path / "small-course")


def problems_of(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(BundleProblems) as refused:
        read_bundle(folder)
    return refused.value.problems


def the_problem(folder: Path, file: str, line: int, *words: str) -> None:
    """One of the problems stands there and says all this."""
    found = problems_of(folder)
    here = [each for each in found if each.file == f"{folder}/{file}" and each.line == line]
    assert any(all(word in each.message for word in words) for each in here), "\n".join(map(str, found))


# file, text to replace, replacement, text that marks the line of the problem, words of the message
BROKEN = {
    "another version of the format": ("course.yaml", "suluh-course/1", "suluh-course/2", "format:", ["suluh-course/2", "reads “suluh-course/1”"]),
    "no format": ("course.yaml", "format: suluh-course/1\n", "", "id:", ["format"]),
    "a missing key": ("course.yaml", "code: S1\n", "", "format:", ["“code” is missing"]),
    "an unknown key": ("course.yaml", "position:", "positoin:", "positoin:", ["Did you mean “position”?"]),
    "an unknown key in a lesson": ("course.yaml", "        minutes: 10", "        minuts: 10", "minuts", ["Did you mean “minutes”?"]),
    "an unknown key in a rule": ("course.yaml", "validity_months", "validity", "validity:", ["validity_months"]),
    "a list where a text should be": ("course.yaml", "code: S1", "code: [S1]", "code:", ["must be a text, not a list"]),
    "a text where a list should be": ("course.yaml", "must_be_right: [F1]", "must_be_right: F1", "must_be_right", ["must be a list"]),
    "a text where a mapping should be": ("course.yaml", "  en: draft", "  en", "  en", ["must be a mapping"]),
    "a text where a number should be": ("course.yaml", "pass_mark: 80", "pass_mark: 80 %", "pass_mark", ["whole number", "80 %"]),
    "a number out of bounds": ("course.yaml", "pass_mark: 80", "pass_mark: 101", "pass_mark", ["from 1 to 100"]),
    "a negative number": ("course.yaml", "position: 7", "position: -7", "position", ["whole number"]),
    "an unknown pillar": ("course.yaml", "pillar: prevention", "pillar: protection", "pillar", ["unknown", "Did you mean"]),
    "an unknown access": ("course.yaml", "access: open", "access: public", "access", ["open, members, nomination, closed"]),
    "an unknown level": ("course.yaml", "level: W1", "level: W3", "level: W3", ["W3", "Known: W0, W1, W2"]),
    "an unknown review state": ("course.yaml", "en: draft", "en: done", "en: done", ["draft, reviewed"]),
    "an unknown pool": ("questions.yaml", "pool: practice", "pool: practise", "pool: practise", ["Did you mean “practice”?"]),
    "an unknown type of question": ("questions.yaml", "type: single", "type: singel", "type: singel", ["Did you mean “single”?"]),
    "an unknown type of block": ("course.yaml", "type: callout", "type: box", "type: box", ["unknown"]),
    "an unknown kind of callout": ("course.yaml", "kind: info", "kind: hint", "kind: hint", ["unknown"]),
    "an identity that is none": ("course.yaml", "id: 5a3c", "id: xyz", "id: xyz", ["uuid"]),
    "an address with capital letters": ("course.yaml", "slug: small", "slug: Small", "slug", ["small letters"]),
    "a language tag that is none": ("course.yaml", "  en: draft", "  en: draft\n  ../id: draft", "../id", ["no language tag"]),
    "a language without a folder": ("course.yaml", "  en: draft", "  en: draft\n  th: draft", "th: draft", ["no folder"]),
    "a source language that is not there": ("course.yaml", "source_language: en", "source_language: fr", "source_language", ["fr"]),
    "a key twice": ("course.yaml", "code: S1", "code: S1\ncode: S2", "code: S2", ["twice", "first in line 3"]),
    "a lesson key twice": ("course.yaml", "key: m1-l2", "key: M1-L1", "key: M1-L1", ["used twice"]),
    "a lesson with the key of its module": ("course.yaml", "key: m1-l2", "key: M1", "key: M1", ["used twice"]),
    "a lesson with the name of another file": ("course.yaml", "key: m1-l2", "key: questions", "key: questions", ["another meaning"]),
    "a key with a space": ("course.yaml", "key: m1-l2", "key: m1 l2", "key: m1 l2", ["no key"]),
    "a block id twice": ("course.yaml", "- id: box", "- id: kp-1", "- id: para", []),
    "a block id with a dot": ("course.yaml", "- id: box", "- id: box.1", "box.1", ["no id"]),
    "a question key twice": ("questions.yaml", "key: F2", "key: F1", "key: F1", []),
    "an option id twice": ("questions.yaml", "options: [a, b]", "options: [a, a]", "[a, a]", ["twice"]),
    "a check of a question that does not exist": ("course.yaml", "item: P1", "item: P9", "item: P9", ["no question “P9”", "Known: P1, P2"]),
    "a check of a test question": ("course.yaml", "item: P1", "item: F1", "item: F1", ["takes a practice question", "“test”"]),
    "an answer that names no option": ("questions.yaml", "answer: [a]", "answer: [c]", "answer: [c]", ["“c”, which is no option"]),
    "a single choice with two answers": ("questions.yaml", "answer: [a]", "answer: [a, b]", "answer: [a, b]", ["one right option"]),
    "an empty answer": ("questions.yaml", "answer: [a]", "answer: []", "answer: []", ["empty"]),
    "an ordering that leaves a step out": ("questions.yaml", "answer: [b, a]", "answer: [b]", "answer: [b]", ["every step once"]),
    "a matching without a partner": ("questions.yaml", "    '2': a\n", "", "answer:", []),
    "a list as answer of a matching": ("questions.yaml", "    '1': b\n    '2': a\n", "    - b\n    - a\n", "    - b", ["must be a mapping"]),
    "a left side in a single choice": ("questions.yaml", "options: [a, b]", "options: [a, b]\n  left: [c, d]", "left: [c, d]", ["not known here"]),
    "a question of an unknown module": ("questions.yaml", "module: m1", "module: m2", "key: B1", ["no module “m2”", "m1"]),
    "a test question without a module": ("questions.yaml", "  module: m1\n", "", "key: B1", ["“module” is missing"]),
    "a question about an unknown scenario": ("questions.yaml", "scenario: m1-l2", "scenario: m1-l3", "key: F3", ["m1-l3", "Did you mean"]),
    "a question about a lesson without scenario": ("questions.yaml", "scenario: m1-l2", "scenario: m1-l1", "key: F3", ["which has none"]),
    "must be right names no question": ("course.yaml", "[F1]", "[F7]", "must_be_right", ["“F7”, which is no question"]),
    "must be right names a practice question": ("course.yaml", "[F1]", "[P1]", "must_be_right", ["only questions of the final test"]),
    "too few test questions in a module": ("course.yaml", "draw: 3", "draw: 4", "draw: 4", ["draws 4", "“m1” has 3"]),
    "too few pre-test questions in a module": ("course.yaml", "draw: 1", "draw: 2", "draw: 2", ["draws 2", "“m1” has 1"]),
    "a stem that is missing": ("en/questions.yaml", "  stem: Stem F1 (en)\n", "", "F1:", ["“stem” is missing"]),
    "an option without a text": ("en/questions.yaml", "    a: a (en)\n", "", "  options:", ["text of “a” is missing"]),
    "an option with an empty text": ("en/questions.yaml", "    a: a (en)", "    a: ''", "    a: ''", ["is empty"]),
    "the text of an option that does not exist": ("en/questions.yaml", "    b: b (en)\n", "    b: b\n    c: c\n", "  options:", ["“c” is no part"]),
    "a question without a text": ("en/questions.yaml", "F1:", "F7:", "F7:", ["no question “F7”"]),
    "a block without a text": ("en/m1-l1.yaml", "  kp-1: A point (en)\n", "", "blocks:", ["text of block “kp-1” is missing", "m1-l1"]),
    "the text of a block that does not exist": ("en/m1-l1.yaml", "kp-1:", "kp-2:", "kp-2:", ["no block “kp-2”", "Did you mean “kp-1”?"]),
    "the text of a check": ("en/m1-l1.yaml", "  kp-1:", "  check-1: Text\n  kp-1:", "check-1", ["no text of its own"]),
    "a callout without its title": ("en/m1-l1.yaml", "    title: Box (en)\n", "", "    text: In the box", ["“title” is missing"]),
    "a callout that is one text": ("en/m1-l1.yaml", "  box:\n    title: Box (en)\n    text: In", "  box: In", "  box: In", ["must be a mapping"]),
    "a script in rich text": ("en/m1-l1.yaml", "<b>rich</b>", "<script>1</script>", "para:", ["<script> is not allowed"]),
    "a handler in rich text": ("en/m1-l1.yaml", "<b>rich</b>", "<b onclick=\"x()\">rich</b>", "para:", ["onclick"]),
    "a link with a script": ("en/m1-l1.yaml", "<b>rich</b>", "<a href=\"javascript:x()\">rich</a>", "para:", ["https://"]),
    "a module without a text": ("en/course.yaml", "  m1:", "  m2:", "  m2:", ["no module “m2”", "m1"]),
    "two lines in a title": ("en/course.yaml", "title: A small course (en)", "title: |\n  One\n  Two", "title:", ["one line"]),
    "a title that is too long": ("en/course.yaml", "A small course (en)", "x" * 256, "title:", ["256 characters", "255"]),
    "an empty title": ("en/course.yaml", "title: A small course (en)", "title:", "title:", ["is empty"]),
    "no outcomes": ("en/course.yaml", "outcomes:\n  - Know one thing (en)\n  - Do another (en)", "outcomes: []", "outcomes", ["is empty"]),
    "indentation that is no YAML": ("en/m1-l1.yaml", "  kp-1: A point (en)", "  kp-1: A point: (en)", "A point:", ["this is not YAML"]),
    "a bracket that never closes": ("questions.yaml", "options: [a, b]", "options: [a, b", "  answer: [a]", ["this is not YAML"]),
    "an alias": ("questions.yaml", "options: [a, b]", "options: *all", "*all", ["alias"]),
    "an anchor": ("questions.yaml", "options: [a, b]", "options: &all [a, b]", "&all", ["anchor"]),
    "a tag": ("course.yaml", "code: S1", "code: !!python/name:os.system S1", "code:", ["tag"]),
    "a second document": ("en/m1-l1.yaml", "blocks:", "---\nblocks:", "blocks:", ["second document"]),
    "a control character": ("en/m1-l1.yaml", "A point", "A \x07 point", "kp-1", ["U+0007"]),
    "an escaped control character": ("en/m1-l1.yaml", "A point (en)", '"A \\0 point"', "kp-1", ["U+0000"]),
    "an escaped half character": ("en/m1-l1.yaml", "A point (en)", '"A \\ud800 point"', "kp-1", ["U+D800"]),
    "a list as a key": ("en/m1-l1.yaml", "blocks:", "? [a]\n: b\nblocks:", "? [a]", ["a list stands where a key should be"]),
    "nesting without end": ("en/m1-l1.yaml", "A point (en)", "[" * 400, "kp-1", ["nested too deeply"]),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_bundle_is_refused_with_file_and_line(folder, name):
    file, old, new, mark, words = BROKEN[name]
    edit(folder / file, old, new)
    before = row_counts()
    line = line_of(folder / file, mark)
    found = problems_of(folder)
    here = [each for each in found if each.file == f"{folder}/{file}" and (each.line == line or not words)]
    assert any(all(word in each.message for word in words) for each in here), "\n".join(map(str, found))
    assert all(each.line >= 1 and each.message.endswith((".", "?", ")", "'")) for each in found)
    assert row_counts() == before


def test_all_problems_are_shown_at_once(folder):
    edit(folder / "course.yaml", "pillar: prevention", "pillar: x")
    edit(folder / "course.yaml", "item: P1", "item: P9")
    edit(folder / "questions.yaml", "answer: [a]", "answer: [z]")
    edit(folder / "en" / "questions.yaml", "  stem: Stem F1 (en)\n", "")
    edit(folder / "en" / "m1-l2.yaml", "title:", "titel:")
    assert {Path(each.file).relative_to(folder).as_posix() for each in problems_of(folder)} == {
        "course.yaml",
        "questions.yaml",
        "en/questions.yaml",
        "en/m1-l2.yaml",
    }


def test_a_block_id_twice_names_both_lines(folder):
    edit(folder / "course.yaml", "- id: box", "- id: kp-1")
    first = line_of(folder / "course.yaml", "- id: kp-1")
    second = line_of(folder / "course.yaml", "type: callout") - 1
    the_problem(folder, "course.yaml", second, "“kp-1” is used twice", f"line {first}")


def test_two_modules_with_one_key_name_both_lines(folder):
    path = folder / "course.yaml"
    text = path.read_text(encoding="utf-8")
    at = text.index("      - key: m1-l2")
    path.write_text(
        text[:at] + "  - key: m1\n    minutes: 5\n    level: W1\n    lessons:\n" + text[at:], encoding="utf-8"
    )
    first = line_of(path, "- key: m1")
    second = path.read_text(encoding="utf-8").splitlines().index("  - key: m1", first) + 1
    the_problem(folder, "course.yaml", second, "the key “m1” is used twice", f"line {first}", "a module needs its own")


def test_a_question_key_twice_names_both_lines(folder):
    edit(folder / "questions.yaml", "key: F2", "key: F1")
    first = line_of(folder / "questions.yaml", "key: F1")
    second = line_of(folder / "questions.yaml", "type: matching") - 1
    the_problem(folder, "questions.yaml", second, "“F1” stands here twice", f"line {first}")


def test_a_matching_without_a_partner_is_told_at_its_answer(folder):
    edit(folder / "questions.yaml", "    '2': a\n", "")
    line = line_of(folder / "questions.yaml", "'1': b") - 1
    the_problem(folder, "questions.yaml", line, "every left entry its partner")


def test_bytes_that_are_not_utf8_are_told_with_their_line(folder):
    path = folder / "en" / "m1-l1.yaml"
    path.write_bytes(path.read_bytes().replace(b"A point", b"A p\xf6int"))
    the_problem(folder, "en/m1-l1.yaml", line_of_bytes(path, b"\xf6"), "not UTF-8")


def line_of_bytes(path: Path, what: bytes) -> int:
    return path.read_bytes().split(what)[0].count(b"\n") + 1


def test_a_file_in_utf16_is_told(folder):
    path = folder / "questions.yaml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    the_problem(folder, "questions.yaml", 1, "not UTF-8")


def test_a_file_that_is_too_large_is_not_read(folder):
    (folder / "en" / "m1-l1.yaml").write_bytes(b"#" * (2 * 2**20 + 1))
    the_problem(folder, "en/m1-l1.yaml", 1, "larger than 2 MB")


def test_an_empty_file_is_told(folder):
    (folder / "questions.yaml").write_bytes(b"")
    the_problem(folder, "questions.yaml", 1, "empty")


@pytest.mark.parametrize("name", ["m1-l1.yaml", "course.yaml", "questions.yaml"])
def test_a_language_that_lacks_a_file_is_told(folder, name):
    (folder / "en" / name).unlink()
    the_problem(folder, f"en/{name}", 1, "the file is missing")


def test_files_that_the_course_does_not_know_are_told(folder):
    (folder / "en" / "m1-l3.yaml").write_text("title: x\n")
    (folder / "course.yml").write_text("x")
    (folder / "fr").mkdir()
    (folder / "README.md").write_text("allowed")
    (folder / ".DS_Store").write_text("ignored")
    the_problem(folder, "en/m1-l3.yaml", 1, "no lesson of the course has this name")
    the_problem(folder, "course.yml", 1, "no part of the course")
    the_problem(folder, "fr", 1, "languages")
    assert len(problems_of(folder)) == 3


def test_another_courses_texts_in_a_translation_are_told(tmp_path):
    folder = write(small_bundle("en", "th"), tmp_path / "in")
    other = write(small_bundle("th"), tmp_path / "other")
    rewrite(other / "th", lambda text: text.replace("m1", "n1").replace("F1", "G1"))
    for path in other.glob("th/*.yaml"):
        (folder / "th" / path.name).write_bytes(path.read_bytes())
    the_problem(folder, "th/course.yaml", line_of(folder / "th" / "course.yaml", "n1:"), "no module “n1”")
    the_problem(folder, "th/questions.yaml", line_of(folder / "th" / "questions.yaml", "G1:"), "no question “G1”")
    the_problem(folder, "th/questions.yaml", 1, "question F1 has no text in this language")


def test_the_questions_of_another_course_in_a_translation_are_one_problem_and_not_a_hundred(tmp_path):
    folder = write(small_bundle("en", "th"), tmp_path / "in")
    path = folder / "th" / "questions.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("\nF", "\nX").replace("\nP", "\nY").replace("B1:", "Z1:"))
    the_problem(folder, "th/questions.yaml", 1, "the translation of another course")
    assert len(problems_of(folder)) == 1


def test_an_answer_in_a_translation_is_refused_and_says_where_answers_stand(tmp_path):
    folder = write(small_bundle("en", "th"), tmp_path / "in")
    path = folder / "th" / "questions.yaml"
    edit(path, "F1:\n", "F1:\n  answer: [b]\n")
    the_problem(folder, "th/questions.yaml", line_of(path, "answer:"), "the answer is the same in every language")
    assert len(problems_of(folder)) == 1


@pytest.mark.django_db
def test_a_translated_paragraph_with_other_pieces_than_its_source_is_told(tmp_path):
    folder = write(small_bundle("en", "th"), tmp_path / "in")
    path = folder / "th" / "m1-l1.yaml"
    edit(path, "<p>Some <b>rich</b> text (th)</p>", "<p>Some</p><p><b>rich</b> text (th)</p>")
    the_problem(folder, "th/m1-l1.yaml", line_of(path, "para:"), "keeps the paragraphs and lists of its source")


def test_what_is_said_to_be_behind_must_be_a_text_of_the_course(tmp_path):
    folder = write(small_bundle("en", "th"), tmp_path / "in")
    path = folder / "th" / "course.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "behind: [m1-l1/body.kp-1, m1-l1/body.kp-9]\n", encoding="utf-8")
    the_problem(folder, "th/course.yaml", line_of(path, "behind:"), "no text of this course. Did you mean")
    assert len(problems_of(folder)) == 1


def test_a_language_that_lacks_texts_is_told_and_the_source_is_not(tmp_path):
    folder = write(small_bundle("en", "th"), tmp_path / "in")
    edit(folder / "th" / "m1-l1.yaml", "  kp-1: A point (th)\n", "")
    found = problems_of(folder)
    assert [Path(each.file).parent.name for each in found] == ["th"]


# --- problems that only the database shows


@pytest.fixture
def imported(db, folder) -> Path:
    apply_plan(plan_import(read_bundle(folder)))
    return folder


def refused(folder: Path, file: str, mark: str, *words: str) -> None:
    before = row_counts()
    plan = plan_import(read_bundle(folder))
    line = line_of(folder / file, mark)
    assert any(
        (each.file, each.line) == (f"{folder}/{file}", line) and all(word in each.message for word in words)
        for each in plan.problems
    ), plan.problems
    with pytest.raises(BundleProblems):
        apply_plan(plan)
    assert row_counts() == before


def test_a_changed_pool_of_a_question_is_refused(imported):
    edit(
        imported / "questions.yaml",
        "key: P1\n  type: single\n  pool: practice",
        "key: P1\n  type: single\n  pool: test",
    )
    edit(imported / "course.yaml", "item: P1", "item: P2")
    refused(imported, "questions.yaml", "key: P1", "neither ever changes", "new key")


def test_a_changed_type_of_a_question_is_refused(imported):
    edit(imported / "questions.yaml", "key: F1\n  type: single", "key: F1\n  type: multiple")
    refused(imported, "questions.yaml", "key: F1", "neither ever changes")


def test_a_code_of_another_course_is_refused(imported):
    edit(imported / "course.yaml", "id: 5a3c0d52", "id: 6a3c0d52")
    edit(imported / "course.yaml", "slug: small-course", "slug: other-course")
    refused(imported, "course.yaml", "code:", "the code “S1” belongs to another course")


def test_an_address_of_another_course_is_refused(imported):
    edit(imported / "course.yaml", "id: 5a3c0d52", "id: 6a3c0d52")
    edit(imported / "course.yaml", "code: S1", "code: S2")
    refused(imported, "course.yaml", "slug:", "the slug “small-course” belongs to another course")


def test_an_identity_of_another_course_is_refused(imported):
    edit(imported / "course.yaml", "code: S1", "code: S2")
    edit(imported / "course.yaml", "slug: small-course", "slug: other-course")
    refused(imported, "course.yaml", "id:", "the id is that of the course S1")


@pytest.mark.django_db
def test_a_bank_of_the_same_name_is_refused(folder):
    Bank.objects.create(name="small-course")
    refused(folder, "course.yaml", "slug:", "question bank")


@pytest.mark.django_db
def test_a_language_that_the_site_does_not_offer_is_refused(tmp_path):
    folder = write(small_bundle("en", "th"), tmp_path / "in")
    refused(folder, "course.yaml", "  th: draft", "does not offer the language “th”")


@pytest.mark.django_db
def test_a_course_that_cannot_be_published_leaves_nothing_behind(folder, monkeypatch):
    def refuse(**_arguments: object) -> None:
        raise NotPublishable("S1: no.")

    monkeypatch.setattr("courses.pages.exchange.apply.publish_course", refuse)
    before = row_counts()
    with pytest.raises(BundleProblems, match="S1: no"):
        apply_plan(plan_import(read_bundle(folder)))
    assert row_counts() == before


@pytest.mark.django_db
def test_a_plan_that_the_database_has_overtaken_is_made_anew(folder):
    plan = plan_import(read_bundle(folder))
    Course.objects.create(uuid=uuid.uuid4(), code="S1", slug="other", pillar="prevention")
    with pytest.raises(BundleProblems, match="belongs to another course"):
        apply_plan(plan)
    assert Course.objects.count() == 1


def test_two_courses_of_one_import_may_not_claim_the_same(tmp_path):
    one, two = small_bundle(), small_bundle()
    assert len(clashes_between([one, two])) == 3
    assert clashes_between([one]) == []


@pytest.mark.django_db
def test_two_courses_in_one_place_are_not_one_bundle(tmp_path):
    write(small_bundle(), tmp_path / "one")
    write(small_bundle(), tmp_path / "two")
    with pytest.raises(BundleProblems, match="several courses"):
        read_bundle(tmp_path)


def test_a_folder_that_lost_its_course_file_is_told(tmp_path):
    write(small_bundle(), tmp_path / "one")
    write(small_bundle(), tmp_path / "two")
    (tmp_path / "two" / "course.yaml").unlink()
    with pytest.raises(BundleProblems, match=r"two:1: this folder has no course\.yaml"):
        read_bundle(tmp_path)


def test_no_problem_changes_the_files(folder):
    before = contents(folder)
    edit(folder / "course.yaml", "position: 7", "position: x")
    changed = contents(folder)
    problems_of(folder)
    assert contents(folder) == changed != before
