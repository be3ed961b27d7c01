"""Forms of the term base."""

from typing import Any

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from courses.pages.models import TermWording
from lms.forms import NoCaseDataField, offer_choices


class TermsForm(forms.Form):
    """Which terms are shown."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    status = forms.ChoiceField(label=_("State"), required=False)
    search = forms.CharField(
        label=_("Search"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )

    def __init__(self, *args: Any, languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "language", [(code, get_language_info(code)["name_local"]) for code in languages])
        states = [("", _("All")), ("missing", _("No form yet")), *TermWording.Status.choices]
        offer_choices(self, "status", states)


class ProposeForm(forms.Form):
    """How a term is said in one language."""

    right = NoCaseDataField(
        label=_("Forms that are right"),
        help_text=_("One in each line, the preferred one first."),
        required=False,
        rows=4,
    )
    forbidden = NoCaseDataField(
        label=_("Forms that are not to be used"), help_text=_("One in each line."), required=False, rows=2
    )
    note = NoCaseDataField(
        label=_("Note"), help_text=_("When which form is used, or where you found it."), required=False, rows=2
    )
    confidence = forms.ChoiceField(label=_("How sure"), choices=TermWording.Confidence.choices)
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        info = get_language_info(language)
        for name in ("right", "forbidden"):
            self.fields[name].widget.attrs |= {"lang": language, "dir": "rtl" if info["bidi"] else "ltr"}
        self.fields["note"].widget.attrs["dir"] = "auto"

    @classmethod
    def of(cls, wording: TermWording | None, language: str) -> "ProposeForm":
        """The form, filled with what there is."""
        if wording is None:
            return cls(language=language, initial={"confidence": TermWording.Confidence.UNSURE})
        initial = {
            "right": "\n".join(wording.forms),
            "forbidden": "\n".join(wording.forbidden),
            "note": wording.note,
            "confidence": wording.confidence,
            "seen": wording.seen,
        }
        return cls(language=language, initial=initial)


class DecideForm(forms.Form):
    """What becomes of the forms."""

    status = forms.ChoiceField(choices=TermWording.Status.choices)
    seen = forms.CharField(max_length=64)


class AddTermForm(forms.Form):
    """A new term."""

    term = forms.CharField(label=_("Term in English"), max_length=120)
    definition = NoCaseDataField(label=_("Definition"), help_text=_("In your own words."), required=False, rows=2)
    source = forms.CharField(
        label=_("Source"), help_text=_("Such as the law and its article."), max_length=120, required=False
    )
