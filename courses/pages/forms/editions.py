"""The form of the page “Editions”: how a course is published, and what its new edition asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.pages.services.differences import Differences
from learning.selectors import grace_days
from lms.forms import NoCaseDataField, offer_choices

CORRECTION, SAME_MEANING, NEW_EDITION = "correction", "same-meaning", "edition"
#: How many questions a refresher asks at first, for each of its lessons.
QUESTIONS_A_LESSON = 2


class PublishForm(forms.Form):
    """Correction or new edition, a note, and what the new edition asks of those who completed the one before.

    A new edition is what was asked for where pages wait for one.
    """

    choice = forms.ChoiceField(widget=forms.RadioSelect, label=_("What is this?"))
    note = NoCaseDataField(label=_("What changed, for the list of editions"), required=False, max_length=300, rows=2)
    refresher = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=_("What does a new edition ask of those who completed an earlier one?"),
        choices=[
            ("0", _("Nothing: their certificates stay as they are")),
            ("1", _("A refresher: the lessons and questions below")),
        ],
        required=False,
    )
    lessons = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, label=_("Lessons of the refresher"), required=False
    )
    questions = forms.IntegerField(
        label=_("Questions"),
        min_value=0,
        max_value=200,
        required=False,
        help_text=_("Drawn from the final-test questions of the modules in which these lessons stand."),
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=_("Left empty: the time of the lessons and a minute for each question."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=200)

    def __init__(self, data: Any, *, differences: Differences, waits: bool = False) -> None:
        changed = [each.key for each in differences.choices if each.is_changed]
        must, most = differences.bounds(changed)
        choice = NEW_EDITION if waits or differences.asks_new_edition else CORRECTION
        super().__init__(
            data,
            initial={
                # Where nothing differs, a correction is nothing, and nobody makes an edition by pressing a button.
                "choice": "" if differences.is_same and not waits else choice,
                "refresher": "1" if changed else "0",
                "lessons": changed,
                "questions": min(most, max(must, QUESTIONS_A_LESSON * len(changed))) or "",
                "seen": differences.seen,
            },
        )
        self.differences = differences
        choices = [
            (CORRECTION, gettext("A correction: everybody in this edition reads it, and nothing is asked again")),
            (
                SAME_MEANING,
                gettext(
                    "A correction, and the meaning stays the same: tests stay open in translations that are behind for "
                    "it, for as many days as the RSO has set (%(days)d)"
                )
                % {"days": grace_days()},
            ),
            (NEW_EDITION, gettext("A new edition: whoever enrols now begins in it")),
        ]
        offer_choices(self, "choice", choices)
        offer_choices(self, "lessons", [(each.key, each.title) for each in differences.choices])

    @property
    def numbers(self) -> list[forms.BoundField]:
        """The fields of the refresher that take a number."""
        return [self["questions"], self["minutes"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("choice") == NEW_EDITION and cleaned.get("refresher") == "1":
            if not cleaned.get("lessons"):
                self.add_error("lessons", gettext("Tick at least one lesson, or ask nothing."))
            elif cleaned.get("questions") is None:
                self.add_error("questions", gettext("Say how many questions."))
        return cleaned
