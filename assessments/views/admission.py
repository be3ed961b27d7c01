"""How often a ticket may be tried: wrong ones count, as wrong sign-ins do."""

from allauth.core import ratelimit
from django.utils.translation import gettext_lazy as _

from accounts.permissions import SignedInRequest
from learning.models import Enrolment

ACTION = "use_ticket"
TOO_MANY_TICKETS = _("Too many attempts. Wait five minutes, then try again.")


def may_try_ticket(request: SignedInRequest, enrolment: Enrolment) -> bool:
    """Whether this officer may try a ticket now; asking does not count, so that nobody is late for being early."""
    return bool(ratelimit.consume(request, action=ACTION, key=str(enrolment.uuid), dry_run=True))


def count_wrong_ticket(request: SignedInRequest, enrolment: Enrolment) -> None:
    """Count a ticket that was not right."""
    ratelimit.consume(request, action=ACTION, key=str(enrolment.uuid))
