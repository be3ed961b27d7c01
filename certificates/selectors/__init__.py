"""Reads of certificates: the holder's own, what a coordinator sees, and what a stranger may learn."""

from certificates.selectors.awards import awards_of_enrolments, awards_seen_by, own_award, own_awards
from certificates.selectors.checking import checked_credential
from certificates.selectors.public import PublicAward, public_award
from certificates.selectors.register import RegisterFilter, register_awards
from certificates.selectors.shared import SharedRow, read_shared, shared_rows

__all__ = [
    "PublicAward",
    "RegisterFilter",
    "SharedRow",
    "awards_of_enrolments",
    "awards_seen_by",
    "checked_credential",
    "own_award",
    "own_awards",
    "public_award",
    "read_shared",
    "register_awards",
    "shared_rows",
]
