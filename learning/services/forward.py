"""From an edition to the next: moving forward before a course is complete, refreshing or renewing after."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Refused, Right, has_right
from accounts.selectors import learner_posting
from accounts.services import actor_of, audit
from learning import statements
from learning.models import Course, EditionMove, Enrolment, Refresher
from learning.projection import rebuild
from learning.selectors import forward_offer, refresher_offer
from learning.services.enrolments import context_of
from xapi.models import Source
from xapi.services import record


class CannotMove(Refused):
    """There is no newer edition to move to, the course is complete, or something is open that must end first."""


class NoRefresher(Refused):
    """No refresher is offered to this person."""


def _locked(by: User, course: Course) -> Enrolment | None:
    """The open enrolment of a person in a course as it is now, under any of the person's keys."""
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("actor", "course", "edition")
    return rows.filter(actor__user=by, course=course, ended_at=None).first()


def _require_learner(by: User) -> None:
    if not has_right(by, Right.LEARN):
        raise Refused(_("Your posting has ended. What you did is kept; your coordinator can give you a new posting."))


@transaction.atomic
def begin_refresher(*, by: User, course: Course) -> Enrolment:
    """Enrol oneself in what the newest edition asks of those who completed an earlier one, or in what renews a
    certificate that ends soon or has ended.

    The completed enrolment ends and stays, with its progress and its certificate. A second press finds the refresher
    that is there. Holders may take it whoever else the course is open to today.

    Raises:
        NoRefresher: nothing is offered: the course was not completed; nothing newer asks anything, and the certificate
            does not end soon; or it was revoked or is suspended.
    """
    _require_learner(by)
    # Whoever waited for the other press of the same moment finds the row ended, and the refresher beside it.
    before = _locked(by, course) or _locked(by, course)
    if before is not None and Refresher.objects.filter(enrolment=before).exists() and not _is_complete(before):
        return before
    offer = refresher_offer(before, "") if before else None
    posting = learner_posting(by)
    if before is None or offer is None or posting is None:
        raise NoRefresher(_("There is no refresher or renewal for you in this course at present. Nothing was changed."))
    revision, now = offer.course.revision, timezone.now()
    before.ended_at = now
    before.save(update_fields=["ended_at"])
    enrolment = Enrolment.objects.create(
        actor=actor_of(by),
        course=before.course,
        edition=revision.edition,
        member_id=posting.member_id,
        agency_id=posting.agency_id,
        enrolled_at=now,
    )
    Refresher.objects.create(enrolment=enrolment, before=before, since=before.edition.number)
    record(
        actor=enrolment.actor,
        statement=statements.build(
            verb=statements.REGISTERED,
            activity=f"urn:uuid:{before.course.uuid}",
            context=context_of(enrolment, revision, ""),
            statement_id=uuid.uuid5(enrolment.uuid, "registered"),
        ),
        source=Source.SERVER,
        occurred_at=now,
    )
    audit(
        by=by,
        action="enrolment.renewed" if offer.is_renewal else "enrolment.refreshed",
        target=f"learning.enrolment:{enrolment.uuid}",
        member=posting.member,
        details={"course": str(before.course.uuid), "from": before.edition.number, "to": revision.edition.number},
    )
    return enrolment


@transaction.atomic
def move_forward(*, by: User, course: Course) -> Enrolment:
    """Move one's own enrolment to the newest edition before it is complete; there is no way back.

    What was done counts on where the content is the same; what changed is to be done again. No statement and no attempt
    is touched: progress is projected anew from them, under the rule that the move writes down.

    Raises:
        CannotMove: there is nothing newer, or something is in the way, such as a test that is open.
    """
    _require_learner(by)
    enrolment = _locked(by, course)
    forward = forward_offer(enrolment, "") if enrolment else None
    if enrolment is None or forward is None:
        raise CannotMove(_("You are in the newest edition already, or have completed the course. Nothing was changed."))
    if forward.why_not:
        raise CannotMove(forward.why_not)
    old, new = enrolment.edition, forward.course.revision.edition
    EditionMove.objects.create(enrolment=enrolment, from_edition=old, to_edition=new, anew=sorted(forward.changed))
    enrolment.edition = new
    enrolment.save(update_fields=["edition"])
    rebuild(enrolment)
    audit(
        by=by,
        action="enrolment.moved",
        target=f"learning.enrolment:{enrolment.uuid}",
        member=enrolment.member,
        details={"course": str(enrolment.course.uuid), "from": old.number, "to": new.number},
    )
    return enrolment


def _is_complete(enrolment: Enrolment) -> bool:
    progress = getattr(enrolment, "progress", None)
    return bool(progress and progress.completed_at)
