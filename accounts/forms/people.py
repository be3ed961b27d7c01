"""Forms of the people desk. Choices come from what the viewer may do, so that a forged value is no choice."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.members import NameField, language_field, username_field
from accounts.models import Agency, Posting, User
from accounts.permissions import GIVES_ROLES, Right
from accounts.roles import Role
from accounts.selectors import Place, Sought, agencies_in_scope
from lms.forms import offer_choices, offer_rows

#: The roles that the people desk gives, in the order of their list.
DESK_ROLES = [role for role in Role if role in GIVES_ROLES[Right.MANAGE_PEOPLE]]


def offer_places(form: forms.BaseForm, places: Sequence[Place]) -> None:
    """Let the field `place` of a form take one of these places."""
    field = form.fields["place"]
    assert isinstance(field, PlaceField)
    field.offer(places)


class PlaceField(forms.ChoiceField):
    """One of the places where the viewer may post somebody; gives the `Place`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._places: dict[str, Place] = {}

    def offer(self, places: Sequence[Place]) -> None:
        """Offer these places, with the member's name where there are several."""
        self._places = {place.key: place for place in places}
        several = len({place.member.pk for place in places}) > 1
        # Nobody is posted to an agency because it happened to stand first.
        self.choices = [
            *([("", _("Choose …"))] if len(places) > 1 else []),
            *(
                (place.key, f"{place.member} · {place.label}" if several and place.agency else place.label)
                for place in places
            ),
        ]

    def clean(self, value: Any) -> Any:
        return self._places[super().clean(value)]


class Searching(forms.Form):
    """Whom to list on the people desk."""

    q = forms.CharField(
        label=_("Name, user name or code"), required=False, max_length=100, widget=forms.TextInput({"type": "search"})
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency"), required=False, to_field_name="uuid", empty_label=_("All agencies")
    )
    role = forms.ChoiceField(label=_("Role"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("in_use", _("In use")),
            ("out_of_use", _("Out of use")),
            ("restricted", _("Restricted identity")),
            ("unposted", _("Without a posting")),
        ],
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "agency", agencies_in_scope(viewer, Right.MANAGE_PEOPLE))
        roles = [role for role in Role if role == Role.COORDINATOR or role in DESK_ROLES]
        offer_choices(self, "role", [("", _("All roles")), *((role.value, role.label) for role in roles)])

    def sought(self) -> Sought:
        """What is looked for; a value that is no choice finds nobody else than no value."""
        self.is_valid()
        data = self.cleaned_data
        return Sought(data.get("q", ""), data.get("agency"), data.get("role", ""), data.get("state", ""))


class OfficerForm(forms.Form):
    """A new person on the people desk."""

    full_name = NameField(
        label=_("Full name"),
        max_length=200,
        required=False,
        help_text=_("As it should stand on the certificate, in any script."),
    )
    is_pseudonymous = forms.BooleanField(
        label=_("No name: the learner code stands in its place, also on the certificate"),
        required=False,
        help_text=_("Who it is, only you know. Keep it outside of Suluh."),
    )
    latin_name = NameField(label=_("Name in Latin letters"), max_length=200, required=False)
    place = PlaceField(label=_("Agency"))
    rank_band = forms.ChoiceField(
        label=_("Rank band"), required=False, choices=[("", _("Not said")), *Posting.RankBand.choices]
    )
    language = language_field()
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Optional. Suluh works without one."))
    username = username_field()

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_places(self, places)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        named = bool(data.get("full_name") or data.get("latin_name"))
        if data.get("is_pseudonymous") and named:
            raise ValidationError(_("An account without a name cannot have one. Empty the name, or untick the box."))
        if not data.get("is_pseudonymous") and not data.get("full_name") and "full_name" not in self.errors:
            self.add_error("full_name", _("Type the name, or tick that the account has none."))
        return data


class CorrectionForm(forms.Form):
    """What is said of a person, to be corrected."""

    full_name = NameField(
        label=_("Full name"),
        max_length=200,
        required=False,
        help_text=_("As it should stand on the certificate. Empty it for an account without a name."),
    )
    latin_name = NameField(label=_("Name in Latin letters"), max_length=200, required=False)
    rank_band = forms.ChoiceField(
        label=_("Rank band"), required=False, choices=[("", _("Not said")), *Posting.RankBand.choices]
    )
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Optional. Suluh works without one."))


class PostingForm(forms.Form):
    """One more posting for a person."""

    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, role.label) for role in DESK_ROLES])
    place = PlaceField(label=_("Agency"))
    rank_band = forms.ChoiceField(
        label=_("Rank band"), required=False, choices=[("", _("Not said")), *Posting.RankBand.choices]
    )

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_places(self, places)


class MoveForm(forms.Form):
    """To which agency of the same member somebody moves."""

    place = PlaceField(label=_("New agency"))

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_places(self, places)


class SwitchForm(forms.Form):
    """On or off: what a button of its own form sends."""

    on = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda value: value == "yes")


class ChosenPeople(forms.Form):
    """Several people, ticked in the list."""

    people = forms.ModelMultipleChoiceField(
        User.objects.none(),
        to_field_name="uuid",
        error_messages={"required": _("Tick whom you mean."), "invalid_choice": _("One of them is not among yours.")},
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "people", people)


class ExactlyOne(forms.Form):
    """One person, named exactly."""

    typed = forms.CharField(
        label=_("User name or learner code"),
        max_length=150,
        help_text=_("Exactly as it is written. Nothing is found by a part of it, or by a name."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
