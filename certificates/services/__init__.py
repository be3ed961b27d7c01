"""Writes of certificates."""

from certificates.services.backup import OtherSite, PassphraseTooShort, Step, back_up_keys, restore_keys
from certificates.services.credentials import credential_of
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
from certificates.services.publishing import NoSuchList, issuer_document, signed_status_list
from certificates.services.rotating import (
    awards_to_sign_anew,
    distrust_signing_key,
    rotate_signing_key,
    sign_all_anew,
    sign_anew,
)
from certificates.services.sealing import read_own, sign_award, token_of, trusted_keys

__all__ = [
    "LEAST_LESSONS",
    "UNDO_HOURS",
    "CannotGrant",
    "KeyUnavailable",
    "NoHolder",
    "NoReason",
    "NoSuchList",
    "NotCertifiable",
    "OtherSite",
    "PassphraseTooShort",
    "Step",
    "WrongState",
    "active_key",
    "anonymise_awards",
    "awards_to_sign_anew",
    "back_up_keys",
    "credential_of",
    "distrust_signing_key",
    "grant_participation",
    "grant_trainer_award",
    "is_enough",
    "issue_award",
    "issuer_document",
    "may_certify",
    "may_reissue",
    "may_undo",
    "private_of",
    "read_own",
    "reinstate_award",
    "reissue_award",
    "replace_award",
    "restore_keys",
    "revoke_award",
    "rotate_signing_key",
    "sign_all_anew",
    "sign_anew",
    "sign_award",
    "signed_status_list",
    "suspend_award",
    "token_of",
    "trusted_keys",
    "withhold_awards",
]
