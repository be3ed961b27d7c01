"""How the parts of a lesson look that are not the same for everybody: the player knows, and the workshop stands below
it. So the player's function is handed over when the app starts (`courses.apps`)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from django.http import HttpRequest


class ShowsParts(Protocol):
    """Gives the variables ``parts`` and ``own_parts`` of a lesson's template, for somebody who is not enrolled."""

    def __call__(
        self, request: HttpRequest, *, key: str, title: str, language: str, parts: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any]: ...


_given: list[ShowsParts] = []


def show_parts_with(function: ShowsParts) -> None:
    """Take what shows the parts of a lesson."""
    _given[:] = [function]


def shown_parts() -> Callable[..., dict[str, Any]]:
    """What shows the parts of a lesson."""
    return _given[0]
