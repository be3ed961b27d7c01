"""Forms of exams, of opening a test again, and of extra time."""

import datetime as dt
import zoneinfo
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assessments.exams.places import NotARange, read_ranges
from lms.forms import NoCaseDataField, offer_choices

#: Where the members of the Bali Process are; UTC stands first.
_REGIONS = ("Asia/", "Australia/", "Indian/", "Pacific/")
_TYPED = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


@cache
def time_zones() -> tuple[str, ...]:
    """The time zones in which an exam can be announced, by name."""
    return ("UTC", *sorted(each for each in zoneinfo.available_timezones() if each.startswith(_REGIONS)))


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def in_zone(value: dt.datetime, zone: str) -> dt.datetime:
    """What a clock at a place says, as an instant; of an hour that the clock shows twice the first.

    Raises:
        ValidationError: no clock there shows it, because it is put forward in that hour.
    """
    found = value.replace(tzinfo=ZoneInfo(zone))
    instant = found.astimezone(dt.UTC)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != value.replace(tzinfo=None):
        raise ValidationError(_("There is no such hour on that day: the clocks are put forward."))
    return instant


class ExamForm(forms.Form):
    """An exam: for which test, when, and from where.

    Arguments:
        tests: what it may be for, as choices; None when it is changed, because that stays.
        exam: the initial values of one that is changed.
    """

    activity = forms.ChoiceField(label=_("Test"))
    title = forms.CharField(label=_("Title"), max_length=80, help_text=_("Officers read it on their ticket."))
    opens_at = forms.DateTimeField(label=_("Opens"), widget=_moment(), input_formats=_TYPED)
    closes_at = forms.DateTimeField(
        label=_("Closes"),
        widget=_moment(),
        input_formats=_TYPED,
        help_text=_("For everybody. Whoever begins late has only the time that is left."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Of the two times above. Everybody sees them in the own time.")
    )
    networks = forms.CharField(
        label=_("Only from these networks"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_(
            "Address ranges such as 192.0.2.0/24 or 2001:db8::/32, parted by spaces. Leave it empty for anywhere."
        ),
    )

    def __init__(self, *args: Any, tests: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "time_zone", [(each, each) for each in time_zones()])
        if tests is None:
            del self.fields["activity"]
        else:
            offer_choices(self, "activity", tests)

    def clean_networks(self) -> list[str]:
        try:
            return read_ranges(self.cleaned_data["networks"])
        except NotARange as error:
            raise ValidationError(
                _("“%(range)s” is no address range, or there are too many."), params={"range": str(error)}
            ) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("opens_at", "closes_at"):
            # Django read them as UTC; they are what the clock shows in the zone beside them.
            if name in data and "time_zone" in data:
                try:
                    data[name] = in_zone(data[name].replace(tzinfo=None), data["time_zone"])
                except ValidationError as error:
                    self.add_error(name, error)
        return data


class CancelForm(forms.Form):
    """Why an exam is cancelled."""

    reason = NoCaseDataField(label=_("Reason"), help_text=_("It is written to the audit log."))


class TicketsForm(forms.Form):
    """For whom tickets are made."""

    again = forms.BooleanField(
        label=_("Also new ones in place of tickets that were not used"),
        required=False,
        help_text=_("If a sheet was lost. The old tickets are good no more."),
    )


class ReopenForm(forms.Form):
    """Why a test is opened again."""

    reason = NoCaseDataField(label=_("Reason"), help_text=_("The officer can read it."))


class ExtraTimeForm(forms.Form):
    """How much more time."""

    percent = forms.IntegerField(
        label=_("More time, in percent"),
        min_value=5,
        max_value=200,
        initial=25,
        help_text=_("25 makes 60 minutes 75. It counts for every test that is begun from now on."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
