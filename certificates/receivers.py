"""What this room does when a course is completed."""

import logging
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from certificates.services import NotCertifiable, issue_award
from learning.models import Enrolment
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
