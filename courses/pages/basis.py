"""Keeping account of what translated pages were made from, and giving wagtail-localize the words of an import."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from courses.pages.models import CoursePage, SegmentTranslation, TranslationBasis
from courses.pages.translating.segments import key_of, page_segments
from courses.pages.translation import AnyPage, part_of, source_parts, words_of

#: The name under which the translations of a bundle are known to wagtail-localize.
TOOL = "course bundle"


@dataclass(frozen=True)
class Basis:
    """What a translated page was made from: part → digest, and the digests of its segments."""

    parts: Mapping[str, str]
    segments: frozenset[str]


def basis_of_page(page: AnyPage) -> Basis:
    """What a translated page was made from when it was published last."""
    row = TranslationBasis.objects.filter(page=page.pk).first()
    return Basis(row.parts, frozenset(row.segments)) if row else Basis({}, frozenset())


@transaction.atomic
def set_basis(page: AnyPage, parts: Mapping[str, str], segments: Iterable[str]) -> None:
    """Note what a translated page was made from."""
    TranslationBasis.objects.update_or_create(
        page_id=page.pk, defaults={"parts": dict(parts), "segments": sorted(segments)}
    )


def digests_of(source_page: AnyPage, parts: Iterable[str]) -> set[str]:
    """The digests of all segments of some parts of a source page."""
    by_part = _segments_by_part(source_page)
    return {digest for part in parts for digest in by_part.get(part, ())}


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
    is current with the source that its segments were cut from, when the page shows words for all of them that were
    accepted for the source of today, with everything neutral in it. Other parts keep what they were made from, unless
    they show the source's own words.
    """
    translation = translation_of(page)
    if translation is None:
        source = TranslationSource.objects.filter(object_id=page.translation_key, locale=page.locale_id).first()
        if source is not None:
            source.update_from_db()
        return
    basis = basis_if_published(page, translation, basis_of_page(page))
    set_basis(page, basis.parts, basis.segments)


def basis_if_published(page: AnyPage, translation: Translation, old: Basis) -> Basis:
    """What a translated page would be noted to be made from, were it published as it is given.

    Arguments:
        old: what it was made from when it was published last.
    """
    missing = missing_parts(translation)
    source_page = translation.source.as_instance()
    typed = translation.source.get_ephemeral_translated_instance(translation.target_locale, fallback=True)
    shown, wanted, source_words = words_of(page), words_of(typed), words_of(source_page)
    segments = _segments_by_part(source_page)
    now = source_parts(source_page)
    sound = {digest for part, digests in segments.items() if old.parts.get(part) == now.get(part) for digest in digests}
    confirmed = old.segments | sound | _accepted(source_page, translation.target_locale.language_code)
    parts: dict[str, str] = {}
    made_from: set[str] = set()
    for part, digest in now.items():
        own = segments.get(part, [])
        is_shown = shown.get(part) == wanted.get(part)
        if is_shown and shown.get(part) != source_words.get(part):
            made_from |= confirmed.intersection(own)
        if part not in missing and is_shown and confirmed.issuperset(own):
            parts[part] = digest
            made_from.update(own)
        elif part in old.parts and shown.get(part) != source_words.get(part):
            parts[part] = old.parts[part]
            made_from |= old.segments.intersection(own)
    return Basis(parts, frozenset(made_from))


def _segments_by_part(source_page: AnyPage) -> dict[str, list[str]]:
    """Part → the digests of its segments."""
    found: dict[str, list[str]] = {}
    for segment in page_segments(source_page):
        found.setdefault(segment.part.partition("/")[2], []).append(segment.digest)
    return found


def _accepted(source_page: AnyPage, language: str) -> set[str]:
    """The digests of the segments of a source page that a translator accepted and handed in, in a language."""
    above = Page.objects.get(pk=source_page.pk).get_ancestors(inclusive=True)
    rows = SegmentTranslation.objects.filter(
        course__in=CoursePage.objects.filter(pk__in=above.values("pk")).values("course"),
        language=language,
        place__startswith=f"{key_of(source_page)}/",
        handed_in_at__isnull=False,
    )
    return set(rows.values_list("digest", flat=True))


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
