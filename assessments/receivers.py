"""What this room says when others ask."""

from django.utils.translation import gettext as _

from assessments.models import Attempt
from learning.hooks import keeps_from_moving
from learning.models import Enrolment


@keeps_from_moving
def a_test_is_open(enrolment: Enrolment) -> str:
    """An open paper belongs to the edition from which it was drawn: it is handed in first."""
    if Attempt.objects.filter(enrolment=enrolment, submitted_at=None).exists():
        return _("A test of yours is open. Hand it in first; then you can move to the newer edition.")
    return ""
