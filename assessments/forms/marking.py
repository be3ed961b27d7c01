"""What a marker gives an essay, and why one is marked anew."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Mark
from assessments.types.essay import AS_A_WHOLE, criteria_of
from lms.forms import NoCaseDataField


class MarkForm(forms.Form):
    """Points for each criterion, and a comment for the officer."""

    comment = NoCaseDataField(
        label=_("Comment for the officer"),
        help_text=_("What was good, and what to do better. It is read when the marks are released."),
        required=False,
    )

    def __init__(self, data: Any, *, mark: Mark, wording: Mapping[str, Any]) -> None:
        given = {f"c_{each}": points for each, points in mark.given.items()}
        super().__init__(data, initial={"comment": mark.comment, **given})
        texts = wording.get("rubric", {})
        self.criteria = criteria_of(mark.essay.response.version.structure)
        for criterion, most in self.criteria.items():
            label = _("The essay as a whole") if criterion == AS_A_WHOLE else texts.get(criterion, criterion)
            self.fields[f"c_{criterion}"] = forms.TypedChoiceField(
                label=label,
                coerce=int,
                choices=[(str(points), str(points)) for points in range(most + 1)],
                widget=forms.RadioSelect,
            )
        self.order_fields([*(f"c_{each}" for each in self.criteria), "comment"])

    @property
    def rubric(self) -> list[tuple[forms.BoundField, int]]:
        """(field, its most points), in the order of the rubric."""
        return [(self[f"c_{each}"], most) for each, most in self.criteria.items()]

    @property
    def given(self) -> dict[str, int]:
        """Criterion → points, of a valid form."""
        return {each: self.cleaned_data[f"c_{each}"] for each in self.criteria}


class AnewForm(forms.Form):
    """Why an essay is marked anew."""

    reason = NoCaseDataField(label=_("Why"), help_text=_("The RSO and auditors read it."))
