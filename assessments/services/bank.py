"""Keeping the bank: items, their versions and wordings, and putting them on the shelf of an edition."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery

from accounts.models import Actor
from assessments.drawing.traits import traits_today
from assessments.models import Bank, EditionItem, Item, ItemVersion, ItemWording
from assessments.types import TYPES, pictures_in
from assessments.wordings import Within, askable, earliest
from learning.models import Activity, Course, EditionRevision, ReviewState
from learning.services import freeze


def bank_of(course: Course) -> Bank:
    """The course's own bank. One without a course that has its name, as slugs are, becomes its own."""
    bank = Bank.objects.filter(course=course).order_by("pk").first()
    if bank is None:
        bank, _made = Bank.objects.get_or_create(name=course.slug, defaults={"course": course})
    if bank.course_id is None:
        bank.course = course
        bank.save(update_fields=["course"])
    return bank


def item_uuid(bank: Bank, key: str) -> uuid.UUID:
    """What a new item is called for good: the same on every site that loads the course; anything without a course.

    The name of a bank without a course is free again when its questions are moved, so nothing is made of it.
    """
    return uuid.uuid5(bank.course.uuid, f"item {key}") if bank.course else uuid.uuid4()


@transaction.atomic
def save_item(
    *,
    bank: Bank,
    key: str,
    type: str,
    pool: str,
    structure: Mapping[str, Any],
    answer_key: Any,
    must_be_right: bool = False,
    module: str = "",
    scenario: str = "",
    source: str = "",
    weight: int | None = None,
    made_by: Actor | None = None,
    note: str = "",
    afresh: bool = False,
) -> ItemVersion:
    """Make an item, or a new version where anything but its wording changed; unchanged gives the version there is.

    A new version takes the wordings of the one before along, as far as they fit it. Translations among them are behind
    until somebody brings them up to date.

    Arguments:
        weight: how many points it counts; None leaves what it counted before.
        made_by, note: who writes the version, and what is said of the change; kept with it.
        afresh: make a new version in any case, because its words are about to change.

    Raises:
        ValueError: the item is not sound, or its type or pool would change.
    """
    problems = TYPES[type].problems(structure, answer_key)
    if problems:
        raise ValueError(f"{key}: {' '.join(problems)}")
    item, _made = Item.objects.get_or_create(
        bank=bank, key=key, defaults={"type": type, "pool": pool, "uuid": item_uuid(bank, key)}
    )
    if (item.type, item.pool) != (type, pool):
        raise ValueError(
            f"{key}: the type or the pool of a question never changes ({item.type}, {item.pool}); "
            "retire it and write a new one."
        )
    content = {
        "structure": dict(structure),
        "answer_key": answer_key,
        "must_be_right": must_be_right,
        "module": module,
        "scenario": scenario,
        "source": source,
    }
    latest = item.versions.last()
    content["weight"] = (latest.weight if latest else None) if weight is None else (weight if weight > 1 else None)
    if latest and not afresh and all(getattr(latest, name) == value for name, value in content.items()):
        return latest
    version = ItemVersion.objects.create(
        item=item, number=latest.number + 1 if latest else 1, created_by=made_by, note=note or None, **content
    )
    if pictures := pictures_in(structure):
        # No edition shows them yet, and what nothing names is cleared away.
        freeze([({"pictures": pictures}, {"item": str(item.uuid), "version": version.number})])
    if latest:
        ItemWording.objects.bulk_create(
            ItemWording(
                version=version,
                language=old.language,
                text=old.text,
                translated_from=old.translated_from,
                source_text=old.source_text,
            )
            for old in latest.wordings.all()
            if not TYPES[type].wording_problems(version.structure, old.text)
        )
    return version


def save_wording(
    *,
    version: ItemVersion,
    language: str,
    text: Mapping[str, Any],
    translated_from: str = "",
    source_text: Mapping[str, Any] | None = None,
) -> ItemWording:
    """Write the text of an item version in one language.

    Arguments:
        translated_from, source_text: of a translation, what it was made from (`assessments.wordings.basis_of`), and
            the words of that.

    Raises:
        ValueError: texts are missing or belong to no part of the item.
    """
    problems = TYPES[version.item.type].wording_problems(version.structure, text)
    if problems:
        raise ValueError(f"{version.item.key} ({language}): {' '.join(problems)}")
    wording, _made = ItemWording.objects.update_or_create(
        version=version,
        language=language,
        defaults={
            "text": dict(text),
            "translated_from": translated_from,
            "source_text": dict(source_text) if source_text is not None else None,
        },
    )
    return wording


