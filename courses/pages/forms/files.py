"""Forms of course files and of Word files."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.pages.exchange.files import MOST_BYTES
from courses.pages.word.checking import LIMITS
from lms.archive import size
from lms.forms import NoCaseDataField


def _within(file: Any, most: int) -> Any:
    if file.size > most:
        raise ValidationError(gettext("The file is too large (%(most)s at most).") % {"most": size(most)})
    return file


class BundleForm(forms.Form):
    """A course as a zip file."""

    file = forms.FileField(
        label=_("Zip file"),
        help_text=_("The folder of a course, or of several, as one .zip file."),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )
    as_new_edition = forms.BooleanField(
        required=False,
        label=_("Make a new edition"),
        help_text=_(
            "For a change of substance, such as a new law. Officers who began stay in their edition. Otherwise the "
            "import makes a correction, unless rules that count have changed."
        ),
    )
    same_meaning = forms.BooleanField(
        required=False,
        label=_("The meaning stays the same"),
        help_text=_(
            "Of what changes in the language in which the course is written. Tests then stay open in translations that "
            "are behind for it, for as many days as the RSO has set."
        ),
    )
    note = NoCaseDataField(
        required=False,
        label=_("What changed"),
        help_text=_("One sentence, kept with the edition. No names of people."),
    )

    def clean_file(self) -> Any:
        return _within(self.cleaned_data["file"], MOST_BYTES)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("as_new_edition") and cleaned.get("same_meaning"):
            self.add_error("same_meaning", gettext("A new edition is for a change of substance. Choose one of both."))
        return cleaned


class WordForm(forms.Form):
    """A Word file."""

    file = forms.FileField(
        label=_("Word file"),
        help_text=_("A .docx file without macros. Every “Heading 1” begins a lesson."),
        widget=forms.FileInput(attrs={"accept": ".docx"}),
    )

    def clean_file(self) -> Any:
        return _within(self.cleaned_data["file"], LIMITS.archive_bytes)
