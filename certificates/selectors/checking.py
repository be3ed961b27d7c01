"""Checking a credential that somebody has, with the network or without."""

from django.conf import settings
from django.utils import timezone

from certificates.credentials.checking import Unreachable, Verdict, check_credential
from certificates.credentials.did import did_of, method_of_key
from certificates.services.keys import KeyUnavailable
from certificates.services.publishing import NoSuchList, signed_status_list
from certificates.services.sealing import trusted_keys
from lms import outgoing


def checked_credential(what: str | bytes, *, online: bool = True) -> Verdict:
    """Whether a credential holds today, ours or another body's. For our own no network is needed.

    Arguments:
        what: JSON with a proof, a token, or a PNG or SVG with either inside; it may come from anybody.
        online: ask other issuers for their keys and lists; without it theirs are “unchecked”.
    """
    ours = did_of(settings.PUBLIC_URL)
    known = {method_of_key(ours, key.public_bytes): key.public_bytes for key in trusted_keys()}

    def fetch(url: str) -> bytes:
        lists = f"{settings.PUBLIC_URL}/credentials/status/"
        try:
            if url.startswith(lists):
                number, _slash, purpose = url.removeprefix(lists).partition("/")
                return signed_status_list(number=int(number), purpose=purpose).encode()
            if not online:
                raise Unreachable(url)
            return outgoing.fetch(url)
        except (outgoing.NoAnswer, NoSuchList, KeyUnavailable, KeyError, ValueError) as error:
            raise Unreachable(url) from error

    return check_credential(what, now=timezone.now(), fetch=fetch, known=known)
