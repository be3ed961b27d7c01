"""Where a question asks for a choice: as a whole, or at each entry, gap or question of a set. Pure.

What is typed is no choice, so a gap to be typed is no place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from assessments.types import TYPES

#: Types whose answer is a list of ids of options.
LISTED = ("single", "truefalse", "multiple", "hotspot")


@dataclass(frozen=True)
class Place:
    """One choice of a question.

    Attributes:
        id: empty for the question as a whole; else that of an entry or a gap, in a set below the id of its question
            (``p1``, ``p1-g2``).
        options: what may be chosen; of an ordering, the numbers of its steps.
        takes_several: whether more than one may be chosen.
        ordering: the ordering that it is an entry of, by the id of the question of the set or empty; None elsewhere.
    """

    id: str
    options: tuple[str, ...]
    takes_several: bool = False
    ordering: str | None = None


def places_of(type: str, structure: Mapping[str, Any]) -> tuple[Place, ...]:
    """The places of a question, in the order in which a paper has them."""
    if type in LISTED:
        return (Place("", tuple(structure["options"]), TYPES[type].takes_several(structure)),)
    if type == "matching":
        return tuple(Place(each, tuple(structure["options"])) for each in structure["left"])
    if type == "ordering":
        numbers = tuple(str(place) for place in range(1, len(structure["options"]) + 1))
        return tuple(Place(each, numbers, ordering="") for each in structure["options"])
    if type == "gaps":
        return tuple(Place(gap["id"], tuple(gap["options"])) for gap in structure["gaps"] if "options" in gap)
    if type == "set":
        return tuple(
            replace(place, id=below(part["id"], place.id), ordering=None if place.ordering is None else part["id"])
            for part in structure["parts"]
            for place in places_of(part["type"], part["structure"])
        )
    return ()


def chosen_in(type: str, structure: Mapping[str, Any], answer: Any) -> dict[str, list[str]]:
    """What an answer, or a key, chooses: id of a place → ids of options. Places that it leaves open are not in it."""
    if not answer:
        return {}
    if type in LISTED:
        return {"": list(answer)}
    if type == "ordering":
        return {each: [str(place)] for place, each in enumerate(answer, start=1)}
    if type == "matching":
        return {each: [option] for each, option in answer.items()}
    if type == "gaps":
        chosen = (gap["id"] for gap in structure["gaps"] if "options" in gap)
        return {gap: [answer[gap]] for gap in chosen if answer.get(gap)}
    if type == "set":
        return {
            below(part["id"], place): options
            for part in structure["parts"]
            for place, options in chosen_in(part["type"], part["structure"], answer.get(part["id"])).items()
        }
    return {}


def below(part: str, place: str) -> str:
    """The id of a place of a question of a set."""
    return f"{part}-{place}" if place else part
