"""Writes of certificates."""

from certificates.services.granting import (
    LEAST_LESSONS,
    CannotGrant,
    grant_participation,
    grant_trainer_award,
    is_enough,
)
from certificates.services.issuing import (
    NotCertifiable,
    anonymise_awards,
    issue_award,
    withhold_awards,
)
from certificates.services.keys import KeyUnavailable, active_key, private_of
from certificates.services.life import (
    UNDO_HOURS,
    NoHolder,
    NoReason,
    WrongState,
    may_certify,
    may_reissue,
    may_undo,
    reinstate_award,
    reissue_award,
    replace_award,
    revoke_award,
    suspend_award,
)
from certificates.services.sealing import read_own, sign_award, token_of, trusted_keys

__all__ = [
    "LEAST_LESSONS",
    "UNDO_HOURS",
    "CannotGrant",
    "KeyUnavailable",
    "NoHolder",
    "NoReason",
    "NotCertifiable",
    "WrongState",
    "active_key",
    "anonymise_awards",
    "grant_participation",
    "grant_trainer_award",
    "is_enough",
    "issue_award",
    "may_certify",
    "may_reissue",
    "may_undo",
    "private_of",
    "read_own",
    "reinstate_award",
    "reissue_award",
    "replace_award",
    "revoke_award",
    "sign_award",
    "suspend_award",
    "token_of",
    "trusted_keys",
    "withhold_awards",
]
