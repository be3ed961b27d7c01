"""The form of a translation that comes back as a file."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TranslationFileForm(forms.Form):
    """A PO or XLIFF file."""

    file = forms.FileField(
        label=_("PO or XLIFF file"),
        help_text=_("One that was downloaded here, in this language. What it would change is shown first."),
        widget=forms.FileInput(attrs={"accept": ".po,.xlf,.xliff,.sdlxliff,.mqxliff"}),
    )
