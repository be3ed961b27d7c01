"""Papers that officers let their trainers see: which, to whom, and who looked."""

import uuid

from django.db.models import Exists, OuterRef
from django.http import Http404

from accounts.models import User
from accounts.permissions import Viewer
from accounts.selectors.own_data import Look, looks_at
from assessments.models import Attempt, SittingShare
from learning.models import Enrolment
from learning.selectors import classes_taught_by, people_in_class


def share_of(attempt: Attempt) -> SittingShare | None:
    """The share of a paper that is in force. Scoping is the caller's, who has the attempt."""
    return attempt.shares.filter(ended_at=None).first()


def looks_at_paper(user: User, attempt: Attempt) -> list[Look]:
    """Who looked at one of the viewer's own papers and in which role, newest first."""
    return looks_at(user, f"assessments.attempt:{attempt.uuid}")


def shared_paper(viewer: Viewer, klass: uuid.UUID, attempt_uuid: uuid.UUID) -> tuple[Attempt, Enrolment]:
    """A handed-in paper that an officer of a class which the viewer teaches shares; and whose it is, with a `label`.

    Raises:
        Http404: the officer does not share it, or the viewer does not teach that class.
    """
    found = classes_taught_by(viewer).filter(uuid=klass).first()
    shares = SittingShare.objects.filter(attempt=OuterRef("pk"), ended_at=None)
    attempt = (
        Attempt.objects.filter(
            Exists(shares), uuid=attempt_uuid, enrolment__klass=found, submitted_at__isnull=False
        ).select_related(
            "enrolment__course", "enrolment__actor", "enrolment__refresher", "activity", "revision__edition", "exam"
        )
    ).first()
    if found is None or attempt is None:
        raise Http404
    person = people_in_class(viewer, found, names=True).filter(pk=attempt.enrolment_id).first()
    if person is None:
        raise Http404
    return attempt, person
