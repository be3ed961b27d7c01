"""The registry of personal data: what each app holds about a person, why, for how long, and what erasing does.

Each app declares its models in a `personal_data.py` of its own, those of others in `accounts/third_parties.py`; a test
fails for a model that is in none. Export, erasure and retention run through these declarations, so a model that is
missing here would be a promise broken (decision 0022).
"""

import calendar
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

#: What erasing a person does to a row, in words that a person reads.
ERASURES = {
    "delete": _("deleted"),
    "unlink": _("kept, but belongs to nobody any more"),
    "keep": _("kept"),
}


@dataclass(frozen=True)
class Declaration:
    """What one model holds.

    Attributes:
        model: the model.
        person: lookup from the model to the user, such as ``"actor__user"``; empty when it holds nothing personal, and
            in the declaration of the user itself.
        fields: personal field → why it is held.
        keep: how long, in words that a person reads.
        erasure: what erasing the person does: ``"delete"``, ``"unlink"`` (the key's link is cut) or ``"keep"``.
        title: what the rows are, in words that a person reads; the model's own name where it is empty.
        beside: fields or lookups that are nobody's data, and without which a row says nothing (which course, when).
        labels: words for fields and lookups whose own name says too little.
        others: further fields that lead to a user, such as who decided → why. Erasing that person empties them.
        kept_because: why erasing does not delete; said in the plan.
        rows: finds a person's rows where no lookup can.
        erase: does what erasing does, where the three words are not enough; returns how many rows it touched.
        is_listed: whether rows are shown and exported; what is secret (a key of sign-in) is only named.
    """

    model: type[Model]
    person: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    keep: Any = ""
    erasure: str = ""
    title: Any = ""
    beside: tuple[str, ...] = ()
    labels: dict[str, Any] = field(default_factory=dict)
    others: dict[str, Any] = field(default_factory=dict)
    kept_because: Any = ""
    rows: Callable[[Any], "QuerySet[Any] | list[Any]"] | None = None
    erase: Callable[[Any], int] | None = None
    is_listed: bool = True

    @property
    def name(self) -> str:
        """What the rows are, in words."""
        return str(self.title or self.model._meta.verbose_name_plural)

    def rows_of(self, user: Any) -> "QuerySet[Any] | list[Any]":
        """The rows that are about a person."""
        if self.rows is not None:
            return self.rows(user)
        found = self.model._base_manager.filter(**{self.person or "pk": user if self.person else user.pk})
        parents = {name.rpartition("__")[0] for name in self.exported if "__" in name}
        return found.order_by("pk").select_related(*sorted(parents)) if parents else found.order_by("pk")

    def count(self, user: Any) -> int:
        """How many rows are about a person."""
        found = self.rows_of(user)
        return found.count() if isinstance(found, QuerySet) else len(found)

    @property
    def exported(self) -> tuple[str, ...]:
        """The fields and lookups that a person reads of a row, those that say which row it is first."""
        return (*self.beside, *(name for name in self.fields if name not in self.beside))

    def label(self, name: str) -> str:
        """What a field is called."""
        if name in self.labels:
            return str(self.labels[name])
        at: Any = self.model
        try:
            for part in name.split("__"):
                found = at._meta.get_field(part)
                at = found.related_model
        except FieldDoesNotExist:
            return name.replace("_", " ")
        return str(found.verbose_name)

    def values(self, row: Model) -> Iterator[tuple[str, Any]]:
        """(field, plain value) of one row, as it is exported."""
        for name in self.exported:
            yield name, plain(row, name)


def plain(row: Any, name: str) -> Any:
    """A value that JSON can hold: words for choices and related rows, ISO for instants."""
    *path, last = name.split("__")
    for part in path:
        row = getattr(row, part)
        if row is None:
            return None
    value = getattr(row, last)
    if value not in (None, "") and hasattr(row, f"get_{last}_display"):
        return str(getattr(row, f"get_{last}_display")())
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


REGISTRY: dict[type[Model], Declaration] = {}
#: Models that hold nothing about a person though they lead to one → why that is so.
EXEMPT: dict[type[Model], Any] = {}


def holds(
    model: type[Model] | str, *, person: str, fields: dict[str, Any], keep: Any, erasure: str, **more: Any
) -> None:
    """Declare a model that holds personal data; `more` are the further attributes of `Declaration`.

    A model of somebody else is named by its label, and left out where its app is not installed.
    """
    found = _found(model)
    if found is not None:
        REGISTRY[found] = Declaration(found, person, fields, keep, erasure, **more)


def holds_none(*models: type[Model]) -> None:
    """Declare models that hold nothing about a person."""
    for model in models:
        REGISTRY[model] = Declaration(model)


def exempt(model: type[Model] | str, because: str) -> None:
    """Say why a model that leads to a person, or holds text of people, needs no declaration."""
    found = _found(model)
    if found is not None:
        EXEMPT[found] = because


def _found(model: type[Model] | str) -> type[Model] | None:
    if not isinstance(model, str):
        return model
    app, _dot, name = model.partition(".")
    return apps.get_model(app, name) if app in apps.app_configs else None


# --- retention

#: What a rule does with a row, in words that a person reads.
DOES = {
    "delete": _("deleted"),
    "drop": _("the answer is dropped, the result stays"),
    "anonymise": _("the name is removed and the link to the person is cut"),
    "report": _("reported only"),
}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How long rows are kept, and what becomes of them then.

    Attributes:
        name: short and stable; stands in addresses and in the reports.
        model: whose rows.
        title: what the rows are, in words.
        does: a key of `DOES`.
        months, days: how long after the instant that `due` compares.
        due: the rows that are due at a limit, of one model; must not find again what was acted upon.
        act: does it to rows (its argument `rows`), in one transaction, and returns how many it touched.
        since: the field that says how old a row is, for the report.
    """

    name: str
    model: type[Model]
    title: Any
    does: str
    due: Callable[[dt.datetime], "QuerySet[Any]"]
    act: Callable[..., int] | None = None
    since: str
    months: int = 0
    days: int = 0

    def limit(self, now: dt.datetime) -> dt.datetime:
        """Rows from before this instant are due."""
        return months_before(now, self.months) - dt.timedelta(days=self.days)


RULES: dict[str, Rule] = {}


def keeps(**rule: Any) -> None:
    """Declare a rule of retention; the arguments are the attributes of `Rule`."""
    made = Rule(**rule)
    RULES[made.name] = made


def rules() -> Iterable[Rule]:
    """All rules, in the order of their names."""
    return [RULES[name] for name in sorted(RULES)]


def delete_rows(*, rows: "QuerySet[Any]") -> int:
    """What a rule that deletes does."""
    return rows.delete()[0]


def months_before(now: dt.datetime, months: int) -> dt.datetime:
    """The same day so many months earlier, or the last day of that month where it has no such day."""
    years, month = divmod(now.month - 1 - months, 12)
    year, month = now.year + years, month + 1
    return now.replace(year=year, month=month, day=min(now.day, calendar.monthrange(year, month)[1]))
