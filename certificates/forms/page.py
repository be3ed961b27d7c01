"""Proposing who signs certificates and whose logo stands on them."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.forms import name_courses
from learning.models import Course
from lms.forms import NoCaseDataField
from lms.languages import KNOWN

_PICTURE = {"accept": "image/png,image/jpeg"}


class PagePartForm(forms.Form):
    """What a signatory and a logo have in common."""

    name = forms.CharField(max_length=120)
    picture = forms.FileField(widget=forms.ClearableFileInput(attrs=_PICTURE), required=False)
    course = forms.ModelChoiceField(
        queryset=Course.objects.order_by("code"), required=False, label=_("Course"), empty_label=_("All courses")
    )
    valid_from = forms.DateField(
        label=_("From"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Certificates issued from this day on bear it. Those issued before never change."),
    )
    valid_until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Empty: no end.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_courses(self, "course")


class SignatoryForm(PagePartForm):
    """Who signs."""

    title = forms.CharField(label=_("Title"), max_length=160, help_text=_("In English, as it is printed."))
    words = forms.CharField(
        label=_("In other languages"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("One line for each: code of the language, name, title, such as: ur | … | …"),
    )
    field_order = ("name", "title", "words", "picture", "course", "valid_from", "valid_until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["picture"].label = _("Picture of the signature")
        self.fields["picture"].help_text = _("PNG or JPEG, at most 2 MB. Without one, only name and title are printed.")

    def clean_words(self) -> dict[str, dict[str, str]]:
        """Code → name and title."""
        found: dict[str, dict[str, str]] = {}
        for line in self.cleaned_data["words"].splitlines():
            if not line.strip():
                continue
            code, *rest = (part.strip() for part in line.split("|"))
            if code.lower() not in KNOWN or len(rest) != 2 or not all(rest):
                raise forms.ValidationError(_("Not understood: %(line)s") % {"line": line.strip()[:80]})
            found[code.lower()] = {"name": rest[0][:120], "title": rest[1][:160]}
        return found


class LogoForm(PagePartForm):
    """A partner's logo, which is an exception."""

    reason = NoCaseDataField(label=_("Why it stands on certificates"))
    agreement = NoCaseDataField(
        label=_("Agreement"), help_text=_("What was agreed, when and by whom, such as a letter and its date.")
    )
    field_order = ("name", "picture", "reason", "agreement", "course", "valid_from", "valid_until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the partner")
        self.fields["picture"].label = _("Logo")
        self.fields["picture"].help_text = _("PNG or JPEG, at most 2 MB.")
        self.fields["picture"].required = True
