"""What the database holds of a course now, in the shape in which a bundle can be compared with it."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from wagtail.models import Locale, Page

from assessments.models import Bank, Item, ItemVersion, ItemWording
from assessments.types import pictures_in
from courses.pages.basis import kept_parts
from courses.pages.blocks import is_known, is_rich, split
from courses.pages.exchange.bundle import Bundle, Language, Lesson, Module, Question
from courses.pages.exchange.details import tags_in, wanted_details
from courses.pages.exchange.parts import changed, is_question, reference_of, settled
from courses.pages.exchange.questions import canonical_answer, canonical_structure, with_pictures
from courses.pages.exchange.sorting import Sorting, sortings_of
from courses.pages.models import CoursePage, LessonPage, MediaFile, ModulePage, Picture
from courses.pages.models.media import FrozenPicture
from courses.pages.richtext import clean_rich_text
from courses.pages.translation import AnyPage, block_part
from learning.models import Course
from lms.text import tidy

Keyed = TypeVar("Keyed", ModulePage, LessonPage)
#: A lesson's body as it is compared: for each block its neutral part, with the item's key in a check, and its texts.
Body = list[tuple[dict[str, Any], dict[str, str]]]


@dataclass
class PresentItem:
    """A question of the course's bank: its newest version, and the wordings of that version by language.

    `is_made_here` says that a person wrote it on the site, and no file.
    """

    item: Item
    sorting: Sorting = field(default_factory=Sorting)
    is_made_here: bool = False
    version: ItemVersion | None = None
    wordings: dict[str, ItemWording] = field(default_factory=dict)


@dataclass
class PresentTree:
    """The pages of a course in one language, live or not, by key; `spare` are further pages with a key in use."""

    page: CoursePage
    modules: dict[str, ModulePage] = field(default_factory=dict)
    lessons: dict[str, LessonPage] = field(default_factory=dict)
    spare: list[ModulePage | LessonPage] = field(default_factory=list)

    def parent_key(self, lesson: LessonPage) -> str:
        """The key of the module that a lesson stands in; empty when that is a spare one."""
        above = lesson.path[: -Page.steplen]
        return next((key for key, module in self.modules.items() if module.path == above), "")

    def live_modules(self) -> list[ModulePage]:
        return sorted((each for each in self.modules.values() if each.live), key=lambda each: each.path)

    def live_lessons(self, module: ModulePage) -> list[LessonPage]:
        own = (each for each in self.lessons.values() if each.live and each.path.startswith(module.path))
        return sorted(own, key=lambda each: each.path)


@dataclass
class Present:
    """A course as it is; `course` is None while there is none."""

    course: Course | None
    items: dict[str, PresentItem] = field(default_factory=dict)
    trees: dict[str, PresentTree] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> dict[str, str]:
        """What a block stores → the key by which a bundle names it: of items by uuid, of media by `stored_name`."""
        return self.media | {str(present.item.uuid): key for key, present in self.items.items()}


def load(course_uuid: uuid.UUID) -> Present:
    """Read a course from the database, in a fixed number of queries for each language."""
    course = Course.objects.filter(uuid=course_uuid).first()
    if course is None:
        return Present(None)
    items = _items(course)
    return Present(course, items, _trees(course), _media(), _pictures(items.values()))


def stored_name(reference: str, pk: Any) -> str:
    """How a chosen picture or file is known here."""
    return f"{reference}:{pk}"


def _media() -> dict[str, str]:
    found: dict[str, str] = {}
    for model in (Picture, MediaFile):
        name = str(model._meta.model_name)
        found |= {stored_name(name, pk): key for pk, key in model.objects.values_list("pk", "key")}
    return found


def _pictures(items: Iterable[PresentItem]) -> dict[str, str]:
    """Address → `picture_name`, for the pictures of questions."""
    versions = (each.version for each in items if each.version is not None)
    shown = {address for version in versions for address in pictures_in(version.structure)}
    if not shown:
        return {}
    digests = {address.rpartition("/")[2].partition(".")[0]: address for address in shown}
    sources = dict(FrozenPicture.objects.filter(file__in=digests).values_list("file", "source"))
    keys = dict(Picture.objects.filter(sha256__in=sources.values()).order_by("-pk").values_list("sha256", "key"))
    return {digests[digest]: picture_name(keys[source], source) for digest, source in sources.items() if source in keys}


def _items(course: Course) -> dict[str, PresentItem]:
    bank = Bank.objects.filter(course=course).first()
    sortings = sortings_of(bank) if bank else {}
    items = {item.pk: PresentItem(item, sortings[item.pk]) for item in Item.objects.filter(bank=bank)} if bank else {}
    by_version: dict[int, PresentItem] = {}
    for version in ItemVersion.objects.filter(item__in=items).order_by("number"):
        present = items[version.item_id]
        if present.version:
            del by_version[present.version.pk]
        else:
            present.is_made_here = version.created_by_id is not None
        present.version = version
        by_version[version.pk] = present
    for wording in ItemWording.objects.filter(version__item__in=items):
        if wording.version_id in by_version:
            by_version[wording.version_id].wordings[wording.language] = wording
    return {present.item.key: present for present in items.values()}


def _trees(course: Course) -> dict[str, PresentTree]:
    languages = dict(Locale.objects.values_list("pk", "language_code"))
    trees: dict[str, PresentTree] = {}
    for page in CoursePage.objects.filter(course=course).order_by("-live", "pk"):
        language = languages.get(page.locale_id)
        if language is None or language in trees:
            continue
        tree = trees[language] = PresentTree(page)
        tree.modules = _by_key(ModulePage.objects.descendant_of(page), tree)
        tree.lessons = _by_key(LessonPage.objects.descendant_of(page), tree)
    return trees


def _by_key(pages: Any, tree: PresentTree) -> dict[str, Keyed]:
    found: dict[str, Keyed] = {}
    for page in pages.order_by("-live", "path"):
        if page.key in found:
            tree.spare.append(page)
        else:
            found[page.key] = page
    return found


# --- the same things in one shape, from a bundle and from the database


def wanted_course(bundle: Bundle, language: Language, courses: Mapping[str, str]) -> dict[str, Any]:
    """Fields of the course page; `courses` gives the uuid for every name of a prerequisite."""
    return {
        "title": language.title,
        "summary": language.summary,
        "audience": language.audience,
        "outcomes": "\n".join(language.outcomes),
        "pass_mark": bundle.pass_mark,
        "validity_months": bundle.validity_months,
        "design_minutes": bundle.design_minutes,
        "pretest_draw": bundle.pretest.draw,
        "pretest_minutes": bundle.pretest.minutes,
        "final_draw": bundle.final.draw,
        "final_minutes": bundle.final.minutes,
        "sources": "\n".join(language.sources),
        "pillar": bundle.pillar,
        **wanted_details(bundle, language, courses),
    }


def wanted_module(module: Module, language: Language) -> dict[str, Any]:
    """Fields of a module page."""
    text = language.modules[module.key]
    return {
        "title": text.title,
        "key": module.key,
        "minutes": module.minutes,
        "level": module.level,
        "objectives": "\n".join(text.objectives),
    }


def wanted_lesson(lesson: Lesson, language: Language) -> dict[str, Any]:
    """Fields of a lesson page, the body in the shape of `Body`."""
    text = language.lessons[lesson.key]
    body: Body = [(block.neutral, text.blocks.get(block.id, {})) for block in lesson.blocks]
    return {
        "title": text.title,
        "key": lesson.key,
        "minutes": lesson.minutes,
        "level": lesson.level,
        "is_optional": lesson.is_optional,
        "body": body,
    }


def wanted_version(bundle: Bundle, question: Question, picture: Callable[[str], Any] | None = None) -> dict[str, Any]:
    """Fields of an item version.

    Arguments:
        picture: what a picture is on the site, by its key; left out, what it is compared by (`picture_name`).
    """
    if picture is None:
        stored = {each.key: each.stored_sha256 for each in bundle.media if each.is_picture}
        return wanted_version(bundle, question, lambda key: picture_name(key, stored.get(key, "")))
    return {
        "structure": with_pictures(question.structure, picture),
        "answer_key": question.answer_key,
        "must_be_right": question.key in bundle.must_be_right,
        "module": question.module,
        "scenario": question.scenario,
        "source": question.source,
        "weight": question.weight,
    }


def picture_name(key: str, sha256: str) -> str:
    """How the picture of a question is compared: by its key, and by the file that is shown."""
    return f"{key} {sha256}"


def present_version(type: str, version: ItemVersion, pictures: Mapping[str, str]) -> dict[str, Any]:
    """The same of a version in the database.

    Arguments:
        pictures: address → `picture_name`, of `Present`; a picture that is none of the workshop's stays its address.
    """

    def named(picture: Mapping[str, Any]) -> str:
        return pictures.get(picture["address"], picture["address"])

    return {
        "structure": with_pictures(canonical_structure(type, version.structure), named),
        "answer_key": canonical_answer(type, version.structure, version.answer_key),
        "must_be_right": version.must_be_right,
        "module": version.module,
        "scenario": version.scenario,
        "source": tidy(version.source),
        "weight": version.points,
    }


def present_fields(page: AnyPage, names: Iterable[str], keys: dict[str, str]) -> dict[str, Any]:
    """The fields `names` of a page as they are compared."""
    found: dict[str, Any] = {}
    for name in names:
        value = getattr(page, name)
        if name == "body":
            found[name] = present_body(page, keys)
        elif name == "tags":
            found[name] = ", ".join(tags_in(value))
        elif name == "prerequisites":
            found[name] = sorted(value)
        elif name in ("objectives", "outcomes", "sources", "authors"):
            found[name] = "\n".join(lines(value))
        else:
            found[name] = tidy(value) if isinstance(value, str) else value
    return found


def keeping_edits(
    fields: dict[str, Any], page: AnyPage | None, keys: dict[str, str]
) -> tuple[dict[str, Any], list[str]]:
    """The wanted fields of a translated page with the words that a translator typed on the site, and whose these are.

    Arguments:
        fields: of a page, as `wanted_course`, `wanted_module` and `wanted_lesson` give them.

    Returns:
        The fields, and the parts in which the bundle wants other words than the translator's.
    """
    kept = kept_parts(page) if page else set()
    if page is None or not kept:
        return fields, []
    fields, differing = dict(fields), []
    present = present_fields(page, [name for name in fields if name in kept or name == "body"], keys)
    for name in kept & fields.keys():
        if fields[name] != present[name]:
            differing.append(name)
            fields[name] = present[name]
    if "body" in fields:
        own = {neutral["id"]: texts for neutral, texts in present["body"]}
        body: Body = []
        for neutral, texts in fields["body"]:
            part, typed = block_part(neutral["id"]), own.get(neutral["id"])
            if part in kept and typed is not None and typed.keys() == texts.keys() and typed != texts:
                differing.append(part)
                texts = typed
            body.append((neutral, texts))
        fields["body"] = body
    return fields, differing


def present_body(page: Any, keys: dict[str, str]) -> Body:
    """The body of a lesson page; a check of a question that the bank does not have keeps the question's uuid."""

    def named(definition: Any, value: Any) -> Any:
        if is_question(definition):
            return keys.get(str(value), str(value))
        if (reference := reference_of(definition)) and value not in ("", None):
            name = stored_name(reference, value)
            return keys.get(name, name)
        return settled(definition, value)

    body: Body = []
    for block in page.body.raw_data:
        if not is_known(block["type"]):
            body.append(({"id": block["id"], "type": block["type"]}, {}))
            continue
        neutral, texts = split(block)
        neutral = changed(block["type"], neutral, named)
        clean = {
            path: clean_rich_text(text) if is_rich(neutral["type"], path) else text for path, text in texts.items()
        }
        body.append((neutral, {path: tidy(text) for path, text in clean.items()}))
    return body


def lines(text: str) -> list[str]:
    """The lines of a field that holds one thing a line."""
    return [tidied for line in text.splitlines() if (tidied := tidy(line))]


def tidy_wording(value: Any) -> Any:
    """A wording with tidy texts."""
    if isinstance(value, dict):
        return {key: tidy_wording(each) for key, each in value.items()}
    return tidy(value) if isinstance(value, str) else value
