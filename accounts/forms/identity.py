"""Setting up a member's own identity provider."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.identity import saml
from accounts.models import IdentityProvider
from lms.outgoing import NoAnswer, check_address

_PLAIN = {"dir": "ltr", "autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}


class _ProviderForm(forms.ModelForm):
    """What both protocols have in common."""

    class Meta:
        model = IdentityProvider
        fields = ["label", "claim", "is_on", "is_required", "as_at"]
        widgets = {"as_at": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("is_required") and not cleaned.get("is_on"):
            self.add_error("is_required", _("A service that is not in use cannot be the only way in."))
        return cleaned

    def clean_label(self) -> str:
        """One name once for each member; the member is not among the fields, so the form asks by itself."""
        label: str = self.cleaned_data["label"]
        same = IdentityProvider.objects.filter(member=self.instance.member, label=label).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError(_("The member has a service of this name already."))
        return label

    def for_service(self) -> dict[str, Any]:
        """The cleaned entries as `save_provider` takes them."""
        names = ("label", "claim", "is_on", "is_required", "as_at")
        return {name: self.cleaned_data[name] for name in names}


class OIDCForm(_ProviderForm):
    """A service that speaks OpenID Connect."""

    issuer = forms.URLField(
        label=_("Issuer"),
        max_length=300,
        assume_scheme="https",
        widget=forms.TextInput(attrs=_PLAIN),
        help_text=_("Exactly as the service writes it, such as https://login.example/realms/police."),
    )
    client_id = forms.CharField(label=_("Client ID"), max_length=191, widget=forms.TextInput(attrs=_PLAIN))
    secret = forms.CharField(
        label=_("Client secret"),
        max_length=300,
        required=False,
        widget=forms.PasswordInput(attrs=_PLAIN | {"autocomplete": "new-password"}),
        help_text=_("Kept sealed and never shown again. Leave it empty to keep the one that is stored."),
    )

    field_order = ["label", "issuer", "client_id", "secret", "claim", "is_on", "is_required", "as_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.update(
                {
                    "issuer": self.instance.app.settings.get("server_url", ""),
                    "client_id": self.instance.app.client_id,
                }
            )

    def clean_issuer(self) -> str:
        issuer: str = self.cleaned_data["issuer"]
        # The type lets through ftp:// and http://, which are never asked.
        try:
            check_address(issuer)
        except NoAnswer as error:
            raise forms.ValidationError(str(error)) from error
        return issuer

    def for_service(self) -> dict[str, Any]:
        return super().for_service() | {
            "client_id": self.cleaned_data["client_id"],
            "secret": self.cleaned_data["secret"] or None,
            "protocol": {"server_url": self.cleaned_data["issuer"]},
        }


class SAMLForm(_ProviderForm):
    """A service that speaks SAML. What it is called, where it is and how it signs is read from its metadata."""

    metadata_url = forms.URLField(
        label=_("Address of the service’s metadata"),
        max_length=300,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs=_PLAIN),
        help_text=_("Read when you save, and never again by itself: save once more after the service changed its key."),
    )
    metadata = forms.CharField(
        label=_("Or the metadata itself"),
        max_length=300_000,
        required=False,
        widget=forms.Textarea(attrs=_PLAIN | {"rows": 6}),
        help_text=_("Paste the XML document if the service does not show it at an address."),
    )

    class Meta(_ProviderForm.Meta):
        fields = [*_ProviderForm.Meta.fields, "attribute"]

    field_order = ["label", "metadata_url", "metadata", "claim", "attribute", "is_on", "is_required", "as_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attribute"].widget.attrs.update(_PLAIN)
        if self.instance.pk:
            self.initial["metadata_url"] = self.instance.app.settings.get("metadata_url", "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        url, text = cleaned["metadata_url"], cleaned["metadata"]
        field = "metadata" if text else "metadata_url"
        try:
            if text:
                cleaned["idp"] = saml.read_metadata(text.encode())
            elif url:
                cleaned["idp"] = saml.fetch_metadata(url)
            elif self.instance.pk:
                cleaned["idp"] = self.instance.app.settings["idp"]
            else:
                self.add_error(field, _("Give the address of the metadata, or paste the metadata."))
        except NoAnswer as error:
            self.add_error(field, str(error))
        return cleaned

    def for_service(self) -> dict[str, Any]:
        return super().for_service() | {
            "attribute": self.cleaned_data["attribute"],
            "protocol": {"metadata_url": self.cleaned_data["metadata_url"], "idp": self.cleaned_data["idp"]},
        }


class CutLinkForm(forms.Form):
    """Whose link to a service is to be cut."""

    username = forms.CharField(label=_("User name"), max_length=150, widget=forms.TextInput(attrs=_PLAIN))


FORMS: dict[str, type[OIDCForm] | type[SAMLForm]] = {
    IdentityProvider.Kind.OIDC: OIDCForm,
    IdentityProvider.Kind.SAML: SAMLForm,
}
