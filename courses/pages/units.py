"""What a reviewer looks at: a module in one language, and the text of the catalogue.

The digest of a unit covers everything of it that an officer would read: the page, its lessons with whatever is neutral
in them, what their blocks choose, and the questions. It does not cover how that is rendered, so a new release of the
software makes no signature void.

In the source language the drafts are looked at, as authors submit them; in another language what is live in the
workshop, because there wagtail-localize has no drafts that would be more than words without a place.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import models
from wagtail import blocks
from wagtail.models import Page

from assessments.drawing.planned import Words as RulesWords
from assessments.drawing.planned import words_in_rules
from assessments.models import Item, ItemVersion, ItemWording
from assessments.services import questions_of
from assessments.wordings import Within
from courses.pages.blocks import BODY, is_known, split
from courses.pages.drafts import draft_tree_of
from courses.pages.models import CoursePage, LessonPage
from courses.pages.rendering import Words
from courses.pages.selectors import COURSE_KEY, Renderings, Tree, renderings, tree_of
from courses.pages.translation import FIELDS, AnyPage, Rendering, texts_of
from learning.manifest import digest_of
from learning.models import Course
from lms.text import tidy

#: What of a page is no text and no rule of the course, or is looked at elsewhere.
_NOT_READ = frozenset({"page_ptr", "course", "key", "body", "review_due_on"})


@dataclass(frozen=True)
class Question:
    """One question of a unit: its newest version, its wording in the unit's language, and that of the source."""

    version: ItemVersion
    wording: ItemWording
    original: ItemWording

    @property
    def key(self) -> str:
        return self.version.item.key

    @property
    def text(self) -> dict[str, Any]:
        """What is compared."""
        version = self.version
        return {
            "key": self.key,
            "type": version.item.type,
            "pool": version.item.pool,
            "structure": version.structure,
            "answer_key": version.answer_key,
            "must_be_right": version.must_be_right,
            "scenario": version.scenario,
            "source": version.source,
            "wording": self.wording.text,
            "language": self.wording.language,
        }


@dataclass(frozen=True)
class Unit:
    """A module, or the text of the catalogue, in one language.

    Attributes:
        key: of the module, or ``course``.
        shown: its page, then its lessons in order, as that language shows them.
        questions: of the module, and those that its lessons ask; those of no module with the catalogue.
        rows: what the blocks of the course choose, fetched together.
    """

    course: Course
    key: str
    language: str
    source_language: str
    shown: tuple[Rendering, ...]
    questions: tuple[Question, ...] = field(default=())
    rows: "Chosen | None" = field(default=None, compare=False, repr=False)

    @property
    def is_translation(self) -> bool:
        return self.language != self.source_language

    @property
    def is_course(self) -> bool:
        return self.key == COURSE_KEY

    @property
    def title(self) -> str:
        return self.shown[0].text("title")

    @property
    def page(self) -> AnyPage:
        """The page that is submitted: in its own language, or the source's while there is none."""
        return self.shown[0].own or self.shown[0].source

    @property
    def own_pages(self) -> list[AnyPage]:
        """All pages of the unit in its language."""
        return [each.own for each in self.shown if each.own is not None]

    @cached_property
    def text(self) -> dict[str, Any]:
        """Everything that is looked at, as JSON."""
        head, *lessons = self.shown
        found: dict[str, Any] = {
            "page": self._page(head),
            "lessons": [self._page(each) for each in lessons],
            "questions": [each.text for each in self.questions],
        }
        # Left out where there are none, so that what was signed before stays signed.
        return found | ({"tests": {each.name: each.text for each in self.rules_words}} if self.rules_words else {})

    @cached_property
    def rules_words(self) -> list[RulesWords]:
        """What officers read of the rules of the tests; it is looked at with the catalogue."""
        return words_in_rules(self.course, self.language) if self.is_course else []

    @cached_property
    def digest(self) -> str:
        return digest_of({"unit": self.key, "language": self.language, **self.text})

    def _page(self, shown: Rendering) -> dict[str, Any]:
        source = shown.source
        found: dict[str, Any] = {
            "key": getattr(source, "key", COURSE_KEY),
            "fields": {name: text for name in FIELDS[type(source)] if (text := tidy(shown.text(name)))},
        }
        if not self.is_translation or isinstance(source, LessonPage):
            found["neutral"] = _neutral(source)
        if isinstance(source, LessonPage):
            found["blocks"] = [
                block_text(words, self.rows) for words in shown.blocks() if is_known(words.value["type"])
            ]
        return found


