"""How the bank is sorted: categories, tags, difficulty and the day of the next look, one by one or many at once.

Nothing of it is part of a version, so papers that are drawn and editions that are published do not change.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Right, require_right
from accounts.services import Entry, audit, audit_many
from assessments.hooks import used_in
from assessments.models import Bank, Category, Item, ItemTag
from assessments.services.authoring import still_shown
from assessments.services.bank import bank_of
from learning.models import Course

MOST_TAGS = 12


class CategoryRefused(ValueError):
    """A category cannot be made, moved or deleted like this; the message says why."""


class NothingChosen(ValueError):
    """No question was chosen, or nothing is to be done with them."""

    def __init__(self) -> None:
        super().__init__(_("Choose questions, and what shall change of them."))


def tidy_tags(tags: Sequence[str]) -> list[str]:
    """Tags as they are kept: small letters, each once, in order."""
    return sorted({" ".join(each.casefold().split())[:40] for each in tags if each.strip()})[:MOST_TAGS]


@transaction.atomic
def sort_question(
    *,
    by: User,
    item: Item,
    category: Category | None,
    difficulty: int | None,
    review_on: dt.date | None,
    tags: Sequence[str],
) -> None:
    """Say where a question stands, how hard it is, when somebody looks again, and by which words it is found.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        CategoryRefused: the category is of another bank.
    """
    require_right(by, Right.WRITE_COURSES)
    item = Item.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if category is not None and category.bank_id != item.bank_id:
        raise CategoryRefused(_("There is no such category here."))
    wanted = _Sorting(category, difficulty, review_on, tuple(tidy_tags(tags)))
    changed = wanted.apply(item)
    if changed:
        audit(
            by=by,
            action="question.sorted",
            target=f"assessments.item:{item.uuid}",
            details={"key": item.key, "changed": changed},
        )


@dataclass(frozen=True)
class _Sorting:
    category: Category | None
    difficulty: int | None
    review_on: dt.date | None
    tags: tuple[str, ...]

    def apply(self, item: Item) -> list[str]:
        changed = [
            name for name in ("category", "difficulty", "review_on") if getattr(self, name) != getattr(item, name)
        ]
        for name in changed:
            setattr(item, name, getattr(self, name))
        if changed:
            item.save(update_fields=changed)
        old = set(item.tags.values_list("name", flat=True))
        if old != set(self.tags):
            item.tags.exclude(name__in=self.tags).delete()
            ItemTag.objects.bulk_create(ItemTag(item=item, name=name) for name in self.tags if name not in old)
            changed.append("tags")
        return changed


# --- categories


@transaction.atomic
def make_category(*, by: User, course: Course, name: str, parent: Category | None) -> Category:
    """Make a category, at the top or in another.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        CategoryRefused: the name is taken there, or `parent` is of another bank.
    """
    require_right(by, Right.WRITE_COURSES)
    bank = Bank.objects.select_for_update(of=("self",)).get(pk=bank_of(course).pk)
    _require_own(bank, parent)
    _require_free(bank, parent, name)
    category = Category.objects.create(bank=bank, parent=parent, name=name)
    _audit_category(by, "category.made", category)
    return category


@transaction.atomic
def change_category(*, by: User, category: Category, name: str, parent: Category | None) -> Category:
    """Rename a category or move it, with everything in it.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        CategoryRefused: the name is taken there, or it would stand in itself.
    """
    require_right(by, Right.WRITE_COURSES)
    bank = Bank.objects.select_for_update(of=("self",)).get(pk=category.bank_id)
    category = Category.objects.select_for_update(of=("self",)).get(pk=category.pk)
    _require_own(bank, parent)
    above = dict(Category.objects.filter(bank=bank).values_list("pk", "parent"))
    place = parent.pk if parent else None
    while place is not None:
        if place == category.pk:
            raise CategoryRefused(_("A category cannot stand in itself or in one of its own."))
        place = above[place]
    _require_free(bank, parent, name, but=category)
    if (category.name, category.parent_id) == (name, parent.pk if parent else None):
        return category
    action = "category.moved" if category.parent_id != (parent.pk if parent else None) else "category.renamed"
    category.name, category.parent = name, parent
    category.save(update_fields=["name", "parent"])
    _audit_category(by, action, category)
    return category


@transaction.atomic
def delete_category(*, by: User, category: Category) -> None:
    """Delete a category that is empty.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        CategoryRefused: questions, retired ones too, or other categories stand in it.
    """
    require_right(by, Right.WRITE_COURSES)
    Bank.objects.select_for_update(of=("self",)).get(pk=category.bank_id)
    category = Category.objects.select_for_update(of=("self",)).get(pk=category.pk)
    if category.children.exists() or category.items.exists():
        raise CategoryRefused(_("Only an empty category can be deleted. Move what stands in it first."))
    category.delete()
    _audit_category(by, "category.deleted", category)


def _require_own(bank: Bank, parent: Category | None) -> None:
    if parent is not None and parent.bank_id != bank.pk:
        raise CategoryRefused(_("There is no such category here."))


def _require_free(bank: Bank, parent: Category | None, name: str, but: Category | None = None) -> None:
    beside = Category.objects.filter(bank=bank, parent=parent, name=name)
    if any(each != but for each in beside):
        raise CategoryRefused(_("There is a category of this name there already."))


def _audit_category(by: User, action: str, category: Category) -> None:
    target = f"assessments.category:{category.uuid}"
    audit(by=by, action=action, target=target, details={"name": category.name})


# --- many at once

RELEASE, RETIRE = "release", "retire"

#: What a line of a preview may say.
WORDS = {
    "category": gettext_lazy("Category"),
    "difficulty": gettext_lazy("Difficulty"),
    "review_on": gettext_lazy("To be looked at on"),
    "tags": gettext_lazy("Tags"),
}


@dataclass(frozen=True)
class Wanted:
    """What shall change of many questions; what is None or empty stays.

    Attributes:
        no_category, no_review: take the category or the day away.
        state: ``"release"``, ``"retire"`` or nothing.
    """

    category: Category | None = None
    no_category: bool = False
    difficulty: int | None = None
    review_on: dt.date | None = None
    no_review: bool = False
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    state: str = ""


@dataclass
class Planned:
    """What becomes of one question: what changes, in words from → to, and why something is left out."""

    item: Item
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    problem: str = ""
    fields: list[str] = field(default_factory=list)
    tags: tuple[str, ...] | None = None

    @property
    def changes_something(self) -> bool:
        return bool(self.changes or self.states) and not self.problem


def plan_changes(*, course: Course, questions: Collection[Any], wanted: Wanted) -> list[Planned]:
    """What `change_questions` would do, question by question; changes nothing.

    Raises:
        NothingChosen: no questions, or nothing to change.
    """
    rows = Item.objects.filter(bank__course=course, uuid__in=questions).select_related("category", "bank")
    return _plan(course, list(rows.prefetch_related("tags").order_by("key")), wanted)


def _plan(course: Course, items: list[Item], wanted: Wanted) -> list[Planned]:
    if not items or wanted == Wanted():
        raise NothingChosen
    shown = used_in(course, [str(item.uuid) for item in items]) if wanted.state == RETIRE else {}
    return [_planned(item, wanted, [place.title for place in shown.get(str(item.uuid), [])]) for item in items]


def _planned(item: Item, wanted: Wanted, shown: list[str]) -> Planned:
    plan = Planned(item)

    def change(name: str, before: Any, after: Any) -> None:
        if before != after:
            plan.fields.append(name)
            plan.changes.append((str(WORDS[name]), _said(before), _said(after)))

    if wanted.category is not None or wanted.no_category:
        change("category", item.category, wanted.category)
    if wanted.difficulty is not None:
        label = Item.Difficulty(wanted.difficulty).label
        change("difficulty", Item.Difficulty(item.difficulty).label if item.difficulty else None, label)
    if wanted.review_on is not None or wanted.no_review:
        change("review_on", item.review_on, wanted.review_on)
    old = sorted(tag.name for tag in item.tags.all())
    new = sorted((set(old) | set(wanted.add_tags)) - set(wanted.remove_tags))
    if new != old:
        plan.tags = tuple(new)
        plan.changes.append((str(WORDS["tags"]), _said(", ".join(old)), _said(", ".join(new))))
    if wanted.state == RELEASE and item.drafted_at is not None and item.retired_at is None:
        plan.states.append(RELEASE)
    if wanted.state == RETIRE and item.retired_at is None:
        plan.states.append(RETIRE)
        if shown:
            plan.problem = still_shown(shown)
    return plan


def _said(value: Any) -> str:
    return str(value) if value not in (None, "") else "–"


@transaction.atomic
def change_questions(*, by: User, course: Course, questions: Collection[Any], wanted: Wanted) -> list[Planned]:
    """Change many questions at once, each with its entry in the audit log. What has a problem is left as it is.

    Returns:
        What was done, as `plan_changes` shows it before.

    Raises:
        accounts.permissions.Refused: the person may not publish courses.
        NothingChosen: no questions, or nothing to change.
        CategoryRefused: the category is of another bank.
    """
    require_right(by, Right.PUBLISH_COURSES)
    if wanted.category is not None and wanted.category.bank.course_id != course.pk:
        raise CategoryRefused(_("There is no such category here."))
    rows = Item.objects.select_for_update(of=("self",)).filter(bank__course=course, uuid__in=questions)
    items = list(rows.select_related("category", "bank").prefetch_related("tags").order_by("key"))
    plans = _plan(course, items, wanted)
    entries, now = [], timezone.now()
    for plan in plans:
        if not plan.changes_something:
            continue
        item = plan.item
        if "category" in plan.fields:
            item.category = wanted.category
        if "difficulty" in plan.fields:
            item.difficulty = wanted.difficulty
        if "review_on" in plan.fields:
            item.review_on = wanted.review_on
        if RELEASE in plan.states:
            item.drafted_at = None
        if RETIRE in plan.states:
            item.retired_at = now
        if plan.tags is not None:
            old = {tag.name for tag in item.tags.all()}
            ItemTag.objects.filter(item=item).exclude(name__in=plan.tags).delete()
            ItemTag.objects.bulk_create(ItemTag(item=item, name=name) for name in plan.tags if name not in old)
        changed = [*plan.fields, *(["tags"] if plan.tags is not None else []), *plan.states]
        entries.append(
            Entry(
                action="question.sorted" if not plan.states else _ACTIONS[plan.states[0]],
                target=f"assessments.item:{item.uuid}",
                details={"key": item.key, "changed": changed, "many": True},
            )
        )
    Item.objects.bulk_update(
        [plan.item for plan in plans if plan.changes_something],
        ["category", "difficulty", "review_on", "drafted_at", "retired_at"],
        batch_size=200,
    )
    audit_many(by=by, entries=entries)
    return plans


_ACTIONS = {RELEASE: "question.released", RETIRE: "question.retired"}
