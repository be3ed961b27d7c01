from django import forms
from django.utils.translation import gettext_lazy as _


class VerifyForm(forms.Form):
    number = forms.CharField(
        label=_("Number on the certificate"),
        max_length=60,
        help_text=_("Such as SLH-XXXX-XXXX-XXXX, printed beside the square code."),
        error_messages={"required": _("Type the number that is printed on the certificate.")},
    )
