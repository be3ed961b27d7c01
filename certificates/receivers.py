"""What this room does when a course is completed, and what it tells of people."""

import datetime as dt
import logging
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.hooks import counts_for_people
from accounts.models import User
from accounts.permissions import Viewer
from assessments.hooks import Certificate, tells_certificates
from certificates.models import Award, Recognition
from certificates.periods import RENEWAL_DAYS
from certificates.selectors import awards_seen_by
from certificates.services import NotCertifiable, issue_award
from learning.hooks import bars_from_refreshing, counts_as_completed, opens_renewal
from learning.models import Enrolment, Refresher
from learning.signals import course_completed

logger = logging.getLogger("suluh.certificates")


@receiver(course_completed)
def issue_on_completion(sender: type[Enrolment], enrolment: Enrolment, **kwargs: Any) -> None:
    """Issue the award at once; whatever fails is logged, and the sweep in `certificates.tasks` tries again."""
    try:
        with transaction.atomic():
            issue_award(enrolment=enrolment)
    except NotCertifiable as reason:
        logger.info("No certificate: %s", reason)
    except Exception:
        logger.exception("The certificate of enrolment %s will be issued by the sweep.", enrolment.uuid)


@counts_for_people(_("Certificates"))
def awards_of_people(viewer: Viewer, people: Collection[int]) -> Mapping[int, int]:
    """How many certificates each of these people has from the viewer's member or agency."""
    rows = awards_seen_by(viewer).standing().filter(actor__user__in=people)
    return dict(rows.order_by().values_list("actor__user").annotate(n=Count("pk")))


def _newest(enrolments: Collection[int]) -> dict[int, Award]:
    """Enrolment → the award that stands for it, whatever became of it."""
    rows = Award.objects.filter(enrolment__in=enrolments, kind=Award.Kind.COMPLETION).order_by("pk")
    return {award.enrolment_id: award for award in rows if award.enrolment_id is not None}


@bars_from_refreshing
def not_in_order(enrolments: Collection[int]) -> Collection[int]:
    """Of a certificate that was revoked no refresher comes, and of one that is suspended none for now.

    An enrolment that was itself a refresher and was not certified for that reason is barred like the one before it.
    """
    barring = (Award.State.REVOKED, Award.State.SUSPENDED)
    barred: set[int] = set()
    asked = {pk: pk for pk in enrolments}
    while asked:
        newest = _newest(asked)
        barred |= {asked[pk] for pk, award in newest.items() if award.state in barring}
        before = Refresher.objects.filter(enrolment__in=asked.keys() - newest.keys())
        asked = {before_pk: asked[pk] for pk, before_pk in before.values_list("enrolment", "before")}
    return barred


@counts_as_completed
def recognised_elsewhere(user: User, courses: Collection[int]) -> Collection[int]:
    """A certificate of another body stands for its course until the day that was decided."""
    rows = Recognition.objects.recognised().filter(actor__user=user, stands_for__in=courses)
    return set(rows.filter(stands_until__gte=timezone.localdate()).values_list("stands_for", flat=True))


@opens_renewal
def ending(enrolments: Collection[int]) -> Collection[int]:
    """Certificates may be renewed from some weeks before their end on, also after it."""
    last = timezone.localdate() + dt.timedelta(days=RENEWAL_DAYS)
    return {pk for pk, award in _newest(enrolments).items() if award.valid_until <= last}


@tells_certificates
def that_stand_on(enrolments: Collection[int]) -> Mapping[int, Certificate]:
    """The certificates that a correction of a question may put in question. Who may see the enrolments asks."""
    return {
        enrolment: Certificate(
            number=award.number,
            issued_at=award.issued_at,
            valid_until=award.valid_until,
            is_revoked=award.state == Award.State.REVOKED,
            is_specimen=award.is_specimen,
            url=reverse("certificates:verify_one", args=[award.number]),
        )
        for award in Award.objects.filter(enrolment__in=enrolments, kind=Award.Kind.COMPLETION).order_by("pk")
        if (enrolment := award.enrolment_id)
    }
