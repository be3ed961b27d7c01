"""Who is who: members and their agencies, people, their postings, and what was done or seen by whom."""

from accounts.models.audit import AppendOnlyQuerySet, AuditCheck, AuditEvent, AuditHead, AuditSegment
from accounts.models.entry import Invitation, OneTimeCode, PeopleFile, Registration
from accounts.models.identity import IdentityProvider
from accounts.models.members import Agency, Member
from accounts.models.moving import Merge, Transfer, TwoPeople
from accounts.models.own_data import ErasureRequest, RetentionReport, RetentionRun
from accounts.models.people import Actor, User, UserManager, new_learner_code
from accounts.models.postings import Posting, PostingQuerySet

__all__ = [
    "Actor",
    "Agency",
    "AppendOnlyQuerySet",
    "AuditCheck",
    "AuditEvent",
    "AuditHead",
    "AuditSegment",
    "ErasureRequest",
    "IdentityProvider",
    "Invitation",
    "Member",
    "Merge",
    "OneTimeCode",
    "PeopleFile",
    "Posting",
    "PostingQuerySet",
    "Registration",
    "RetentionReport",
    "RetentionRun",
    "Transfer",
    "TwoPeople",
    "User",
    "UserManager",
    "new_learner_code",
]
