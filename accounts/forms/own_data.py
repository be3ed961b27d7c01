"""Forms about one's own data."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.members import NameField, TidyCharField
from accounts.models import User
from lms.forms import NoCaseDataField


class CorrectForm(forms.ModelForm):
    """Name, Latin name, sex and address of the person who looks; a pseudonymous account has no name to correct."""

    class Meta:
        model = User
        fields = ["full_name", "latin_name", "sex", "email"]
        field_classes = {"full_name": TidyCharField, "latin_name": NameField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_pseudonymous:
            del self.fields["full_name"], self.fields["latin_name"]
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def clean_full_name(self) -> str:
        if not any(character.isalpha() for character in self.cleaned_data["full_name"]):
            raise forms.ValidationError(_("Type the name as it should stand on the certificate."))
        name: str = self.cleaned_data["full_name"]
        return name


class ConfirmErasureForm(forms.Form):
    """One's own user name, typed, so that nobody asks for this by a slip."""

    username = forms.CharField(
        label=_("Your user name, to confirm"),
        max_length=150,
        error_messages={"required": _("Type your user name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_username(self) -> str:
        typed: str = self.cleaned_data["username"].strip()
        if typed.lower() != self.user.username.lower():
            raise forms.ValidationError(_("This is not your user name. Nothing was changed."))
        return typed


class ErasureReasonForm(forms.Form):
    """Why a coordinator asks for somebody else's erasure."""

    reason = NoCaseDataField(
        label=_("Reason"),
        help_text=_("How the person told you, such as “letter of 3 March”. The person reads it."),
        error_messages={"required": _("Say how the person asked for this.")},
    )
