"""The list of a bank's questions, and the categories by which it is sorted."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.permissions import Right, Viewer, has_right
from assessments.bank.finding import course_language
from assessments.hooks import Workshop
from assessments.models import (
    Bank,
    Category,
    Item,
    ItemTag,
    ItemVersion,
    ItemWording,
)
from assessments.wordings import current
from learning.models import Course
from lms.text import natural, tidy

A_PAGE = 25
#: How many words of a search are looked for.
MOST_WORDS = 8

DRAFT, OFFERED, RETIRED, DUE = "draft", "offered", "retired", "due"
MISSING, BEHIND, CURRENT = "missing", "behind", "current"


# --- categories


@dataclass(frozen=True)
class Branch:
    """One category in its place in the tree, `depth` 0 at the top; `count` questions stand in it itself."""

    category: Category
    depth: int
    path: str
    count: int = 0

    @property
    def indent(self) -> str:
        """What stands before its name where it is one of a list."""
        return "– " * self.depth


def tree_of(place: Course | Bank) -> list[Branch]:
    """The categories of a bank, each behind the one that it stands in."""
    rows = Category.objects.filter(**_in(place)).annotate(number=Count("items")).order_by("name")
    below: dict[int | None, list[Category]] = defaultdict(list)
    for row in rows:
        below[row.parent_id].append(row)
    found: list[Branch] = []

    def walk(parent: int | None, depth: int, above: str) -> None:
        for category in below[parent]:
            path = f"{above} / {category.name}" if above else category.name
            found.append(Branch(category, depth, path, category.number))  # type: ignore[attr-defined]  # annotated above
            walk(category.pk, depth + 1, path)

    walk(None, 0, "")
    return found


def within(branches: Sequence[Branch], category: Category) -> list[int]:
    """Primary keys of a category and all below it."""
    start = next((number for number, each in enumerate(branches) if each.category.pk == category.pk), None)
    if start is None:
        return [category.pk]
    found = [category.pk]
    for each in branches[start + 1 :]:
        if each.depth <= branches[start].depth:
            break
        found.append(each.category.pk)
    return found


def _in(place: Course | Bank, before: str = "") -> dict[str, Any]:
    """The condition for what stands in the bank of a course, or in one that may have none."""
    return {f"{before}bank": place} if isinstance(place, Bank) else {f"{before}bank__course": place}


def _language_in(place: Course | Bank) -> str:
    course = place.course if isinstance(place, Bank) else place
    return course_language(course) if course else settings.LANGUAGE_CODE


def tags_of(place: Course | Bank) -> list[str]:
    """Every tag that a question of the bank has."""
    return list(
        ItemTag.objects.filter(**_in(place, "item__")).values_list("name", flat=True).distinct().order_by("name")
    )


# --- the list


@dataclass(frozen=True)
class Sought:
    """Which questions are shown. `category` with those below it; `state` empty leaves out what is retired."""

    search: str = ""
    pool: str = ""
    type: str = ""
    category: Category | None = None
    without_category: bool = False
    tag: str = ""
    difficulty: int | None = None
    must_be_right: bool = False
    state: str = ""
    language: str = ""
    wording: str = ""
    sort: str = "key"


@dataclass
class Row:
    """One question in the list, with its stem in the language of the course and how far its translations are."""

    item: Item
    version: ItemVersion | None
    stem: str = ""
    language: str = ""
    path: str = ""
    languages: list[tuple[str, str]] = field(default_factory=list)


def newest() -> QuerySet[ItemVersion]:
    """The newest version of the outer item."""
    return ItemVersion.objects.filter(item=OuterRef("pk")).order_by("-number")


def questions(
    viewer: Viewer, place: Course | Bank, sought: Sought, page: Any, branches: Sequence[Branch]
) -> "Page[Any]":
    """One page of the questions of a bank, as `Row`, in a fixed number of statements."""
    if not has_right(viewer, Right.WRITE_COURSES):
        return Paginator[Any]([], A_PAGE).get_page(1)
    language = _language_in(place)
    found = _sought_in(place, sought, branches)
    order = {
        "key": ("key",),
        "newest": ("-made", "key"),
        "review": ("review_on", "key"),
        "hard": ("-difficulty", "key"),
    }
    keys = list(found.order_by(*order.get(sought.sort, ("key",))).values_list("pk", "key"))
    if sought.sort not in order or sought.sort == "key":
        keys.sort(key=lambda each: natural(each[1]))
    shown: Page[Any] = Paginator[Any]([pk for pk, _key in keys], A_PAGE).get_page(page)
    shown.object_list = _rows(list(shown.object_list), language, branches)
    return shown


def chosen(viewer: Viewer, bank: Bank, sought: Sought, branches: Sequence[Branch]) -> QuerySet[Item]:
    """The questions of a bank that are sought."""
    if not has_right(viewer, Right.WRITE_COURSES):
        return Item.objects.none()
    return _sought_in(bank, sought, branches)


def _sought_in(place: Course | Bank, sought: Sought, branches: Sequence[Branch]) -> QuerySet[Item]:
    found = _found(place, sought, branches)
    if sought.wording in (BEHIND, CURRENT) and sought.language:
        found = found.filter(pk__in=_in_state(found, sought, _language_in(place)))
    return found


def _found(place: Course | Bank, sought: Sought, branches: Sequence[Branch]) -> QuerySet[Item]:
    items = Item.objects.filter(**_in(place)).annotate(
        version=Subquery(newest().values("pk")[:1]),
        made=Subquery(newest().values("created_at")[:1]),
    )
    conditions: list[Any] = []
    for name in ("pool", "type", "difficulty"):
        if value := getattr(sought, name):
            conditions.append(Q(**{name: value}))
    if sought.category is not None:
        conditions.append(Q(category__in=within(branches, sought.category)))
    elif sought.without_category:
        conditions.append(Q(category=None))
    if sought.tag:
        conditions.append(Exists(ItemTag.objects.filter(item=OuterRef("pk"), name=sought.tag)))
    if sought.must_be_right:
        conditions.append(Exists(ItemVersion.objects.filter(pk=OuterRef("version"), must_be_right=True)))
    conditions.append(
        {
            DRAFT: Q(drafted_at__isnull=False, retired_at=None),
            OFFERED: Q(drafted_at=None, retired_at=None),
            RETIRED: Q(retired_at__isnull=False),
            DUE: Q(review_on__lte=timezone.localdate(), retired_at=None),
            "all": Q(),
        }.get(sought.state, Q(retired_at=None))
    )
    own = ItemWording.objects.filter(version=OuterRef("version"))
    if sought.language and sought.wording == MISSING:
        conditions.append(~Exists(own.filter(language=sought.language)))
    for word in tidy(sought.search).split()[:MOST_WORDS]:
        # The text of each language, the key and the tags: whoever looks knows one of them.
        conditions.append(
            Q(key__icontains=word)
            | Exists(own.filter(text__stem__icontains=word))
            | Exists(ItemTag.objects.filter(item=OuterRef("pk"), name__icontains=word))
        )
    return items.filter(*conditions)


def _in_state(found: Any, sought: Sought, language: str) -> list[int]:
    """Of these questions those whose wording in the language sought is current, or behind."""
    versions = dict(found.values_list("version", "pk"))
    wordings: dict[int, list[ItemWording]] = defaultdict(list)
    wanted = ItemWording.objects.filter(version__in=list(versions), language__in={language, sought.language})
    for wording in wanted.select_related("version__item"):
        wordings[wording.version_id].append(wording)
    return [
        versions[version]
        for version, own in wordings.items()
        if any(each.language == sought.language for each in own)
        and (sought.language in current(own, language)) == (sought.wording == CURRENT)
    ]


def _rows(pks: Sequence[int], language: str, branches: Sequence[Branch]) -> list[Row]:
    items = (
        Item.objects.filter(pk__in=pks).prefetch_related("tags").annotate(version=Subquery(newest().values("pk")[:1]))
    )
    by_pk = {item.pk: item for item in items}
    versions = ItemVersion.objects.in_bulk([item.version for item in by_pk.values()])
    wordings: dict[int, list[ItemWording]] = defaultdict(list)
    for wording in ItemWording.objects.filter(version__in=list(versions)).select_related("version__item"):
        wordings[wording.version_id].append(wording)
    paths = {each.category.pk: each.path for each in branches}
    rows = []
    for pk in pks:
        item = by_pk[pk]
        version = versions.get(item.version)
        own = wordings[version.pk] if version else []
        source = in_language(own, language)
        rows.append(
            Row(
                item,
                version,
                source.text.get("stem", "") if source else "",
                source.language if source else "",
                paths.get(item.category_id or 0, ""),
                states_of(own, language),
            )
        )
    return rows


def in_language(wordings: Sequence[ItemWording], language: str) -> ItemWording | None:
    """The words in a language; where there are none, any."""
    own = {each.language: each for each in wordings}
    return own.get(language) or next(iter(own.values()), None)


def states_of(wordings: Sequence[ItemWording], language: str) -> list[tuple[str, str]]:
    """(language, current or behind) of the translations of one version."""
    now = current(wordings, language)
    return sorted(
        (each.language, CURRENT if each.language in now else BEHIND) for each in wordings if each.language != language
    )


def languages_of(place: Course | Bank, workshop: Workshop | None) -> list[str]:
    """The languages of a bank beside that of the course: of its pages and of its questions."""
    language = workshop.language if workshop else _language_in(place)
    own = set(ItemWording.objects.filter(**_in(place, "version__item__")).values_list("language", flat=True).distinct())
    return sorted((own | set(workshop.languages if workshop else ())) - {language})


def state_of(item: Item) -> str:
    """Whether a question is retired, a draft or offered."""
    return RETIRED if item.retired_at else DRAFT if item.drafted_at else OFFERED
