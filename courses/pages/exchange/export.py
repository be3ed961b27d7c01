"""From the database back to a bundle: the live pages of a course and its current questions."""

import shutil
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from assessments.models import Item
from assessments.wordings import current
from courses.pages.blocks import has_words, is_known
from courses.pages.exchange.bundle import (
    COURSE_FILE,
    Block,
    Bundle,
    Language,
    Lesson,
    LessonText,
    Medium,
    Module,
    ModuleText,
    Question,
    Test,
)
from courses.pages.exchange.details import details_of
from courses.pages.exchange.files import read_bundle
from courses.pages.exchange.media import MEDIA_FOLDER, media_of
from courses.pages.exchange.parts import leaves
from courses.pages.exchange.present import (
    Present,
    PresentItem,
    PresentTree,
    lines,
    load,
    present_body,
    present_version,
    tidy_wording,
)
from courses.pages.exchange.questions import with_pictures
from courses.pages.exchange.reading import BundleProblems, Fields, read_yaml
from courses.pages.exchange.test_rules import present_rules
from courses.pages.exchange.writing import bundle_files, media_files
from courses.pages.gate import review_of
from courses.pages.selectors import Renderings, renderings, tree_of
from courses.pages.translation import State
from learning.manifest import DELTA, FINAL, PRETEST
from learning.models import Course, ReviewState
from lms.archive import write_zip
from lms.text import natural, tidy


class NotExportable(ValueError):
    """The course cannot be written as a bundle, or not to this place; the message says why."""


@dataclass(frozen=True)
class Exported:
    """What was written, and what had to be left out."""

    bundle: Bundle
    files: tuple[str, ...]
    notes: tuple[str, ...]


def export_course(slug: str, path: Path) -> Exported:
    """Write the bundle of a course to a folder, or to a file whose name ends in ``.zip``.

    A folder may be new, empty, or hold an earlier bundle of the same course, which is then brought up to date.

    Raises:
        NotExportable: no such course, nothing to export, or the place holds something else.
    """
    course = Course.objects.filter(slug=slug).first()
    if course is None:
        known = ", ".join(Course.objects.values_list("slug", flat=True)) or "none yet"
        raise NotExportable(f"There is no course “{slug}”. Courses: {known}.")
    bundle, notes = bundle_of(course)
    files: dict[str, bytes | Medium] = {**bundle_files(bundle), **media_files(bundle)}
    _check_readable(files, slug)
    if path.suffix.lower() == ".zip":
        _write_zip(path, {f"{slug}/{name}": content for name, content in files.items()})
    else:
        _write_folder(path, files, course.uuid)
    return Exported(bundle, tuple(files), tuple(notes))


def bundle_of(course: Course) -> tuple[Bundle, list[str]]:
    """The bundle of a course as it is, and notes on languages that had to be left out.

    Raises:
        NotExportable: there are no pages, or texts are missing in the source language.
    """
    present = load(course.uuid)
    trees = {language: tree for language, tree in present.trees.items() if tree.page.live}
    if not trees:
        raise NotExportable(f"The course “{course.slug}” has no published pages yet; there is nothing to export.")
    # The source language is the one that came first: translations are made from it.
    source_language = min(trees, key=lambda language: trees[language].page.pk)
    source = trees[source_language]
    workshop = tree_of(source.page)
    modules = _modules(source, present.keys)
    items = _current(present)
    questions = tuple(_question(items[key], present.pictures) for key in sorted(items, key=natural))
    languages, notes = [], []
    for code in sorted(trees, key=lambda code: (code != source_language, code)):
        shown = renderings(workshop, tree_of(trees[code].page))
        states = set(review_of(course, workshop, [shown]).states(code).values())
        state = ReviewState.REVIEWED if states == {ReviewState.REVIEWED} else ReviewState.DRAFT
        language, missing = _language(code, trees[code], present, modules, questions, shown, source_language, state)
        if language is not None:
            languages.append(language)
        elif code == source_language:
            raise NotExportable(f"The course “{course.slug}” is not complete in “{code}”: {'; '.join(missing)}.")
        else:
            notes.append(f"“{code}” was left out, its translation is not complete: {'; '.join(missing)}.")
    page = source.page
    media = media_of((lesson for module in modules for lesson in module.lessons), questions)
    rules = present_rules(course)
    bundle = Bundle(
        id=course.uuid,
        code=course.code,
        slug=course.slug,
        pillar=course.pillar,
        access=course.access,
        position=course.position,
        source_language=source_language,
        pass_mark=page.pass_mark,
        validity_months=page.validity_months,
        design_minutes=page.design_minutes,
        must_be_right=tuple(key for key in sorted(items, key=natural) if items[key].version.must_be_right),
        pretest=Test(draw=page.pretest_draw, minutes=page.pretest_minutes, rules=rules.get(PRETEST)),
        final=Test(draw=page.final_draw, minutes=page.final_minutes, rules=rules.get(FINAL)),
        refresher_rules=rules.get(DELTA),
        modules=modules,
        questions=questions,
        languages=tuple(languages),
        media=media,
        details=details_of(page, {str(each): slug for each, slug in Course.objects.values_list("uuid", "slug")}),
    )
    return bundle, notes


