from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Member, User
from accounts.permissions import Right
from accounts.selectors import agencies_in_scope
from learning.sharing import members_shared_with
from lms.forms import NoCaseDataField, offer_choices, offer_rows


class PublicNameForm(forms.ModelForm):
    """How much of the name a stranger reads who checks a certificate."""

    class Meta:
        model = User
        fields = ["public_name"]
        widgets = {"public_name": forms.RadioSelect}


class SharedChoiceForm(forms.Form):
    """Whose officers in which course the RSO wants to look at."""

    member = forms.ModelChoiceField(
        Member.objects.none(),
        label=_("Member"),
        to_field_name="code",
        empty_label=None,
        error_messages={"invalid_choice": _("This member shares no list of its officers.")},
    )
    course = forms.ChoiceField(label=_("Course"))

    def __init__(self, *args: Any, viewer: User, courses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "member", members_shared_with(viewer))
        offer_choices(self, "course", courses)


class ReasonForm(forms.Form):
    """Why somebody looks at names. It is written into the audit log, and the member reads it."""

    reason = NoCaseDataField(
        label=_("Reason"),
        help_text=_("For which certification task you need the names. The member’s coordinator reads it."),
        error_messages={"required": _("Say why you need the names; nothing is shown without a reason.")},
    )
    page = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class PageForm(forms.Form):
    """A look at learner codes: they name nobody, so no reason is asked."""

    page = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


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
        offer_choices(self, "course", [("", _("All courses")), *courses])
        offer_rows(self, "agency", agencies_in_scope(viewer, Right.SEE_OFFICERS))
