"""Writes of what stands on the page beside the words: signatories, logos, and notes of what could not be printed."""

import datetime as dt
import hashlib
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Right, require_right
from accounts.services import actor_of, audit
from certificates.models import Award, MissingCharacters, PagePart, PagePicture
from certificates.pictures import BadPicture, drawn_anew
from certificates.rendering import code_points
from certificates.signatories import MOST
from learning.models import Course

__all__ = ["BadPicture"]


class IncompletePart(Exception):
    """A logo without its picture, reason or agreement, or days in the wrong order. The message is for the person."""


class OwnProposal(Exception):
    """Nobody approves what they proposed themselves. The message is for the person."""


class AlreadyDecided(Exception):
    """It was approved or taken off meanwhile. The message is for the person."""


class PageIsFull(Exception):
    """So many of this kind stand on the page already. The message is for the person."""


@transaction.atomic
def propose_page_part(
    *,
    by: User,
    kind: str,
    name: str,
    title: str = "",
    words: dict[str, dict[str, str]] | None = None,
    picture: bytes | None = None,
    reason: str = "",
    agreement: str = "",
    course: Course | None = None,
    valid_from: dt.date,
    valid_until: dt.date | None = None,
) -> PagePart:
    """Propose a signatory or a logo; it stands nowhere until another person approves it.

    Arguments:
        words: name and title in other languages, code → ``{"name": …, "title": …}``.
        picture: a PNG or JPEG; it is drawn anew.
        course: None for all courses.

    Raises:
        IncompletePart, BadPicture: see the classes.
    """
    require_right(by, Right.CERTIFY)
    if valid_until is not None and valid_until < valid_from:
        raise IncompletePart(_("The last day is before the first."))
    if kind == PagePart.Kind.LOGO and not (picture and reason.strip() and agreement.strip()):
        raise IncompletePart(_("A partner's logo is an exception: it needs a picture, a reason and an agreement."))
    part = PagePart.objects.create(
        kind=kind,
        name=name,
        title=title,
        words=words or {},
        picture=_stored(picture) if picture else None,
        reason=reason,
        agreement=agreement,
        course=course,
        valid_from=valid_from,
        valid_until=valid_until,
        proposed_by=actor_of(by),
    )
    audit(by=by, action="page_part.proposed", target=_target(part), details={"kind": str(kind)})
    return part


@transaction.atomic
def approve_page_part(*, by: User, part: PagePart) -> PagePart:
    """Let a signatory or logo stand on what is issued from its first day on.

    Raises:
        OwnProposal, AlreadyDecided, PageIsFull: see the classes.
    """
    require_right(by, Right.CERTIFY)
    # All of the kind, so that two approvals at once do not fill the page beyond its room.
    rows = {row.pk: row for row in PagePart.objects.select_for_update().filter(kind=part.kind).order_by("pk")}
    part = rows[part.pk]
    if part.approved_at or part.removed_at:
        raise AlreadyDecided(_("This was decided meanwhile."))
    actor = actor_of(by)
    if part.proposed_by_id == actor.pk:
        raise OwnProposal(_("You proposed this yourself. Another person of the RSO approves it."))
    beside = PagePart.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=part.valid_from),
        kind=part.kind,
        approved_by__isnull=False,
        removed_at=None,
    )
    if part.course_id:
        beside = beside.filter(Q(course=None) | Q(course=part.course_id))
    if part.valid_until:
        beside = beside.filter(valid_from__lte=part.valid_until)
    if beside.count() >= MOST[PagePart.Kind(part.kind)]:
        raise PageIsFull(_("There is no more room on the page. Take another one off first."))
    part.approved_by, part.approved_at = actor, timezone.now()
    part.save(update_fields=["approved_by", "approved_at"])
    audit(by=by, action="page_part.approved", target=_target(part), details={"kind": part.kind})
    return part


@transaction.atomic
def remove_page_part(*, by: User, part: PagePart) -> PagePart:
    """Take a signatory or logo off what is issued from now on; a second call changes nothing."""
    require_right(by, Right.CERTIFY)
    part = PagePart.objects.select_for_update(of=("self",)).get(pk=part.pk)
    if part.removed_at:
        return part
    part.removed_by, part.removed_at = actor_of(by), timezone.now()
    part.save(update_fields=["removed_by", "removed_at"])
    audit(by=by, action="page_part.removed", target=_target(part), details={"kind": part.kind})
    return part


def _stored(content: bytes) -> PagePicture:
    drawn, width, height = drawn_anew(content)
    digest = hashlib.sha256(drawn).hexdigest()
    row, _made = PagePicture.objects.get_or_create(
        digest=digest, defaults={"content": drawn, "width": width, "height": height}
    )
    return row


def _target(part: PagePart) -> str:
    return f"certificates.pagepart:{part.uuid}"


def note_missing(*, award: Award, characters: Iterable[str]) -> None:
    """Note for the RSO which characters of a certificate no font had; a note that is settled goes."""
    said = code_points(characters)[:300]
    found = MissingCharacters.objects.filter(award=award).first()
    if (found.code_points if found else "") == said:
        return
    if said:
        MissingCharacters.objects.update_or_create(
            award=award, defaults={"code_points": said, "noticed_at": timezone.now()}
        )
    elif found:
        found.delete()
