"""Reads of what stands on the page beside the words: signatories, logos, their pictures."""

import uuid
from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Right, Viewer, has_right
from certificates.models import MissingCharacters, PagePart, PagePicture
from certificates.rendering import Picture


def pictures(digests: Iterable[str]) -> dict[str, Picture]:
    """Pictures by their digests."""
    wanted = set(digests)
    if not wanted:
        return {}
    rows = PagePicture.objects.filter(digest__in=wanted)
    return {row.digest: Picture(bytes(row.content), row.width, row.height) for row in rows}


def page_parts(viewer: Viewer) -> QuerySet[PagePart]:
    """All signatories and logos for whoever certifies, with those that were taken off; nothing for others."""
    rows = PagePart.objects.all() if has_right(viewer, Right.CERTIFY) else PagePart.objects.none()
    return rows.select_related("picture", "course", "proposed_by__user", "approved_by__user").order_by("-pk")


def parts_to_approve(viewer: Viewer) -> QuerySet[PagePart]:
    """Those of `page_parts` that wait for the viewer: others proposed them, and they are not over yet."""
    if not isinstance(viewer, User):
        return PagePart.objects.none()
    waiting = page_parts(viewer).filter(approved_at=None, removed_at=None).exclude(proposed_by__user=viewer)
    return waiting.exclude(valid_until__lt=timezone.localdate())


def page_part(viewer: Viewer, part: uuid.UUID) -> PagePart:
    """One of `page_parts`.

    Raises:
        Http404: there is none that the viewer may see.
    """
    found = page_parts(viewer).filter(uuid=part).first()
    if found is None:
        raise Http404
    return found


def page_picture(viewer: Viewer, digest: str) -> Picture:
    """A picture, for whoever certifies.

    Raises:
        Http404: there is none that the viewer may see.
    """
    found = pictures([digest]) if has_right(viewer, Right.CERTIFY) else {}
    if digest not in found:
        raise Http404
    return found[digest]


def printed_with_squares(viewer: Viewer) -> QuerySet[MissingCharacters]:
    """Certificates with a character that no font had, for whoever certifies; nothing for others."""
    rows = MissingCharacters.objects.select_related("award")
    return rows if has_right(viewer, Right.CERTIFY) else rows.none()
