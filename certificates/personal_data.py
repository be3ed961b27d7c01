import datetime as dt

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.personal_data import delete_rows, holds, holds_none, keeps
from certificates.models import (
    Award,
    AwardChange,
    AwardReminder,
    Batch,
    BatchLine,
    Credential,
    Evidence,
    MissingCharacters,
    PagePart,
    PagePicture,
    Recognition,
    RecognitionStep,
    SigningKey,
)
from certificates.services import anonymise_awards, withhold_awards
from certificates.services.batches import erase_from_batches


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
    # Without the number: a coordinator's rows are about certificates of others.
    beside=("days", "made_at", "told_at"),
    labels={
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
holds(
    Batch,
    person="made_by",
    title=_("Jobs for certificates that you asked for"),
    beside=("made_at", "what"),
    labels={"made_at": _("when"), "what": _("what"), "reason": _("reason"), "made_by": _("by")},
    fields={"made_by": _("whose job it is"), "reason": _("why it was done")},
    keep=_("a day"),
    erasure="delete",
)
holds(
    BatchLine,
    person="enrolment__actor__user",
    title=_("Jobs for certificates that you stand in"),
    beside=("batch__made_at", "outcome"),
    labels={"batch__made_at": _("when"), "outcome": _("what came of it"), "enrolment": _("course")},
    fields={"enrolment": _("so that your certificate is set")},
    keep=_("a day"),
    erasure="delete",
    erase=lambda user: erase_from_batches(user=user),
)
holds(
    PagePart,
    person="proposed_by__user",
    title=_("Signatories and logos that you proposed"),
    beside=("kind", "name", "proposed_at"),
    labels={
        "kind": _("what"),
        "name": _("name"),
        "proposed_at": _("when"),
        "proposed_by": _("proposed by"),
        "approved_by": _("approved by"),
        "removed_by": _("taken off by"),
    },
    fields={
        "proposed_by": _("who answers for it"),
        "approved_by": _("who answers for it"),
        "removed_by": _("who answers for it"),
    },
    keep=_("as long as certificates show it"),
    erasure="unlink",
    kept_because=_("Certificates that were issued show who signed them."),
)
holds(
    MissingCharacters,
    person="award__actor__user",
    title=_("Characters of your certificates that could not be printed"),
    beside=("award__number", "noticed_at"),
    labels={"award__number": _("number"), "code_points": _("characters"), "noticed_at": _("when")},
    fields={"code_points": _("so that a font is found for them")},
    keep=_("until they can be printed"),
    erasure="delete",
)
holds_none(SigningKey, PagePicture)


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

holds(
    Recognition,
    person="actor__user",
    title=_("Your certificates of other bodies"),
    beside=("title", "body", "state"),
    labels={
        "title": _("title"),
        "body": _("given by"),
        "state": _("state"),
        "awarded_on": _("on"),
        "valid_until": _("valid until"),
        "minutes": _("minutes"),
        "note": _("note"),
        "address": _("web address"),
    },
    fields={
        "title": _("so that it can be recognised"),
        "body": _("so that it can be recognised"),
        "awarded_on": _("so that it can be recognised"),
        "valid_until": _("so that it can be recognised"),
        "minutes": _("so that it can be recognised"),
        "note": _("so that it can be recognised"),
        "address": _("so that it can be recognised"),
    },
    keep=_("5 years after its last day, or after the last change where it has none"),
    erasure="delete",
)
holds(
    Evidence,
    person="recognition__actor__user",
    title=_("Files that show your certificates of other bodies"),
    beside=("recognition__title", "sent_at"),
    labels={"recognition__title": _("title"), "sent_at": _("sent"), "digest": _("digest of the file")},
    fields={"digest": _("says which file was looked at")},
    keep=_("6 months after the decision"),
    erasure="delete",
)
holds(
    RecognitionStep,
    person="recognition__actor__user",
    title=_("What became of your certificates of other bodies"),
    beside=("recognition__title", "kind", "done_at"),
    labels={
        "recognition__title": _("title"),
        "kind": _("what"),
        "reason": _("reason"),
        "done_at": _("when"),
        "done_by": _("by"),
    },
    fields={"reason": _("why it was decided so"), "done_by": _("who answers for it")},
    keep=_("as long as the certificate"),
    erasure="delete",
)


def _decided(limit: dt.datetime) -> QuerySet[Evidence]:
    waits = (Recognition.State.SUBMITTED, Recognition.State.PROPOSED)
    return Evidence.objects.filter(recognition__changed_at__lt=limit).exclude(recognition__state__in=waits)


def _over(limit: dt.datetime) -> QuerySet[Recognition]:
    ended = Q(valid_until__lt=limit.date()) | Q(valid_until=None)
    return Recognition.objects.filter(ended, changed_at__lt=limit)


keeps(
    name="recognition-evidence",
    model=Evidence,
    title=_("Files about certificates of other bodies on which was decided"),
    does="delete",
    months=6,
    due=_decided,
    act=delete_rows,
    since="sent_at",
)
keeps(
    name="recognitions",
    model=Recognition,
    title=_("Certificates of other bodies whose time is over"),
    does="delete",
    months=60,
    due=_over,
    act=delete_rows,
    since="changed_at",
)