class Chosen:
    """The rows that the blocks of some pages choose (pictures, documents), one statement for each table."""

    def __init__(self, pages: Iterable[AnyPage]) -> None:
        self._pages = [page for page in pages if isinstance(page, LessonPage)]
        self._rows: dict[type[models.Model], dict[str, models.Model]] = {}

    @cached_property
    def _wanted(self) -> dict[type[models.Model], set[Any]]:
        found: dict[type[models.Model], set[Any]] = {}
        for page in self._pages:
            for raw in page.body.raw_data:
                if is_known(raw["type"]):
                    for model, pk in _choices(BODY.child_blocks[raw["type"]], raw["value"]):
                        found.setdefault(model, set()).add(pk)
        return found

    def row(self, model: type[models.Model], pk: Any) -> models.Model | None:
        """One of them; also one that none of the pages chooses, by a statement of its own."""
        if pk not in self._wanted.get(model, ()):
            return _row(model, pk)
        if model not in self._rows:
            rows = model._default_manager.filter(pk__in=self._wanted[model])
            self._rows[model] = {str(row.pk): row for row in rows}
        return self._rows[model].get(str(pk))


def _row(model: type[models.Model], pk: Any) -> models.Model | None:
    found: models.Model | None = model._default_manager.filter(pk=pk).first()
    return found


def block_text(words: Words, rows: Chosen | None = None) -> dict[str, Any]:
    """One block as it is compared: its words, what is neutral, what it chooses, and what is shown under it as newer.

    Arguments:
        rows: where what it chooses was fetched together with that of other blocks.
    """
    raw = words.value
    neutral, _texts = split(raw)
    found: dict[str, Any] = {
        "id": raw["id"],
        "type": raw["type"],
        "words": {path: text for path, text in texts_of(raw).items() if text},
        "language": words.language,
    }
    if rest := _pruned({name: value for name, value in neutral.items() if name not in ("id", "type")}):
        found["neutral"] = rest
    chosen = _choices(BODY.child_blocks[raw["type"]], raw["value"])
    if found_rows := [_as_compared(model, pk, rows) for model, pk in chosen]:
        found["chosen"] = found_rows
    if words.source:
        found["original"] = texts_of(words.source)
    return found


def _neutral(page: AnyPage) -> dict[str, Any]:
    """The fields of a page that are no words and differ from what a new page has."""
    found = {}
    for each in page._meta.local_fields:
        if each.name in _NOT_READ or each.name in FIELDS[type(page)]:
            continue
        value = getattr(page, each.attname)
        if value not in (each.get_default(), "", None):
            found[each.name] = value if isinstance(value, bool | int | str | list | dict) else str(value)
    return found


def _pruned(value: Any) -> Any:
    """A value without what is empty: a field that a block gets later is empty in every block there is."""
    if isinstance(value, Mapping):
        return {name: rest for name, each in value.items() if (rest := _pruned(each)) not in ("", None, [], {})}
    if isinstance(value, list):
        return [_pruned(each) for each in value]
    return value


