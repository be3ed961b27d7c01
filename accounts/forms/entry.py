"""Forms of the ways in."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.exchange import ENCODINGS
from accounts.models import Agency, Member, Registration, User
from accounts.names import BadText, tidy_name
from accounts.selectors import (
    agencies_managed_by,
    members_managed_by,
    members_managed_whole_by,
)
from accounts.services.entry import LONGEST_DAYS, MOST_USES

_PASSWORD_HELP = _(
    "At least 10 characters. Several words that only you would put together are easy to remember and hard to guess."
)
_PLAIN = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false", "dir": "ltr"}


def _kinds() -> list[tuple[str, Any]]:
    return [("", _("Refuse such rows")), *Agency.Kind.choices]


class PeopleFileForm(forms.Form):
    """A list of people, and for which member it is."""

    member = forms.ModelChoiceField(queryset=Member.objects.none(), to_field_name="code", label=_("Member"))
    file = forms.FileField(
        label=_("List of officers"),
        help_text=_("A CSV file, as every spreadsheet saves it. Nothing is changed before you have seen what it does."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )
    new_agencies = forms.ChoiceField(
        choices=_kinds,
        required=False,
        label=_("Agencies that are not there yet"),
        help_text=_("Choose a kind to have them made. Otherwise the plan shows them: it may be a wrong spelling."),
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = members_managed_by(viewer)
        field: Any = self.fields["member"]
        field.queryset = members
        if len(only := list(members[:2])) == 1:
            field.initial, field.widget = only[0].code, forms.HiddenInput()
        if not members_managed_whole_by(viewer).exists():
            del self.fields["new_agencies"]


class ReadOtherwiseForm(forms.Form):
    """How a list is to be read instead."""

    encoding = forms.ChoiceField(
        choices=lambda: [("", _("Find out")), *((code, name) for code, (name, _used) in ENCODINGS.items())],
        required=False,
        label=_("Encoding"),
    )
    new_agencies = forms.ChoiceField(choices=_kinds, required=False, label=_("Agencies that are not there yet"))


class SlipsForm(forms.Form):
    """Who is to get a slip with a code."""

    agency = forms.ModelChoiceField(
        queryset=Agency.objects.none(), to_field_name="uuid", required=False, label=_("Agency"), empty_label=_("All")
    )
    again = forms.BooleanField(
        required=False,
        label=_("Also those who have signed in before or whose last slip still works"),
        help_text=_("An earlier slip of theirs then works no longer."),
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["agency"]
        field.queryset = agencies_managed_by(viewer)


class _NewPassword(forms.Form):
    password1 = forms.CharField(
        label=_("New password"),
        strip=False,
        help_text=_PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"}),
    )
    password2 = forms.CharField(
        label=_("New password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"}),
    )

    def person(self) -> User:
        """Whom the password is compared with; never one of the database, or the answer would tell of it."""
        return User(username=self.cleaned_data.get("username", ""), full_name=self.cleaned_data.get("full_name", ""))

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        first, second = found.get("password1"), found.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords are not the same."))
        elif first:
            try:
                validate_password(first, self.person())
            except forms.ValidationError as problem:
                self.add_error("password1", problem)
        return found


class CodeForm(_NewPassword):
    """The code of a slip, and the password that is chosen with it."""

    field_order = ["username", "code", "password1", "password2"]
    username = forms.CharField(
        label=_("User name"), max_length=150, widget=forms.TextInput(attrs=_PLAIN | {"autocomplete": "username"})
    )
    code = forms.CharField(
        label=_("Code on the slip"),
        max_length=40,
        help_text=_("Twelve letters and digits. Small letters and dashes do not matter."),
        widget=forms.TextInput(attrs=_PLAIN | {"autocomplete": "one-time-code"}),
    )


class JoinForm(_NewPassword):
    """What somebody says who opens an account: as little as a certificate needs."""

    field_order = ["full_name", "agency", "password1", "password2"]
    full_name = forms.CharField(
        label=_("Full name"),
        max_length=200,
        help_text=_("As it should stand on the certificate, in any script. One name is enough if you have one."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    agency = forms.ModelChoiceField(queryset=Agency.objects.none(), to_field_name="uuid", label=_("Your agency"))

    def __init__(self, *args: Any, member: Member, agency: Agency | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["agency"]
        field.queryset = member.agencies.filter(is_open=True)
        if agency is not None or not field.queryset.exists():
            del self.fields["agency"]

    def clean_full_name(self) -> str:
        try:
            return tidy_name(self.cleaned_data["full_name"])
        except BadText as problem:
            raise forms.ValidationError(str(problem)) from problem

    def as_arguments(self) -> dict[str, Any]:
        """What the services take."""
        return {
            "full_name": self.cleaned_data["full_name"],
            "agency": self.cleaned_data.get("agency"),
            "password": self.cleaned_data["password1"],
            "language": get_language(),
        }


class InvitationForm(forms.Form):
    """Whom a link is for, how often it works and until when."""

    member = forms.ModelChoiceField(queryset=Member.objects.none(), to_field_name="code", label=_("Member"))
    agency = forms.ModelChoiceField(
        queryset=Agency.objects.none(),
        to_field_name="uuid",
        required=False,
        label=_("Agency"),
        empty_label=_("They choose it themselves"),
    )
    uses = forms.IntegerField(
        label=_("For how many officers"),
        initial=1,
        min_value=1,
        max_value=MOST_USES,
        help_text=_("A link for one officer opens the account at once. With a link for more, you check each officer."),
    )
    last_day = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        initial=lambda: timezone.localdate() + dt.timedelta(days=14),
        help_text=_("Within 90 days."),
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].widget.attrs |= {
            "min": timezone.localdate().isoformat(),
            "max": (timezone.localdate() + dt.timedelta(days=LONGEST_DAYS)).isoformat(),
        }
        members: Any = self.fields["member"]
        agencies: Any = self.fields["agency"]
        members.queryset, agencies.queryset = members_managed_by(viewer), agencies_managed_by(viewer)
        if len(only := list(members.queryset[:2])) == 1:
            members.initial, members.widget = only[0].code, forms.HiddenInput()
        if not members_managed_whole_by(viewer).exists():
            agencies.required, agencies.empty_label = True, _("Choose…")


class RefusalForm(forms.ModelForm):
    """Why a registration is refused."""

    class Meta:
        model = Registration
        fields = ["reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
