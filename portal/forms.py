from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User
from accounts.permissions import Right
from accounts.selectors import agencies_in_scope


class PublicNameForm(forms.ModelForm):
    """How much of the name a stranger reads who checks a certificate."""

    class Meta:
        model = User
        fields = ["public_name"]
        widgets = {"public_name": forms.RadioSelect}


class OfficersFilter(forms.Form):
    """Which enrolments to list on the coordinator's desk."""

    q = forms.CharField(
        label=_("Name or code"), required=False, max_length=100, widget=forms.TextInput({"type": "search"})
    )
    course = forms.ChoiceField(label=_("Course"), required=False)
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency"), required=False, to_field_name="uuid", empty_label=_("All agencies")
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("running", _("Not completed")),
            ("completed", _("Completed")),
            ("certified", _("Certified")),
            ("expired", _("Certificate expired")),
            ("uncertified", _("No certificate")),
        ],
    )

    def __init__(self, *args, viewer: User, courses: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].choices = [("", _("All courses")), *courses]  # type: ignore[attr-defined]
        self.fields["agency"].queryset = agencies_in_scope(viewer, Right.SEE_OFFICERS)  # type: ignore[attr-defined]