def _choices(definition: blocks.Block, value: Any) -> Iterator[tuple[type[models.Model], Any]]:
    """What a block chooses (a picture, a document): the model and the primary key of each."""
    if isinstance(definition, blocks.StructBlock):
        for name, child in definition.child_blocks.items():
            yield from _choices(child, (value or {}).get(name))
    elif isinstance(definition, blocks.ListBlock):
        for entry in value or []:
            yield from _choices(definition.child_block, entry["value"])
    elif isinstance(definition, blocks.StreamBlock):
        for entry in value or []:
            child = definition.child_blocks.get(entry["type"])
            if child is not None:
                yield from _choices(child, entry["value"])
    elif isinstance(definition, blocks.ChooserBlock) and value:
        yield definition.model_class, value


def _as_compared(model: type[models.Model], pk: Any, rows: Chosen | None) -> dict[str, Any]:
    """A chosen row with its fields, so that another file under the same id is seen."""
    row = None
    if not issubclass(model, Page):
        row = rows.row(model, pk) if rows else _row(model, pk)
    return {"model": model._meta.label_lower, "pk": str(pk), "fields": _fields(row) if row else {}}


def _fields(row: models.Model) -> dict[str, str]:
    return {
        each.name: str(each.value_from_object(row))
        for each in row._meta.concrete_fields
        if not each.is_relation and not isinstance(each, models.DateTimeField) and each.value_from_object(row)
    }


# --- finding units


def units_of(course: Course, shown: Renderings, source: Tree, *, within: Within | None = None) -> list[Unit]:
    """The units of one language of a course: of a translation only those of which something is translated.

    Arguments:
        within: the grace of questions that are behind; none where only current ones are looked at.
    """
    language, source_language = shown.language, source.language
    modules = {module.key: tuple(lesson.key for lesson in lessons) for module, lessons in source.modules}
    own: dict[str, list[Question]] = {key: [] for key in (COURSE_KEY, *modules)}
    by_uuid: dict[str, Question] = {}
    for version, wordings in questions_of(course, list(Item.Pool.values), source_language, within=within):
        wording = wordings.get(language)
        if wording is None:
            continue
        question = Question(version, wording, wordings[source_language])
        by_uuid[str(version.item.uuid)] = question
        own[unit_of(version, modules)].append(question)
    rows = Chosen(each.source for each in shown.lessons.values())
    catalogue = (shown.course,)
    found = [Unit(course, COURSE_KEY, language, source_language, catalogue, tuple(own[COURSE_KEY]), rows)]
    for key, lessons in modules.items():
        there = [shown.lessons[lesson] for lesson in lessons if shown.lessons[lesson].is_translated]
        if not there and not shown.modules[key].is_translated:
            continue
        questions = {question.key: question for question in own[key]}
        for asked in _asked(there):
            if asked in by_uuid:
                questions.setdefault(by_uuid[asked].key, by_uuid[asked])
        in_order = tuple(questions[each] for each in sorted(questions))
        found.append(Unit(course, key, language, source_language, (shown.modules[key], *there), in_order, rows))
    return [unit for unit in found if unit.shown[0].is_translated or len(unit.shown) > 1]


def unit_of(version: ItemVersion, modules: Mapping[str, Any]) -> str:
    """The key of the unit that a question is looked at with: its module, else the catalogue."""
    return version.module if version.module in modules else COURSE_KEY


def _asked(lessons: Sequence[Rendering]) -> Iterator[str]:
    """The uuids of the practice questions that lessons ask."""
    for lesson in lessons:
        assert isinstance(lesson.source, LessonPage)
        for raw in lesson.source.body.raw_data:
            if raw["type"] == "check":
                yield str(raw["value"].get("item", ""))


def draft_units(source: CoursePage) -> list[Unit]:
    """The units of the source language as their authors have them now.

    What was withdrawn is not among them; it comes back by being published, and then waits for the review.
    """
    tree = draft_tree_of(source)
    return units_of(source.course, renderings(tree, tree), tree)


def live_units(source: CoursePage, page: CoursePage) -> list[Unit]:
    """The units of a translation, as they are live in the workshop."""
    tree = tree_of(source)
    return units_of(source.course, renderings(tree, tree_of(page)), tree)
