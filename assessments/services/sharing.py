"""An officer lets the trainer of the class see one paper, and takes it back."""

import uuid

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused
from accounts.services import audit
from assessments.models import Attempt, SittingShare


class NotSharable(Refused):
    """Nobody teaches the officer of this paper, or it is not handed in."""


def _own_locked(by: User, attempt_uuid: uuid.UUID) -> Attempt:
    attempt = (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("enrolment__member", "enrolment__klass")
        .filter(uuid=attempt_uuid, enrolment__actor__user=by)
        .first()
    )
    if attempt is None:
        raise Http404
    return attempt


@transaction.atomic
def share_sitting(*, by: User, attempt_uuid: uuid.UUID) -> SittingShare:
    """Let those who teach one's class read one's own handed-in paper. Shared again, the first one stands.

    Raises:
        Http404: not one of this person's attempts.
        NotSharable: the paper is open, or its enrolment belongs to no class.
    """
    attempt = _own_locked(by, attempt_uuid)
    if attempt.submitted_at is None:
        raise NotSharable(_("Hand the test in first."))
    if attempt.enrolment.klass is None or attempt.enrolment.ended_at is not None:
        raise NotSharable(_("You sit in no class of this course, so nobody teaches you there."))
    running = attempt.shares.filter(ended_at=None).first()
    if running is not None:
        return running
    try:
        with transaction.atomic():
            share = SittingShare.objects.create(attempt=attempt)
    except IntegrityError:
        # A second press, or two windows: the constraint lets one through.
        return attempt.shares.get(ended_at=None)
    _audit(by, attempt, "sitting.shared")
    return share


@transaction.atomic
def end_sharing(*, by: User, attempt_uuid: uuid.UUID) -> bool:
    """Take one's own paper back; says whether it was shared.

    Raises:
        Http404: not one of this person's attempts.
    """
    attempt = _own_locked(by, attempt_uuid)
    ended = attempt.shares.filter(ended_at=None).update(ended_at=timezone.now())
    if ended:
        _audit(by, attempt, "sitting.share_ended")
    return bool(ended)


def _audit(by: User, attempt: Attempt, action: str) -> None:
    audit(
        by=by,
        action=action,
        target=f"assessments.attempt:{attempt.uuid}",
        member=attempt.enrolment.member,
    )
