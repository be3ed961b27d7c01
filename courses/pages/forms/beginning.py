"""The form of a new course: what it is called, which never changes, and what is asked before its first page."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from learning.models import Course


class BeginForm(forms.Form):
    """A new course."""

    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("It can be changed later."))
    code = forms.CharField(
        label=_("Code"), max_length=16, help_text=_("A short name such as C7, for lists and certificates. It stays.")
    )
    slug = forms.SlugField(
        label=_("Address"),
        max_length=60,
        required=False,
        help_text=_("Small letters, digits and hyphens; it stays. Empty: made of the title."),
    )
    pillar = forms.ChoiceField(label=_("Pillar"), choices=Course.Pillar.choices)
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("In which it is written. Translations follow.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "slug" in cleaned:
            cleaned["slug"] = (cleaned["slug"] or slugify(cleaned.get("title", ""))[:60].strip("-_")).lower()
            if not cleaned["slug"] and "title" in cleaned:
                self.add_error("slug", gettext("The title has no Latin letters: write an address."))
        return cleaned
