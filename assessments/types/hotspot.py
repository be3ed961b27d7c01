"""A place on a picture."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from assessments.types.base import ALL, JSON, PARTIAL, PENALTY, OptionView, RegionView, is_picture
from assessments.types.choice import Choice

#: How wide and high a region is at least, in percent of the picture: what a finger finds.
SMALLEST = 8


class HotSpot(Choice):
    """Regions of a picture to choose from; each has a text alternative, so no eye and no pointer is needed.

    ``structure``: ``picture``, ``options`` and ``regions`` (option → ``{"x", "y", "width", "height"}`` in percent of
    the picture); ``several``: whether more than one may be chosen. Answer and scoring are those of a choice. The
    letters follow the authors' order, so that everybody has the same picture before them.
    """

    name = "hotspot"
    template = "assessments/items/hotspot.html"
    scorings = (ALL, PARTIAL, PENALTY)
    is_shuffled = False

    def is_single(self, structure: JSON) -> bool:
        return not structure.get("several")

    def problems(self, structure: JSON, answer_key: JSON) -> list[str]:
        found = super().problems(structure, answer_key)
        if not is_picture(structure.get("picture")):
            found.append(_("a place on a picture needs a picture."))
        options, regions = structure.get("options", []), structure.get("regions")
        if not isinstance(regions, Mapping) or set(regions) != set(options):
            return [*found, _("every option has its region on the picture.")]
        if len(options) > 26:
            found.append(_("at most 26 regions: each has a letter."))
        words = _("the region of “%(id)s” does not lie on the picture, or is too small to be hit.")
        return found + [words % {"id": each} for each in options if not _is_region(regions[each])]

    def rows(
        self,
        structure: JSON,
        wording: Mapping[str, Any],
        order: list[str],
        answer: JSON | None,
        answer_key: JSON | None,
        language: str = "",
    ) -> list[OptionView]:
        picture = structure["picture"]
        return [
            replace(
                option,
                letter=chr(ord("A") + structure["options"].index(option.id)),
                region=_pixels(structure["regions"][option.id], picture["width"], picture["height"]),
            )
            for option in super().rows(structure, wording, order, answer, answer_key)
        ]


def _is_region(value: JSON) -> bool:
    if not isinstance(value, Mapping) or set(value) != {"x", "y", "width", "height"}:
        return False
    if any(type(each) not in (int, float) for each in value.values()):
        return False
    return bool(
        value["x"] >= 0
        and value["y"] >= 0
        and min(value["width"], value["height"]) >= SMALLEST
        and value["x"] + value["width"] <= 100
        and value["y"] + value["height"] <= 100
    )


def _pixels(region: Mapping[str, float], width: int, height: int) -> RegionView:
    x, y = round(region["x"] * width / 100), round(region["y"] * height / 100)
    wide, high = round(region["width"] * width / 100), round(region["height"] * height / 100)
    return RegionView(x, y, wide, high, letter_x=x + wide // 2, letter_y=y + high // 2, radius=max(8, width // 20))
