"""Reads of certificates: the holder's own, what a coordinator sees, and what a stranger may learn."""

from certificates.selectors.awards import awards_of_enrolments, awards_seen_by, own_award, own_awards
from certificates.selectors.public import Period, PublicAward, public_award, public_awards
from certificates.selectors.register import RegisterFilter, register_awards
from certificates.selectors.shared import SharedRow, read_shared, shared_rows
from certificates.selectors.verifying import verify_address

__all__ = [
    "Period",
    "PublicAward",
    "RegisterFilter",
    "SharedRow",
    "awards_of_enrolments",
    "awards_seen_by",
    "own_award",
    "own_awards",
    "public_award",
    "public_awards",
    "read_shared",
    "register_awards",
    "shared_rows",
    "verify_address",
]
