"""Forms of corrections and of the answers to appeals."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assessments.correcting.keys import key_of
from assessments.correcting.reads import GivenAnswer
from assessments.models import Correction, ItemVersion
from assessments.types import TYPES, InvalidAnswer
from assessments.types.base import FormData
from lms.forms import NoCaseDataField, offer_choices

#: Prefix of the question that the corrector answers.
OWN = "own"


def mark_of(key: Any) -> str:
    """A short name of an answer key, for a form."""
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:16]


class FindForm(forms.Form):
    """Which question is faulty."""

    q = forms.CharField(
        label=_("Question"), required=False, max_length=60, help_text=_("Its key, or the code of its course.")
    )


class CorrectionForm(forms.Form):
    """What is to become of a faulty question, and why.

    What counts is chosen among the answers that were given, or by answering the question oneself (`OWN`).
    """

    kind = forms.ChoiceField(label=_("What is to be done"), choices=Correction.Kind.choices, widget=forms.RadioSelect)
    given = forms.MultipleChoiceField(label=_("Answers that were given"), required=False)
    reason = NoCaseDataField(label=_("Why"), help_text=_("Officers and the RSO read it."))

    def __init__(
        self, *args: Any, version: ItemVersion, given: Sequence[GivenAnswer], language: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.version, self.language = version, language
        self.keys = {mark_of(each.key): each.key for each in given}
        offer_choices(self, "given", [(mark, mark) for mark in self.keys])
        if TYPES[version.item.type].is_marked_by_hand:
            offer_choices(self, "kind", [(Correction.Kind.DROP.value, Correction.Kind.DROP.label)])

    def clean(self) -> dict[str, Any]:
        """Put the chosen keys together."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["keys"] = []
        if cleaned.get("kind") in (None, Correction.Kind.DROP):
            return cleaned
        version = self.version
        cleaned["keys"] = [self.keys[mark] for mark in cleaned.get("given", ())]
        try:
            own = TYPES[version.item.type].read(version.structure, cast(FormData, self.data), OWN)
        except InvalidAnswer as problem:
            raise ValidationError(str(problem)) from problem
        if own is not None:
            cleaned["keys"].append(key_of(version.item.type, version.structure, version.answer_key, own, self.language))
        if not cleaned["keys"]:
            raise ValidationError(_("Choose at least one answer."))
        return cleaned


class TakeBackForm(forms.Form):
    """Why a correction is to be undone."""

    reason = NoCaseDataField(label=_("Why"), help_text=_("Officers and the RSO read it."))


class DecideForm(forms.Form):
    """The answer to an appeal."""

    decision = forms.ChoiceField(
        label=_("Who is right"),
        choices=[("upheld", _("The officer is right")), ("refused", _("The result stands"))],
        widget=forms.RadioSelect,
    )
    reply = NoCaseDataField(label=_("Answer"), help_text=_("The officer reads it."))
