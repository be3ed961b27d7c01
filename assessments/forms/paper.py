"""Forms of tests on paper: finding one, printing, and entering what stands on a sheet."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assessments.forms.exams import in_zone, time_zones
from assessments.paper.places import Place
from assessments.paper.reads import Question, read_all
from lms.forms import offer_choices

_PLAIN = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


def focus_on_error(*given: forms.Form | None) -> None:
    """Let typing go on at the first field that cannot be taken as it is."""
    fields = [(field, name in form.errors) for form in given if form for name, field in form.fields.items()]
    wrong = next((field for field, has_error in fields if has_error), None)
    if wrong is not None:
        for field, _has_error in fields:
            field.widget.attrs.pop("autofocus", None)
        wrong.widget.attrs["autofocus"] = True


class FindForm(forms.Form):
    """The code of a paper, typed or scanned.

    Arguments:
        focus: whether typing begins here.
    """

    code = forms.CharField(
        label=_("Code of the paper"),
        max_length=200,
        widget=forms.TextInput(attrs={**_PLAIN, "dir": "ltr"}),
        help_text=_("It stands on every sheet. Type it, or scan the square."),
    )

    def __init__(self, *args: Any, focus: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if focus:
            self.fields["code"].widget.attrs["autofocus"] = True


class PrintForm(forms.Form):
    """In which language papers are printed."""

    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, languages: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "language", [("", _("the one that each officer chose")), *languages])


class SittingForm(forms.Form):
    """When a paper was sat: on one day, or over midnight, where it ended at an hour before the one it began at.

    Nothing is known of the time zone until somebody typed one: then the page offers that of the browser.
    """

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    begins = forms.TimeField(label=_("Began"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=_("Ended"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "time_zone", [(each, each) for each in time_zones()])
        if not self.is_bound and "time_zone" not in self.initial:
            self.fields["time_zone"].widget.attrs["data-guess"] = True
            self.initial["time_zone"] = "UTC"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "day" in data and "time_zone" in data:
            over_midnight = "begins" in data and "ends" in data and data["ends"] <= data["begins"]
            for name in ("begins", "ends"):
                if name in data:
                    day = data["day"] + dt.timedelta(days=over_midnight and name == "ends")
                    try:
                        data[name] = in_zone(dt.datetime.combine(day, data[name]), data["time_zone"])
                    except ValidationError as error:
                        self.add_error(name, error)
        return data


class EntryForm(forms.Form):
    """The places of an answer sheet, one field each.

    Arguments:
        questions: those that are asked for.
        given: field → what stands in it at first.
        focus: whether typing begins in the first of them.
    """

    def __init__(
        self, *args: Any, questions: Sequence[Question], given: Mapping[str, str], focus: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        has_focus = False
        for question in questions:
            for place in question.places:
                field = self.fields[place.field] = _field(place, given.get(place.field, ""))
                if not has_focus and focus:
                    field.widget.attrs["autofocus"] = has_focus = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for field, problem in read_all(self.questions, self.given)[1].items():
            if field not in self.errors:
                self.add_error(field, problem)
        return data

    @property
    def given(self) -> dict[str, str]:
        """Field → text, of what was typed."""
        return {field: text for field, text in self.cleaned_data.items() if text}

    @property
    def rows(self) -> list[tuple[Question, list[tuple[Place, Any]]]]:
        """The fields question by question."""
        return [(each, [(place, self[place.field]) for place in each.places]) for each in self.questions]


def _field(place: Place, initial: str) -> forms.CharField:
    # Of an essay a browser would cut off silently what is too long; reading it says so.
    most = 4 * len(place.choices) + 10 if place.choices else None if place.lines > 1 else place.most
    attrs: dict[str, Any] = {"autocomplete": "off", "spellcheck": "false", "dir": "auto"}
    if place.choices:
        attrs = {**_PLAIN, "dir": "ltr", "size": min(max(4, 2 * len(place.choices) * place.several), 20)}
    widget = forms.Textarea({**attrs, "rows": 6}) if place.lines > 1 else forms.TextInput(attrs)
    return forms.CharField(label=place.label, required=False, max_length=most, initial=initial, widget=widget)
