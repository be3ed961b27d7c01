"""Reads of awards: the holder's own, and those of the officers whose names a viewer sees."""

import uuid
from collections.abc import Sequence

from django.db.models import Q
from django.http import Http404

from accounts.models import User
from accounts.permissions import Right, Viewer, scope_of
from certificates.models import Award, AwardQuerySet
from learning.models import Enrolment
from learning.permissions import visible_enrolments


def own_award(user: User, award_uuid: uuid.UUID) -> Award:
    """One of the viewer's own awards.

    Raises:
        Http404: there is none; another person's answers the same.
    """
    award = Award.objects.filter(uuid=award_uuid, actor__user=user).select_related("actor__user").first()
    if award is None:
        raise Http404
    return award


def own_awards(user: User) -> list[Award]:
    """All of the viewer's awards, newest first."""
    return list(Award.objects.filter(actor__user=user).select_related("course"))


def awards_seen_by(viewer: Viewer) -> AwardQuerySet:
    """The awards of the officers whose names this viewer may see. A trainer certificate, which comes from no enrolment,
    is seen by whoever coordinates the whole member."""
    scope = scope_of(viewer, Right.SEE_OFFICERS)
    if not scope:
        return Award.objects.none()
    of_enrolments = Q(enrolment__in=Enrolment.objects.filter(visible_enrolments(viewer)))
    of_member = Q() if scope.everyone else Q(member__in=scope.members)
    return Award.objects.filter(of_enrolments | (Q(enrolment=None) & of_member))


def awards_of_enrolments(viewer: Viewer, enrolments: Sequence[Enrolment]) -> dict[int, Award]:
    """Enrolment → the award that an officer has of it; while a refresher is under way, that of the course before."""
    before = {each.pk: since for each in enrolments if (since := getattr(each, "refresher", None))}
    wanted = {each.pk for each in enrolments} | {refresher.before_id for refresher in before.values()}
    # The newest of an enrolment is the one that holds: one issued again stands for the one before.
    rows = awards_seen_by(viewer).filter(enrolment__in=wanted, kind=Award.Kind.COMPLETION).order_by("issued_at", "pk")
    awards = {award.enrolment_id: award for award in rows}
    found = {each.pk: awards[each.pk] for each in enrolments if each.pk in awards}
    earlier = {pk: awards[row.before_id] for pk, row in before.items() if row.before_id in awards}
    return earlier | found
