"""The daily look at the audit log."""

import datetime as dt
import logging

from django_tasks import task

from accounts.verification import check_audit
from lms.queue import periodic

logger = logging.getLogger("suluh.audit")


@periodic(every=dt.timedelta(days=1))
@task()
def verify_the_audit_log() -> bool:
    """Verify the chain of the audit log and keep the result, which the auditor's page shows; True when it is whole."""
    check = check_audit()
    if check.differences:
        logger.error("The audit log is not whole: run manage.py verify_audit. First: %s", check.differences[0])
    return not check.differences
