"""Who is who: members and their agencies, people, their postings, and what was done or seen by whom."""

from accounts.models.audit import AppendOnlyQuerySet, AuditEvent
from accounts.models.members import Agency, Member
from accounts.models.moving import Merge, Transfer, TwoPeople
from accounts.models.people import Actor, User, UserManager, new_learner_code
from accounts.models.postings import Posting, PostingQuerySet

__all__ = [
    "Actor",
    "Agency",
    "AppendOnlyQuerySet",
    "AuditEvent",
    "Member",
    "Merge",
    "Posting",
    "PostingQuerySet",
    "Transfer",
    "TwoPeople",
    "User",
    "UserManager",
    "new_learner_code",
]
