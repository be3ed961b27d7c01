"""Credentials as they were handed out."""

from django.db import models
from django.utils import timezone

from certificates.models.awards import Award
from certificates.models.keys import SigningKey


class Credential(models.Model):
    """An award as its holder takes it along (Open Badges 3.0): the signed JSON and the signed token, as first made.

    Made when it is first asked for and kept, so that the same award gives the same bytes also after the key was
    rotated or the words of the interface changed. It is made anew when its key is distrusted, when the holder is shown
    to strangers otherwise than before, and when the site has another address. Personal data: the holder's name as the
    holder lets strangers see it; in those made before the digest was left out, a salted digest of the whole as well.
    """

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="credential")
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="credentials")
    document = models.TextField(help_text="JSON with a Data Integrity proof")
    jwt = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(document="") & ~models.Q(jwt=""), name="credential_is_signed"),
        ]

    def __str__(self) -> str:
        return f"credential of {self.award_id}"
