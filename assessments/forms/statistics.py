"""Forms of item analysis."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.forms import offer_choices
from lms.language_names import language_name


class TranslatorForm(forms.Form):
    """In which language a question is to be looked at, of those in which a test asked it."""

    test = forms.SlugField(max_length=120, widget=forms.HiddenInput)
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "language", [(code, language_name(code)) for code in languages])
