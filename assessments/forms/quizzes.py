"""The form for the rules of a test: plain rows with buttons, nothing of which needs JavaScript."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Item
from assessments.rules import LIMITS, NO_COUNT, NO_PAUSE, NOT_THEN, Draw, Feedback, Section, TestRules, feedback_of
from learning.manifest import DELTA, FINAL, PRETEST
from lms.forms import NoCaseDataField, offer_choices
from lms.language_names import language_info

MOST_SECTIONS, MOST_ROWS = 12, 20
#: What the buttons of the form send as `do`.
SAVE, COUNT, ADD_SECTION = "save", "count", "add-section"
_BUTTON = re.compile(r"(add-row|remove-section|remove-row)-([0-9]{1,2})(?:-([0-9]{1,2}))?")


def _number(label: Any, help_text: Any, name: str) -> forms.IntegerField:
    least, most = LIMITS[name]
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        validators=[MinValueValidator(least), MaxValueValidator(most)],
        widget=forms.NumberInput(attrs={"min": least, "max": most, "inputmode": "numeric"}),
    )


class RulesForm(forms.Form):
    """How a test is taken; which fields there are depends on its purpose."""

    edits = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    shares_pool = forms.BooleanField(
        label=gettext_lazy("May also ask questions of the final test"),
        help_text=gettext_lazy("Nobody gets the same question in both while there are enough."),
        required=False,
    )
    shuffles_questions = forms.BooleanField(
        label=gettext_lazy("Shuffle the questions within a section"), required=False
    )
    shuffles_options = forms.BooleanField(
        label=gettext_lazy("Shuffle the options of a question"),
        help_text=gettext_lazy("Options that are pinned, and steps to be put in order, keep their place."),
        required=False,
    )
    minutes = _number(
        gettext_lazy("Time limit in minutes"),
        gettext_lazy("On the clock of the server. 0: no limit. Extra time of a person is added."),
        "minutes",
    )
    grace_seconds = _number(
        gettext_lazy("Grace in seconds"),
        gettext_lazy("So long after the limit answers still count, for slow links."),
        "grace_seconds",
    )
    attempts = _number(
        gettext_lazy("Attempts"),
        gettext_lazy("How often it may be taken. 0: as often as one likes. A coordinator can open it again."),
        "attempts",
    )
    pause_after = _number(gettext_lazy("Pause after so many attempts"), gettext_lazy("0: no pause."), "pause_after")
    pause_hours = _number(gettext_lazy("Length of the pause in hours"), gettext_lazy("24 is a day."), "pause_hours")
    markers = _number(
        gettext_lazy("Markers of an essay"),
        gettext_lazy("1 or 2. Two do not know of each other, and the mean of their marks counts."),
        "markers",
    )
    marks_apart = _number(
        gettext_lazy("Marks may differ by so many percent"),
        gettext_lazy("Of two marks that are further apart none counts: a third marker decides."),
        "marks_apart",
    )
    feedback = forms.ChoiceField(
        label=gettext_lazy("Right answers and reasons are shown"),
        help_text=gettext_lazy("Until then nothing of them reaches a browser."),
    )
    needs_ticket = forms.BooleanField(
        label=gettext_lazy("It is an exam: begun with a ticket, in its window and place"), required=False
    )

    def __init__(self, *args: Any, purpose: str, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purpose, self.languages = purpose, languages
        # The pre-test is taken once, and nobody passes it.
        for name in _WITHOUT[purpose]:
            del self.fields[name]
        allowed = feedback_of(purpose, needs_ticket="needs_ticket" in self.fields)
        offer_choices(self, "feedback", [(each.value, each.label) for each in allowed])
        for name, label in () if purpose == PRETEST else _WORDS.items():
            for language in languages:
                field = NoCaseDataField(label=label, required=False, rows=2)
                field.widget.attrs |= _attrs(language)
                self.fields[f"{name}_{language}"] = field

    def clean(self) -> dict[str, Any]:
        """What must fit together."""
        cleaned: dict[str, Any] = super().clean() or {}
        after, hours = cleaned.get("pause_after"), cleaned.get("pause_hours")
        if after is not None and hours is not None and bool(after) != bool(hours):
            self.add_error("pause_hours", str(NO_PAUSE))
        if cleaned.get("feedback") == Feedback.CLOSED and not cleaned.get("needs_ticket"):
            self.add_error("feedback", str(NOT_THEN))
        return cleaned

    def words(self, name: str) -> list[tuple[str, forms.BoundField]]:
        """(language, field) of the author's own words."""
        return [(language, self[f"{name}_{language}"]) for language in self.languages]

    @property
    def own_words(self) -> list[tuple[str, list[forms.BoundField]]]:
        """(language, its fields), the source language first; empty where nobody passes or fails."""
        if self.purpose == PRETEST:
            return []
        return [(language, [self[f"{name}_{language}"] for name in _WORDS]) for language in self.languages]

    @classmethod
    def of(cls, purpose: str, rules: TestRules, edits: int, languages: Sequence[str]) -> "RulesForm":
        """The form, filled with the rules as they are."""
        initial: dict[str, Any] = {"edits": edits}
        for name in cls.base_fields:
            if name != "edits":
                initial[name] = getattr(rules, name)
        for name in _WORDS:
            initial |= {f"{name}_{language}": text for language, text in getattr(rules, name).items()}
        return cls(purpose=purpose, languages=languages, initial=initial)

    def after(self, edits: int) -> "RulesForm":
        """The same words once more, to be saved over what somebody else saved in the meantime."""
        data = {**self.data.dict(), "edits": str(edits)} if isinstance(self.data, QueryDict) else dict(self.data)
        return RulesForm(data, purpose=self.purpose, languages=self.languages)

    def rules(self, sections: Sequence[Section]) -> TestRules:
        """The rules that were sent, with a blueprint; the form is valid."""
        sent: dict[str, Any] = {
            name: self.cleaned_data[name] for name in self.base_fields if name != "edits" and name in self.fields
        }
        if self.purpose == PRETEST:
            sent["attempts"] = 1
        else:
            for name in _WORDS:
                texts = {each: self.cleaned_data[f"{name}_{each}"].strip() for each in self.languages}
                sent[name] = {language: text for language, text in texts.items() if text}
        sent["feedback"] = Feedback(sent["feedback"])
        return TestRules(sections=tuple(sections), **sent)


