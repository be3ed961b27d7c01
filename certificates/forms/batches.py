"""What a job is about."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User
from accounts.permissions import Right, scope_of
from certificates.batches.listed import LONGEST, Problem, Row, problems_in, rows_of
from certificates.forms import name_courses
from certificates.models import Batch
from certificates.selectors.batches import Chosen, classes_with_officers
from learning.models import Class, Course
from lms.forms import NoCaseDataField, label_rows, offer_rows


class BatchForm(forms.Form):
    """Whose certificates, what is to be done, and as what."""

    klass = forms.ModelChoiceField(
        Class.objects.none(), label=_("Class"), required=False, to_field_name="uuid", empty_label=_("All classes")
    )
    course = forms.ModelChoiceField(
        Course.objects.all(), label=_("Course"), required=False, to_field_name="code", empty_label=_("All courses")
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency"), required=False, to_field_name="uuid", empty_label=_("All agencies")
    )
    codes = forms.CharField(
        label=_("Or these officers"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false", "dir": "ltr"}),
        help_text=_("One learner code in a row, at most 1,000. Whatever stands beside them is not read."),
    )
    what = forms.ChoiceField(label=_("What to do"), choices=Batch.What.choices)
    form = forms.ChoiceField(
        label=_("As what"),
        choices=Batch.Form.choices,
        help_text=_(
            "The single PDFs can be archived and read aloud. One file is for a printer; more than 500 pages come as "
            "several files."
        ),
    )
    reason = NoCaseDataField(label=_("Reason"), required=False, rows=2)

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._viewer = viewer
        self.rows: list[Row] = []
        self.problems: list[Problem] = []
        name_courses(self, "course")
        offer_rows(self, "klass", classes_with_officers(viewer))
        label_rows(self, "klass", lambda klass: f"{klass.course.code} {klass.title}")
        own = scope_of(viewer, Right.SEE_OFFICERS)
        if own:
            offer_rows(self, "agency", Agency.objects.filter(own.q(member="member_id", agency="pk")))
            words = _("Needed to issue again. It is written to the audit log.")
        else:
            del self.fields["agency"]
            words = _("For which task you need the names. The member’s coordinator reads it.")
        self.fields["reason"].help_text = words

    def clean(self) -> dict[str, Any]:
        """Every row that cannot be taken is said at once, and nothing is begun."""
        data = super().clean() or {}
        self.rows = rows_of(data.get("codes") or "")
        if len(self.rows) > LONGEST:
            self.add_error("codes", _("At most %(most)s rows can be taken at once.") % {"most": LONGEST})
        elif self.rows and not self.errors:
            self.problems = problems_in(self._viewer, self.rows, self.wanted, data["what"])
            if self.problems:
                self.add_error("codes", _("Some rows cannot be taken. Nothing was begun."))
        return data

    @property
    def wanted(self) -> Chosen:
        """Whose certificates were chosen."""
        data = self.cleaned_data
        codes = frozenset(row.typed for row in self.rows)
        return Chosen(klass=data["klass"], course=data["course"], agency=data.get("agency"), codes=codes)
