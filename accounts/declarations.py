"""What this app itself holds about people (the registry is `accounts.personal_data`)."""

from allauth.socialaccount.models import SocialAccount

from accounts.models import Actor, Agency, AuditEvent, IdentityProvider, Member, Posting, User
from accounts.personal_data import holds, holds_none

holds_none(Member, Agency, IdentityProvider)
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
    SocialAccount,
    person="user",
    fields={
        "uid": "the name of the person at the member's own sign-in service, to know them again",
        "last_login": "security of the account: the last sign-in by that service",
        "date_joined": "when the link was made",
    },
    keep="as the account, or until the link is cut",
    erasure="delete",
)
