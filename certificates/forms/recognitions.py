"""Forms for certificates of other bodies."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.forms import name_courses
from certificates.services.recognitions import FileRefused, Shown, Written, shown_by
from learning.models import Course
from lms.forms import NoCaseDataField


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class WrittenForm(forms.Form):
    """What stands on a certificate of another body."""

    title = NoCaseDataField(label=_("Title of the certificate"), max_length=200, rows=1)
    body = NoCaseDataField(label=_("Given by"), max_length=200, rows=1, help_text=_("Such as a national academy."))
    awarded_on = _day(_("Given on"))
    valid_until = _day(_("Valid until"), required=False, help_text=_("Leave it empty when no day stands on it."))
    hours = forms.DecimalField(
        label=_("Hours"), required=False, min_value=0, max_value=2000, decimal_places=1, max_digits=5
    )
    address = forms.URLField(
        label=_("Web address where it can be checked"), required=False, max_length=300, assume_scheme="https"
    )
    note = NoCaseDataField(label=_("Note"), required=False, rows=2)

    def clean(self) -> dict[str, Any]:
        """No certificate of tomorrow, and none that ends before it was given."""
        data = super().clean() or {}
        given, until = data.get("awarded_on"), data.get("valid_until")
        if given and given > timezone.localdate():
            self.add_error("awarded_on", _("This day is still to come."))
        if given and until and until < given:
            self.add_error("valid_until", _("The last day is before the first."))
        return data

    @property
    def written(self) -> Written:
        """What was filled in."""
        data = self.cleaned_data
        return Written(
            title=data["title"],
            body=data["body"],
            awarded_on=data["awarded_on"],
            valid_until=data["valid_until"],
            minutes=int((data["hours"] or 0) * 60),
            note=data["note"],
            address=data["address"],
        )


class ProposeForm(forms.Form):
    """Put one forward: the coordinator's word for it, and a file that shows it."""

    file = forms.FileField(
        label=_("The certificate as a file"),
        required=False,
        help_text=_(
            "PDF, JPEG or PNG, or a digital badge (JSON, JWT, PNG or SVG), at most 4 MB. The RSO may open it only if "
            "your member shares names and the officer is not restricted; otherwise your word is enough. The RSO reads "
            "what a badge says of issuer, achievement and dates. The file is deleted 6 months after the decision."
        ),
    )
    seen = forms.BooleanField(label=_("I have seen the original, and it is this officer’s."))

    shown: Shown | None = None

    def clean_file(self) -> None:
        """Keep the file as it may be kept."""
        file = self.cleaned_data.get("file")
        if file:
            try:
                self.shown = shown_by(file=file, size=file.size)
            except FileRefused as refused:
                raise forms.ValidationError(str(refused)) from refused


class RecordForm(WrittenForm, ProposeForm):
    """Write down and put forward a certificate of an own officer."""

    field_order = ["title", "body", "awarded_on", "valid_until", "hours", "address", "note", "file", "seen"]


class RecogniseForm(forms.Form):
    """As what a certificate of another body is recognised."""

    stands_for = forms.ModelChoiceField(
        Course.objects.all(),
        label=_("Equivalent to the course"),
        required=False,
        to_field_name="code",
        empty_label=_("None: it is only noted"),
    )
    stands_until = _day(_("Until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_courses(self, "stands_for")


class WhyForm(forms.Form):
    """Why something is decided so, or looked at."""

    reason = NoCaseDataField(label=_("Reason"), rows=2)
