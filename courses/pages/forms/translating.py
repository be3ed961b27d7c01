"""Forms of the translator's desk."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from courses.pages.translating.desk import SHOWN, Show
from courses.pages.translating.files.entries import clean
from lms.forms import offer_choices

#: A reason why a warning does not hold; longer ones are cut.
LONGEST_REASON = 300


class ShowForm(forms.Form):
    """Which texts of a unit are listed."""

    show = forms.ChoiceField(label=_("Show"), choices=list(SHOWN.items()), required=False)
    at = forms.ChoiceField(label=_("Page"), required=False)
    q = forms.CharField(label=_("Search in this unit"), max_length=100, required=False)

    def __init__(self, *args: Any, places: list[tuple[str, str, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "at", [("", _("All pages")), *((key, title) for key, title, _count in places)])
        self.fields["q"].widget.input_type = "search"


class SegmentForm(forms.Form):
    """One text of a page of the desk, as a browser sends it.

    `was` is what stood in the box when the page was made, so that only what was typed is saved; `is_held` says that
    somebody else's words stand against it.
    """

    place = forms.CharField(max_length=200)
    words = forms.CharField(max_length=64)
    digest = forms.CharField(max_length=64)
    edits = forms.IntegerField(min_value=0)
    source = forms.CharField(required=False, strip=False)
    was = forms.CharField(required=False, strip=False)
    taken = forms.CharField(required=False, strip=False)
    is_held = forms.BooleanField(required=False)
    text = forms.CharField(required=False, strip=False)

    def reasons(self) -> dict[str, str]:
        """Code of a warning → why it does not hold."""
        start = f"{self.prefix}-reason-"
        return {
            name.removeprefix(start): clean(str(self.data[name]))[:LONGEST_REASON]
            for name in self.data
            if name.startswith(start)
        }


class ChooseForm(forms.Form):
    """A course and a language, to see its units."""

    course = forms.ChoiceField(label=_("Course"))
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, courses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "course", courses)
        names = [(code, get_language_info(code)["name_translated"]) for code, _name in settings.LANGUAGES]
        offer_choices(self, "language", names)
        # Courses are written in the site's first language, as a rule; one translates into another.
        own = get_language() or ""
        targets = [code for code, _name in names if code != settings.LANGUAGE_CODE]
        self.fields["language"].initial = own if own in targets else next(iter(targets), None)


__all__ = ["ChooseForm", "SegmentForm", "Show", "ShowForm"]
