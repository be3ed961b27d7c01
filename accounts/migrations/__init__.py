"""Migrations, and the guards of tables that they have to keep up."""

from lms.triggers import ForbidEvent

OF_ANOTHER_MEMBER = (
    "NEW.agency_id IS NOT NULL AND NEW.member_id <> "
    "(SELECT member_id FROM accounts_agency WHERE accounts_agency.id = NEW.agency_id)"
)
MOVED = "NEW.member_id <> OLD.member_id"

#: On the tables of postings and agencies since migration 0003.
GUARDS = (
    ForbidEvent(
        "posting_made_for_own_agency",
        "accounts_posting",
        "INSERT",
        "A posting names an agency of its own member.",
        OF_ANOTHER_MEMBER,
    ),
    ForbidEvent(
        "posting_kept_for_own_agency",
        "accounts_posting",
        "UPDATE OF member_id, agency_id",
        "A posting names an agency of its own member.",
        OF_ANOTHER_MEMBER,
    ),
    ForbidEvent(
        "agency_stays_with_its_member",
        "accounts_agency",
        "UPDATE OF member_id",
        "An agency stays with its member.",
        MOVED,
    ),
)

#: On the audit log until it became a chain (migrations 0002 to 0006).
OLD_AUDIT_GUARDS = (
    ForbidEvent("auditevent_not_changed", "accounts_auditevent", "UPDATE", "The audit log is append-only."),
    ForbidEvent("auditevent_not_deleted", "accounts_auditevent", "DELETE", "The audit log is append-only."),
)

#: On the audit log and what belongs to its chain since then.
AUDIT_GUARDS = (
    ForbidEvent("auditevent_not_changed", "accounts_auditevent", "UPDATE", "The audit log is append-only."),
    ForbidEvent(
        "auditevent_deleted_when_sealed",
        "accounts_auditevent",
        "DELETE",
        "The audit log is append-only: only what was sealed is pruned.",
        "NOT EXISTS (SELECT 1 FROM accounts_auditsegment AS segment "
        "WHERE OLD.number BETWEEN segment.first AND segment.last)",
    ),
    ForbidEvent("auditsegment_not_changed", "accounts_auditsegment", "UPDATE", "A sealed segment stays as it is."),
    ForbidEvent("auditsegment_not_deleted", "accounts_auditsegment", "DELETE", "A sealed segment stays as it is."),
    ForbidEvent(
        "audithead_not_rewound",
        "accounts_audithead",
        "UPDATE",
        "The head of the audit log only goes forward.",
        "NEW.count < OLD.count OR NEW.id <> OLD.id",
    ),
    ForbidEvent("audithead_not_deleted", "accounts_audithead", "DELETE", "The head of the audit log stays."),
)