def _current(present: Present) -> dict[str, Any]:
    return {key: each for key, each in present.items.items() if each.version and not each.item.retired_at}


def _modules(tree: PresentTree, keys: dict[str, str]) -> tuple[Module, ...]:
    return tuple(
        Module(
            key=module.key,
            minutes=module.minutes,
            level=module.level,
            lessons=tuple(
                Lesson(
                    key=lesson.key,
                    minutes=lesson.minutes,
                    level=lesson.level,
                    is_optional=lesson.is_optional,
                    blocks=tuple(Block(neutral=neutral) for neutral, _texts in _body(lesson, keys)),
                )
                for lesson in tree.live_lessons(module)
            ),
        )
        for module in tree.live_modules()
    )


def _body(lesson: Any, keys: dict[str, str]) -> Any:
    body = present_body(lesson, keys)
    for neutral, _texts in body:
        if not is_known(neutral["type"]):
            raise NotExportable(f"Lesson “{lesson.key}”: the block type “{neutral['type']}” has no place in a bundle.")
        if neutral["type"] == "check" and neutral["item"] not in keys.values():
            raise NotExportable(f"Lesson “{lesson.key}”: the check “{neutral['id']}” asks a question of another bank.")
    return body


def _question(present: PresentItem, pictures: Mapping[str, str]) -> Question:
    item, version = present.item, present.version
    assert version is not None
    fields = present_version(item.type, version, pictures)
    fields.pop("must_be_right")
    structure = with_pictures(fields.pop("structure"), lambda name: _picture_key(item, name))
    return Question(
        key=item.key, type=item.type, pool=item.pool, structure=structure, sorting=present.sorting, **fields
    )


def _picture_key(item: Item, name: str) -> str:
    """The key of a question's picture, of its `picture_name`."""
    key, space, _sha256 = name.partition(" ")
    if not space:
        raise NotExportable(f"Question “{item.key}”: its picture is not among the pictures of the site any more.")
    return key


