"""Reads of the keys that sign certificates, for who runs the site."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from accounts.permissions import Right, Viewer, has_right
from certificates.models import Award, Credential, SigningKey
from certificates.services.keys import KeyUnavailable, private_of
from certificates.services.rotating import TO_SIGN_ANEW, awards_to_sign_anew


@dataclass(frozen=True)
class KeysSeen:
    """Every key, newest first and the one that signs in front, and what waits for a signature.

    Each key has `awards_signed` and `credentials_signed`. `opens` says whether the one that signs can be opened;
    it is None while there is none. `backed_up_at` is when that one was last written to a backup. `of_all` is how many
    there were to sign anew when a key was distrusted, 0 where that is not known any more.
    """

    keys: Sequence[SigningKey]
    opens: bool | None
    backed_up_at: dt.datetime | None
    unsigned: int
    to_sign_anew: int
    of_all: int

    @property
    def signed_anew(self) -> int:
        return max(0, self.of_all - self.to_sign_anew)


def signing_keys(viewer: Viewer) -> QuerySet[SigningKey]:
    """All keys for who runs the site; nothing for others."""
    if not has_right(viewer, Right.MANAGE_SITE):
        return SigningKey.objects.none()
    return SigningKey.objects.annotate(awards_signed=_signed(Award), credentials_signed=_signed(Credential)).order_by(
        "-is_active", "-created_at", "-pk"
    )


def _signed(model: type[Award] | type[Credential]) -> Coalesce:
    """How many rows a key signed, counted apart, because two joins would multiply."""
    rows = model._base_manager.filter(key=OuterRef("pk")).order_by().values("key").annotate(n=Count("pk"))
    return Coalesce(Subquery(rows.values("n")), 0)


def keys_seen_by(viewer: Viewer) -> KeysSeen:
    """What the page of keys shows."""
    keys = list(signing_keys(viewer))
    active = next((key for key in keys if key.is_active), None)
    return KeysSeen(
        keys=keys,
        opens=_opens(active) if active else None,
        backed_up_at=active.backed_up_at if active else None,
        unsigned=Award.objects.filter(seal=None).exclude(holder_name="").count(),
        to_sign_anew=awards_to_sign_anew().count(),
        of_all=cache.get(TO_SIGN_ANEW, 0),
    )


def signing_key(viewer: Viewer, digest: str) -> SigningKey:
    """One of `signing_keys`, by its fingerprint without spaces.

    Raises:
        Http404: there is none that the viewer sees.
    """
    for key in signing_keys(viewer):
        if key.digest == digest.upper():
            return key
    raise Http404


def _opens(key: SigningKey) -> bool:
    try:
        private_of(key)
    except KeyUnavailable:
        return False
    return True
