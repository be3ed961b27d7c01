"""Who is who: members and their agencies, people, their postings, and what was done or seen by whom."""

from accounts.models.audit import AppendOnlyQuerySet, AuditEvent
from accounts.models.identity import IdentityProvider
from accounts.models.members import Agency, Member
from accounts.models.people import Actor, User, UserManager, new_learner_code
from accounts.models.postings import Posting, PostingQuerySet

__all__ = [
    "Actor",
    "Agency",
    "AppendOnlyQuerySet",
    "AuditEvent",
    "IdentityProvider",
    "Member",
    "Posting",
    "PostingQuerySet",
    "User",
    "UserManager",
    "new_learner_code",
]