#: Purpose → the fields that mean nothing there: a refresher's questions are mixed always, and it is no exam.
_WITHOUT = {
    PRETEST: ("attempts", "pause_after", "pause_hours", "needs_ticket"),
    FINAL: ("shares_pool",),
    DELTA: ("shares_pool", "shuffles_questions", "needs_ticket"),
}
_WORDS = {"passed_words": gettext_lazy("Words for who passed"), "failed_words": gettext_lazy("Words for who did not")}


def _attrs(language: str) -> dict[str, str]:
    return {"lang": language, "dir": "rtl" if language_info(language)["bidi"] else "ltr"}


class SectionForm(forms.Form):
    """The heading of a section in each language."""

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages
        for language in languages:
            self.fields[f"title_{language}"] = forms.CharField(
                label=language_info(language)["name_local"],
                max_length=80,
                required=False,
                widget=forms.TextInput(attrs=_attrs(language)),
            )

    @property
    def titles(self) -> list[tuple[str, forms.BoundField]]:
        return [(language, self[f"title_{language}"]) for language in self.languages]


class RowForm(forms.Form):
    """One row of a blueprint."""

    count = forms.IntegerField(
        label=gettext_lazy("Questions"),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"min": 0, "max": 100, "inputmode": "numeric"}),
    )
    module = forms.ChoiceField(label=gettext_lazy("Module"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    tag = forms.ChoiceField(label=gettext_lazy("Tag"), required=False)
    difficulty = forms.ChoiceField(label=gettext_lazy("Difficulty"), required=False)
    items = forms.CharField(
        label=gettext_lazy("Or these questions"),
        help_text=gettext_lazy("Their keys, with spaces between them. All of them are asked."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )

    def __init__(self, *args: Any, choices: Mapping[str, Sequence[tuple[str, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("module", "category", "tag"):
            known = list(choices[name])
            # What a row names though it is gone stays to be seen, and finds no question.
            own = str(self.initial.get(name) or self.data.get(self.add_prefix(name)) or "")
            if own and own not in dict(known):
                known.append((own, _("a category that is gone") if name == "category" else own))
            offer_choices(self, name, [("", _("any")), *known])
        levels = [(str(value), label) for value, label in Item.Difficulty.choices]
        offer_choices(self, "difficulty", [("", _("any")), *levels])

    def clean_items(self) -> tuple[str, ...]:
        """The keys, each once."""
        return (
            tuple(dict.fromkeys(re.split(r"[\s,;]+", self.cleaned_data["items"].strip())))
            if self.cleaned_data.get("items")
            else ()
        )

    def clean(self) -> dict[str, Any]:
        """Either so many of a kind, or named ones."""
        cleaned: dict[str, Any] = super().clean() or {}
        kinds = [name for name in ("count", "module", "category", "tag", "difficulty") if cleaned.get(name)]
        if cleaned.get("items") and kinds:
            self.add_error("items", _("A row names its questions or says of which kind they are, not both."))
        if not cleaned.get("items") and not cleaned.get("count") and not self.errors:
            self.add_error("count", str(NO_COUNT))
        return cleaned

    @property
    def draw(self) -> Draw:
        """The row as it was sent, as far as it can be read."""
        sent = getattr(self, "cleaned_data", {})
        if sent.get("items"):
            return Draw(items=sent["items"])
        return Draw(
            count=sent.get("count") or 0,
            module=sent.get("module") or "",
            category=sent.get("category") or "",
            tag=sent.get("tag") or "",
            difficulty=int(sent.get("difficulty") or 0),
        )

    @classmethod
    def initial_of(cls, draw: Draw) -> dict[str, Any]:
        """What the form shows of a row."""
        return {
            "count": draw.count or "",
            "module": draw.module,
            "category": draw.category,
            "tag": draw.tag,
            "difficulty": str(draw.difficulty or ""),
            "items": " ".join(draw.items),
        }


class BlueprintForm:
    """The sections with their rows, as they stand or as they were sent, and what a button changes of them.

    The numbers of sections and rows are sent along: ``sections``, and ``s0-rows``.
    """

    def __init__(
        self,
        sections: Sequence[tuple[SectionForm, Sequence[RowForm]]],
        kept: Sequence[Section] | None = None,
    ) -> None:
        self.sections, self.kept = sections, kept

    @classmethod
    def of(
        cls, sections: Sequence[Section], languages: Sequence[str], choices: Mapping[str, Sequence[tuple[str, str]]]
    ) -> "BlueprintForm":
        """The form, filled with the blueprint as it is."""
        return cls(
            [
                (
                    SectionForm(
                        prefix=f"s{number}",
                        languages=languages,
                        initial={f"title_{language}": title for language, title in section.titles.items()},
                    ),
                    [
                        RowForm(prefix=f"s{number}r{row}", choices=choices, initial=RowForm.initial_of(draw))
                        for row, draw in enumerate(section.draws)
                    ],
                )
                for number, section in enumerate(sections)
            ],
            sections,
        )

    @classmethod
    def sent(
        cls, data: Any, languages: Sequence[str], choices: Mapping[str, Sequence[tuple[str, str]]]
    ) -> "BlueprintForm":
        """The form as it was sent."""
        return cls(
            [
                (
                    SectionForm(data, prefix=f"s{number}", languages=languages),
                    [
                        RowForm(data, prefix=f"s{number}r{row}", choices=choices)
                        for row in range(_sent_number(data.get(f"s{number}-rows"), MOST_ROWS))
                    ],
                )
                for number in range(_sent_number(data.get("sections"), MOST_SECTIONS))
            ]
        )

    @property
    def is_valid(self) -> bool:
        """Whether everything that was sent can be read; every form is looked at."""
        forms_sent = [each for form, rows in self.sections for each in (form, *rows)]
        return [each.is_valid() for each in forms_sent].count(False) == 0

    @property
    def blueprint(self) -> tuple[Section, ...]:
        """The sections as they are, or as they were sent, also unfinished ones."""
        if self.kept is not None:
            return tuple(self.kept)
        found = []
        for form, rows in self.sections:
            for each in (form, *rows):
                each.is_valid()
            titles = {language: form.cleaned_data.get(f"title_{language}", "").strip() for language in form.languages}
            found.append(
                Section(
                    titles={language: title for language, title in titles.items() if title},
                    draws=tuple(row.draw for row in rows),
                )
            )
        return tuple(found)

    def changed_by(self, button: str) -> tuple[Section, ...] | None:
        """The sections after a button that adds or removes; None where it is none of these."""
        sections = list(self.blueprint)
        if button == ADD_SECTION:
            return (*sections, Section(draws=(Draw(),)))[:MOST_SECTIONS]
        pressed = _BUTTON.fullmatch(button)
        number = int(pressed[2]) if pressed else 0
        if pressed is None or number >= len(sections):
            return None
        section = sections[number]
        if pressed[1] == "add-row":
            sections[number] = Section(titles=section.titles, draws=(*section.draws, Draw())[:MOST_ROWS])
        elif pressed[1] == "remove-row" and pressed[3]:
            kept = tuple(draw for row, draw in enumerate(section.draws) if row != int(pressed[3]))
            sections[number] = Section(titles=section.titles, draws=kept)
        else:
            del sections[number]
        # A section without a row is none.
        return tuple(section for section in sections if section.draws)


def _sent_number(text: str | None, most: int) -> int:
    return min(int(text), most) if text and re.fullmatch(r"[0-9]{1,3}", text) else 0
