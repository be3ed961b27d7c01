"""Reads of certificates: the holder's own, what a coordinator sees, and what a stranger may learn."""

from certificates.selectors.awards import awards_of_enrolments, awards_seen_by, own_award, own_awards
from certificates.selectors.checking import checked_credential
from certificates.selectors.desk import (
    STATES,
    OwnCertificate,
    award_looked_after_by,
    certificates_of,
    ended_classes,
    history_of_number,
    how_many_end,
    is_shared,
    own_certificates,
    participants_of,
    shared_holder,
    shown_holder,
    trainer_award_on,
)
from certificates.selectors.public import Period, PublicAward, public_award, public_awards
from certificates.selectors.register import RegisterFilter, register_awards
from certificates.selectors.shared import SharedRow, read_shared, shared_rows
from certificates.selectors.verifying import verify_address

__all__ = [
    "STATES",
    "OwnCertificate",
    "Period",
    "PublicAward",
    "RegisterFilter",
    "SharedRow",
    "award_looked_after_by",
    "awards_of_enrolments",
    "awards_seen_by",
    "certificates_of",
    "checked_credential",
    "ended_classes",
    "history_of_number",
    "how_many_end",
    "is_shared",
    "own_award",
    "own_awards",
    "own_certificates",
    "participants_of",
    "public_award",
    "public_awards",
    "read_shared",
    "register_awards",
    "shared_holder",
    "shared_rows",
    "shown_holder",
    "trainer_award_on",
    "verify_address",
]
