"""Course files carry every type of question: read, written, read again, to the byte."""

from dataclasses import replace

import pytest

from assessments.models import EditionItem, Item, ItemVersion
from assessments.types import TYPES, pictures_in
from courses.pages.exchange import BundleProblems, apply_plan, export_course, plan_import, read_bundle
from courses.pages.exchange.bundle import Question
from courses.pages.exchange.questions import pictures_of, sound
from courses.pages.exchange.writing import bundle_files
from courses.pages.models import Picture
from learning.models import FrozenFileUse
from tests.courses.bundled_media import FILES, MEDIA
from tests.courses.bundles import contents, edit, small_bundle, write
from tests.factories import ITEMS, words_for

EXTRAS = {
    "multiple": {"scoring": "penalty", "pinned": ["c"]},
    "matching": {"scoring": "partial"},
    "essay": {"rubric": [{"id": "r2", "points": 6}, {"id": "r1", "points": 4}]},
}


def every_type(*codes: str):
    """The small course with a question of every type, one with a picture and one that counts twice."""
    structures = {name: {**structure, **EXTRAS.get(name, {})} for name, (structure, _key) in ITEMS.items()}
    structures["hotspot"]["picture"] = structures["essay"]["picture"] = "hands"
    questions = tuple(
        Question(
            key=f"T-{name}",
            type=name,
            pool="test",
            module="m1",
            structure=structure,
            answer_key=ITEMS[name][1],
            weight=2 if name == "single" else 1,
        )
        for name, structure in structures.items()
    )
    bundle = small_bundle(*codes)
    languages = tuple(
        replace(
            each,
            questions=each.questions | {q.key: words_for(q.type, q.structure, q.key, each.code) for q in questions},
        )
        for each in bundle.languages
    )
    ordered = tuple(sorted((*bundle.questions, *questions), key=lambda each: each.key))
    return replace(bundle, questions=ordered, languages=languages, media=MEDIA[:1])


@pytest.fixture
def folder(tmp_path):
    folder = write(every_type("en", "id", "ur"), tmp_path / "bundle")
    (folder / "media").mkdir()
    (folder / "media" / "hands.png").write_bytes(FILES["hands.png"])
    return folder


def test_every_type_is_read_as_it_was_written(folder):
    bundle = read_bundle(folder)
    assert bundle_files(bundle) == bundle_files(every_type("en", "id", "ur"))
    for question in bundle.questions:
        assert sound(question.type, question.structure, question.answer_key) == []
    assert {name for each in bundle.questions for name in pictures_of(each.structure)} == {"hands"}


@pytest.mark.django_db
def test_import_export_and_import_again_change_no_byte(folder, tmp_path):
    apply_plan(plan_import(read_bundle(folder)))
    versions = {version.item.key: version for version in ItemVersion.objects.select_related("item")}
    assert {version.item.type for version in versions.values()} == set(TYPES)
    assert versions["T-single"].points == 2 and versions["T-multiple"].structure["pinned"] == ["c"]
    (address,) = pictures_in(versions["T-hotspot"].structure)
    assert FrozenFileUse.objects.filter(file=address[7:71]).exists(), "nothing clears the picture away"

    export_course("small-course", tmp_path / "out")
    first = contents(tmp_path / "out")
    plan = plan_import(read_bundle(tmp_path / "out"))
    assert not [each for each in plan.changes if each.kind in ("question", "wording")]
    apply_plan(plan)
    export_course("small-course", tmp_path / "again")
    assert contents(tmp_path / "again") == first
    assert {name: first[name] for name in ("questions.yaml", "en/questions.yaml")} == {
        name: contents(folder)[name] for name in ("questions.yaml", "en/questions.yaml")
    }
    assert ItemVersion.objects.count() == Item.objects.count()


@pytest.mark.django_db
def test_a_question_is_not_on_the_shelf_of_a_language_that_its_key_does_not_speak(folder):
    apply_plan(plan_import(read_bundle(folder)))
    asked = {}
    for item in EditionItem.objects.select_related("version__item"):
        asked.setdefault(item.version.item.type, set()).add(item.language)
    assert asked["shorttext"] == asked["gaps"] == {"en", "id"}
    assert asked["set"] == asked["number"] == asked["essay"] == {"en", "id", "ur"}


@pytest.mark.django_db
def test_another_file_under_the_same_key_is_another_version_of_its_questions(folder):
    apply_plan(plan_import(read_bundle(folder)))
    Picture.objects.update(sha256="0" * 64)
    changed = [each.key for each in plan_import(read_bundle(folder)).changes if each.kind == "question"]
    assert sorted(changed) == ["T-essay", "T-hotspot"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("picture: hands", "picture: feet", "has no picture “feet”"),
        ("scoring: penalty", "scoring: half", "“scoring” is “half”"),
        ("pinned: [c]", "pinned: [z]", "“z” is to keep its place, and is no option"),
        ("weight: 2", "weight: 0", "“weight” must be from 1"),
        ("tolerance: '0.5'", "tolerance: half", "“half” is no number"),
        ("unit: km", "unit: m", "names the unit"),
        ("length: 2000", "length: 99999", "“length” must be from 1 to 20000"),
        ("id: r1\n      points: 4", "id: r1\n      points: 0", "“points” must be from 1 to 25"),
        ("id: r1\n      points: 4", "id: r1\n      points: 20", "a rubric gives 25 points at most"),
        ("x: 55", "x: 99", "does not lie on the picture"),
        ("en: [Jetty, Pier]", "th: [Jetty]", "No answer is accepted in “en”"),
        ("id: p1\n      type: single", "id: p1\n      type: essay", "“essay”, which is unknown"),
        ("g1: a", "g1: z", "names “z”, which is no option"),
    ],
)
def test_what_is_wrong_with_a_question_is_said_with_its_place(folder, old, new, message):
    edit(folder / "questions.yaml", old, new)
    with pytest.raises(BundleProblems) as refusal:
        read_bundle(folder)
    assert any(message in str(each) for each in refusal.value.problems), refusal.value


def test_a_translation_that_loses_a_criterion_of_the_rubric_is_refused(folder):
    edit(folder / "id" / "questions.yaml", "    r1: T-essay rubric r1 (id)\n", "")
    with pytest.raises(BundleProblems, match="rubric: the text of “r1” is missing"):
        read_bundle(folder)


def test_a_translation_that_loses_a_gap_is_refused(folder):
    edit(folder / "id" / "questions.yaml", "[[g2]]", "g2")
    with pytest.raises(BundleProblems, match="g2"):
        read_bundle(folder)
