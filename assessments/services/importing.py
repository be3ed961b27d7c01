"""Bringing in the questions of a file as it was planned: all that can be made, or nothing."""

import hashlib
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Actor, User
from accounts.permissions import Right, require_right
from accounts.services import actor_of, audit
from assessments.exchange.plan import BATCH, ImportPlan, Progress, stamp_of
from assessments.exchange.question import Found
from assessments.hooks import pictures_of_the_site
from assessments.models import Bank, Category, Item, ItemTag, ItemVersion, ItemWording
from assessments.services.bank import bank_of, item_uuid
from assessments.types import pictures_in
from learning.services import freeze


class PlanOutOfDate(Exception):
    """The bank is no longer as it was when the file was checked; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else changed this bank meanwhile. Nothing was imported: check the file again."))


@dataclass(frozen=True)
class Made:
    """What an import did."""

    bank: Bank
    questions: int


@transaction.atomic
def import_questions(*, by: User | None, plan: ImportPlan, progress: Progress | None = None) -> Made:
    """Make every question that a plan found, as drafts, with their categories, tags and pictures: all or nothing.

    Arguments:
        by: who may write courses; None for a command.

    Raises:
        accounts.permissions.Refused: the person may not write courses.
        PlanOutOfDate: the bank changed since it was planned, is gone, or belongs to another course.
        ValueError: a picture is not taken after all; the message says why.
    """
    if by is not None:
        require_right(by, Right.WRITE_COURSES)
    if not plan.planned and plan.target.bank is not None:
        return Made(plan.target.bank, 0)
    bank = _bank_of(plan)
    if stamp_of(bank) != plan.stamp:
        raise PlanOutOfDate
    making = _Making(by, bank, plan)
    made = 0
    found = plan.spool.found()
    # A picture is put down at once: a batch of them would fill the memory.
    readied = ((replace(each, picture=None), making.structure(each)) for each in found)
    while batch := list(islice(readied, BATCH)):
        making.make(batch)
        made += len(batch)
        if progress:
            progress(made, 100 * made // plan.planned)
    audit(
        by=by,
        action="questions.imported",
        target=f"assessments.bank:{bank.pk}",
        details={"format": plan.asked.format, "language": plan.language, "pool": plan.asked.pool, "questions": made},
    )
    return Made(bank, made)


def _bank_of(plan: ImportPlan) -> Bank:
    """The bank, locked; made where there is none.

    Raises:
        PlanOutOfDate: it is gone, or belongs to another course now.
    """
    target = plan.target
    if target.bank is not None:
        bank = target.bank
    elif target.course is not None:
        bank = bank_of(target.course)
    else:
        bank, _made = Bank.objects.get_or_create(name=target.name)
    locked = Bank.objects.select_for_update(of=("self",)).select_related("course").filter(pk=bank.pk).first()
    if locked is None or locked.course_id != (target.course.pk if target.course else None):
        raise PlanOutOfDate
    return locked


class _Making:
    """Writes questions, a batch at a time."""

    def __init__(self, by: User | None, bank: Bank, plan: ImportPlan) -> None:
        self.by = by
        self.bank = bank
        self.plan = plan
        self.now = timezone.now()
        self.actor: Actor | None = actor_of(by) if by else None
        self._kept: tuple[Any, dict[str, Any]] = None, {}
        self._categories: dict[tuple[str, ...], Category] = {}

    def make(self, readied: list[tuple[Found, dict[str, Any]]]) -> None:
        batch = [each for each, _structure in readied]
        items = Item.objects.bulk_create([self._item(each) for each in batch])
        versions = ItemVersion.objects.bulk_create(
            [self._version(item, each, structure) for item, (each, structure) in zip(items, readied, strict=True)]
        )
        shown = [(each, pictures) for each in versions if (pictures := pictures_in(each.structure))]
        if shown:
            # No edition shows them yet, and what nothing names is cleared away.
            freeze(
                ({"pictures": pictures}, {"item": str(each.item.uuid), "version": each.number})
                for each, pictures in shown
            )
        ItemWording.objects.bulk_create(
            [
                ItemWording(version=version, language=self.plan.language, text=dict(each.text))
                for version, each in zip(versions, batch, strict=True)
            ]
        )
        ItemTag.objects.bulk_create(
            [ItemTag(item=item, name=tag) for item, each in zip(items, batch, strict=True) for tag in each.tags]
        )

    def structure(self, found: Found) -> dict[str, Any]:
        """What a question is made of, with its picture on the shelf."""
        structure = dict(found.structure)
        if found.picture:
            pictures = pictures_of_the_site()
            assert pictures is not None, "a plan has no pictures where nobody keeps any"
            picture = found.picture
            known_by = hashlib.sha256(picture.data).digest(), picture.name, picture.media_type
            if known_by != self._kept[0]:  # questions that share a picture mostly stand together
                kept = pictures.keep(self.by, picture.name, picture.media_type, picture.data)
                self._kept = known_by, kept
            structure["picture"] = dict(self._kept[1])
        return structure

    def _item(self, found: Found) -> Item:
        return Item(
            bank=self.bank,
            key=found.key,
            uuid=item_uuid(self.bank, found.key),
            type=found.type,
            pool=self.plan.asked.pool,
            drafted_at=self.now,
            category=self._category(found.category),
            difficulty=found.difficulty or None,
        )

    def _version(self, item: Item, found: Found, structure: dict[str, Any]) -> ItemVersion:
        return ItemVersion(
            item=item,
            number=1,
            structure=structure,
            answer_key=found.answer_key,
            module=self.plan.asked.module,
            source=found.source,
            weight=found.points if found.points > 1 else None,
            created_by=self.actor,
            note=" · ".join(filter(None, [found.where, found.name]))[:200],
        )

    def _category(self, path: tuple[str, ...]) -> Category | None:
        """The category of a path, made with all above it."""
        if not path:
            return None
        if path not in self._categories:
            parent = self._category(path[:-1])
            self._categories[path], _made = Category.objects.get_or_create(bank=self.bank, parent=parent, name=path[-1])
        return self._categories[path]
