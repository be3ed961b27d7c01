"""Forms about members, their agencies, and those whom the RSO appoints."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.languages import in_usual_case, is_well_formed
from accounts.models import Agency, Member, User
from accounts.names import BadText, tidy_line, tidy_name
from accounts.roles import MEMBERLESS_ROLES, Role
from accounts.selectors import person_to_appoint
from lms.forms import offer_rows
from lms.text import tidy


class TidyCharField(forms.CharField):
    """One line of text with composed letters and single spaces; refuses what does not print or turns a text around."""

    def to_python(self, value: Any) -> str:
        try:
            return self.put_in_order(" ".join(tidy(super().to_python(value) or "").split()))
        except BadText as problem:
            raise ValidationError(str(problem)) from problem

    def put_in_order(self, text: str) -> str:
        """The text as it is kept; raises `BadText`."""
        return tidy_line(text)


class NameField(TidyCharField):
    """The name of a person, by the rules of a list and of a registration; empty where it may be left out."""

    def put_in_order(self, text: str) -> str:
        return tidy_name(text) if text else ""


class TagsField(forms.CharField):
    """Language tags with spaces between them; a list outside."""

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        tags = (super().to_python(value) or "").replace(",", " ").split()
        wrong = [tag for tag in tags if not is_well_formed(tag)]
        if wrong:
            raise ValidationError(
                _("Not formed like a language tag (BCP 47): %(tags)s. Right are id, zh-Hant-HK, fa-AF."),
                params={"tags": ", ".join(wrong)},
            )
        return list(dict.fromkeys(in_usual_case(tag) for tag in tags))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def date_input() -> forms.DateInput:
    """A field for a day that every browser shows in its own way and sends as ISO 8601."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MemberForm(forms.ModelForm):
    """The entry of a member. The code is fixed once it is made: addresses and files carry it."""

    languages = TagsField(
        label=_("Languages"),
        required=False,
        help_text=_("Tags (BCP 47) with spaces between them, in order of use: en mi, zh-Hant-MO pt."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "none", "spellcheck": "false"}),
    )

    class Meta:
        model = Member
        fields = ["code", "name", "kind", "status", "languages", "valid_from", "valid_to", "as_at"]
        field_classes = {"name": TidyCharField}
        widgets = {"valid_from": date_input(), "valid_to": date_input(), "as_at": date_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = capfirst(str(field.label))
        if self.instance.pk:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = _("Fixed, because addresses and files carry it.")


class MembersFilter(forms.Form):
    """Which members to list."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *Member.Kind.choices])
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any status")), *Member.Status.choices]
    )
    state = forms.ChoiceField(
        label=_("Entry"),
        required=False,
        choices=[
            ("", _("All")),
            ("current", _("Current")),
            ("ended", _("Ended")),
            ("unchecked", _("Never checked")),
        ],
    )


class AgencyForm(forms.Form):
    """An agency: its name and of what kind it is."""

    name = TidyCharField(
        label=_("Name"), max_length=160, help_text=_("As the service calls itself. No unit of a sensitive post.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Agency.Kind.choices)


class PolicyForm(forms.Form):
    """What a member shares with the RSO, and whether its officers may register themselves."""

    sharing = forms.ChoiceField(
        label=_("What the RSO sees of your officers"),
        widget=forms.RadioSelect,
        choices=[
            (Member.Sharing.COUNTS, _("Counts only: how many are enrolled and certified, 1 to 4 shown as “<5”")),
            (Member.Sharing.CODES, _("Learner codes: the RSO sees who is certified by code, and you alone know whose")),
            (Member.Sharing.NAMES, _("Names: the RSO sees names and has to give a reason each time it looks")),
        ],
    )
    takes_registrations = forms.BooleanField(
        label=_("Officers may register themselves; a coordinator checks each before the account opens"), required=False
    )


class PersonToAppoint(forms.Form):
    """Somebody with an account, named exactly, or a new person."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        required=False,
        help_text=_("Of somebody who has an account. Leave it empty for a new person: one is then made."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    full_name = NameField(
        label=_("Full name of a new person"),
        max_length=200,
        required=False,
        help_text=_("As it should stand on the certificate, in any script."),
    )
    email = forms.EmailField(
        label=_("E-mail of a new person"), required=False, help_text=_("Optional. Suluh works without one.")
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        self.viewer = viewer
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        username, full_name = data.get("username", "").strip(), data.get("full_name", "")
        if username and full_name:
            raise ValidationError(_("Either a user name or a new person, not both."))
        if not username and not full_name:
            raise ValidationError(_("Say who: a user name, or the full name of a new person."))
        if username:
            data["user"] = person_to_appoint(self.viewer, username)
            if data["user"] is None:
                self.add_error("username", _("There is no account of this user name."))
        return data

    def who(self) -> dict[str, Any]:
        """The arguments of the service: `user`, or what a new account is made of."""
        data = self.cleaned_data
        if data.get("user"):
            return {"user": data["user"]}
        return {"full_name": data["full_name"], "email": data["email"]}


class CoordinatorForm(PersonToAppoint):
    """Whom to make coordinator of a member, or of one agency of it."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, role.label) for role in (Role.COORDINATOR, Role.DEPUTY_COORDINATOR)],
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("For"),
        required=False,
        to_field_name="uuid",
        empty_label=_("The whole member"),
    )

    field_order = ["role", "agency", "username", "full_name", "email"]

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "agency", member.agencies.filter(is_open=True))


class StaffForm(PersonToAppoint):
    """Whom to give which role of the RSO."""

    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, role.label) for role in MEMBERLESS_ROLES])

    field_order = ["role", "username", "full_name", "email"]


def username_field() -> forms.CharField:
    """A user name that somebody chooses for another person."""
    return forms.CharField(
        label=_("User name"),
        max_length=150,
        required=False,
        validators=[UnicodeUsernameValidator()],
        help_text=_("Leave it empty for one that says nothing about the person."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


def language_field() -> forms.ChoiceField:
    """The language in which somebody is to read, for a start."""
    return forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("The person chooses")), *settings.LANGUAGES]
    )
