"""Reads of the workshop."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from wagtail.models import Page

from courses.pages.models import CoursePage, LessonPage, ModulePage
from courses.pages.translation import AnyPage, Rendering, State, bases_of
from learning.models import Course

COURSE_KEY = "course"


@dataclass(frozen=True)
class Tree:
    """The live pages of one course in one language, in order; `bases` of those that are translations."""

    page: CoursePage
    modules: tuple[tuple[ModulePage, tuple[LessonPage, ...]], ...]
    bases: Mapping[int, Mapping[str, str]] = field(default_factory=dict)

    @property
    def language(self) -> str:
        return str(self.page.locale.language_code)

    @property
    def lessons(self) -> dict[str, LessonPage]:
        return {lesson.key: lesson for _module, lessons in self.modules for lesson in lessons}


def tree_of(page: CoursePage) -> Tree:
    """The live modules and lessons below a course page, in as many statements however many modules there are."""
    lessons: dict[str, list[LessonPage]] = defaultdict(list)
    below = LessonPage.objects.filter(path__startswith=page.path, depth=page.depth + 2)
    for lesson in below.live().select_related("locale").order_by("path"):
        lessons[lesson.path[: -lesson.steplen]].append(lesson)
    modules = tuple(
        (module, tuple(lessons[module.path]))
        for module in ModulePage.objects.child_of(page).live().select_related("locale").order_by("path")
    )
    pages = [page.pk, *(each.pk for module, lessons in modules for each in (module, *lessons))]
    return Tree(page, modules, bases_of(pages))


def source_page_of(course: Course) -> CoursePage | None:
    """The course page of the language that a course is written in: the one that came first."""
    page: CoursePage | None = CoursePage.objects.filter(course=course).select_related("locale").order_by("pk").first()
    return page


def activity_keys_below(page: Page) -> list[str]:
    """The keys of the activities that a page and those below it stand for, as they are in their newest versions."""
    keys: list[str] = []
    below = page.get_descendants(inclusive=True).values("pk")
    keys += ModulePage.objects.filter(pk__in=below).values_list("key", flat=True)
    for lesson in LessonPage.objects.filter(pk__in=below):
        keys.append(lesson.key)
        keys += [f"{lesson.key}/{block.id}" for block in lesson.body if block.block_type != "paragraph"]
    return keys


def is_translation(page_pk: int) -> bool:
    """Whether a page stands in another language than the one in which its course is written."""
    page = Page.objects.filter(pk=page_pk).first()
    own = CoursePage.objects.filter(pk__in=page.get_ancestors(inclusive=True).values("pk")).first() if page else None
    source = source_page_of(own.course) if own else None
    return page is not None and source is not None and page.locale_id != source.locale_id


def source_pages() -> list[CoursePage]:
    """The course page of the source language of every course, in the catalogue's order."""
    pages = (source_page_of(course) for course in Course.objects.all())
    return [page for page in pages if page is not None and page.live]


def translated_pages_of(page: CoursePage) -> list[CoursePage]:
    """The live course pages of the other languages, as far as the site offers them."""
    # An alias is a copy in the source language that stands in for pages to come: nothing of it is translated.
    others = page.get_translations().live().filter(alias_of=None).specific().order_by("locale__language_code")
    offered = dict(settings.LANGUAGES)
    return [other for other in others if other.locale.language_code in offered]


@dataclass(frozen=True)
class Renderings:
    """A course in one language: every page of the source, by key, with what is translated of it."""

    language: str
    course: Rendering
    modules: dict[str, Rendering]
    lessons: dict[str, Rendering]

    def all(self) -> dict[str, Rendering]:
        """Every rendering by the key of its page; the course's own is ``course``."""
        return {COURSE_KEY: self.course, **self.modules, **self.lessons}


def renderings(source: Tree, own: Tree) -> Renderings:
    """The pages of `source` paired with those of `own`, which may stand anywhere below their course page."""

    def pair(page: AnyPage, mine: AnyPage | None) -> Rendering:
        return Rendering(page, mine, own.bases.get(mine.pk, {}) if mine else {})

    modules = {module.key: module for module, _lessons in own.modules}
    lessons = own.lessons
    return Renderings(
        language=own.language,
        course=pair(source.page, own.page),
        modules={module.key: pair(module, modules.get(module.key)) for module, _lessons in source.modules},
        lessons={key: pair(lesson, lessons.get(key)) for key, lesson in source.lessons.items()},
    )


@dataclass(frozen=True)
class Coverage:
    """How far one language of a course is, in parts of pages: up to date, of an earlier source, and not there."""

    language: str
    current: int
    behind: int
    missing: int

    @property
    def is_current(self) -> bool:
        return not self.behind and not self.missing


def coverage_of(source: CoursePage) -> list[Coverage]:
    """Every other language of a course that is live, for a line to its author; segment by segment the board has it."""
    tree = tree_of(source)
    found = []
    for other in translated_pages_of(source):
        shown = renderings(tree, tree_of(other))
        counts = Counter(state for page in shown.all().values() for state in page.states.values())
        found.append(Coverage(shown.language, counts[State.CURRENT], counts[State.BEHIND], counts[State.MISSING]))
    return found
