"""Signing awards: their seal, the token of the printed code, and their place in the status list."""

import logging
import secrets

from django.db import transaction

from accounts.selectors import public_name
from certificates.models import Award, SigningKey
from certificates.services.keys import KeyUnavailable, active_key, private_of
from certificates.signing.attested import attested, digest_of_name
from certificates.signing.keys import base64url, sign
from certificates.signing.token import BadToken, Token, fitting, make_token, read_token

logger = logging.getLogger("suluh.certificates")

#: Entries of one status list: the least that the standard allows, so that asking for it tells little of who is meant
#: (Bitstring Status List 1.0 §6.1). Awards are spread at random over at most three quarters of it.
STATUS_ENTRIES = 131_072
_AWARDS_OF_A_LIST = 98_304


@transaction.atomic
def sign_award(*, award: Award) -> bool:
    """Give an award that has none its seal, its token and its place in the status list; a second call changes nothing.

    Returns whether it is signed now. It is not while the key cannot be opened, which is logged: the award stands all
    the same, and the sweep signs it later.
    """
    award = Award.objects.select_for_update(of=("self",)).select_related("course", "actor__user").get(pk=award.pk)
    if award.seal:
        return True
    if not award.holder_name:
        return False
    key = active_key()
    try:
        private = private_of(key)
    except KeyUnavailable as reason:
        logger.error("The award %s is not signed yet. %s", award.uuid, reason)
        return False
    award.key = key
    award.name_salt = secrets.token_hex(16)
    award.name_digest = digest_of_name(award.holder_name, award.name_salt)
    award.seal = base64url(sign(private, attested(award)))
    if award.status_index is None:
        award.status_list, award.status_index = _free_status(award)
    award.token = make_token(said_by(award), private=private, public=key.public_bytes)
    award.save(update_fields=["key", "name_salt", "name_digest", "seal", "status_list", "status_index", "token"])
    return True


def _free_status(award: Award) -> tuple[int, int]:
    """A place that no other award has, not to be guessed from the order in which certificates were issued."""
    number = 1 + (award.pk - 1) // _AWARDS_OF_A_LIST
    while True:
        index = secrets.randbelow(STATUS_ENTRIES)
        if not Award.objects.filter(status_list=number, status_index=index).exists():
            return number, index


def said_by(award: Award) -> Token:
    """What the token of an award says today: the name only as far as the holder lets strangers read it."""
    user = award.actor.user
    is_hidden = bool(user and user.is_restricted) or award.snapshot.get("is_withheld") or not award.holder_name
    assert award.status_list is not None and award.status_index is not None
    return Token(
        number=award.number,
        kind=award.kind,
        is_specimen=award.is_specimen,
        status_list=award.status_list,
        status_index=award.status_index,
        issued_on=award.issued_at.date(),
        valid_until=award.valid_until,
        edition=award.edition,
        revision=award.revision,
        language=award.language,
        course_code=fitting(award.snapshot["code"]),
        name="" if is_hidden else fitting(public_name(user, award.holder_name)),
    )


def token_of(*, award: Award) -> str:
    """The token of an award as it may be handed out today; empty while it is not signed, and when its name is gone.

    A holder who chose another public name since, or became restricted, gets a token that says so, signed by the key of
    today; the one on paper that was printed before stays good.
    """
    if not award.seal and not sign_award(award=award):
        return ""
    award = Award.objects.select_related("actor__user").get(pk=award.pk)
    if award.token is None:
        return ""
    # Without a lock, because as a rule there is nothing to write.
    return award.token if _says(award.token, award) else _renew_token(award)


def _says(token: str, award: Award) -> bool:
    try:
        return read_own(token) == said_by(award)
    except BadToken:
        logger.error("The token of the award %s is not of a key that is trusted.", award.uuid)
        return False


@transaction.atomic
def _renew_token(award: Award) -> str:
    award = Award.objects.select_for_update(of=("self",)).select_related("actor__user").get(pk=award.pk)
    if award.token is None:
        return ""
    said = said_by(award)
    key = active_key()
    try:
        award.token = make_token(said, private=private_of(key), public=key.public_bytes)
    except KeyUnavailable as reason:
        logger.error("The token of the award %s is not made anew. %s", award.uuid, reason)
        return ""
    award.save(update_fields=["token"])
    return award.token


def trusted_keys() -> list[SigningKey]:
    """Every key whose signatures are believed, the active one first."""
    return list(SigningKey.objects.filter(distrusted_at=None).order_by("-is_active", "-created_at"))


def read_own(token: str) -> Token:
    """What one of our own tokens says.

    Raises:
        BadToken: none of the trusted keys signed it.
    """
    return read_token(token, publics=[key.public_bytes for key in trusted_keys()])
