from django import forms

from accounts.models import User


class PublicNameForm(forms.ModelForm):
    """How much of the name a stranger reads who checks a certificate."""

    class Meta:
        model = User
        fields = ["public_name"]
        widgets = {"public_name": forms.RadioSelect}
