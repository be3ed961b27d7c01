"""What an auditor looks for."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.audit_words import WORDS
from accounts.models import Member
from accounts.selectors.audit import LogFilter
from lms.forms import offer_choices


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


class LogFilterForm(forms.Form):
    """The filters of the audit log; all may be empty."""

    since = _day(_("From"))
    until = _day(_("Until"))
    action = forms.ChoiceField(label=_("What was done"), required=False)
    member = forms.ModelChoiceField(
        Member.objects.all(), label=_("Member"), required=False, to_field_name="code", empty_label=_("All members")
    )
    who = forms.CharField(label=_("By whom"), required=False, max_length=150)
    whom = forms.CharField(label=_("Of whom"), required=False, max_length=150)
    with_reason = forms.TypedChoiceField(
        label=_("Reason"),
        required=False,
        choices=[("", _("With or without")), ("on", _("Only where one was given"))],
        coerce=bool,
        empty_value="",
    )
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sentences = sorted(((action, str(words)) for action, words in WORDS.items()), key=lambda pair: pair[1])
        offer_choices(self, "action", [("", _("Everything")), *sentences])
        for name in ("who", "whom"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and until < since:
            raise ValidationError(_("The last day is before the first."))
        return found

    def wanted(self) -> LogFilter:
        """What a valid form asks for."""
        return LogFilter(**{name: value for name, value in self.cleaned_data.items() if name != "before"})
