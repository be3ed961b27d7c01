"""Fields for free text, and for choices that only a request decides.

Nothing about real cases or people belongs into Suluh (domain rules §4.5), so text is short, its field says so, and what
looks like such a detail is asked about once more before it is saved.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

LONGEST = 300
WARNING = _("Do not enter names or details of real cases or people.")
ASK_AGAIN = _(
    "This looks as if it held a number of a case, a document or a telephone, or an address. Take it out. If it is "
    "harmless, press again: the same text is then saved."
)

#: Days are written everywhere and say nothing about a person.
_DAY = re.compile(r"\b(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})\b")
_SUSPICIOUS = (
    re.compile(r"\S@\S+\.\S"),
    # A telephone, an account, a document: seven digits or more, in any script, however they are grouped.
    re.compile(r"(?:\d[\s().+/-]{0,2}){7,}"),
    # A passport: one to three letters and at least six digits.
    re.compile(r"\b[A-Za-z]{1,3}\s?\d{6,}\b"),
    # A case: 123/2024, or a word for it and a number.
    re.compile(r"\b\d{1,6}\s?/\s?(?:19|20)\d\d\b"),
    re.compile(
        r"\b(?:case|file|docket|fir|ref|reference|passport)\b\W{0,3}(?:no|nr|number)?\W{0,3}\w*\d{2,}", re.IGNORECASE
    ),
)


def looks_like_case_data(text: str) -> bool:
    """Whether a text holds what looks like the number of a case, document or telephone, or an address of e-mail."""
    rest = _DAY.sub(" ", text)
    return any(pattern.search(rest) for pattern in _SUSPICIOUS)


def _seal(text: str) -> str:
    """Says that this very text was asked about, whatever line ends a browser sends."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


class _Typed(str):
    """What was typed, with the seal of the text about which was asked before."""

    seal = ""


class NoCaseDataWidget(forms.Textarea):
    """A text area; once it was asked about, a hidden field beside it says about which text."""

    template_name = "lms/widgets/no_case_data.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        text = str(value or "")
        context["widget"]["seal_name"] = f"{name}-seen"
        context["widget"]["seal"] = _seal(text) if looks_like_case_data(text) else ""
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        if value is None:
            return None
        typed = _Typed(value)
        typed.seal = data.get(f"{name}-seen", "")
        return typed


class NoCaseDataField(forms.CharField):
    """Free text of at most 300 characters that warns of case data. `help_text` is put before the warning."""

    widget = NoCaseDataWidget
    longest = LONGEST

    def __init__(self, *, help_text: Any = "", rows: int = 3, **more: Any) -> None:
        more["max_length"] = min(more.get("max_length") or self.longest, self.longest)
        self.own_help = help_text
        super().__init__(help_text=help_text, **more)
        self.widget.attrs["rows"] = rows

    @property
    def help_text(self) -> str:
        return f"{self.own_help} {WARNING}".strip()

    @help_text.setter
    def help_text(self, value: Any) -> None:
        self.own_help = value

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if looks_like_case_data(text) and getattr(value, "seal", "") != _seal(text):
            raise ValidationError(str(ASK_AGAIN), code="looks_like_case_data")
        return text


class PublishedTextField(NoCaseDataField):
    """The same, longer, for what is published to officers after a review, such as a text of a national annex.

    Nobody reads such a text before somebody else did, and nobody writes it about a case; the warning stays. A test
    names the forms that have one.
    """

    longest = 1500


def offer_rows(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    """Let a field of a form take one of these rows, which only a request decides."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows


def label_rows(form: forms.BaseForm, name: str, label: Callable[[Any], str]) -> None:
    """Say how a field of a form shows its rows, where only a request knows the words."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.label_from_instance = label  # type: ignore[method-assign, assignment] # as Django's documentation has it


def offer_choices(form: forms.BaseForm, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Let a field of a form take one of these choices, which only a request decides."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
