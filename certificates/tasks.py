"""Work in the background: issuing what could not be issued at once."""

import datetime as dt
import logging

from django_tasks import task

from certificates.batches.tasks import sweep_batches, work_on_batch
from certificates.models import Award
from certificates.services import KeyUnavailable, NotCertifiable, issue_award, sign_all_anew, sign_award
from certificates.services.reminding import note_reminders, send_reminders, untold
from learning.selectors import completed_without
from lms.queue import periodic

__all__ = [
    "issue_missing_awards",
    "remind_of_ending",
    "sign_distrusted_awards",
    "sign_unsigned_awards",
    "sweep_batches",
    "work_on_batch",
]

logger = logging.getLogger("suluh.certificates")

#: So many awards are signed in one go; the next follow in the next.
SIGNED_AT_ONCE = 5000


@periodic(every=dt.timedelta(minutes=10))
@task()
def issue_missing_awards() -> int:
    """Issue the award of every completed enrolment that has none; returns how many. May run twice."""
    issued = 0
    for enrolment in completed_without(Award.objects.filter(kind=Award.Kind.COMPLETION)).iterator():
        try:
            issue_award(enrolment=enrolment)
            issued += 1
        except NotCertifiable:
            continue
        except Exception:
            # One that fails keeps none of the others waiting.
            logger.exception("The certificate of enrolment %s could not be issued.", enrolment.uuid)
    return issued


@periodic(every=dt.timedelta(minutes=10))
@task()
def sign_unsigned_awards() -> int:
    """Sign the awards that were issued while the key could not be opened; returns how many. May run twice."""
    signed = 0
    for award in Award.objects.filter(seal=None).exclude(holder_name="").order_by("pk")[:SIGNED_AT_ONCE]:
        if not sign_award(award=award):
            break
        signed += 1
    return signed


@periodic(every=dt.timedelta(minutes=10))
@task()
def sign_distrusted_awards() -> int:
    """Sign anew what a distrusted key signed; returns how many. May run twice."""
    try:
        return sign_all_anew(progress=lambda done: logger.info("%d certificates were signed anew.", done))
    except KeyUnavailable as reason:
        logger.error("Nothing is signed anew. %s", reason)
        return 0


@periodic(every=dt.timedelta(hours=1))
@task()
def remind_of_ending() -> int:
    """Note who is to be reminded of certificates that end, and write the letters; returns how many. May run twice."""
    note_reminders()
    return send_reminders(untold())
