"""Forms of the board and of assignments."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from lms.forms import NoCaseDataField, offer_choices


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class BoardForm(forms.Form):
    """What of the board is shown."""

    course = forms.ChoiceField(label=_("Course"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, courses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "course", [("", _("All courses")), *courses])
        names = [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]
        offer_choices(self, "language", [("", _("All languages")), *names])


class AssignForm(forms.Form):
    """Which units, to whom, by when."""

    units = forms.MultipleChoiceField(label=_("What"), widget=forms.CheckboxSelectMultiple)
    translator = forms.TypedChoiceField(label=_("Who"), coerce=int)
    due_on = forms.DateField(label=_("By when"), widget=_day())
    note = NoCaseDataField(label=_("Note"), required=False, rows=2)
    is_moved = forms.BooleanField(label=_("Take it from whoever has it"), required=False)

    def __init__(
        self, *args: Any, units: list[tuple[str, str]], people: list[tuple[int, str]], asks_to_move: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "units", units)
        offer_choices(self, "translator", [("", "–"), *people])
        self.fields["due_on"].widget.attrs["min"] = timezone.localdate().isoformat()
        if not asks_to_move:
            self.fields["is_moved"].widget = forms.HiddenInput()


class DueForm(forms.Form):
    """Another day."""

    due_on = forms.DateField(label=_("By when"), widget=_day())


class HandBackForm(forms.Form):
    """Why somebody cannot do it."""

    reason = NoCaseDataField(label=_("Why"), help_text=_("Whoever assigns translations reads it."))
