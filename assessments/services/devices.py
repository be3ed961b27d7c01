"""Which browser holds an exam: one at a time, and the officer says when it goes on elsewhere."""

import uuid

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from assessments.answering.notes import DEVICE, add_note
from assessments.models import Attempt
from assessments.services.tickets import require_place


@transaction.atomic
def hold_attempt(*, by: User, attempt_uuid: uuid.UUID, browser: str, takes_over: bool = False) -> bool:
    """Take up an attempt in a browser; says whether the browser holds it now.

    Only an exam is held. One that another browser holds stays there unless `takes_over` says that the officer goes on
    here; what the other one sends then does not count any more (it is kept). Where the exam has a place, another
    browser takes it up there only: nobody else goes on elsewhere with what was begun in the room.

    Raises:
        Http404: not one of this person's attempts.
        OutsidePlace: the browser is somewhere else. Nothing is changed.
    """
    attempt = (
        Attempt.objects.select_for_update(of=("self",))
        .filter(uuid=attempt_uuid, enrolment__actor__user=by)
        .select_related("exam")
        .only("exam__networks", "device", "notes", "submitted_at")
        .first()
    )
    if attempt is None:
        raise Http404
    if attempt.exam is None or attempt.device == browser:
        return True
    if attempt.submitted_at is not None or (attempt.device is not None and not takes_over):
        return False
    require_place(attempt.exam)
    if attempt.device is not None:
        add_note(attempt, DEVICE, timezone.now())
    Attempt.objects.filter(pk=attempt.pk).update(device=browser, notes=attempt.notes)
    return True
