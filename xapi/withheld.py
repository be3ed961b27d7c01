"""What of the record a person may not read yet: the rooms that know declare it when the site starts."""

import uuid
from collections.abc import Callable, Collection
from typing import Any

from django.db.models import QuerySet

from xapi.models import Statement

#: A user → uuids of statements that say right or wrong although it may not be seen yet.
Withheld = Callable[[Any], Collection[uuid.UUID]]

_withheld: list[Withheld] = []


def withholds_results(function: Withheld) -> Withheld:
    """Declare a function that says of which statements a person may not read whether the answer was right."""
    _withheld.append(function)
    return function


def readable_statements(user: Any) -> QuerySet[Statement] | list[Statement]:
    """The record of a person as the person may read it now: what is withheld comes without its result."""
    rows = Statement.objects.filter(actor__user=user).order_by("pk")
    hidden = {each for function in _withheld for each in function(user)}
    return [_without_result(row) if row.uuid in hidden else row for row in rows] if hidden else rows


def _without_result(row: Statement) -> Statement:
    result = {
        name: value for name, value in row.statement.get("result", {}).items() if name not in ("success", "score")
    }
    row.statement = {**row.statement, "result": result}
    return row
