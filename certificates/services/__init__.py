"""Writes of certificates."""

from certificates.services.backup import OtherSite, PassphraseTooShort, Step, back_up_keys, restore_keys
from certificates.services.credentials import credential_of
from certificates.services.issuing import (
    NotCertifiable,
    anonymise_awards,
    issue_award,
    months_later,
    withhold_awards,
)
from certificates.services.keys import KeyUnavailable, active_key, private_of
from certificates.services.publishing import NoSuchList, issuer_document, signed_status_list
from certificates.services.rotating import (
    ReasonMissing,
    awards_to_sign_anew,
    distrust_signing_key,
    rotate_signing_key,
    sign_all_anew,
    sign_anew,
)
from certificates.services.sealing import read_own, sign_award, token_of, trusted_keys

__all__ = [
    "KeyUnavailable",
    "NoSuchList",
    "NotCertifiable",
    "OtherSite",
    "PassphraseTooShort",
    "ReasonMissing",
    "Step",
    "active_key",
    "anonymise_awards",
    "awards_to_sign_anew",
    "back_up_keys",
    "credential_of",
    "distrust_signing_key",
    "issue_award",
    "issuer_document",
    "months_later",
    "private_of",
    "read_own",
    "restore_keys",
    "rotate_signing_key",
    "sign_all_anew",
    "sign_anew",
    "sign_award",
    "signed_status_list",
    "token_of",
    "trusted_keys",
    "withhold_awards",
]
