"""Reads of the question bank on the authors' side, scoped to their viewer.

Whoever writes courses sees every question as officers see it. The key and the feedback of a question of the pre-test or
the final test are shown to whoever may see keys (`learning.permissions.may_see_keys`) and to whoever wrote a version of
it: authors and translators take the same tests as officers (decision 0005). Practice questions are open.
"""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Right, Viewer, has_right
from assessments.hooks import Workshop, workshop_of
from assessments.models import (
    Bank,
    Category,
    EditionItem,
    Item,
    ItemVersion,
    ItemWording,
    Response,
)
from learning.manifest import digest_of
from learning.models import Course, EditionRevision
from learning.permissions import may_see_keys

#: The key of a question, as authors and bundles write it.
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


def may_see_key(viewer: Viewer, item: Item) -> bool:
    """Whether the viewer may see the answer and the feedback of a question outside a test."""
    if item.pool == Item.Pool.PRACTICE or may_see_keys(viewer):
        return True
    return isinstance(viewer, User) and item.versions.filter(created_by__user=viewer).exists()


def is_used(item: Item) -> bool:
    """Whether anybody can have been asked a question: it is on a shelf, on a paper, or was open in lessons."""
    if item.pool != Item.Pool.PRACTICE:
        return (
            EditionItem.objects.filter(version__item=item).exists()
            or Response.objects.filter(version__item=item).exists()
        )
    course = item.bank.course
    if course is None or item.drafted_at is not None:
        return False
    first = item.versions.first()
    later = EditionRevision.objects.filter(edition__course=course)
    return first is not None and later.filter(published_at__gte=first.created_at).exists()


def seen_of(version: ItemVersion, wording: ItemWording | None) -> str:
    """What a form was made from: changes with every edit, so that no author writes over another's."""
    return digest_of([version.pk, wording.text if wording else None])[:16]


def course_language(course: Course, workshop: Workshop | None = None) -> str:
    """The language in which the questions of a course are written."""
    known = workshop or workshop_of(course)
    return known.language if known else settings.LANGUAGE_CODE


def find_course(viewer: Viewer, slug: str) -> Course:
    """A course whose bank the viewer may look at.

    Raises:
        Http404: there is none.
    """
    course = Course.objects.filter(slug=slug).first() if has_right(viewer, Right.WRITE_COURSES) else None
    if course is None:
        raise Http404
    return course


def find_item(viewer: Viewer, slug: str, item_uuid: uuid.UUID) -> Item:
    """A question of the bank of a course.

    Raises:
        Http404: there is none.
    """
    items = Item.objects.select_related("bank__course", "category").prefetch_related("tags")
    if has_right(viewer, Right.WRITE_COURSES):
        item = items.filter(bank__course__slug=slug, uuid=item_uuid).first()
        if item is not None:
            return item
    raise Http404


def find_item_without_course(viewer: Viewer, name: str, item_uuid: uuid.UUID) -> Item:
    """A question of a bank that belongs to no course.

    Raises:
        Http404: there is none.
    """
    found = Item.objects.filter(bank__in=banks_without_course(viewer), bank__name=name, uuid=item_uuid)
    item = found.select_related("bank").first()
    if item is None:
        raise Http404
    return item


def find_category(viewer: Viewer, slug: str, category_uuid: uuid.UUID) -> Category:
    """A category of the bank of a course.

    Raises:
        Http404: there is none.
    """
    found = Category.objects.filter(bank__course__slug=slug, uuid=category_uuid).select_related("parent").first()
    if found is None or not has_right(viewer, Right.WRITE_COURSES):
        raise Http404
    return found


# --- the banks


def banks(viewer: Viewer) -> list[Course]:
    """Every course with how many questions its bank has: `offered`, `drafts`, `retired`, and those `due` for a look."""
    if not has_right(viewer, Right.WRITE_COURSES):
        return []
    item = "banks__items"
    kept = Q(**{f"{item}__retired_at": None, f"{item}__isnull": False})

    def count(condition: Q) -> Count:
        return Count(item, filter=condition, distinct=True)

    draft = Q(**{f"{item}__drafted_at__isnull": False})
    return list(
        Course.objects.annotate(
            offered=count(kept & ~draft & Q(**{f"{item}__drafted_at": None})),
            drafts=count(kept & draft),
            retired=count(Q(**{f"{item}__retired_at__isnull": False})),
            due=count(kept & Q(**{f"{item}__review_on__lte": timezone.localdate()})),
        )
    )


def banks_without_course(viewer: Viewer) -> QuerySet[Bank]:
    """The banks that belong to no course, each with how many questions it has (`number`)."""
    if not has_right(viewer, Right.WRITE_COURSES):
        return Bank.objects.none()
    return Bank.objects.filter(course=None).annotate(number=Count("items", filter=Q(items__retired_at=None)))


def all_banks(viewer: Viewer) -> QuerySet[Bank]:
    """Every bank that has a question."""
    if not has_right(viewer, Right.WRITE_COURSES):
        return Bank.objects.none()
    return Bank.objects.filter(Exists(Item.objects.filter(bank=OuterRef("pk")))).select_related("course")


def known_sources(course: Course, workshop: Workshop | None) -> list[str]:
    """Sources that authors of a course have named before, for a hint: those of its page and of its questions."""
    rows = ItemVersion.objects.filter(item__bank__course=course).exclude(source="").values_list("source", flat=True)
    own = list(workshop.sources if workshop else ())
    return [*own, *sorted(set(rows.distinct().order_by()) - set(own))][:200]


def free_key(course: Course, stem: str = "") -> str:
    """A key that no question of the bank has: the stem with a number, or the next number."""
    taken = set(Item.objects.filter(bank__course=course).values_list("key", flat=True))
    number = 2 if stem else len(taken) + 1
    while (key := f"{stem}-{number}" if stem else f"N{number}") in taken:
        number += 1
    return key[:40]


def taken_ids(versions: Iterable[ItemVersion]) -> set[str]:
    """Ids of options and parts that any version of a question has had: none is given to something else."""
    return {each for version in versions for each in _ids_in(version.structure)}


def _ids_in(structure: Mapping[str, Any], head: str = "") -> Iterator[str]:
    for value in structure.values():
        for each in value if isinstance(value, list) else ():
            if isinstance(each, str):
                yield head + each
            elif isinstance(each, Mapping) and "id" in each:
                yield head + str(each["id"])
                yield from _ids_in(each, head)
                yield from _ids_in(each.get("structure", {}), f"{head}{each['id']}-")