def _language(
    code: str,
    tree: PresentTree,
    present: Present,
    modules: tuple[Module, ...],
    questions: tuple[Question, ...],
    shown: Renderings,
    source_language: str,
    review_state: str,
) -> tuple[Language | None, list[str]]:
    missing: list[str] = []
    behind: list[str] = []
    for key, page in shown.all().items():
        behind += [f"{key}/{part}" for part in page.parts(State.BEHIND)]
        if page.own:
            missing += [f"{part} of {key}" for part in page.parts(State.MISSING)]
    module_texts, lesson_texts = {}, {}
    for module in modules:
        module_page = tree.modules.get(module.key)
        if module_page is None or not module_page.live:
            missing.append(f"module {module.key}")
            continue
        module_texts[module.key] = ModuleText(
            title=tidy(module_page.title), objectives=tuple(lines(module_page.objectives))
        )
        for lesson in module.lessons:
            lesson_page = tree.lessons.get(lesson.key)
            if lesson_page is None or not lesson_page.live:
                missing.append(f"lesson {lesson.key}")
                continue
            texts = {neutral["id"]: own for neutral, own in present_body(lesson_page, present.keys)}
            lesson_texts[lesson.key] = LessonText(title=tidy(lesson_page.title), blocks=_words(lesson, texts, missing))
    wordings = {}
    for question in questions:
        wording = present.items[question.key].wordings.get(code)
        if wording is None:
            if not question.sorting.draft or code == source_language:
                missing.append(f"question {question.key}")
            continue
        wordings[question.key] = tidy_wording(wording.text)
        if code not in current(present.items[question.key].wordings.values(), source_language):
            behind.append(question.key)
    if missing:
        return None, missing
    page = tree.page
    language = Language(
        code=code,
        review_state=str(review_state),
        title=tidy(page.title),
        summary=tidy(page.summary),
        audience=tidy(page.audience),
        outcomes=tuple(lines(page.outcomes)),
        sources=tuple(lines(page.sources)),
        credits=tidy(page.credits),
        behind=tuple(sorted(behind)),
        modules=module_texts,
        lessons=lesson_texts,
        questions=wordings,
    )
    return language, []


def _words(lesson: Lesson, texts: dict[str, dict[str, str]], missing: list[str]) -> dict[str, dict[str, str]]:
    """The words of every block of a lesson, with the entries that its source has today."""
    found = {}
    for block in lesson.blocks:
        if not has_words(block.type):
            continue
        own = texts.get(block.id, {})
        wanted = leaves(block.type, block.neutral)
        found[block.id] = {leaf.path: own.get(leaf.path, "") for leaf in wanted}
        if any(leaf.is_required and not found[block.id][leaf.path] for leaf in wanted):
            missing.append(f"block {block.id} of {lesson.key}")
    return found


# --- writing it down


def _check_readable(files: dict[str, bytes | Medium], slug: str) -> None:
    """An export that no import would take is no export: say what to repair, in the words of the import."""
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        _write_all(Path(folder), files)
        try:
            read_bundle(Path(folder), label=slug)
        except BundleProblems as reason:
            raise NotExportable(f"The course “{slug}” is not complete. Repair it first:\n{reason}") from reason


def _write_all(folder: Path, files: dict[str, bytes | Medium]) -> None:
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            target.write_bytes(content)
            continue
        with content.holder.opened(name) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file)


def _write_zip(path: Path, files: dict[str, bytes | Medium]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_zip(
            path,
            {
                name: content if isinstance(content, bytes) else partial(content.holder.opened, name)
                for name, content in files.items()
            },
        )
    except OSError as reason:
        raise NotExportable(f"{path} cannot be written ({reason.strerror}).") from reason


def _write_folder(folder: Path, files: dict[str, bytes | Medium], course: uuid.UUID) -> None:
    if folder.exists() and not folder.is_dir():
        raise NotExportable(f"{folder} is a file. Name a folder, or a file that ends in .zip.")
    if folder.is_dir() and any(folder.iterdir()) and not _holds(folder, course):
        raise NotExportable(f"{folder} holds other files. Name a new or an empty folder.")
    try:
        _write_all(folder, files)
        for path in [*folder.glob("*.yaml"), *folder.glob("[!._]*/*.yaml"), *folder.glob(f"{MEDIA_FOLDER}/[!._]*")]:
            if path.relative_to(folder).as_posix() not in files:
                path.unlink()
                if not any(path.parent.iterdir()):
                    path.parent.rmdir()
    except OSError as reason:
        raise NotExportable(f"{folder} cannot be written ({reason.strerror}).") from reason


def _holds(folder: Path, course: uuid.UUID) -> bool:
    root = read_yaml(folder / COURSE_FILE, "", [])
    return root is not None and Fields(root, [], "").text("id").lower() == str(course)
