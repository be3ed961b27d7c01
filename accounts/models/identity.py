"""Members' own identity providers: services at which a member's officers sign in already."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models.members import Member


class IdentityProvider(models.Model):
    """One service of one member that says who somebody is, by OpenID Connect or SAML.

    It speaks for people posted to this member and for nobody else. What the protocol needs stands in `app`, the row of
    django-allauth; the secret stands here, sealed, because that row would keep it in the clear. A person who came once
    is linked by a SocialAccount with our `key` as its provider. Holds no personal data.
    """

    class Kind(models.TextChoices):
        OIDC = "oidc", _("OpenID Connect")
        SAML = "saml", _("SAML 2.0")

    class Claim(models.TextChoices):
        """What the service says that must equal what we hold of a person who comes for the first time."""

        SUBJECT = "sub", _("The subject (sub, NameID) is the user name")
        USERNAME = "preferred_username", _("The user name there (preferred_username, or an attribute) is the user name")
        EMAIL = "email", _("The verified e-mail address is the e-mail address")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="identity_providers")
    kind = models.CharField(max_length=8, choices=Kind.choices, editable=False)
    label = models.CharField(
        _("name on the button"), max_length=40, help_text=_("As officers know the service, such as “Police sign-in”.")
    )
    app = models.OneToOneField("socialaccount.SocialApp", on_delete=models.PROTECT, related_name="identity_provider")
    sealed_secret = models.TextField(blank=True, editable=False)
    claim = models.CharField(
        _("who is meant"),
        max_length=24,
        choices=Claim.choices,
        default=Claim.USERNAME,
        help_text=_("Used once for each person, to find the account; from then on the subject that never changes."),
    )
    attribute = models.CharField(
        _("attribute"),
        max_length=160,
        blank=True,
        help_text=_("SAML only: the name of the attribute with the user name or the address."),
    )
    is_on = models.BooleanField(_("in use"), default=False, help_text=_("Shown on the sign-in page."))
    is_required = models.BooleanField(
        _("the only way in"),
        default=False,
        help_text=_("The member’s people can then no longer use a password or passkey of Suluh."),
    )
    as_at = models.DateField(
        _("as at"), null=True, blank=True, help_text=_("The day on which the member last confirmed these entries.")
    )

    class Meta:
        ordering = ["member__name", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "label"],
                name="provider_label_once_per_member",
                violation_error_message=_("The member has a service of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(is_required=False) | Q(is_on=True),
                name="provider_required_only_when_on",
                violation_error_message=_("A service that is not in use cannot be the only way in."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.label}"

    @property
    def key(self) -> str:
        """What links of people name as their provider."""
        return str(self.uuid)

    def address(self, name: str) -> str:
        """One of the addresses that the service must know, in full: never built from what a browser sent."""
        return settings.PUBLIC_URL + reverse(f"identity:{name}", args=[self.uuid])
