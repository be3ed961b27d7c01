"""Forms of the do-no-harm review."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from courses.pages.looking import Place
from courses.pages.review import CHECKS, Check
from lms.forms import NoCaseDataField, offer_choices


class QueueForm(forms.Form):
    """Which of what waits is shown."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    check = forms.ChoiceField(label=_("Not signed yet"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]
        offer_choices(self, "language", [("", _("All languages")), *names])
        checks = [(each.number, f"{each.number} {each.title}") for each in CHECKS]
        offer_choices(self, "check", [("", _("Any check")), *checks])


class SignForm(forms.Form):
    """What is said with a signature."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    comment = NoCaseDataField(label=_("Comment"), required=False, rows=3)
    review_due_on = forms.DateField(
        label=_("Day of the next review"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ReturnForm(forms.Form):
    """What should change, and where: a field for every place of the unit."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    number = forms.TypedChoiceField(label=_("On which check"), coerce=int)
    comment = NoCaseDataField(label=_("What should change"), required=False)

    def __init__(self, *args: Any, checks: Sequence[Check], places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "number", [(each.number, f"{each.number} {each.title}") for each in checks])
        self.names = {f"note-{index}": place.name for index, place in enumerate(places)}
        for name in self.names:
            self.fields[name] = NoCaseDataField(label=_("Comment"), required=False, rows=2)

    def notes(self) -> dict[str, str]:
        """Place → what was written on it."""
        return {place: self.cleaned_data.get(name, "") for name, place in self.names.items()}

    def fields_by_place(self) -> dict[str, forms.BoundField]:
        return {place: self[name] for name, place in self.names.items()}
