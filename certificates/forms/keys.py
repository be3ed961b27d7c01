"""Forms about the keys that sign certificates."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import SigningKey
from certificates.signing.backup import SHORTEST_PASSPHRASE
from lms.forms import NoCaseDataField


class RotateForm(forms.Form):
    """Why a new key is to sign, and in whose place: the one that signed when the page was opened."""

    reason = NoCaseDataField(label=_("Reason"), rows=2, help_text=_("It is written to the audit log."))
    instead_of = forms.CharField(widget=forms.HiddenInput, max_length=32)


class DistrustForm(forms.Form):
    """Why a key is not to be believed any more, and a sign that this one is meant."""

    begins = forms.CharField(
        label=_("First eight characters of its fingerprint"),
        max_length=12,
        widget=forms.TextInput({"dir": "ltr", "autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )
    reason = NoCaseDataField(label=_("Reason"), rows=2, help_text=_("It is written to the audit log."))

    def __init__(self, *args: Any, key: SigningKey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._key = key

    def clean_begins(self) -> str:
        """It has to be this key: the other ones look alike."""
        typed = "".join(self.cleaned_data["begins"].split()).upper()
        if typed != self._key.digest[:8]:
            raise forms.ValidationError(_("This key does not begin so. Nothing was changed."))
        return typed


class BackupForm(forms.Form):
    """The passphrase of a backup, twice."""

    passphrase = forms.CharField(
        label=_("Passphrase"),
        min_length=SHORTEST_PASSPHRASE,
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. Who has the file and the passphrase can sign certificates."),
    )
    again = forms.CharField(
        label=_("Passphrase once more"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """A slip of the finger would make a file that nobody opens."""
        data = super().clean() or {}
        if "passphrase" in data and "again" in data and data["passphrase"] != data["again"]:
            self.add_error("again", _("These two are not the same."))
        return data
