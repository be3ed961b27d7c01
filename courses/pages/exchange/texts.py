"""From the folder of one language to its texts, checked against the neutral part of the course."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assessments.types import TYPES
from courses.pages.blocks import has_words
from courses.pages.exchange.bundle import (
    COURSE_FILE,
    QUESTIONS_FILE,
    Language,
    Lesson,
    LessonText,
    Module,
    ModuleText,
    Question,
)
from courses.pages.exchange.parts import WordsReader, needs_words
from courses.pages.exchange.questions import wording_parts
from courses.pages.exchange.reading import Fields, Node, Place, Problem, nearest, read_yaml
from courses.pages.models import CoursePage, LessonPage, ModulePage
from courses.pages.translation import FIELDS, block_part

TITLE = 255
AUDIENCE = 250


def read_language(
    folder: Path,
    label: str,
    code: str,
    review_state: str,
    place: Place,
    modules: Sequence[Module],
    questions: Sequence[Question],
    problems: list[Problem],
) -> Language | None:
    """All texts of one language, or None when they cannot be read; what is wrong goes to `problems`."""
    if not folder.is_dir():
        problems.append(place.problem(f"the language “{code}” has no folder “{code}”; add it or remove the language."))
        return None
    lessons = [lesson for module in modules for lesson in module.lessons if lesson.key]
    known = {COURSE_FILE, QUESTIONS_FILE, *(f"{lesson.key}.yaml" for lesson in lessons)}
    for path in sorted(folder.iterdir()):
        if path.name not in known and not path.name.startswith((".", "__")):
            hint = nearest(path.name, sorted(name for name in known if not (folder / name).exists()))
            problems.append(Problem(f"{label}/{path.name}", 1, f"no lesson of the course has this name.{hint}"))

    texts = {lesson.key: _lesson(folder, label, lesson, problems) for lesson in lessons}
    wordings = _questions(folder, label, questions, problems)
    root = _read(folder, label, COURSE_FILE, "the course has no title and no summary in this language", problems)
    if root is None:
        return None
    course = Fields(root, problems, "the course")
    language = Language(
        code=code,
        review_state=review_state,
        title=course.text("title", most=TITLE),
        summary=course.text("summary", lines=True),
        audience=course.text("audience", most=AUDIENCE),
        outcomes=course.texts("outcomes"),
        sources=course.texts("sources", required=False),
        credits=course.text("credits", required=False, lines=True),
        behind=_named(course, "behind", modules, questions),
        confirmed=_named(course, "confirmed", modules, questions),
        modules=_modules(course, modules, problems),
        lessons={key: text for key, text in texts.items() if text},
        questions=wordings,
        place=place,
    )
    course.done()
    return language


def _read(folder: Path, label: str, name: str, what: str, problems: list[Problem]) -> Node | None:
    if not (folder / name).is_file():
        problems.append(Problem(f"{label}/{name}", 1, f"the file is missing: {what}; write it."))
        return None
    return read_yaml(folder / name, f"{label}/{name}", problems)


def _named(course: Fields, name: str, modules: Sequence[Module], questions: Sequence[Question]) -> tuple[str, ...]:
    """The texts that a list names; each must be one of the course."""
    known = {f"course/{field}" for field in FIELDS[CoursePage]} | {question.key for question in questions}
    for module in modules:
        known |= {f"{module.key}/{field}" for field in FIELDS[ModulePage]}
        for lesson in module.lessons:
            known |= {f"{lesson.key}/{field}" for field in FIELDS[LessonPage]}
            known |= {f"{lesson.key}/{block_part(block.id)}" for block in lesson.blocks if has_words(block.type)}
    found = []
    for node in course.items(name, required=False):
        text = course.as_text(node, f"an entry of “{name}”")
        if text and text not in known:
            hint = nearest(text, known)
            course.complain(f"“{name}” names “{text}”, which is no text of this course.{hint}", node.place)
        found.append(text)
    return tuple(sorted(set(found)))


def _modules(course: Fields, modules: Sequence[Module], problems: list[Problem]) -> dict[str, ModuleText]:
    found: dict[str, ModuleText] = {}
    keys = [module.key for module in modules if module.key]
    for key, place, node in course.mapping("modules"):
        fields = Fields(node, problems, f"module {key}")
        found[key] = ModuleText(title=fields.text("title", most=TITLE), objectives=fields.texts("objectives"))
        fields.done()
        if key not in keys:
            hint = nearest(key, [each for each in keys if each not in course.entries["modules"].value] or keys)
            course.complain(f"the course has no module “{key}”.{hint}", place)
    for key in keys:
        if key not in found and "modules" in course.entries:
            course.complain(f"module “{key}” has no text in this language; add it.", course.place("modules"))
    return found


def _lesson(folder: Path, label: str, lesson: Lesson, problems: list[Problem]) -> LessonText | None:
    root = _read(folder, label, f"{lesson.key}.yaml", f"lesson “{lesson.key}” has no text in this language", problems)
    if root is None:
        return None
    fields = Fields(root, problems, f"lesson {lesson.key}")
    title = fields.text("title", most=TITLE)
    by_id = {block.id: block for block in lesson.blocks}
    worded = {
        block.id: WordsReader(block.type, block.neutral, fields) for block in lesson.blocks if has_words(block.type)
    }
    needed = [block.id for block in lesson.blocks if has_words(block.type) and needs_words(block.type, block.neutral)]
    for block_id, place, node in fields.mapping("blocks", required=bool(needed)):
        if block_id not in by_id:
            fields.complain(
                f"the course has no block “{block_id}” in lesson “{lesson.key}”.{nearest(block_id, worded)}", place
            )
        elif block_id not in worded:
            fields.complain(f"the block “{block_id}” has no text of its own; remove it here.", place)
        else:
            worded[block_id].read(node)
    for block_id in needed:
        if not worded[block_id].places and "blocks" in fields.entries:
            fields.complain(
                f"the text of block “{block_id}” is missing in lesson “{lesson.key}”; add it.",
                fields.place("blocks"),
            )
    fields.done()
    return LessonText(
        title=title,
        blocks={block_id: reader.words for block_id, reader in worded.items()},
        places={block_id: reader.places for block_id, reader in worded.items()},
    )


def _questions(
    folder: Path, label: str, questions: Sequence[Question], problems: list[Problem]
) -> dict[str, dict[str, Any]]:
    root = _read(folder, label, QUESTIONS_FILE, "the questions have no text in this language", problems)
    if root is None:
        return {}
    if not isinstance(root.value, dict):
        problems.append(root.place.problem(f"the questions must be a mapping of their keys, not {root.kind}."))
        return {}
    by_key = {question.key: question for question in questions}
    if by_key and root.value and not by_key.keys() & root.value.keys():
        problems.append(
            root.place.problem(
                f"none of these {len(root.value)} questions is one of this course: this looks like the translation of "
                "another course; put the right folder here."
            )
        )
        return {}
    found: dict[str, dict[str, Any]] = {}
    for key, node in root.value.items():
        if key not in by_key:
            # Without a readable list of questions every text would be a stranger: that is one problem, not many.
            if questions:
                hint = nearest(key, [each for each in by_key if each not in root.value])
                problems.append(root.keys[key].problem(f"the course has no question “{key}”.{hint}"))
            continue
        found[key] = _wording(by_key[key], node, root.keys[key], problems)
    # What is being written is translated when it is done.
    missing = [key for key, question in by_key.items() if key not in found and not question.sorting.draft]
    problems += [root.place.problem(f"question {key} has no text in this language; add it.") for key in missing]
    return found


def _wording(question: Question, node: Node, place: Place, problems: list[Problem]) -> dict[str, Any]:
    fields = Fields(node, problems, f"question {question.key}")
    wording: dict[str, Any] = {"stem": fields.text("stem", required=False, lines=True)}
    parts = wording_parts(question.type, question.structure) if question.type in TYPES else {"options": []}
    for part, ids in parts.items():
        if ids is None:
            wording[part] = fields.text(part, required=False, lines=True)
            continue
        texts = {
            each: fields.as_text(value, f"the text of “{each}”", lines=part in ("questions", "text"))
            for each, _place, value in fields.mapping(part, required=False)
        }
        wording[part] = {each: texts[each] for each in ids if each in texts} | texts
    wording["feedback"] = fields.text("feedback", required=False, lines=True)
    for name in ("answer", "answer_key"):
        if fields.get(name, required=False):
            fields.complain(
                f"question {question.key}: the answer is the same in every language and stands in the course’s own "
                f"{QUESTIONS_FILE}; remove “{name}” here.",
                fields.place(name),
            )
    fields.done()
    if question.type in TYPES and fields.is_mapping:
        for message in TYPES[question.type].wording_problems(question.structure, wording):
            part = message.partition(":")[0]
            problems.append(
                (fields.place(part) if part in fields.entries else place).problem(f"question {question.key}: {message}")
            )
    return wording
