"""A unit as a reviewer reads it: block by block, beside the source for a translation, with what changed since."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe

from assessments.models import Item, ItemWording
from assessments.selectors import QuestionView, question_view
from assessments.types import TYPES
from courses.pages.blocks import BODY, is_known
from courses.pages.models import LessonPage, ReviewNote
from courses.pages.rendering import MissingItem, Words, render_lesson
from courses.pages.scenario.drawing import graphs_of
from courses.pages.selectors import COURSE_KEY
from courses.pages.translating.machine_words import machine_words
from courses.pages.translation import (
    FIELDS,
    Rendering,
    block_part,
    label_of_field,
    label_of_part,
    texts_of,
    worded_blocks,
)
from courses.pages.units import Question, Unit, block_text

QUESTIONS = "questions"


@dataclass
class Place:
    """One thing on the page of a unit that a note can be written on.

    Attributes:
        name: ``m1-l1/body.kp-1``, ``m1/objectives`` or ``questions/Q1``.
        label: as an author knows it.
        text, html: what officers read; a field is text, a block is HTML.
        graphs: of a branching scenario, every way through it.
        source_text, source_html: the same in the source language, for a translation.
        question, key_is_shown: of a question, with the answer for those who may know it.
        change: ``new`` or ``changed`` since the unit was signed last; empty otherwise.
        before: the words that were signed, where they changed.
        notes: what reviewers wrote here and that is not settled.
        is_machine: whether words of a machine stand here that a person accepted as they were.
    """

    name: str
    label: str
    language: str
    text: str = ""
    html: str = ""
    source_text: str = ""
    source_html: str = ""
    graphs: list[dict[str, Any]] = field(default_factory=list)
    question: QuestionView | None = None
    source_question: QuestionView | None = None
    pool: str = ""
    change: str = ""
    before: str = ""
    notes: list[ReviewNote] = field(default_factory=list)
    is_machine: bool = False


@dataclass
class Section:
    """A page of the unit, or its questions."""

    key: str
    title: str
    places: list[Place]
    language: str = ""
    gone: list[str] = field(default_factory=list)

    @property
    def changes(self) -> int:
        return sum(bool(place.change) for place in self.places) + len(self.gone)


def sections_of(
    unit: Unit, before: Mapping[str, Any] | None, notes: Mapping[str, list[ReviewNote]], *, with_keys: bool
) -> list[Section]:
    """Everything of a unit in the order in which it is read.

    Arguments:
        before: the text that was signed last (`courses.pages.review_desk.last_signed_text`); None shows no changes.
        notes: place → notes that are not settled.
        with_keys: whether the answers of test questions are shown; those of practice questions always are.
    """
    old_pages = {page["key"]: page for page in _pages(before)}
    old_questions = {each["key"]: each for each in before["questions"]} if before else {}
    sections = [_page(unit, shown, old_pages, is_compared=before is not None) for shown in unit.shown]
    old_words = before.get("tests", {}) if before else {}
    for words in unit.rules_words:
        place = Place(f"{COURSE_KEY}/tests.{words.name}", words.label, unit.language, text=words.text)
        _compare(place, words.text, old_words.get(words.name), is_compared=before is not None)
        sections[0].places.append(place)
    if unit.questions:
        places = [_question(unit, each, with_keys) for each in unit.questions]
        for place, each in zip(places, unit.questions, strict=True):
            _compare(place, each.text, old_questions.get(each.key), is_compared=before is not None)
        asked = {each.key for each in unit.questions}
        gone = [each["wording"]["stem"] for key, each in old_questions.items() if key not in asked]
        sections.append(Section(QUESTIONS, "", places, gone=gone))
    _mark_machine(unit, sections)
    for section in sections:
        for place in section.places:
            place.notes = list(notes.get(place.name, ()))
    return sections


def _mark_machine(unit: Unit, sections: list[Section]) -> None:
    if not unit.is_translation:
        return
    machine = machine_words(unit.course, unit.language)
    marked = {
        f"{getattr(shown.source, 'key', COURSE_KEY)}/{part}" for shown in unit.shown for part in machine.parts_of(shown)
    }
    marked |= {
        f"{QUESTIONS}/{each.key}" for each in unit.questions if machine.is_in_question(each.key, each.wording.text)
    }
    for section in sections:
        for place in section.places:
            place.is_machine = place.name in marked


def _pages(text: Mapping[str, Any] | None) -> Iterator[dict[str, Any]]:
    if text is not None:
        yield text["page"]
        yield from text["lessons"]


def _page(unit: Unit, shown: Rendering, old_pages: Mapping[str, Any], *, is_compared: bool) -> Section:
    source = shown.source
    key = getattr(source, "key", COURSE_KEY)
    old = old_pages.get(key)
    places = []
    for name in FIELDS[type(source)]:
        text = shown.text(name)
        if not text:
            continue
        language = unit.source_language if shown.borrows(name) else unit.language
        place = Place(f"{key}/{name}", label_of_field(source, name), language, text=text)
        if unit.is_translation:
            place.source_text = str(getattr(source, name))
        _compare(place, text, old["fields"].get(name) if old else None, is_compared=is_compared)
        places.append(place)
    gone: list[str] = []
    if isinstance(source, LessonPage):
        blocks = [words for words in shown.blocks() if is_known(words.value["type"])]
        old_blocks = {each["id"]: each for each in old["blocks"]} if old else {}
        for words in blocks:
            place = _block(unit, shown, words)
            _compare(place, block_text(words), old_blocks.get(words.value["id"]), is_compared=is_compared)
            places.append(place)
        there = {words.value["id"] for words in blocks}
        gone = [_plain(each) for each_id, each in old_blocks.items() if each_id not in there]
    return Section(key, shown.text("title"), places, "" if not shown.borrows("title") else unit.source_language, gone)


def _block(unit: Unit, shown: Rendering, words: Words) -> Place:
    part = block_part(words.value["id"])
    place = Place(
        name=f"{getattr(shown.source, 'key', '')}/{part}",
        label=_label(shown, words, part),
        language=words.language,
    )
    _render(place, words, unit.language, unit.source_language)
    if unit.is_translation and words.language == unit.language:
        raw = next(each for each in shown.source.body.raw_data if each["id"] == words.value["id"])
        beside = Place("", "", unit.source_language)
        _render(beside, Words(dict(raw), unit.source_language), unit.source_language, unit.source_language)
        place.source_html, place.source_text = beside.html, beside.text
        place.source_question = beside.question
    return place


def _label(shown: Rendering, words: Words, part: str) -> str:
    # A block of a kind that has words may have none, such as a prompt in its standard words.
    if part in worded_blocks(shown.source):
        return label_of_part(shown.source, part)
    return str(BODY.child_blocks[words.value["type"]].label)


def _render(place: Place, words: Words, language: str, source_language: str) -> None:
    """The block as officers see it. Of a kind that is no HTML and no question, its words."""
    # A preview belongs to no course, so that nothing is recorded; what is asked is looked at below as a question.
    html = ""
    try:
        parts = render_lesson([words], "review", None, language, source_language)
    except MissingItem as missing:
        place.text = str(missing)
        return
    place.graphs = [
        {**graph, "name": f"graph-{words.value['id']}-{language}"} for graph in graphs_of([words.value], language)
    ]
    for part in parts:
        if part["type"] == "html":
            html += part["html"]
        elif part["type"] == "check":
            kind = TYPES[part["item_type"]]
            with translation.override(language):
                place.question = question_view(
                    prefix=f"{words.value['id']}-{language}",
                    type=part["item_type"],
                    structure=part["structure"],
                    wording=part["wording"],
                    order=kind.listed_order(part["structure"]),
                    answer=kind.solution(part["structure"], part["answer_key"], part.get("language", language)),
                    answer_key=part["answer_key"],
                    language=part.get("language", language),
                )
        else:
            place.text = "\n\n".join(strip_tags(text) for text in texts_of(words.value).values() if text)
    place.html = mark_safe(html)  # noqa: S308  # rendered by our templates, rich text cleaned


def _question(unit: Unit, question: Question, with_keys: bool) -> Place:
    version = question.version
    shows = with_keys or version.item.pool == Item.Pool.PRACTICE
    place = Place(f"{QUESTIONS}/{question.key}", question.key, unit.language, pool=str(version.item.get_pool_display()))
    place.question = _view(question, question.wording, shows)
    if unit.is_translation:
        place.source_question = _view(question, question.original, shows)
    return place


def _view(question: Question, wording: ItemWording, shows: bool) -> QuestionView:
    version = question.version
    kind, key = TYPES[version.item.type], version.answer_key
    return question_view(
        prefix=f"question-{question.key}-{wording.language}".replace(".", "-"),
        type=version.item.type,
        structure=version.structure,
        wording={**wording.text, "source": version.source},
        order=kind.listed_order(version.structure),
        answer=kind.solution(version.structure, key, wording.language) if shows else None,
        answer_key=key if shows else None,
        language=wording.language,
    )


def _compare(place: Place, now: Any, old: Any, *, is_compared: bool) -> None:
    if not is_compared or now == old:
        return
    place.change = "new" if old is None else "changed"
    if old is not None:
        place.before = _plain(old)


def _plain(value: Any) -> str:
    """The words of something that was signed, for people who compare."""
    if isinstance(value, str):
        return value
    words = value.get("words") or value.get("wording")
    return "\n".join(strip_tags(text) for text in _strings(words))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, str) and value:
        yield value


def places_of(sections: list[Section]) -> list[Place]:
    """Every place of a unit."""
    return [place for section in sections for place in section.places]
