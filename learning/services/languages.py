"""The RSO's rules about languages."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Right, require_right
from accounts.services import audit
from learning.models import LanguageRules
from learning.models.languages import MOST_DAYS


class TooLong(ValueError):
    """A grace that is no number of days, or longer than the longest."""


@transaction.atomic
def set_grace(*, by: User, days: int) -> LanguageRules:
    """Say for how many days a language may be behind for a correction that keeps the meaning.

    It counts for what is published from now on. The same number again changes nothing.

    Raises:
        accounts.permissions.Refused: the person does not manage classes for the RSO.
        TooLong: not between 0 and `MOST_DAYS`.
    """
    require_right(by, Right.MANAGE_CLASSES)
    if not 0 <= days <= MOST_DAYS:
        raise TooLong(_("Choose a number of days from 0 to %(most)d.") % {"most": MOST_DAYS})
    rules, _made = LanguageRules.objects.select_for_update().get_or_create(pk=1)
    was = rules.grace_days
    if was == days:
        return rules
    rules.grace_days = days
    rules.save(update_fields=["grace_days"])
    audit(by=by, action="languages.grace", target="learning.languagerules:1", details={"from": was, "to": days})
    return rules
