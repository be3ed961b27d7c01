"""What this app itself holds about people (the registry is `accounts.personal_data`)."""

import datetime as dt

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    Actor,
    Agency,
    AuditCheck,
    AuditEvent,
    AuditHead,
    AuditSegment,
    ErasureRequest,
    IdentityProvider,
    Invitation,
    Member,
    Merge,
    OneTimeCode,
    PeopleFile,
    Posting,
    Registration,
    RetentionReport,
    RetentionRun,
    Transfer,
    TwoPeople,
    User,
)
from accounts.personal_data import holds, holds_none, keeps
from accounts.services.audit import prune_audit

_ACCOUNT = _("as long as the account")

holds_none(Member, Agency, IdentityProvider, AuditHead, AuditSegment, AuditCheck, RetentionRun)
holds(
    User,
    person="",
    title=_("Your account"),
    beside=("created_at",),
    labels={"created_at": _("since"), "last_login": _("last sign-in"), "language": _("language")},
    fields={
        "username": _("to sign in"),
        "full_name": _("stands on the certificate"),
        "latin_name": _("for readers of other scripts, if given"),
        "learner_code": _("stands for you where the name may not"),
        "sex": _("for statistics, if given"),
        "email": _("for messages, if given"),
        "language": _("to open pages in it"),
        "public_name": _("what people read who check your certificate"),
        "is_restricted": _("whether your name is held back; your coordinator decides it"),
        "last_login": _("security of the account"),
    },
    keep=_ACCOUNT,
    erasure="delete",
)
holds(
    Actor,
    person="user",
    title=_("Your key in the learning record"),
    labels={"key": _("key"), "user": _("person")},
    beside=("key",),
    fields={"user": _("links the learning record to you")},
    keep=_ACCOUNT,
    erasure="unlink",
    kept_because=_("The key is random. Without the link nobody can say whose it was."),
)
holds(
    Posting,
    person="user",
    title=_("Your postings"),
    labels={"member": _("member"), "agency": _("agency"), "role": _("role")},
    beside=("starts_on", "ends_on"),
    fields={
        "member": _("decides whose officer you are"),
        "agency": _("counted by kind of agency"),
        "role": _("decides what you may do"),
        "rank_band": _("for statistics"),
    },
    keep=_ACCOUNT,
    erasure="delete",
)
holds(
    AuditEvent,
    person="actor__user",
    title=_("What you did that is logged"),
    beside=("at",),
    labels={
        "at": _("when"),
        "action": _("what"),
        "target": _("of what"),
        "reason": _("your reason"),
        "address": _("from where"),
    },
    fields={
        "action": _("accountability for what was done or seen"),
        "target": _("accountability for what was done or seen"),
        "reason": _("accountability for what was done or seen"),
        "address": _("to find out whether somebody else used the account"),
    },
    keep=_("12 months, in sealed segments"),
    erasure="unlink",
    kept_because=_("The log only grows, so that a missing entry shows. It names keys, and after erasure nobody's."),
)
holds(
    ErasureRequest,
    person="user",
    title=_("Your request to be erased"),
    labels={"asked_at": _("asked"), "due_on": _("carried out on"), "reason": _("reason")},
    beside=("asked_at", "due_on"),
    fields={"reason": _("said by the coordinator who asked for you")},
    keep=_("until it is carried out or withdrawn"),
    erasure="delete",
)
holds(
    RetentionReport,
    person="approved_by__user",
    title=_("Retention rules that you put in force"),
    beside=("rule", "approved_at"),
    labels={"rule": _("rule"), "approved_at": _("when"), "approved_by": _("by")},
    fields={"approved_by": _("who answers for it")},
    keep=_("as long as the rule"),
    erasure="unlink",
    kept_because=_("It names a key only."),
)


def _apart_no_more(user: User) -> int:
    return TwoPeople.objects.filter(Q(first=user) | Q(second=user)).delete()[0]


def _merges_gone(user: User) -> int:
    return Merge.objects.filter(Q(kept=user) | Q(closed=user)).delete()[0]


