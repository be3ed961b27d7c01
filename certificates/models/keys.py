"""The keys that sign certificates."""

import base64
import hashlib

from django.db import models
from django.db.models import Q
from django.utils import timezone


class SigningKey(models.Model):
    """One Ed25519 key pair of the issuer (RFC 8032). Exactly one is active; the others still verify what they signed.

    The private half is stored in cipher (`SIGNING_SECRET`) and is empty once it was destroyed. A row is never deleted,
    because a certificate that it signed may be checked for years. A key that fell into wrong hands is given
    `distrusted_at`: nothing it signed is believed any more, and its awards are signed anew. `list_serial` is the serial
    of the newest list of withdrawn certificates that it signed, empty before the first. No personal data.
    """

    public = models.CharField(max_length=43, unique=True, help_text="32 bytes in base64url, without padding")
    sealed = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)
    distrusted_at = models.DateTimeField(null=True)
    backed_up_at = models.DateTimeField(
        null=True, help_text="when it was last written to a backup with its private half"
    )
    list_serial = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["is_active"], condition=Q(is_active=True), name="one_active_signing_key"),
            models.CheckConstraint(
                condition=Q(is_active=True, retired_at=None) | Q(is_active=False, retired_at__isnull=False),
                name="signing_key_active_until_retired",
            ),
            models.CheckConstraint(
                condition=Q(distrusted_at=None) | Q(is_active=False), name="distrusted_key_does_not_sign"
            ),
        ]

    def __str__(self) -> str:
        return self.fingerprint

    @property
    def public_bytes(self) -> bytes:
        return base64.urlsafe_b64decode(self.public + "=")

    @property
    def fingerprint(self) -> str:
        """The digest in groups of four: for people to compare."""
        return " ".join(self.digest[at : at + 4] for at in range(0, 32, 4))

    @property
    def digest(self) -> str:
        """The first 16 bytes of the SHA-256 of the public half, in hexadecimal."""
        return hashlib.sha256(self.public_bytes).hexdigest()[:32].upper()
