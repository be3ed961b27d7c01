"""Branching scenarios in a bundle: they come and go whole, and one that never ends is told with its line."""

from dataclasses import replace
from pathlib import Path

import pytest

from courses.pages.exchange import BundleProblems, apply_plan, export_course, plan_import, read_bundle
from courses.pages.exchange.bundle import Bundle
from tests.courses.bundles import block, contents, edit, line_of, row_counts, small_bundle, write

pytestmark = pytest.mark.django_db

NEUTRAL = {
    "roles": [{"id": "r1", "key": "border", "start": "gate"}],
    "nodes": [
        {
            "id": "n1",
            "key": "gate",
            "kind": "situation",
            "choices": [
                {"id": "c1", "quality": "best", "target": "done"},
                {"id": "c2", "quality": "harmful", "target": "done"},
            ],
            "outcome": "",
            "source": "",
        },
        {"id": "n2", "key": "done", "kind": "end", "choices": [], "outcome": "good", "source": "L1 6(3)"},
    ],
}
WORDS = {
    "title": "At the gate",
    "introduction": "A bus arrives.",
    "roles.r1.name": "Border officer",
    "nodes.n1.text": "Somebody looks away.",
    "nodes.n1.choices.c1.text": "Ask alone",
    "nodes.n1.choices.c1.consequence": "She speaks.",
    "nodes.n1.choices.c1.feedback": "",
    "nodes.n1.choices.c2.text": "Wave through",
    "nodes.n1.choices.c2.consequence": "She is gone.",
    "nodes.n1.choices.c2.feedback": "A sign was there.",
    "nodes.n1.debrief": "",
    "nodes.n2.text": "She is safe.",
    "nodes.n2.debrief": "Time and calm helped.",
}


def with_scenario(*codes: str) -> Bundle:
    bundle = small_bundle(*codes)
    (module,) = bundle.modules
    first, second = module.lessons
    second = replace(second, blocks=(*second.blocks, block("play", "branching", **NEUTRAL)))
    languages = []
    for language in bundle.languages:
        text = language.lessons["m1-l2"]
        text = replace(text, blocks={**text.blocks, "play": dict(WORDS)})
        languages.append(replace(language, lessons={**language.lessons, "m1-l2": text}))
    return replace(bundle, modules=(replace(module, lessons=(first, second)),), languages=tuple(languages))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(with_scenario(), tmp_path / "small-course")


def test_a_scenario_comes_and_goes_whole(folder, tmp_path):
    apply_plan(plan_import(read_bundle(folder)))
    export_course("small-course", tmp_path / "out")
    assert contents(tmp_path / "out") == contents(folder)
    assert plan_import(read_bundle(folder)).changes == []


@pytest.mark.parametrize(
    ("old", "new", "mark", "words"),
    [
        ("target: done", "target: gate", "target: done", "for ever"),
        ("target: done", "target: nowhere", "target: nowhere", "nowhere"),
        ("kind: end", "kind: finish", "kind: finish", "is “finish”, which is unknown"),
        ("quality: best", "quality: fine", "quality: fine", "is “fine”, which is unknown"),
    ],
)
def test_a_scenario_that_cannot_be_played_is_told_with_its_line(folder, old, new, mark, words):
    path = folder / "course.yaml"
    edit(path, old, new)
    if words == "for ever":
        edit(path, old, new)  # now both choices lead back
        mark = "- id: n1"
    before, line = row_counts(), line_of(path, mark)
    with pytest.raises(BundleProblems) as caught:
        read_bundle(folder)
    found = [each for each in caught.value.problems if words in each.message]
    assert found and found[0].file == f"{folder}/course.yaml", str(caught.value)
    assert abs(found[0].line - line) <= 2, str(caught.value)
    assert row_counts() == before
