"""Writes of certificates of other bodies: written down, put forward, decided, withdrawn."""

import datetime as dt
import hashlib
import io
import struct
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from accounts.models import Agency, Member, Posting, User
from accounts.permissions import Refused, Right, has_right, scope_of
from accounts.services import actor_of, audit
from certificates.credentials.did import did_of, method_of_key
from certificates.credentials.evidence import Forged, NoCredential, credential_text, read_evidence
from certificates.models import Evidence, Recognition, RecognitionStep
from certificates.services.sealing import trusted_keys
from learning.models import Course

State = Recognition.State
Kind = RecognitionStep.Kind

#: Of a file that shows a certificate.
LARGEST_FILE = 4 * 1024 * 1024
_MOST_PIXELS = 40_000_000
#: Sides of a picture after it is made anew: enough to read a page of A4.
_LONGEST_SIDE = 2400


class NotAllowedNow(Exception):
    """It is not in the state for this, perhaps because somebody else was faster."""


class NoMember(Exception):
    """The person serves no member, and so nobody could put the certificate forward."""


class NoReason(Exception):
    """This needs a reason."""


class FileRefused(ValueError):
    """The file is not taken; the message says why and what to do instead."""


class NotPossible(ValueError):
    """What was decided does not fit together; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """What stands on a certificate of another body."""

    title: str
    body: str
    awarded_on: dt.date
    valid_until: dt.date | None = None
    minutes: int = 0
    note: str = ""
    address: str = ""


@dataclass(frozen=True)
class Shown:
    """A file that shows a certificate, fit to be kept."""

    content: bytes
    content_type: str
    checked: dict[str, Any] = field(default_factory=dict)


def shown_by(*, file: BinaryIO, size: int) -> Shown:
    """A file as it may be kept: a PDF as it came, for download only; a JPEG or PNG made anew, without place and device;
    of a digital badge (JSON, token, or one of them in an SVG) the text. What a badge says is read.

    Raises:
        FileRefused: it is too large, none of these, damaged, or a badge that was changed.
    """
    if size > LARGEST_FILE:
        raise FileRefused(_("The file is larger than %(most)s MB.") % {"most": LARGEST_FILE // 1024 // 1024})
    content = file.read(LARGEST_FILE + 1)
    if content.startswith(b"%PDF-"):
        return Shown(content, "application/pdf")
    if not content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return _badge(content)
    baked = _baked(content)
    return replace(_picture(content), checked=baked.checked) if baked else _picture(content)


def _badge(content: bytes) -> Shown:
    try:
        text = credential_text(content)
        shown = read_evidence(text, now=timezone.now(), own=_own_keys())
    except NoCredential as error:
        raise FileRefused(_("Send a PDF, JPEG or PNG file, or a digital badge (JSON, JWT, PNG or SVG).")) from error
    except Forged as error:
        raise FileRefused(
            _("This badge was changed after it was signed, or another key signed it than the one that it names.")
        ) from error
    kind = "application/json" if text.startswith("{") else "application/jwt"
    return Shown(text.encode(), kind, shown.as_json())


def _baked(picture: bytes) -> Shown | None:
    """What is baked into a picture; None for one that is only a picture."""
    try:
        credential_text(picture)
    except NoCredential:
        return None
    return _badge(picture)


def _own_keys() -> dict[str, bytes]:
    did = did_of(settings.PUBLIC_URL)
    return {method_of_key(did, key.public_bytes): key.public_bytes for key in trusted_keys()}


def _picture(content: bytes) -> Shown:
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise FileRefused(_("The picture is too large. Take a smaller one."))
            plain = ImageOps.exif_transpose(picture).convert("RGB")
            plain.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
            anew = io.BytesIO()
            plain.save(anew, "JPEG", quality=80)
    except FileRefused:
        raise
    # Pillow says of what it cannot read now this and now that.
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError) as error:
        raise FileRefused(_("The picture is damaged. Save it once more and send it again.")) from error
    return Shown(anew.getvalue(), "image/jpeg")


def posting_of(user: User) -> Posting | None:
    """The posting under which a person's certificates of other bodies are looked at; none without a member."""
    rows = Posting.objects.current().filter(user=user, member__isnull=False)
    return rows.select_related("member", "agency").order_by("pk").first()