def questions_of(
    course: Course, pools: Sequence[str], source_language: str, *, within: Within | None = None
) -> list[tuple[ItemVersion, dict[str, ItemWording]]]:
    """The newest versions of a course's questions with their wordings by language that may be asked today, in the order
    of the keys: the current ones, and those that are behind `within` a grace."""
    return [
        (version, {language: wording for language, (wording, _last) in wordings.items()})
        for version, wordings in _askable(course, pools, source_language, within)
    ]


def _askable(
    course: Course, pools: Sequence[str], source_language: str, within: Within | None
) -> list[tuple[ItemVersion, dict[str, tuple[ItemWording, dt.date | None]]]]:
    versions: dict[int, ItemVersion] = {}
    for version in (
        ItemVersion.objects.filter(
            item__bank__course=course, item__pool__in=pools, item__retired_at=None, item__drafted_at=None
        )
        .select_related("item")
        .order_by("item__key", "number")
    ):
        versions[version.item_id] = version
    wordings: dict[int, list[ItemWording]] = defaultdict(list)
    for wording in ItemWording.objects.filter(version__in=[each.pk for each in versions.values()]).select_related(
        "version__item"
    ):
        wordings[wording.version_id].append(wording)
    return [(version, askable(wordings[version.pk], source_language, within)) for version in versions.values()]


@dataclass(frozen=True)
class Scenario:
    """The case that questions can be about, in one language, with its content level (`learning.manifest`).

    `open_until` is the last day on which it may be shown where it is behind within a grace; None for good.
    """

    text: str
    level: str
    open_until: dt.date | None = None


@dataclass(frozen=True)
class FrozenItem:
    """One item version in one language, ready to be put in a manifest: `body` is what is shown, `open_until` as of
    `EditionItem`."""

    version: ItemVersion
    language: str
    body: dict[str, Any]
    review_state: str = ReviewState.DRAFT
    open_until: dt.date | None = None


def frozen_items(
    course: Course,
    pools: Sequence[str],
    scenarios: Mapping[tuple[str, str], Scenario],
    *,
    languages: Sequence[str],
    within: Within | None = None,
) -> list[FrozenItem]:
    """The newest versions of a course's items in every language in which their wording is current, or behind within
    the grace.

    Arguments:
        pools: which of the pools.
        scenarios: (lesson key, language) → its scenario.
        languages: the languages of the edition, that in which the questions are written first.
        within: the grace of wordings that are behind; none where there is no grace.

    An item whose scenario has no current text in a language is left out in that language.
    """
    found = []
    for version, wordings in _askable(course, pools, languages[0], within):
        for language, (wording, last) in sorted(wordings.items(), key=lambda each: each[0]):
            if language not in languages:
                continue
            body = {**wording.text, "source": version.source}
            if pictures := pictures_in(version.structure):
                body["pictures"] = pictures  # what a frozen content names is kept
            if version.scenario:
                scenario = scenarios.get((version.scenario, language))
                if scenario is None:
                    continue
                body |= {"scenario": scenario.text, "level": scenario.level}
                last = earliest(last, scenario.open_until)
            found.append(FrozenItem(version, language, body, open_until=last))
    return found


def must_be_right_without(course: Course, pool: str, items: Sequence[FrozenItem], language: str) -> list[str]:
    """Keys of the questions of a pool that must be right and are not among `items` in a language, so would be lost."""
    asked = {item.version.item_id for item in items if item.language == language}
    newest = ItemVersion.objects.filter(item=OuterRef("pk")).order_by("-number").values("must_be_right")[:1]
    own = Item.objects.filter(bank__course=course, pool=pool, retired_at=None, drafted_at=None).alias(
        must=Subquery(newest)
    )
    return list(own.filter(must=True).exclude(pk__in=asked).values_list("key", flat=True))


def freeze_test(revision: EditionRevision, activity: Activity, items: Sequence[FrozenItem]) -> None:
    """Put the items that a test of this revision may draw on the shelf."""
    traits = traits_today([item.version for item in items])
    digests = freeze(
        (item.body, {"item": str(item.version.item.uuid), "version": item.version.number}) for item in items
    )
    EditionItem.objects.bulk_create(
        [
            EditionItem(
                revision=revision,
                activity=activity,
                version=item.version,
                language=item.language,
                content_id=digest,
                open_until=item.open_until,
                traits=traits[item.version.pk].as_json(),
            )
            for item, digest in zip(items, digests, strict=True)
        ],
        batch_size=500,
    )
