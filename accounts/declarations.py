"""What this app itself holds about people (the registry is `accounts.personal_data`)."""

from accounts.models import (
    Actor,
    Agency,
    AuditCheck,
    AuditEvent,
    AuditHead,
    AuditSegment,
    Invitation,
    Member,
    OneTimeCode,
    PeopleFile,
    Posting,
    Registration,
    User,
)
from accounts.personal_data import holds, holds_none

holds_none(Member, Agency, AuditHead, AuditSegment, AuditCheck)
holds(
    User,
    person="",
    fields={
        "username": "to sign in",
        "full_name": "stands on the certificate",
        "latin_name": "for readers of other scripts, if given",
        "learner_code": "stands for the person where the name may not",
        "sex": "for statistics, if given",
        "email": "for messages, if given",
        "language": "to open pages in it",
        "last_login": "security of the account",
    },
    keep="while the account is open",
    erasure="delete",
)
holds(
    Actor,
    person="user",
    fields={"user": "links the learning record to the person"},
    keep="as the account",
    erasure="unlink",
)
holds(
    Posting,
    person="user",
    fields={
        "member": "decides whose officer this is",
        "agency": "counted by kind of agency",
        "role": "decides rights",
        "rank_band": "for statistics",
    },
    keep="as the account",
    erasure="delete",
)
holds(
    AuditEvent,
    person="actor__user",
    fields={
        "actor": "accountability for what was done or seen",
        "address": "to find out whether somebody else used the account",
    },
    keep="12 months, in sealed segments",
    erasure="unlink",
)
holds(
    PeopleFile,
    person="made_by",
    fields={"content": "the list of people that is being checked", "made_by": "whose upload it is"},
    keep="until the list is applied, a day at most",
    erasure="delete",
)
holds(
    OneTimeCode,
    person="user",
    fields={"user": "whose code it is", "made_by": "accountability for who gave it"},
    keep="30 days",
    erasure="delete",
)
holds(
    Invitation,
    person="made_by",
    fields={"made_by": "accountability for who invited"},
    keep="30 days after its last day",
    erasure="unlink",
)
holds(
    Registration,
    person="user",
    fields={
        "user": "who asked for an account",
        "agency": "where the person says to serve",
        "reason": "told to the person when it is refused",
        "decided_by": "accountability for the decision",
    },
    keep="as the account; 30 days when it was refused",
    erasure="delete",
)
