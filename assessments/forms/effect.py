"""The two short forms about a course."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.effect.words import PRACTICES, REASONS, SCALES, STEPS
from lms.forms import NoCaseDataField

NOTHING = _("Answer at least one question.")


class ReactionForm(forms.Form):
    """What somebody says at the end of a course: five scales, whether anything was upsetting, a few words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in SCALES.items():
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                choices=list(STEPS.items()),
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
        self.fields["was_upset"] = forms.TypedChoiceField(
            label=_("Was any content upsetting?"),
            choices=[("no", _("No")), ("yes", _("Yes"))],
            coerce=lambda value: value == "yes",
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
        )
        self.fields["text"] = NoCaseDataField(label=_("Anything else?"), required=False)

    @property
    def scales(self) -> Iterator[forms.BoundField]:
        """The fields with five steps."""
        return (self[name] for name in SCALES)

    def clean(self) -> dict[str, Any]:
        """At least something is said."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and all(value in (None, "") for value in cleaned.values()):
            self.add_error(None, str(NOTHING))
        return cleaned


class SupervisorForm(forms.Form):
    """Whether a supervisor has seen a change."""

    is_confirmed = forms.TypedChoiceField(
        label=_("Have you seen anything change at the officer’s work since?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


class FollowUpForm(forms.Form):
    """What changed at work, or why nothing did."""

    practices = forms.MultipleChoiceField(
        label=_("What has changed at your work?"),
        choices=list(PRACTICES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    why_none = forms.ChoiceField(
        label=_("Nothing yet? Then why?"), choices=list(REASONS.items()), required=False, widget=forms.RadioSelect
    )

    def clean(self) -> dict[str, Any]:
        """Something changed, or nothing and why."""
        cleaned: dict[str, Any] = super().clean() or {}
        changed, why_none = cleaned.get("practices"), cleaned.get("why_none")
        if changed and why_none:
            self.add_error("why_none", _("You said above that something has changed. Choose one or the other."))
        elif not self.errors and not changed and not why_none:
            self.add_error(None, str(NOTHING))
        return cleaned