@transaction.atomic
def submit_recognition(*, by: User, written: Written) -> Recognition:
    """Write down an own certificate of another body. The coordinator of the own member looks at it next.

    Raises:
        NoMember: see there.
    """
    posting = posting_of(by)
    if posting is None or posting.member is None:
        raise NoMember(_("You serve no member now, so nobody could look at it."))
    return _write(by, by, posting.member, posting.agency, written, State.SUBMITTED)


@transaction.atomic
def record_recognition(*, by: User, user: User, written: Written, shown: Shown | None = None) -> Recognition:
    """Write down and put forward a certificate of an own officer, whose original the coordinator has seen.

    Raises:
        Refused: it is nobody whom `by` coordinates, or `by` oneself.
    """
    scope = scope_of(by, Right.MANAGE_PEOPLE)
    rows = Posting.objects.current().filter(scope.q(member="member_id", agency="agency_id"), user=user)
    posting = rows.filter(member__isnull=False).select_related("member", "agency").first() if scope else None
    if posting is None or posting.member is None or user == by:
        raise Refused(_("This is not one of your officers."))
    found = _write(by, user, posting.member, posting.agency, written, State.PROPOSED)
    _keep(found, shown)
    return found


def _write(by: User, user: User, member: Member, agency: Agency | None, written: Written, state: str) -> Recognition:
    found = Recognition.objects.create(
        actor=actor_of(user),
        member=member,
        agency=agency,
        title=written.title,
        body=written.body,
        awarded_on=written.awarded_on,
        valid_until=written.valid_until,
        minutes=written.minutes,
        note=written.note,
        address=written.address,
        state=state,
    )
    _step(by, found, Kind.WRITTEN, "", user)
    return found


@transaction.atomic
def propose_recognition(*, by: User, recognition: Recognition, shown: Shown | None = None) -> Recognition:
    """Put forward what an own officer wrote down: the coordinator has seen the original.

    Raises:
        Refused: it is not of an own officer, or the own one.
        NotAllowedNow: it does not wait for the coordinator any more.
    """
    found = _locked(by, recognition, _may_propose, State.SUBMITTED)
    _keep(found, shown)
    return _to(by, found, State.PROPOSED, Kind.PROPOSED)


@transaction.atomic
def recognise(
    *, by: User, recognition: Recognition, stands_for: Course | None = None, stands_until: dt.date | None = None
) -> Recognition:
    """Recognise a certificate of another body: as equivalent to a course until a day, or only noted.

    Raises:
        Refused: the right to certify is missing, or it is the own one.
        NotAllowedNow: it does not wait for a decision.
        NotPossible: a course without a day, or a day after the certificate itself has ended.
    """
    found = _locked(by, recognition, _may_decide, State.PROPOSED)
    if stands_for is not None:
        if stands_until is None or stands_until < timezone.localdate():
            raise NotPossible(_("Say until which day to come it is equivalent to the course."))
        if found.valid_until and stands_until > found.valid_until:
            raise NotPossible(_("The certificate itself ends before that day."))
    found.stands_for, found.stands_until = stands_for, stands_until if stands_for else None
    return _to(by, found, State.RECOGNISED, Kind.RECOGNISED)


@transaction.atomic
def refuse_recognition(*, by: User, recognition: Recognition, reason: str) -> Recognition:
    """Say that a certificate of another body is not recognised; the coordinator says so of what was only written down.

    Raises:
        Refused: it is not for `by` to say.
        NotAllowedNow: it does not wait for a decision.
        NoReason: see there.
    """
    may = _may_propose if recognition.state == State.SUBMITTED else _may_decide
    found = _locked(by, recognition, may, State.SUBMITTED if may is _may_propose else State.PROPOSED)
    return _to(by, found, State.REFUSED, Kind.REFUSED, _said(reason))


