"""What an officer says against the result of one question."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.forms import NoCaseDataField


class AppealForm(forms.Form):
    """What is wrong with the result of one question, in the officer's words."""

    text = NoCaseDataField(
        label=_("What is wrong?"),
        help_text=_("Say in a few words why your answer should count. Those who answer for the question read it."),
    )
