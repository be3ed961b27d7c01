"""How authors sort questions: what blueprints know of each, as it is today and as it was frozen."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from assessments.drawing.blueprint import Traits, sorting_from_json
from assessments.models import Category, EditionItem, ItemTag, ItemVersion


def traits_today(versions: Collection[ItemVersion]) -> dict[int, Traits]:
    """Version → what a blueprint knows of it today, in two queries; the versions come with their items."""
    items = {version.item_id: version.item for version in versions}
    tags: dict[int, list[str]] = defaultdict(list)
    for item, name in ItemTag.objects.filter(item__in=items).order_by("name").values_list("item", "name"):
        tags[item].append(name)
    above = categories_above({item.bank_id for item in items.values()})
    return {
        version.pk: _traits(
            version,
            categories=above.get(version.item.category_id or 0, ()),
            tags=tuple(tags[version.item_id]),
            difficulty=version.item.difficulty or 0,
        )
        for version in versions
    }


def traits_frozen(items: Iterable[EditionItem]) -> dict[int, Traits]:
    """Version → what a blueprint knew of it at publication; the rows come with their versions and items."""
    return {row.version_id: _traits(row.version, **sorting_from_json(row.traits)) for row in items}


def _traits(version: ItemVersion, **sorted_as: Any) -> Traits:
    return Traits(
        key=version.item.key,
        module=version.module,
        scenario=version.scenario,
        must=version.must_be_right,
        points=version.points,
        **sorted_as,
    )


def categories_above(banks: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Category → the uuids of itself and of all in which it stands."""
    rows = {pk: (str(uuid), parent) for pk, uuid, parent in _rows(banks)}
    found = {}
    for pk in rows:
        way: list[str] = []
        at: int | None = pk
        while at is not None and rows[at][0] not in way:
            way.append(rows[at][0])
            at = rows[at][1]
        found[pk] = tuple(way)
    return found


def _rows(banks: Collection[int]) -> Iterable[tuple[int, object, int | None]]:
    return Category.objects.filter(bank__in=banks).order_by().values_list("pk", "uuid", "parent")


def category_names(banks: Collection[int]) -> dict[str, str]:
    """Uuid of a category → its name with those above it, “Law / Treaties”, in the order of these names."""
    names = {str(uuid): name for uuid, name in Category.objects.filter(bank__in=banks).values_list("uuid", "name")}
    ways = categories_above(banks).values()
    found = {way[0]: " / ".join(names[each] for each in reversed(way)) for way in ways}
    return dict(sorted(found.items(), key=lambda each: each[1].casefold()))