@transaction.atomic
def withdraw_recognition(*, by: User, recognition: Recognition, reason: str) -> Recognition:
    """Take a recognition back. It can be put forward again as a new one.

    Raises:
        Refused: the right to certify is missing, or it is the own one.
        NotAllowedNow: it is not recognised.
        NoReason: see there.
    """
    found = _locked(by, recognition, _may_decide, State.RECOGNISED)
    return _to(by, found, State.WITHDRAWN, Kind.WITHDRAWN, _said(reason))


@transaction.atomic
def drop_recognition(*, by: User, recognition: Recognition) -> None:
    """Delete an own one on which nothing was decided yet.

    Raises:
        Refused: it is somebody else's.
        NotAllowedNow: it was decided.
    """
    found = _locked(by, recognition, _is_own, State.SUBMITTED, State.PROPOSED)
    audit(by=by, action="recognition.dropped", target=_target(found), member=found.member)
    found.delete()


@transaction.atomic
def note_sight(*, by: User, recognition: Recognition, reason: str) -> None:
    """Write down that the file of one was opened, and why."""
    audit(
        by=by,
        action="recognition.seen",
        target=_target(recognition),
        member=recognition.member,
        reason=reason,
        details={"people": [str(recognition.actor.user.uuid)]} if recognition.actor.user else {},
    )


def _may_propose(by: User, found: Recognition) -> bool:
    scope = scope_of(by, Right.MANAGE_PEOPLE)
    return scope.covers(member=found.member_id, agency=found.agency_id) and found.actor.user_id != by.pk


def _may_decide(by: User, found: Recognition) -> bool:
    return has_right(by, Right.CERTIFY) and found.actor.user_id != by.pk


def _is_own(by: User, found: Recognition) -> bool:
    return found.actor.user_id == by.pk


def _locked(by: User, recognition: Recognition, may: Callable[[User, Recognition], bool], *states: str) -> Recognition:
    rows = Recognition.objects.select_for_update(of=("self",)).select_related("actor__user", "member")
    found = rows.filter(pk=recognition.pk).first()
    if found is None:
        raise NotAllowedNow(_("It was deleted meanwhile."))
    if not may(by, found):
        raise Refused(_("This is not for you to decide."))
    if found.state not in states:
        raise NotAllowedNow(_("This was done already, or decided otherwise. Look at it again."))
    return found


def _said(reason: str) -> str:
    reason = reason.strip()[:300]
    if not reason:
        raise NoReason(_("Say why. The officer reads it."))
    return reason


def _keep(found: Recognition, shown: Shown | None) -> None:
    if shown is not None:
        Evidence.objects.create(
            recognition=found,
            content=shown.content,
            content_type=shown.content_type,
            digest=hashlib.sha256(shown.content).hexdigest(),
            checked=shown.checked,
        )


def _to(by: User, found: Recognition, state: str, kind: str, reason: str = "") -> Recognition:
    found.state, found.changed_at = state, timezone.now()
    found.save(update_fields=["state", "changed_at", "stands_for", "stands_until"])
    _step(by, found, kind, reason, found.actor.user)
    return found


def _step(by: User, found: Recognition, kind: str, reason: str, user: User | None) -> None:
    RecognitionStep.objects.create(recognition=found, kind=kind, reason=reason, done_by=actor_of(by))
    audit(
        by=by,
        action=f"recognition.{kind}",
        target=_target(found),
        member=found.member,
        reason=reason,
        details={"people": [str(user.uuid)]} if user else {},
    )


def _target(found: Recognition) -> str:
    return f"certificates.recognition:{found.uuid}"
