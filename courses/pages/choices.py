"""Choices of the editor that come from elsewhere."""

from typing import Any

from django.utils.translation import gettext as _

from assessments.selectors import practice_choices
from courses.pages.models.media import MediaFile, Picture


def practice_items() -> list[tuple[str, Any]]:
    """Open practice items as (uuid, key and stem), bank by bank; without any, a choice of nothing that says so.

    A block does not know its page, so all are choices; the editor shows those of the lesson's course (`BodyPanel`).
    """
    return [*practice_choices()] or [("", _("There is no practice question on this site yet."))]


def packages() -> list[tuple[str, str]]:
    """Interactive packages as (id, title). None: there is nothing yet that could play them."""
    return [("", _("There is no package on this site yet."))]


def first_media(kind: str) -> int | None:
    """The first picture (``"picture"``) or file of a kind that there is, for the samples of the editor."""
    found = Picture.objects if kind == "picture" else MediaFile.objects.filter(kind=kind)
    first: int | None = found.order_by("pk").values_list("pk", flat=True).first()
    return first
