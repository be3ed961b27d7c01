import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.personal_data import holds, holds_none, keeps
from certificates.models import Award, AwardChange, AwardReminder, Credential, SigningKey
from certificates.services import anonymise_awards, withhold_awards


def _hold_back(user: User) -> int:
    """What erasing does: the certificates of somebody whose identity was restricted stay out of the public page."""
    return withhold_awards(user=user) if user.is_restricted else 0


holds(
    Award,
    person="actor__user",
    title=_("Your certificates"),
    beside=("number", "snapshot", "issued_at", "valid_until", "state"),
    labels={
        "number": _("number"),
        "snapshot": _("what stands on it"),
        "issued_at": _("issued"),
        "valid_until": _("valid until"),
        "state": _("state"),
        "holder_name": _("name on it"),
    },
    fields={"holder_name": _("so that whoever holds the certificate can have it checked")},
    keep=_("validity and 5 years; then the name is removed"),
    erasure="keep",
    kept_because=_("A certificate that was given can be checked while it is valid and 5 years after."),
    erase=_hold_back,
)

holds(
    AwardChange,
    person="award__actor__user",
    title=_("What became of your certificates"),
    beside=("award__number", "kind", "changed_at"),
    labels={
        "award__number": _("number"),
        "kind": _("what"),
        "reason": _("reason"),
        "changed_at": _("when"),
        "changed_by": _("by"),
    },
    fields={"reason": _("why it was done"), "changed_by": _("who answers for it")},
    keep=_("as long as the certificate"),
    erasure="unlink",
    kept_because=_("Whoever answers for certificates can say why one does not hold. The reason names nobody."),
)
holds(
    Credential,
    person="award__actor__user",
    title=_("Your certificates for other software"),
    beside=("award__number", "made_at"),
    labels={"award__number": _("number"), "document": _("what stands in it"), "jwt": _("token"), "made_at": _("made")},
    fields={
        "document": _("so that you get the same file each time"),
        "jwt": _("so that you get the same file each time"),
    },
    keep=_("as long as the certificate bears the name"),
    erasure="delete",
)

holds(
    AwardReminder,
    person="person__user",
    title=_("Reminders of certificates that end"),
    beside=("award__number", "days", "made_at", "told_at"),
    labels={
        "award__number": _("number"),
        "days": _("days before the end"),
        "person": _("to whom"),
        "made_at": _("when"),
        "told_at": _("letter"),
    },
    fields={"person": _("so that nobody is reminded twice")},
    keep=_("as long as the certificate"),
    erasure="unlink",
    kept_because=_("It says only that somebody was reminded."),
)
holds_none(SigningKey)


def _past(limit: dt.datetime) -> QuerySet[Award]:
    return Award.objects.filter(valid_until__lt=limit.date()).exclude(holder_name="")


keeps(
    name="certificate-names",
    model=Award,
    title=_("Names on certificates that ended 5 years ago"),
    does="anonymise",
    months=60,
    due=_past,
    act=anonymise_awards,
    since="issued_at",
)
