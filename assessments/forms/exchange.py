"""Forms for questions from and for other systems."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.exchange import ENCODINGS
from assessments.bank import all_banks
from assessments.drawing.planned import workshop_of
from assessments.exchange.formats import FORMATS, WRITTEN
from assessments.exchange.plan import Asked
from assessments.models import Bank, Item
from learning.models import Course
from lms.forms import offer_choices, offer_rows
from lms.language_names import language_info

NEW = ""


class QuestionFileForm(forms.Form):
    """A file of questions, and the bank into which they go."""

    file = forms.FileField(
        label=_("File of questions"), help_text=_("Nothing is changed before you have seen what it does.")
    )
    format = forms.ChoiceField(label=_("Format"), required=False)
    bank = forms.ChoiceField(label=_("Into the bank of"), required=False)
    new_bank = forms.CharField(
        label=_("Name of a new bank"),
        max_length=80,
        required=False,
        help_text=_("Only for questions that belong to no course."),
    )
    pool = forms.ChoiceField(
        label=_("Pool"),
        choices=Item.Pool.choices,
        help_text=_("This never changes. Practice questions stand in lessons with their answers."),
    )
    module = forms.CharField(
        label=_("Key of the module"),
        max_length=120,
        required=False,
        help_text=_("A question of a test belongs to one. The field offers those of the course."),
        widget=forms.TextInput(attrs={"list": "modules", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language of the questions"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "format", [("", _("Find it out")), *((name, each.label) for name, each in FORMATS.items())])
        courses = [(each.slug, f"{each.code} · {each.slug}") for each in Course.objects.order_by("code")]
        others = [(each.name, each.name) for each in Bank.objects.filter(course=None)]
        offer_choices(self, "bank", [(NEW, _("A new bank")), *courses, *others])
        offer_choices(self, "language", [("", _("That of the course")), *_languages()])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("bank") and not given.get("new_bank"):
            self.add_error("bank", _("Choose a bank, or give a new one a name."))
        if given.get("pool") not in (None, Item.Pool.PRACTICE) and not given.get("module"):
            self.add_error("module", _("A question of a test belongs to a module."))
        modules = self.modules
        if given.get("module") and modules and given["module"] not in modules:
            self.add_error("module", _("The course has no module with this key."))
        return given

    @property
    def modules(self) -> Mapping[str, str]:
        """Key → title of the modules of the course that is chosen; its keys are nothing that anybody remembers."""
        slug = self["bank"].value()
        course = Course.objects.filter(slug=slug).first() if slug else None
        workshop = workshop_of(course) if course else None
        return workshop.modules if workshop else {}

    @property
    def target(self) -> str:
        """The bank by its name, or the course by its slug."""
        return str(self.cleaned_data["bank"] or self.cleaned_data["new_bank"])

    @property
    def asked(self) -> Asked:
        """What is asked for with the file."""
        given = self.cleaned_data
        return Asked(format=given["format"], pool=given["pool"], module=given["module"], language=given["language"])


class EncodingForm(forms.Form):
    """In which encoding a file is to be read instead."""

    encoding = forms.ChoiceField(
        label=_("Encoding"),
        required=False,
        choices=[("", _("Find it out")), *((k, v[0]) for k, v in ENCODINGS.items())],
    )


class MoveForm(forms.Form):
    """Into the bank of which course the questions of one without a course go."""

    course = forms.ModelChoiceField(Course.objects.order_by("code"), to_field_name="slug", label=_("Into the bank of"))


class ExportForm(forms.Form):
    """Which bank is to be exported, how, and in which language."""

    bank = forms.ModelChoiceField(queryset=Bank.objects.none(), to_field_name="name", label=_("Bank"))
    format = forms.ChoiceField(label=_("Format"))
    words = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "bank", all_banks(viewer))
        offer_choices(self, "format", [(name, each.label) for name, each in WRITTEN.items()])
        offer_choices(self, "words", [("", _("That of the course")), *_languages()])


def _languages() -> list[tuple[str, str]]:
    return [(code, language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]
