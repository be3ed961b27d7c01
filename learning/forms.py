"""Forms of classes, nominations and reports."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from learning.models import Class, ContentReport, Course
from learning.models.languages import MOST_DAYS
from lms.forms import NoCaseDataField, PublishedTextField, offer_choices
from lms.language_names import language_info


def _days() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ClassForm(forms.ModelForm):
    """What is said of a class."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("In which it is taught. Leave all empty when it does not matter."),
    )

    note = NoCaseDataField(label=_("Note"), required=False)

    class Meta:
        model = Class
        fields = ["course", "title", "starts_on", "ends_on", "places", "languages", "note"]
        widgets = {"starts_on": _days(), "ends_on": _days()}

    def __init__(self, *args: Any, courses: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = self.fields["languages"]
        assert isinstance(languages, forms.MultipleChoiceField)
        languages.choices = [(code, language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]
        course = self.fields["course"]
        assert isinstance(course, forms.ModelChoiceField)
        if self.instance.pk:
            del self.fields["course"]  # people are enrolled in it
        else:
            course.choices = [("", "–"), *courses]


class CourseAccessForm(forms.ModelForm):
    """Who may take a course."""

    class Meta:
        model = Course
        fields = ["access", "open_to"]
        widgets = {"access": forms.RadioSelect, "open_to": forms.CheckboxSelectMultiple}
        help_texts = {"open_to": _("Counts only where the course is open to officers of listed members.")}


class GraceForm(forms.Form):
    """How long a language may be behind for a correction that keeps the meaning."""

    days = forms.IntegerField(
        label=_("Days"),
        min_value=0,
        max_value=MOST_DAYS,
        help_text=_("0: the test closes at once, whatever the correction. It counts from the first such correction."),
    )


class EndForm(forms.Form):
    """Why a class ends."""

    reason = NoCaseDataField(
        label=_("Reason"), required=False, help_text=_("Coordinators read it whose nominations are still open.")
    )


class TrainerForm(forms.Form):
    """Who is to teach, from when to when."""

    username = forms.CharField(
        label=_("User name of the trainer"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )
    starts_on = forms.DateField(label=_("From"), widget=_days())
    ends_on = forms.DateField(
        label=_("Until"), required=False, widget=_days(), help_text=_("Leave it empty when it is open.")
    )


class SeatsForm(forms.Form):
    """A number of seats for each member; an empty box is none."""

    def __init__(self, data: Any, *, members: Iterable[Member], given: dict[int, int]) -> None:
        super().__init__(data)
        self.members = list(members)
        for member in self.members:
            self.fields[f"seats-{member.code}"] = forms.IntegerField(
                label=member.name,
                min_value=0,
                max_value=9999,
                required=False,
                initial=given.get(member.pk, 0),
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    def numbers(self) -> dict[Member, int]:
        """Members that were in the form sent, with their seats."""
        return {
            member: self.cleaned_data[f"seats-{member.code}"] or 0
            for member in self.members
            if f"seats-{member.code}" in self.data
        }


class DecideForm(forms.Form):
    """Why the chosen nominations are returned; which button was pressed says what becomes of them."""

    reason = NoCaseDataField(label=_("Reason for returning"), required=False)


class NamesForm(forms.Form):
    """Why somebody of the RSO looks at names."""

    reason = NoCaseDataField(
        label=_("Why do you need the names?"),
        max_length=200,
        rows=2,
        help_text=_("The reason is written to the audit log."),
    )


#: What the officer reads after a report.
THANKS = _("Thank you. It is with those who write and translate the course; you will read their answer.")


class ContentReportForm(forms.Form):
    """What somebody found wrong, and where. The kind is the button that was pressed, so no field shows it.

    Arguments:
        places: (id, first words) of the parts of what is reported; the field is left out where there is one place only.
    """

    block = forms.ChoiceField(label=_("Which part?"), required=False)
    note = NoCaseDataField(label=_("In your words"), required=False, help_text=_("You may leave this empty."))

    def __init__(self, *args: Any, places: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = list(places)
        if places:
            offer_choices(self, "block", [("", _("all of it, or I am not sure")), *places])
        else:
            del self.fields["block"]

    def clean(self) -> dict[str, Any]:
        kind = self.data.get("kind", "")
        if kind not in ContentReport.Kind.values:
            raise ValidationError(_("Press one of the buttons."))
        return {**self.cleaned_data, "kind": kind}


class AnswerForm(forms.Form):
    """What came of a report."""

    outcome = forms.ChoiceField(label=_("What came of it"), choices=ContentReport.Outcome.choices)
    answer = NoCaseDataField(
        label=_("Answer"), required=False, help_text=_("The officer reads it. Write in the officer’s language.")
    )


# --- the national annex


def _write_in(form: forms.Form, names: Iterable[str], language: str) -> None:
    """Let fields be typed in a language that may not be the page's, from its own side."""
    direction = "rtl" if language_info(language)["bidi"] else "ltr"
    for name in names:
        form.fields[name].widget.attrs |= {"lang": language, "dir": direction}


class AnnexForm(forms.Form):
    """What a member tells its officers in one country box, and from when on."""

    text = PublishedTextField(
        label=_("Text"),
        rows=8,
        help_text=_("At most 1500 characters, in plain words. An empty line begins a paragraph. Numbers go below."),
    )
    valid_from = forms.DateField(
        label=_("Valid from"),
        widget=_days(),
        help_text=_("Officers read it from this day on, once it is approved; until then they read what was there."),
    )
    asks_again = forms.BooleanField(
        label=_("Ask my officers who read this box before to read it again"),
        required=False,
    )
    edits = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _write_in(self, ["text"], language)


#: What people write of a telephone number, once its digits are those of ASCII.
_NUMBER = re.compile(r"\+?[0-9*#][0-9 ().\-/*#]{1,28}")


class ContactForm(forms.Form):
    """One contact beside an annex text: a service that the coordinator called. An empty line is none."""

    name = forms.CharField(
        label=_("Service"), max_length=120, required=False, help_text=_("Of a service or desk, not of a person.")
    )
    number = forms.CharField(
        label=_("Telephone number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "dir": "ltr", "autocomplete": "off"}),
    )
    hours = forms.CharField(
        label=_("When somebody answers"), max_length=120, required=False, help_text=_("Such as “day and night”.")
    )
    languages = forms.CharField(label=_("Languages in which they answer"), max_length=120, required=False)
    tested_on = forms.DateField(
        label=_("Day on which you called it last"),
        required=False,
        widget=_days(),
        help_text=_("Call every number yourself before you hand it in, and once a year after that."),
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _write_in(self, ["name", "hours", "languages"], language)

    def clean_number(self) -> str:
        typed = "".join(str(unicodedata.digit(each, each)) for each in self.cleaned_data["number"]).strip()
        if typed and not _NUMBER.fullmatch(typed):
            raise ValidationError(_("A number is made of digits, spaces and a plus at the beginning."))
        return typed

    def clean_tested_on(self) -> dt.date | None:
        tested: dt.date | None = self.cleaned_data["tested_on"]
        if tested is not None and tested > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return tested

    def clean(self) -> dict[str, Any]:
        """Nothing at all, or a service with a number that was called."""
        data = super().clean() or {}
        if any(data.get(name) for name in self.fields):
            for name, problem in (
                ("name", _("Say which service this is.")),
                ("number", _("A contact needs a number.")),
                ("tested_on", _("Call the number first, then give the day.")),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, problem)
        return data

    def as_contact(self) -> dict[str, str] | None:
        """What is kept of it; None for an empty line."""
        data = self.cleaned_data
        if not data.get("name"):
            return None
        return {
            "name": data["name"],
            "number": data["number"],
            "hours": data["hours"],
            "languages": data["languages"],
            "tested_on": data["tested_on"].isoformat(),
        }


#: Two empty lines are always there for more; without a script nobody can add one.
Contacts = forms.formset_factory(ContactForm, extra=2, max_num=8, absolute_max=12, validate_max=True)


class DayForm(forms.Form):
    """On which day to look back."""

    on = forms.DateField(label=_("On which day?"), widget=_days())


class AnnexReturnForm(forms.Form):
    """What is to be changed in an annex text."""

    comment = NoCaseDataField(label=_("What is to be changed?"), help_text=_("The coordinators of the member read it."))
