"""Writes of signing keys over their life: rotated, distrusted, and what a distrusted one signed signed anew."""

import logging
from collections.abc import Callable

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Right, require_right
from accounts.services import audit
from certificates.kept import drop_lists
from certificates.models import Award, Credential, SigningKey
from certificates.services.keys import active_key, make_key, private_of
from certificates.services.life import NoReason
from certificates.services.sealing import said_by
from certificates.signing.attested import attested
from certificates.signing.keys import base64url, from_base64url, is_signed, sign
from certificates.signing.token import first_letters, make_token

logger = logging.getLogger("suluh.certificates")

_BATCH = 200

#: In the cache: how many awards there were to sign anew when a key was distrusted last, for whoever watches.
TO_SIGN_ANEW = "certificates.to_sign_anew"
_WATCHED = 7 * 86_400


class RotatedMeanwhile(Exception):
    """Another key signs than whoever asked has seen."""


def retire_key(*, key: SigningKey) -> None:
    """A key that signs no more. Its private half is destroyed: whoever steals it tomorrow can forge nothing."""
    key.is_active, key.retired_at, key.sealed = False, timezone.now(), ""
    key.save(update_fields=["is_active", "retired_at", "sealed"])


@transaction.atomic
def rotate_signing_key(*, by: User | None, reason: str = "", instead_of: str | None = None) -> SigningKey:
    """Let a new key sign from now on; what the one before signed goes on being verified with its public half.

    Arguments:
        by: None for whoever is at the console.
        instead_of: the digest of the key that signed when it was decided, so that two people, or one who presses twice,
            rotate once. None to rotate whatever signs.

    Raises:
        accounts.permissions.Refused: `by` does not run the site.
        RotatedMeanwhile: see the class. Nothing is changed.
    """
    if by is not None:
        require_right(by, Right.MANAGE_SITE)
    key, before = _rotated(instead_of)
    audit(
        by=by,
        action="signing_key.rotated",
        target="certificates.signingkey",
        reason=reason,
        details={"fingerprint": key.fingerprint, "before": before.fingerprint if before else ""},
    )
    return key


def _rotated(instead_of: str | None = None) -> tuple[SigningKey, SigningKey | None]:
    before = SigningKey.objects.select_for_update().filter(is_active=True).first()
    if instead_of is not None and instead_of != (before.digest if before else ""):
        raise RotatedMeanwhile(_("Another key signs meanwhile. Look again before you let a new one sign."))
    if before:
        retire_key(key=before)
    return make_key(), before


@transaction.atomic
def distrust_signing_key(*, by: User | None, key: SigningKey, reason: str) -> None:
    """Believe nothing any more that is signed by a key, because it is in wrong hands; an active one is rotated first.

    What it signed is signed anew in the background (`sign_anew`); until then these certificates are verified by their
    number only. Codes on paper that it signed are refused without a link for ever. A second call changes nothing.

    Arguments:
        by: None for whoever is at the console.

    Raises:
        accounts.permissions.Refused: `by` does not run the site.
        certificates.services.life.NoReason: no reason was given.
    """
    if by is not None:
        require_right(by, Right.MANAGE_SITE)
    if not reason.strip():
        raise NoReason(_("Say why this key is not to be trusted any more."))
    key = SigningKey.objects.select_for_update().get(pk=key.pk)
    if key.distrusted_at:
        return
    if key.is_active:
        _rotated()
        key.refresh_from_db()
    key.distrusted_at, key.sealed = timezone.now(), ""
    key.save(update_fields=["distrusted_at", "sealed"])
    drop_lists()
    # Made anew for whoever asks for it again.
    Credential.objects.filter(key=key).delete()
    waiting = awards_to_sign_anew().count()
    audit(
        by=by,
        action="signing_key.distrusted",
        target="certificates.signingkey",
        reason=reason,
        details={"fingerprint": key.fingerprint, "awards": waiting},
    )
    # Robust: a cache that is away must not make a change look failed that is done.
    transaction.on_commit(lambda: cache.set(TO_SIGN_ANEW, waiting, timeout=_WATCHED), robust=True)


def awards_to_sign_anew() -> QuerySet[Award]:
    """Awards whose seal or printed code a distrusted key signed, oldest first."""
    distrusted = list(SigningKey.objects.exclude(distrusted_at=None))
    if not distrusted:
        return Award.objects.none()
    wanted = Q(key__in=distrusted)
    for key in distrusted:
        # The first letters name the key.
        wanted |= Q(token__startswith=first_letters(key.public_bytes))
    return Award.objects.filter(wanted).order_by("pk")


@transaction.atomic
def sign_anew(*, award: Award) -> bool:
    """Sign an award by the key of today in the place of a distrusted one; a second call changes nothing.

    Not where the old seal does not hold: then the row was changed since, and signing it would attest the change.
    Returns whether it is signed by a key that is trusted.

    Raises:
        certificates.services.keys.KeyUnavailable: the key of today cannot be opened.
    """
    award = (
        Award.objects.select_for_update(of=("self",)).select_related("course", "actor__user", "key").get(pk=award.pk)
    )
    key = active_key()
    private = private_of(key)
    changed = []
    if award.key and award.key.distrusted_at:
        if not is_signed(award.key.public_bytes, attested(award), from_base64url(award.seal or "")):
            logger.error("The award %s is not signed anew: its seal does not hold.", award.uuid)
            return False
        award.key, award.seal = key, base64url(sign(private, attested(award)))
        changed += ["key", "seal"]
    if award.token:
        award.token = make_token(said_by(award), private=private, public=key.public_bytes)
        changed.append("token")
    award.save(update_fields=changed)
    return True


def sign_all_anew(*, progress: Callable[[int], object] | None = None) -> int:
    """Sign anew whatever a distrusted key signed, in batches; returns how many. Goes on where an earlier run stopped.

    Arguments:
        progress: told after each batch how many are done.

    Raises:
        certificates.services.keys.KeyUnavailable: the key of today cannot be opened.
    """
    done, last = 0, 0
    while batch := list(awards_to_sign_anew().filter(pk__gt=last)[:_BATCH]):
        done += sum(sign_anew(award=award) for award in batch)
        last = batch[-1].pk
        if progress:
            progress(done)
    return done
