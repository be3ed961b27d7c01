"""The workshop as it would be read if everything in it were published now: unpublished revisions and new pages too.

A page that was published once and withdrawn is out; one that never was published is in.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail_localize.models import StringTranslation

from assessments.models import Item, ItemTag, ItemWording, Quiz
from courses.pages.basis import TOOL, basis_if_published, basis_of_page, translation_of
from courses.pages.models import CoursePage, LessonPage, ModulePage, SignOff, TranslationBasis
from courses.pages.selectors import Tree
from courses.pages.translation import AnyPage, bases_of
from learning.manifest import digest_of

P = TypeVar("P", CoursePage, ModulePage, LessonPage)


def to_be_read(pages: QuerySet[P]) -> QuerySet[P]:
    """Those of some pages that are read now or would be, were everything published."""
    return pages.filter(Q(live=True) | Q(first_published_at=None)).select_related("locale", "latest_revision")


def newest(page: P) -> P:
    """A page as its newest draft has it; the row itself where nothing of it waits to be published."""
    revision = page.latest_revision
    if revision is None or not page.has_unpublished_changes:
        return page
    draft: P = page.with_content_json(revision.content)
    draft.locale = page.locale
    return draft


def draft_tree_of(page: CoursePage, *, is_translation: bool = False) -> Tree:
    """The newest modules and lessons below a course page, and the newest of the page itself.

    Arguments:
        is_translation: whether its words come from translators, who may have typed some that are not published.
    """
    modules = [
        (module, list(to_be_read(LessonPage.objects.child_of(module)).order_by("path")))
        for module in to_be_read(ModulePage.objects.child_of(page)).order_by("path")
    ]
    pages: list[AnyPage] = [page, *(each for module, lessons in modules for each in (module, *lessons))]
    drafts: dict[int, AnyPage] = {each.pk: newest(each) for each in pages}
    bases = bases_of(drafts)
    if is_translation:
        for each in _with_news(pages):
            typed = _as_typed(each)
            if typed is not None:
                drafts[each.pk], bases[each.pk] = typed
    own = drafts[page.pk]
    assert isinstance(own, CoursePage)
    return Tree(own, tuple(_pair(module, lessons, drafts) for module, lessons in modules), bases)


def _pair(
    module: ModulePage, lessons: Iterable[LessonPage], drafts: Mapping[int, AnyPage]
) -> tuple[ModulePage, tuple[LessonPage, ...]]:
    newest_module = drafts[module.pk]
    assert isinstance(newest_module, ModulePage)
    return newest_module, tuple(draft for each in lessons if isinstance(draft := drafts[each.pk], LessonPage))


def without_twins(tree: Tree, problems: list[str]) -> Tree:
    """A tree in which every key stands once: of pages with one key the first, and a word about the others."""
    seen: set[str] = set()

    def is_first(page: AnyPage) -> bool:
        assert not isinstance(page, CoursePage)
        if page.key in seen:
            words = _("“%(title)s” is left out: another page has its key %(key)s.")
            problems.append(words % {"title": page.title, "key": page.key})
            return False
        seen.add(page.key)
        return True

    return Tree(
        tree.page,
        tuple(
            (module, tuple(lesson for lesson in lessons if is_first(lesson)))
            for module, lessons in tree.modules
            if is_first(module)
        ),
        tree.bases,
    )


def _with_news(pages: Iterable[AnyPage]) -> list[AnyPage]:
    """The translated pages that are not as published: drafts, and those for which words were typed since."""
    pages = list(pages)
    typed = dict(
        StringTranslation.objects.filter(
            context__object_id__in=[each.translation_key for each in pages],
            locale__in={each.locale_id for each in pages},
        )
        .exclude(tool_name=TOOL)
        .order_by()
        .values("context__object_id")
        .annotate(at=Max("updated_at"))
        .values_list("context__object_id", "at")
    )
    return [
        each
        for each in pages
        if not each.live
        or each.has_unpublished_changes
        or (
            each.translation_key in typed
            and (each.last_published_at is None or typed[each.translation_key] > each.last_published_at)
        )
    ]


def _as_typed(page: AnyPage) -> tuple[AnyPage, dict[str, str]] | None:
    """A translated page with every word that is typed, and what it would be made from; None where no record is."""
    translation = translation_of(page)
    if translation is None:
        return None
    typed = translation.source.get_ephemeral_translated_instance(translation.target_locale, fallback=True)
    basis = dict(basis_if_published(typed, translation, basis_of_page(page)).parts)
    typed.pk = typed.id = page.pk
    typed.locale = page.locale
    return typed, basis


def other_languages(page: CoursePage) -> list[CoursePage]:
    """The course pages of the other languages that the site offers, also those that are drafts."""
    pages = CoursePage.objects.filter(translation_key=page.translation_key, alias_of=None).exclude(pk=page.pk)
    offered = dict(settings.LANGUAGES)
    found = to_be_read(pages).order_by("locale__language_code")
    return [each for each in found if each.locale.language_code in offered]


def state_of_workshop(page: CoursePage) -> str:
    """A digest of all that the drafts of a course are made of: it is another one as soon as anything was saved.

    Arguments:
        page: the course page of the source language.
    """
    courses = CoursePage.objects.filter(translation_key=page.translation_key)
    below = Q()
    for path in courses.values_list("path", flat=True):
        below |= Q(path__startswith=path)
    pages = Page.objects.filter(below).order_by("path")
    keys = pages.values("translation_key")
    rows: list[Any] = [
        list(pages.values_list("pk", "path", "live", "latest_revision", "latest_revision_created_at")),
        list(TranslationBasis.objects.filter(page__in=pages).order_by("page").values_list("page", "parts")),
        StringTranslation.objects.filter(context__object_id__in=keys).aggregate(at=Max("updated_at")),
        list(
            ItemWording.objects.filter(
                version__item__bank__course=page.course, version__item__retired_at=None, version__item__drafted_at=None
            )
            .order_by("pk")
            .values_list("pk", "text", "translated_from")
        ),
        # What draws a test: its rules, and how its questions are sorted.
        list(Quiz.objects.filter(course=page.course).values_list("purpose", "edits")),
        list(
            Item.objects.filter(bank__course=page.course)
            .order_by("pk")
            .values_list("pk", "category", "category__parent", "difficulty")
        ),
        list(ItemTag.objects.filter(item__bank__course=page.course).order_by("pk").values_list("item", "name")),
        # A trial says what is reviewed.
        SignOff.objects.filter(course=page.course).aggregate(at=Max("pk")),
    ]
    return digest_of([repr(row) for row in rows])
