"""What this app itself holds about people (the registry is `accounts.personal_data`)."""

from accounts.models import Actor, Agency, AuditEvent, Member, Merge, Posting, Transfer, TwoPeople, User
from accounts.personal_data import holds, holds_none

holds_none(Member, Agency)
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
    fields={"actor": "accountability for what was done or seen"},
    keep="12 months, in sealed segments",
    erasure="unlink",
)
holds(
    Transfer,
    person="person",
    fields={"person": "who is to go to which member", "note": "what the receiving coordinator has to know"},
    keep="as the account",
    erasure="delete",
)
holds(
    TwoPeople,
    person="first",
    fields={"first": "so that two people who look alike are not proposed as one again", "second": "the same"},
    keep="as the accounts",
    erasure="delete",
)
holds(
    Merge,
    person="kept",
    fields={"closed": "the account that was found to be the same person's", "remembered": "to take it back"},
    keep="as the account",
    erasure="delete",
)
