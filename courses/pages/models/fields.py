"""Fields of the workshop's pages."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.db import models
from wagtail.fields import StreamField


class BodyField(StreamField):
    """A stream whose migrations do not repeat its blocks: another kind of block is no change of a table."""

    def deconstruct(self) -> Any:
        name, path, _args, kwargs = super().deconstruct()
        return name, path, [[]], {key: value for key, value in kwargs.items() if key != "block_lookup"}


class CodesField(models.JSONField):
    """A list of codes out of a vocabulary, ticked in the editor and kept in the vocabulary's order.

    Arguments:
        vocabulary: code → label, or a function that gives it where it depends on the database.
    """

    def __init__(self, vocabulary: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None = None, **kwargs: Any):
        self.vocabulary = vocabulary or {}
        super().__init__(default=list, blank=True, **{k: v for k, v in kwargs.items() if k not in ("default", "blank")})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {key: value for key, value in kwargs.items() if key not in ("default", "blank")}

    def labels(self) -> Mapping[str, Any]:
        """Code → label as of now."""
        return self.vocabulary() if callable(self.vocabulary) else self.vocabulary

    def formfield(self, **kwargs: Any) -> forms.Field:
        return _CodesFormField(
            self.labels,
            choices=lambda: list(self.labels().items()),
            required=False,
            label=self.verbose_name,
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
        )


class _CodesFormField(forms.MultipleChoiceField):
    def __init__(self, labels: Callable[[], Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.labels = labels

    def clean(self, value: Any) -> list[str]:
        chosen = super().clean(value)
        return [code for code in self.labels() if code in chosen]
