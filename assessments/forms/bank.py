"""Forms of the question bank."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.bank import BEHIND, CURRENT, DRAFT, DUE, MISSING, OFFERED, RETIRED, Branch, Sought
from assessments.forms.editors import EDITORS
from assessments.hooks import Workshop
from assessments.models import Category, Item
from assessments.services.sorting import RELEASE, RETIRE, Wanted, tidy_tags
from lms.forms import offer_choices, offer_rows
from lms.language_names import language_info

NONE = "none"
#: Fields of the search that are never folded away.
_FIRST = ("search", "state", "pool")


def _categories(branches: Sequence[Branch]) -> list[tuple[str, str]]:
    return [(str(each.category.uuid), f"{each.indent}{each.category.name}") for each in branches]


def _find(branches: Sequence[Branch], wanted: str) -> Category | None:
    return next((each.category for each in branches if str(each.category.uuid) == wanted), None)


class SearchForm(forms.Form):
    """Which questions are shown."""

    search = forms.CharField(
        label=_("Search"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Drafts and offered")),
            (DRAFT, _("Drafts")),
            (OFFERED, _("Offered")),
            (DUE, _("To be looked at")),
            (RETIRED, _("Retired")),
            ("all", _("All")),
        ],
    )
    pool = forms.ChoiceField(label=_("Pool"), required=False, choices=[("", _("All")), *Item.Pool.choices])
    type = forms.ChoiceField(label=_("Type"), required=False, choices=[("", _("All")), *Item.Type.choices])
    category = forms.ChoiceField(label=_("Category"), required=False)
    tag = forms.ChoiceField(label=_("Tag"), required=False)
    difficulty = forms.TypedChoiceField(
        label=_("Difficulty"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("All")), *Item.Difficulty.choices],
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    wording = forms.ChoiceField(
        label=_("Translation"),
        required=False,
        choices=[("", _("Any")), (MISSING, _("missing")), (BEHIND, _("behind")), (CURRENT, _("up to date"))],
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("key", _("by key")),
            ("newest", _("changed last")),
            ("review", _("to be looked at first")),
            ("hard", _("hardest first")),
        ],
    )
    must_be_right = forms.BooleanField(label=_("Must be right"), required=False)

    def __init__(
        self, *args: Any, branches: Sequence[Branch], tags: Sequence[str], languages: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.branches = branches
        offer_choices(self, "category", [("", _("All")), (NONE, _("Without")), *_categories(branches)])
        offer_choices(self, "tag", [("", _("All")), *((each, each) for each in tags)])
        offer_choices(self, "language", [("", _("Any")), *_named(languages)])

    def sought(self) -> Sought:
        """What is asked for; what makes no sense is left out."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if name in Sought.__dataclass_fields__}
        category = self.cleaned_data.get("category", "")
        given["category"] = _find(self.branches, category)
        return Sought(**given, without_category=category == NONE)

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """The fields that always stand there."""
        return [self[name] for name in _FIRST]

    @property
    def further_fields(self) -> list[forms.BoundField]:
        """The others."""
        return [field for field in self if field.name not in _FIRST]

    @property
    def is_narrowed_further(self) -> bool:
        """Whether one of the others is made use of."""
        return any(value for name, value in self.cleaned_data.items() if name not in _FIRST and value != "key")

    @property
    def is_narrowed(self) -> bool:
        """Whether something but the order is asked for."""
        return any(value for name, value in self.cleaned_data.items() if name != "sort")


def _named(languages: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, language_info(code)["name_local"]) for code in languages]


