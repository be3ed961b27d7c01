"""Which part of a page is translated, and from which words.

A page has parts: its fields (``title``) and the worded blocks of its body (``body.kp-1``). Structure and everything
neutral come from the source page; a translation only lends its words, part by part. So a block that the author added is
never missing in another language, and no translator can change what counts.

wagtail-localize keeps the segments and what translators typed; `TranslationBasis` keeps what each part was made from.
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from courses.pages.blocks import BODY, has_words, is_rich, join, plain, split
from courses.pages.models import CoursePage, LessonPage, ModulePage, TranslationBasis
from courses.pages.rendering import Words
from courses.pages.richtext import clean_rich_text
from learning.manifest import digest_of
from lms.text import tidy

AnyPage = CoursePage | ModulePage | LessonPage

#: The fields of each kind of page that are read, and so translated; a lesson has its blocks beside them.
FIELDS: dict[type[AnyPage], tuple[str, ...]] = {
    CoursePage: ("title", "summary", "audience", "outcomes", "sources", "credits"),
    ModulePage: ("title", "objectives"),
    LessonPage: ("title",),
}
#: What officers read above a field; the others have their own name only.
HEADINGS = {
    "audience": _("For whom"),
    "outcomes": _("What it gives"),
    "sources": _("Sources"),
    "objectives": _("What you will be able to do"),
}
#: The name under which the translations of a bundle are known to wagtail-localize.
TOOL = "course bundle"


class State(enum.Enum):
    """How one part of a page stands in one language."""

    CURRENT = "current"
    BEHIND = "behind"
    MISSING = "missing"


def block_part(block_id: str) -> str:
    """The name of the part that a block is."""
    return f"body.{block_id}"


def part_of(path: str) -> str:
    """The part that a segment belongs to, by the path that wagtail-localize gives it (``body.kp-1.text``)."""
    return ".".join(path.split(".")[:2]) if path.startswith("body.") else path


def worded_blocks(page: AnyPage) -> dict[str, dict[str, Any]]:
    """The blocks of a lesson in which words stand, raw, by their part; empty for other pages.

    One that could hold words and holds none, such as a standard prompt, has nothing to translate.
    """
    if not isinstance(page, LessonPage):
        return {}
    return {
        block_part(raw["id"]): raw
        for raw in page.body.get_prep_value()
        if raw["id"] and has_words(raw["type"]) and any(plain(split(raw)[1]))
    }


def source_parts(page: AnyPage) -> dict[str, str]:
    """Part → digest of what its author wrote, of a block with everything neutral in it."""
    parts = {name: digest_of(tidy(getattr(page, name))) for name in FIELDS[type(page)] if getattr(page, name)}
    for part, raw in worded_blocks(page).items():
        parts[part] = digest_of([split(raw)[0], texts_of(raw)])
    return parts


def texts_of(raw: dict[str, Any]) -> dict[str, str]:
    """The words of a block as they are compared; the keys that the editor gives to paragraphs are no words."""
    return {
        path: tidy(clean_rich_text(text) if is_rich(raw["type"], path) else str(text))
        for path, text in split(raw)[1].items()
    }


def words_of(page: AnyPage) -> dict[str, Any]:
    """Part → its words, without anything neutral, to see whether they are the same."""
    words: dict[str, Any] = {name: tidy(getattr(page, name)) for name in FIELDS[type(page)]}
    return words | {part: texts_of(raw) for part, raw in worded_blocks(page).items()}


def label_of_field(page: AnyPage, name: str) -> str:
    """A field as officers know it from the heading above it, else by its own name."""
    return str(HEADINGS.get(name) or capfirst(page._meta.get_field(name).verbose_name))


def label_of_part(page: AnyPage, part: str) -> str:
    """A part as an author knows it: the name of a field, or the kind of a block and which of its kind it is."""
    blocks = worded_blocks(page)
    if part not in blocks:
        return label_of_field(page, part) if part in FIELDS[type(page)] else part
    kind = blocks[part]["type"]
    alike = [each for each, raw in blocks.items() if raw["type"] == kind]
    label = BODY.child_blocks[kind].label
    return f"{label} {alike.index(part) + 1}" if len(alike) > 1 else str(label)


def states_of(source: AnyPage, basis: Mapping[str, str]) -> dict[str, State]:
    """How each part of a source page stands in a translation that was made from `basis`."""
    return {
        part: State.MISSING if part not in basis else State.CURRENT if basis[part] == digest else State.BEHIND
        for part, digest in source_parts(source).items()
    }


def bases_of(pages: Iterable[int]) -> dict[int, dict[str, str]]:
    """Page → basis, for translated pages by their primary keys; a page without one is not there."""
    return dict(TranslationBasis.objects.filter(page__in=list(pages)).values_list("page", "parts"))


@dataclass(frozen=True)
class Rendering:
    """A source page in one language: its structure, with the words of its translation wherever there are some.

    Attributes:
        own: the translated page; the source itself in its own language; None where there is none.
        basis: what `own` was made from.
    """

    source: AnyPage
    own: AnyPage | None
    basis: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_source(self) -> bool:
        return self.own is not None and self.own.pk == self.source.pk

    @cached_property
    def states(self) -> dict[str, State]:
        """How each part stands; all are current in the source language."""
        if self.is_source:
            return dict.fromkeys(source_parts(self.source), State.CURRENT)
        return states_of(self.source, self.basis if self.own else {})

    def parts(self, state: State) -> list[str]:
        return [part for part, each in self.states.items() if each == state]

    def borrows(self, part: str) -> bool:
        """Whether a part is shown in the source's words, because it has none of its own."""
        return self.states.get(part) == State.MISSING

    @property
    def is_translated(self) -> bool:
        """Whether there is anything to show of this language."""
        return any(state != State.MISSING for state in self.states.values())

    def text(self, name: str) -> str:
        """The words of a field: the translation's, or the source's while there is none."""
        shown = self.own if self.own and self.states.get(name) != State.MISSING else self.source
        return str(getattr(shown, name))

    def blocks(self) -> list[Words]:
        """The body of a lesson, block by block in the source's order."""
        assert isinstance(self.source, LessonPage)
        own_language = (self.own or self.source).locale.language_code
        states, own = self.states, worded_blocks(self.own) if self.own else {}
        found = []
        for raw in self.source.body.raw_data:
            part = block_part(raw["id"])
            state, mine = states.get(part), own.get(part)
            if state is None or self.is_source:
                found.append(Words(dict(raw), own_language))
            elif state == State.MISSING or mine is None or mine["type"] != raw["type"]:
                found.append(Words(dict(raw), self.source.locale.language_code))
            else:
                neutral, words = split(raw)
                # An entry that came to a list since then has no words of its own yet: it shows the source's.
                value = join(neutral, words | {path: text for path, text in split(mine)[1].items() if text})
                found.append(Words(value, own_language, dict(raw) if state == State.BEHIND else None))
        return found
