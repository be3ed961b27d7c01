"""Reads about people, scoped to their viewer."""

from accounts.selectors.entry import (
    agencies_managed_by,
    files_of,
    invitations_seen_by,
    member_of,
    members_managed_by,
    members_managed_whole_by,
    members_open_to_registration,
    people_for_codes,
    registrations_seen_by,
    without_a_way_in,
)
from accounts.selectors.people import initials, learner_posting, name_for, order_of_names, people_seen_by, public_name

__all__ = [
    "agencies_managed_by",
    "files_of",
    "initials",
    "invitations_seen_by",
    "learner_posting",
    "member_of",
    "members_managed_by",
    "members_managed_whole_by",
    "members_open_to_registration",
    "name_for",
    "order_of_names",
    "people_for_codes",
    "people_seen_by",
    "public_name",
    "registrations_seen_by",
    "without_a_way_in",
]
