"""Forms about moving on: to another agency, to another member, from one coordinator to the next."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.forms.members import NameField
from accounts.models import Agency, Member, Posting, Transfer, User
from accounts.selectors.moving import agencies_to_move_to, officers_to_move, successors
from lms.forms import NoCaseDataField, offer_rows


class DayField(forms.DateField):
    """A day, in the browser's own picker; today unless told."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, initial=timezone.localdate, input_formats=["%Y-%m-%d"], **kwargs)


class MovePeopleForm(forms.Form):
    """Several officers to one agency of the member."""

    people = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        to_field_name="uuid",
        label=_("officers"),
        error_messages={"required": _("Choose at least one officer.")},
    )
    agency = forms.ModelChoiceField(queryset=Agency.objects.none(), to_field_name="uuid", label=_("To the agency"))
    on = DayField(label=_("First day there"), help_text=_("The posting before ends the day before."))

    def __init__(self, viewer: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "people", officers_to_move(viewer))
        offer_rows(self, "agency", agencies_to_move_to(viewer))


class OfferForm(forms.Form):
    """One officer to another member."""

    to_member = forms.ModelChoiceField(queryset=Member.objects.none(), to_field_name="code", label=_("To the member"))
    kind = forms.ChoiceField(
        choices=[("", _("Any")), *Agency.Kind.choices], required=False, label=_("Kind of agency asked for")
    )
    note = NoCaseDataField(
        required=False,
        label=_("Note"),
        help_text=_("The other coordinator reads it. Write no name and no rank."),
    )

    def __init__(self, from_members: set[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        others = Member.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today)).exclude(pk__in=from_members)
        offer_rows(self, "to_member", others)


class AcceptForm(forms.Form):
    """Where an officer whom another member offers will serve, and from when."""

    agency = forms.ModelChoiceField(
        queryset=Agency.objects.none(),
        to_field_name="uuid",
        required=False,
        label=_("Agency"),
        empty_label=_("No agency yet"),
    )
    on = DayField(label=_("First day"), help_text=_("The posting with the other member ends the day before."))

    def __init__(self, transfer: Transfer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = Agency.objects.filter(member=transfer.to_member_id, is_open=True)
        offer_rows(self, "agency", agencies)
        if transfer.kind:
            self.fields["agency"].initial = SimpleLazyObject(
                lambda: getattr(agencies.filter(kind=transfer.kind).first(), "uuid", None)
            )


class HandOverForm(forms.Form):
    """Who coordinates next: somebody of the member by user name, or somebody new by name."""

    username = forms.CharField(
        max_length=150,
        required=False,
        label=_("User name of the colleague"),
        help_text=_("Somebody who has an account and a posting with the same member."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}
        ),
    )
    full_name = NameField(
        max_length=200,
        required=False,
        label=_("Or the full name of somebody new"),
        help_text=_("An account is made; it opens with a one-time code."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    on = DayField(label=_("First day of the colleague"), help_text=_("The old posting ends the day before."))
    stays_deputy = forms.BooleanField(required=False, label=_("The coordinator before stays as deputy"))

    def __init__(self, posting: Posting, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posting = posting

    def clean(self) -> dict[str, Any]:
        """Turn the user name into the person `to`; who is of another member is as unknown as nobody."""
        data = super().clean() or {}
        username, full_name = data.get("username", "").strip(), data.get("full_name", "").strip()
        if bool(username) == bool(full_name):
            raise forms.ValidationError(_("Give either a user name or the name of somebody new."))
        data["to"] = None
        if username:
            rows = successors(self.posting).annotate(lowered=Lower("username"))
            data["to"] = rows.filter(lowered=username.lower()).first()
            if data["to"] is None:
                self.add_error("username", _("Nobody in use of your member has this user name."))
        return data

    def clean_on(self) -> dt.date:
        """Not in the past: what the coordinator did until now was done as coordinator."""
        on: dt.date = self.cleaned_data["on"]
        if on < timezone.localdate():
            raise forms.ValidationError(_("Choose today or a later day."))
        return on
