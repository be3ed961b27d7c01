from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.exchange.encodings import NotReadable, read_text
from certificates.many import LONGEST, typed_numbers

#: A list of 500 numbers has 10 kB; more columns beside them are left unread.
_LARGEST_FILE = 1_000_000


class VerifyForm(forms.Form):
    """Which certificate somebody checks or looks for."""

    number = forms.CharField(
        label=_("Number on the certificate"),
        max_length=60,
        help_text=_("Such as SLH-XXXX-XXXX-XXXX, printed beside the square code."),
        error_messages={"required": _("Type the number that is printed on the certificate.")},
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class ManyForm(forms.Form):
    """A list of numbers, typed or as a file; `cleaned_data["typed"]` is what stands in each row.

    With a receipt the numbers are rows that were read before, and are not read as a file with a heading once more.
    """

    numbers = forms.CharField(
        label=_("Numbers"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("One in a row, at most 500. Whatever stands beside them is not read."),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("CSV or text, one certificate in a row."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )

    receipt = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def clean(self) -> dict[str, object]:
        """
        Raises:
            forms.ValidationError: nothing was given, too much was, or the file is no text.
        """
        given = super().clean() or {}
        if self.errors:
            return given
        text = str(given.get("numbers") or "")
        if file := given.get("file"):
            text = f"{text}\n{_read(file)}"
        typed = text.splitlines() if given.get("receipt") else typed_numbers(text)
        if not typed:
            raise forms.ValidationError(_("Type or paste at least one number, or choose a file."))
        if len(typed) > LONGEST:
            raise forms.ValidationError(
                ngettext(
                    "This list has %(n)s row; at most %(most)s can be checked at once. Divide it.",
                    "This list has %(n)s rows; at most %(most)s can be checked at once. Divide it.",
                    len(typed),
                )
                % {"n": len(typed), "most": LONGEST}
            )
        return {**given, "typed": typed}


def _read(file: UploadedFile) -> str:
    if (file.size or 0) > _LARGEST_FILE:
        raise forms.ValidationError({"file": _("The file is too large. A list of numbers has less than 1 MB.")})
    try:
        return read_text(file.read()).text
    except NotReadable as problem:
        raise forms.ValidationError({"file": str(problem)}) from problem
