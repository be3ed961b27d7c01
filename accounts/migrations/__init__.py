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
