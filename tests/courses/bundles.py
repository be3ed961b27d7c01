"""A small course bundle with every kind of block and question, made to be broken in one place."""

import json
import uuid
from collections.abc import Callable
from pathlib import Path

from django.apps import apps

from courses.pages.exchange.bundle import (
    Block,
    Bundle,
    Language,
    Lesson,
    LessonText,
    Module,
    ModuleText,
    Question,
    Test,
)
from courses.pages.exchange.writing import bundle_files


def block(block_id: str, block_type: str, **fields: str) -> Block:
    return Block(neutral={"id": block_id, "type": block_type, **fields})


def question(key: str, pool: str, kind: str = "single", scenario: str = "") -> Question:
    structure = {"options": ["a", "b"]}
    answer: object = ["a"]
    if kind == "multiple":
        answer = ["a", "b"]
    elif kind == "ordering":
        answer = ["b", "a"]
    elif kind == "matching":
        structure["left"], answer = ["1", "2"], {"1": "b", "2": "a"}
    return Question(
        key=key,
        type=kind,
        pool=pool,
        module="m1",
        scenario=scenario,
        structure=structure,
        answer_key=answer,
        source="L1",
    )


def language(code: str, questions: tuple[Question, ...], state: str = "draft") -> Language:
    """Texts in one language: every text ends in the language's code."""

    def say(text: str) -> str:
        return f"{text} ({code})"

    return Language(
        code=code,
        review_state=state,
        title=say("A small course"),
        summary=say("First line.\n\nSecond line: with a colon"),
        audience=say("Everyone"),
        outcomes=(say("Know one thing"), say("Do another")),
        modules={"m1": ModuleText(title=say("Module one"), objectives=(say("Objective"),))},
        lessons={
            "m1-l1": LessonText(
                title=say("Lesson one"),
                blocks={
                    "kp-1": {"text": say("A point")},
                    "para": {"": f"<p>Some <b>rich</b> text ({code})</p>"},
                    "box": {"title": say("Box"), "text": say("In the box")},
                },
            ),
            "m1-l2": LessonText(
                title=say("Lesson two"), blocks={"note": {"text": say("A note")}, "scenario": {"text": say("A case")}}
            ),
        },
        questions={
            each.key: {
                "stem": say(f"Stem {each.key}"),
                "options": {option: say(option) for option in each.structure["options"]},
                **({"left": {left: say(left) for left in each.structure["left"]}} if "left" in each.structure else {}),
                "feedback": say("Because"),
            }
            for each in questions
        },
    )


def small_bundle(*codes: str, state: str = "draft") -> Bundle:
    questions = (
        question("B1", "pretest", "truefalse"),
        question("F1", "test"),
        question("F2", "test", "matching"),
        question("F3", "test", "ordering", scenario="m1-l2"),
        question("P1", "practice"),
        question("P2", "practice", "multiple", scenario="m1-l2"),
    )
    lessons = (
        Lesson(
            key="m1-l1",
            minutes=10,
            level="W0",
            blocks=(
                block("kp-1", "key_point", source="L1 3(a)"),
                block("para", "paragraph"),
                block("box", "callout", kind="info"),
                block("check-1", "check", item="P1"),
            ),
        ),
        Lesson(
            key="m1-l2",
            minutes=5,
            level="W1",
            blocks=(
                block("note", "content_note", level="W1"),
                block("scenario", "scenario"),
                block("check-1", "check", item="P2"),
            ),
        ),
    )
    return Bundle(
        id=uuid.UUID("5a3c0d52-0c5e-4f0e-9f39-6f1f0d7a2b11"),
        code="S1",
        slug="small-course",
        pillar="prevention",
        access="open",
        position=7,
        source_language="en",
        pass_mark=80,
        validity_months=36,
        design_minutes=60,
        must_be_right=("F1",),
        pretest=Test(draw=1, minutes=5),
        final=Test(draw=3, minutes=10),
        modules=(Module(key="m1", minutes=15, level="W1", lessons=lessons),),
        questions=questions,
        languages=tuple(language(code, questions, state) for code in codes or ("en",)),
    )


def write(bundle: Bundle, folder: Path) -> Path:
    for name, content in bundle_files(bundle).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(path: Path, text: str) -> int:
    """The line in which a text stands first."""
    return next(number for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if text in line)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def row_counts() -> dict[str, int]:
    """The number of rows of every table."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def rewrite(bundle_folder: Path, change: Callable[[str], str]) -> None:
    """Change the text of every file of a bundle."""
    for path in bundle_folder.rglob("*.yaml"):
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def as_json(text: str) -> dict:
    """The one JSON document of a command's output."""
    document = json.loads(text)
    assert isinstance(document, dict)
    return document