class StartForm(forms.Form):
    """What kind of question is to be written."""

    type = forms.ChoiceField(label=_("Type"))
    pool = forms.ChoiceField(
        label=_("Pool"),
        choices=Item.Pool.choices,
        help_text=_(
            "This never changes. Practice questions stand in lessons with their answers, so who has the lesson knows "
            "them; a test with such a question measures nothing."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "type", [(each, Item.Type(each).label) for each in EDITORS])


class QuestionForm(forms.Form):
    """What all types of questions have; options and key stand in the form of the type (`assessments.forms.editors`)."""

    key = forms.CharField(label=_("Key"), max_length=40, help_text=_("The short name by which authors know it."))
    stem = forms.CharField(
        label=_("Question"), max_length=3000, widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"})
    )
    feedback = forms.CharField(
        label=_("Feedback"),
        max_length=3000,
        help_text=_("Why the right answer is right. Officers read it after answering; every question has one."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    picture = forms.ChoiceField(label=_("Picture"), required=False)
    alt = forms.CharField(
        label=_("What is to be seen on the picture"),
        max_length=200,
        required=False,
        help_text=_("For those who do not see it. A picture without these words cannot be saved."),
    )
    upload = forms.FileField(
        label=_("Choose a file"),
        required=False,
        help_text=_("What a camera noted is taken out."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    source = forms.CharField(
        label=_("Legal source"),
        max_length=200,
        required=False,
        help_text=_("Such as the law and its article; it stands below the feedback."),
        widget=forms.TextInput(attrs={"list": "sources"}),
    )
    module = forms.ChoiceField(label=_("Module"), required=False, help_text=_("A question of a test belongs to one."))
    scenario = forms.ChoiceField(
        label=_("Case"), required=False, help_text=_("The lesson whose invented case is shown above the question.")
    )
    must_be_right = forms.BooleanField(label=_("Must be right: without it nobody passes"), required=False)
    points = forms.IntegerField(label=_("Points"), min_value=1, max_value=100, initial=1)
    note = forms.CharField(
        label=_("What changed"),
        max_length=200,
        required=False,
        help_text=_("Kept with the version, for other authors."),
    )
    seen = forms.CharField(max_length=32, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        pool: str,
        workshop: Workshop | None,
        item: Item | None,
        keep: Sequence[str] = (),
        pictures: Sequence[tuple[str, str]] = (),
        uploads: bool = False,
        language: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        modules = list(workshop.modules) if workshop else []
        cases = [(each.key, each.title) for each in workshop.cases] if workshop else []
        for name in ("stem", "feedback", "alt") if language else ():
            self.fields[name].widget.attrs["lang"] = language
        # What a question names already stays possible, though its page may be gone.
        known = {value for value, _label in (*modules, *cases)}
        extra = [(value, value) for value in keep if value and value not in known]
        none = [("", _("None"))]
        offer_choices(self, "module", [*none, *modules, *extra])
        offer_choices(self, "scenario", [*none, *cases, *extra])
        offer_choices(self, "picture", [*none, *pictures])
        if not uploads:
            del self.fields["upload"]
        if not pictures:
            del self.fields["picture"]
        if not pictures and not uploads:
            del self.fields["alt"]
        self.fields["module"].required = pool != Item.Pool.PRACTICE
        if pool != Item.Pool.TEST:
            del self.fields["must_be_right"]
        if item is not None:
            del self.fields["key"]
        else:
            del self.fields["note"]


class SortForm(forms.Form):
    """How a question is sorted."""

    category = forms.ChoiceField(label=_("Category"), required=False)
    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=200, help_text=_("Words to find it by, with commas between them.")
    )
    difficulty = forms.TypedChoiceField(
        label=_("Difficulty"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Not said")), *Item.Difficulty.choices],
    )
    review_on = forms.DateField(
        label=_("To be looked at on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, branches: Sequence[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branches = branches
        offer_choices(self, "category", [("", _("None")), *_categories(branches)])

    @classmethod
    def of(cls, item: Item, branches: Sequence[Branch]) -> "SortForm":
        """The form, filled with what there is."""
        initial = {
            "category": str(item.category.uuid) if item.category else "",
            "tags": ", ".join(each.name for each in item.tags.all()),
            "difficulty": item.difficulty,
            "review_on": item.review_on,
        }
        return cls(branches=branches, initial=initial)

    def clean_category(self) -> Category | None:
        return _find(self.branches, self.cleaned_data["category"])

    def clean_tags(self) -> list[str]:
        return tidy_tags(self.cleaned_data["tags"].split(","))


class CategoryForm(forms.Form):
    """A category, and in which other it stands."""

    name = forms.CharField(label=_("Name"), max_length=80)
    parent = forms.ModelChoiceField(
        label=_("Stands in"),
        queryset=Category.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("at the top"),
    )

    def __init__(self, *args: Any, branches: Sequence[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pks = [each.category.pk for each in branches]
        offer_rows(self, "parent", Category.objects.filter(pk__in=pks))
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)
        parent.choices = [("", _("at the top")), *_categories(branches)]


class BulkForm(forms.Form):
    """What shall change of all questions that are chosen; what is left alone stays."""

    category = forms.ChoiceField(label=_("Category"), required=False)
    add_tags = forms.CharField(label=_("Add tags"), required=False, max_length=200)
    remove_tags = forms.CharField(label=_("Take tags away"), required=False, max_length=200)
    difficulty = forms.TypedChoiceField(
        label=_("Difficulty"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("As it is")), *Item.Difficulty.choices],
    )
    review_on = forms.DateField(
        label=_("To be looked at on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    no_review = forms.BooleanField(label=_("Looked at: take the day away"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("As it is")), (RELEASE, _("Release drafts")), (RETIRE, _("Retire"))],
    )

    def __init__(self, *args: Any, branches: Sequence[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branches = branches
        offer_choices(self, "category", [("", _("As it is")), (NONE, _("None")), *_categories(branches)])

    def wanted(self) -> Wanted:
        """What is asked for, of a valid form."""
        sent = self.cleaned_data
        return Wanted(
            category=_find(self.branches, sent["category"]),
            no_category=sent["category"] == NONE,
            difficulty=sent["difficulty"],
            review_on=None if sent["no_review"] else sent["review_on"],
            no_review=sent["no_review"],
            add_tags=tuple(tidy_tags(sent["add_tags"].split(","))),
            remove_tags=tuple(tidy_tags(sent["remove_tags"].split(","))),
            state=sent["state"],
        )


class CopyForm(forms.Form):
    """The key of a copy."""

    key = forms.CharField(label=_("Key of the copy"), max_length=40)
