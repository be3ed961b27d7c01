"""How questions are sorted, read and written: category, tags, difficulty, review day, draft. All of it is optional."""

import datetime as dt
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone

from assessments.models import Bank, Category, Item, ItemTag
from assessments.services.sorting import tidy_tags
from courses.pages.exchange.reading import Fields

#: Difficulty → its word in the files.
DIFFICULTIES = {each: each.name.lower() for each in Item.Difficulty}
NAMES = ("category", "tags", "difficulty", "review_on", "draft")


@dataclass(frozen=True)
class Sorting:
    """How one question is sorted; `category` names the path from the top, `review_on` is a date or empty."""

    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    difficulty: str = ""
    review_on: str = ""
    draft: bool = False

    def as_json(self) -> dict[str, Any]:
        """The fields for ``questions.yaml``, without what is empty."""
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
        return {name: value for name, value in values.items() if value}

    def differing(self, other: "Sorting") -> tuple[str, ...]:
        """The names of the fields in which two differ."""
        return tuple(name for name in NAMES if getattr(self, name) != getattr(other, name))


def read_sorting(fields: Fields) -> Sorting:
    """The sorting in the fields of a question."""
    tags = fields.texts("tags", required=False, most=40)
    if tags and tuple(tidy_tags(tags)) != tuple(sorted(tags)):
        fields.complain("“tags” are words in small letters, each once.", fields.place("tags"))
    difficulty = ""
    if fields.text("difficulty", required=False):
        difficulty = fields.as_choice(fields.entries["difficulty"], "“difficulty”", DIFFICULTIES.values())
    review_on = fields.text("review_on", required=False)
    if review_on:
        try:
            review_on = dt.date.fromisoformat(review_on).isoformat()
        except ValueError:
            message = f"“review_on” is “{review_on}”, which is no date; write one such as 2027-03-31."
            fields.complain(message, fields.place("review_on"))
    return Sorting(
        category=fields.texts("category", required=False, most=80),
        tags=tuple(sorted(tags)),
        difficulty=difficulty,
        review_on=review_on,
        draft=fields.boolean("draft"),
    )


def sortings_of(bank: Bank) -> dict[int, Sorting]:
    """Primary key of each question of a bank → how it is sorted, in a fixed number of statements."""
    categories = {each.pk: each for each in Category.objects.filter(bank=bank)}
    tags: dict[int, list[str]] = defaultdict(list)
    for item, name in ItemTag.objects.filter(item__bank=bank).order_by("name").values_list("item", "name"):
        tags[item].append(name)

    def path(pk: int | None) -> tuple[str, ...]:
        found: list[str] = []
        while pk is not None:
            found.insert(0, categories[pk].name)
            pk = categories[pk].parent_id
        return tuple(found)

    return {
        item.pk: Sorting(
            category=path(item.category_id),
            tags=tuple(sorted(tags[item.pk])),
            difficulty=DIFFICULTIES[Item.Difficulty(item.difficulty)] if item.difficulty else "",
            review_on=item.review_on.isoformat() if item.review_on else "",
            draft=item.drafted_at is not None,
        )
        for item in Item.objects.filter(bank=bank)
    }


def sort_as_filed(item: Item, sorting: Sorting) -> None:
    """Sort a question as its file says, making the categories that are missing."""
    category = None
    for name in sorting.category:
        category, _made = Category.objects.get_or_create(bank_id=item.bank_id, parent=category, name=name)
    item.category = category
    words = {word: value for value, word in DIFFICULTIES.items()}
    item.difficulty = words.get(sorting.difficulty)
    item.review_on = dt.date.fromisoformat(sorting.review_on) if sorting.review_on else None
    item.drafted_at = (item.drafted_at or timezone.now()) if sorting.draft else None
    item.save(update_fields=["category", "difficulty", "review_on", "drafted_at"])
    item.tags.exclude(name__in=sorting.tags).delete()
    known = set(item.tags.values_list("name", flat=True))
    ItemTag.objects.bulk_create(ItemTag(item=item, name=name) for name in sorting.tags if name not in known)