def _old_entries(limit: dt.datetime) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(at__lt=limit)


def _prune(*, rows: QuerySet[AuditEvent]) -> int:
    # A beginning of the chain is sealed as a whole, so what is due is worked out there.
    return prune_audit()


keeps(
    name="audit-log",
    model=AuditEvent,
    title=_("Entries of the audit log"),
    does="delete",
    months=settings.AUDIT_MONTHS,
    due=_old_entries,
    act=_prune,
    since="at",
)


def _unused(limit: dt.datetime) -> QuerySet[User]:
    return User.objects.filter(Q(last_login__lt=limit) | Q(last_login=None, created_at__lt=limit))


keeps(
    name="unused-accounts",
    model=User,
    title=_("Accounts that nobody signed in to"),
    does="report",
    months=24,
    due=_unused,
    since="created_at",
)
holds(
    PeopleFile,
    person="made_by",
    title=_("Lists of people that you sent in"),
    beside=("changed_at", "state"),
    labels={"changed_at": _("last changed"), "state": _("state"), "made_by": _("by")},
    fields={"made_by": _("whose list it is")},
    keep=_("until the list is applied, a day at most"),
    erasure="delete",
)
holds(
    OneTimeCode,
    person="user",
    title=_("Codes on slips that you were given"),
    beside=("made_at", "expires_at", "used_at"),
    labels={
        "made_at": _("made"),
        "expires_at": _("valid until"),
        "used_at": _("used"),
        "user": _("for whom"),
    },
    fields={"user": _("whose code it is")},
    others={"made_by": _("who answers for giving it")},
    keep=_("30 days"),
    erasure="delete",
)
holds(
    Invitation,
    person="made_by",
    title=_("Links with which you invited others"),
    beside=("made_at", "last_day", "uses", "used"),
    labels={
        "made_at": _("made"),
        "last_day": _("last day"),
        "uses": _("for how many"),
        "used": _("used"),
        "made_by": _("by"),
    },
    fields={"made_by": _("who answers for the invitation")},
    keep=_("30 days after its last day"),
    erasure="unlink",
    kept_because=_("Whoever holds the link may still use it; it belongs to the member."),
)
holds(
    Registration,
    person="user",
    title=_("Your registration"),
    beside=("member", "state"),
    labels={"member": _("member"), "agency": _("agency"), "state": _("state"), "reason": _("reason")},
    fields={
        "agency": _("where you said that you serve"),
        "reason": _("why it was refused"),
    },
    others={"decided_by": _("who answers for the decision")},
    keep=_("as long as the account; 30 days when it was refused"),
    erasure="delete",
)
holds(
    Transfer,
    person="person",
    title=_("Your moves to other members"),
    beside=("from_member", "to_member", "state"),
    labels={"from_member": _("from"), "to_member": _("to"), "state": _("state"), "note": _("note")},
    fields={"note": _("what the receiving coordinator has to know")},
    keep=_ACCOUNT,
    erasure="delete",
)
holds(
    TwoPeople,
    person="first",
    title=_("People who look like you and are not"),
    fields={"first": _("so that two people are not taken for one again")},
    others={"second": _("so that two people are not taken for one again")},
    keep=_("as long as both accounts"),
    erasure="delete",
    rows=lambda user: TwoPeople.objects.filter(Q(first=user) | Q(second=user)),
    erase=_apart_no_more,
    is_listed=False,
)
holds(
    Merge,
    person="kept",
    title=_("Accounts of yours that were made one"),
    beside=("merged_at", "undone_at"),
    labels={"merged_at": _("when"), "undone_at": _("taken back"), "closed": _("the other account")},
    fields={"closed": _("the account that was found to be yours too"), "remembered": _("to take it back")},
    others={"closed": _("the account that was found to be yours too")},
    keep=_ACCOUNT,
    erasure="delete",
    rows=lambda user: Merge.objects.filter(Q(kept=user) | Q(closed=user)),
    erase=_merges_gone,
    is_listed=False,
)
