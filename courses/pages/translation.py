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

from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

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


def words_of_part(page: AnyPage, part: str) -> str:
    """The words of one part as plain text, for people who compare; empty when the page does not have it."""
    if part in FIELDS[type(page)]:
        return str(getattr(page, part))
    raw = worded_blocks(page).get(part)
    return "\n".join(strip_tags(text) for text in plain(split(raw)[1])) if raw else ""


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


# --- keeping account


@transaction.atomic
def set_basis(page: AnyPage, parts: Mapping[str, str]) -> None:
    """Note what a translated page was made from."""
    TranslationBasis.objects.update_or_create(page_id=page.pk, defaults={"parts": dict(parts)})


def translation_of(page: AnyPage) -> Translation | None:
    """The record of wagtail-localize that a page is the target of; None for a source page."""
    return (
        Translation.objects.filter(source__object_id=page.translation_key, target_locale=page.locale_id)
        .select_related("source")
        .first()
    )


def missing_parts(translation: Translation) -> set[str]:
    """The parts for whose words of today nothing is typed yet."""
    segments = StringSegment.objects.filter(source=translation.source_id)
    rows = segments.annotate_translation(translation.target_locale_id).filter(translation__isnull=True)
    return {part_of(path) for path in rows.values_list("context__path", flat=True)}


@transaction.atomic
def note_published(page: AnyPage) -> None:
    """Keep account when a page was published by hand.

    A source page: its segments are taken anew, so that what changed waits for every translator. A translation: a part
    is current with the source that its segments were cut from, when words are typed for all of them and the page shows
    these words. Other parts keep what they were made from, unless they show the source's own words.
    """
    translation = translation_of(page)
    if translation is None:
        source = TranslationSource.objects.filter(object_id=page.translation_key, locale=page.locale_id).first()
        if source is not None:
            source.update_from_db()
        return
    set_basis(page, basis_if_published(page, translation, bases_of([page.pk]).get(page.pk, {})))


def basis_if_published(page: AnyPage, translation: Translation, old: Mapping[str, str]) -> dict[str, str]:
    """What a translated page would be noted to be made from, were it published as it is given.

    Arguments:
        old: what it was made from when it was published last.
    """
    missing = missing_parts(translation)
    source_page = translation.source.as_instance()
    typed = translation.source.get_ephemeral_translated_instance(translation.target_locale, fallback=True)
    shown, wanted, source_words = words_of(page), words_of(typed), words_of(source_page)
    basis = {}
    for part, digest in source_parts(source_page).items():
        if part not in missing and shown.get(part) == wanted.get(part):
            basis[part] = digest
        elif part in old and shown.get(part) != source_words.get(part):
            basis[part] = old[part]
    return basis


# --- translations that come in with a bundle


def kept_parts(page: AnyPage) -> set[str]:
    """The parts of a translated page that show words which a person typed: no import changes them."""
    typed: dict[str, set[str]] = {}
    rows = StringTranslation.objects.filter(context__object_id=page.translation_key, locale=page.locale_id)
    for path, text in rows.exclude(tool_name=TOOL).values_list("context__path", "data"):
        typed.setdefault(path, set()).add(text)
    return {part_of(path) for path, texts in _strings(page).items() if typed.get(path, set()) & set(texts)}


@transaction.atomic
def remember(source_page: AnyPage, page: AnyPage, *, current: Iterable[str]) -> None:
    """Give wagtail-localize the words of an imported translation, segment by segment.

    Arguments:
        source_page, page: as they are in the database now.
        current: parts whose words were made from the source of today; only these count as translated.
    """
    source, _made = TranslationSource.update_or_create_from_instance(source_page)
    translation, _made = Translation.objects.get_or_create(source=source, target_locale=page.locale)
    wanted = set(current)
    words = {(path, number): text for path, texts in _strings(page).items() for number, text in enumerate(texts)}
    place: dict[str, int] = {}
    rows = source.stringsegment_set.select_related("context").order_by("order")
    known = {
        (each.translation_of_id, each.context_id): each for each in rows.get_translations(translation.target_locale)
    }
    fresh = []
    for segment in rows:
        path = segment.context.path
        number = place[path] = place.get(path, -1) + 1
        text = words.get((path, number))
        if text is None or part_of(path) not in wanted:
            continue
        there = known.get((segment.string_id, segment.context_id))
        if there is None:
            fresh.append(
                StringTranslation(
                    translation_of_id=segment.string_id,
                    context=segment.context,
                    locale=page.locale,
                    data=text,
                    translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
                    tool_name=TOOL,
                )
            )
            # The same words twice in one rich text are one segment to the translator.
            known[segment.string_id, segment.context_id] = fresh[-1]
        elif there.tool_name == TOOL and there.pk and there.data != text:
            StringTranslation.objects.filter(pk=there.pk, tool_name=TOOL).update(data=text, updated_at=timezone.now())
    # A translator may have typed the same segment in the meantime: the words of a person stay.
    StringTranslation.objects.bulk_create(fresh, ignore_conflicts=True)


def _strings(page: AnyPage) -> dict[str, list[str]]:
    """Path → the texts of a page as segments."""
    found: dict[str, list[str]] = {}
    for segment in extract_segments(page):
        if isinstance(segment, StringSegmentValue):
            found.setdefault(segment.path, []).append(segment.string.data)
    return found
