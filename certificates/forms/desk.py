"""Forms of those who look after certificates."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.members import NameField, date_input
from lms.forms import NoCaseDataField, offer_choices


def reason_field() -> NoCaseDataField:
    """Why something is done to a certificate."""
    return NoCaseDataField(
        label=_("Reason"),
        help_text=_("Those who answer for certificates read it, and the holder among the own data. Name nobody."),
        error_messages={"required": _("Say why. The reason is shown to nobody outside.")},
    )


class ChangeForm(forms.Form):
    """Why a certificate is suspended, revoked, reinstated or replaced."""

    reason = reason_field()


class ReissueForm(forms.Form):
    """Under which name a certificate is issued again, and why; without `may_name` it is that of the account."""

    name = NameField(
        label=_("Name on the certificate"),
        max_length=200,
        required=False,
        help_text=_("As the holder wants it, in any script. Leave it empty for the name of the account."),
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
    )
    reason = reason_field()

    def __init__(self, *args: Any, may_name: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_name:
            del self.fields["name"]


class TrainerForm(forms.Form):
    """When a future trainer taught under observation and was reviewed, and why the certificate is given."""

    practised_on = forms.DateField(label=_("Day of the practice session"), widget=date_input())
    reviewed_on = forms.DateField(label=_("Day of the peer review"), widget=date_input())
    reason = reason_field()

    def clean(self) -> None:
        for name in ("practised_on", "reviewed_on"):
            day = self.cleaned_data.get(name)
            if day is not None and day > timezone.localdate():
                self.add_error(name, _("This day is still to come."))


class HolderForm(forms.Form):
    """Why the name of a holder is needed. It is written into the audit log, and the member reads it."""

    reason = NoCaseDataField(
        label=_("Reason"),
        help_text=_("For which certification task you need the name. The member’s coordinator reads it."),
        error_messages={"required": _("Say why you need the name; nothing is shown without a reason.")},
    )


class CertificatesFilter(forms.Form):
    """Which certificates of the own officers to list."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("ending", _("End within 90 days")),
            ("ended", _("Have ended")),
            ("suspended", _("Suspended")),
            ("valid", _("Valid")),
            ("all", _("All that stand")),
        ],
    )
    course = forms.ChoiceField(label=_("Course"), required=False)

    def __init__(self, *args: Any, courses: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "course", [("", _("All courses")), *courses])
