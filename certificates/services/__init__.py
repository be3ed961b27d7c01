"""Writes of certificates."""

from certificates.services.issuing import (
    NotCertifiable,
    anonymise_awards,
    issue_award,
    months_later,
    withhold_awards,
)
from certificates.services.keys import KeyUnavailable, active_key, private_of
from certificates.services.sealing import read_own, sign_award, token_of, trusted_keys

__all__ = [
    "KeyUnavailable",
    "NotCertifiable",
    "active_key",
    "anonymise_awards",
    "issue_award",
    "months_later",
    "private_of",
    "read_own",
    "sign_award",
    "token_of",
    "trusted_keys",
    "withhold_awards",
]
