"""Putting pages of a language together from accepted words, through wagtail-localize."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource
from wagtail_localize.strings import StringValue

from accounts.models import User
from courses.pages.basis import Basis, basis_if_published, basis_of_page, missing_parts, set_basis
from courses.pages.blocks import join, split
from courses.pages.models import CourseIndexPage, LessonPage, SegmentTranslation
from courses.pages.translating.sheets import Line
from courses.pages.translation import AnyPage, block_part, worded_blocks
from learning.manifest import digest_of
from lms.text import tidy


def shelf_in(locale: Locale, *, by: User | None) -> CourseIndexPage:
    """The page under which the courses of one language stand, made on first need."""
    found: CourseIndexPage | None = (
        CourseIndexPage.objects.filter(locale=locale, alias_of=None).order_by("path").first()
    )
    if found is not None:
        return found
    other = CourseIndexPage.objects.order_by("path").first()
    root = Page.get_first_root_node()
    page: CourseIndexPage = CourseIndexPage(
        title=_("Courses (%(language)s)") % {"language": locale.language_code},
        slug=free_slug(f"courses-{locale.language_code}", root),
        locale=locale,
        live=False,
    )
    if other is not None:
        page.translation_key = other.translation_key
    root.add_child(instance=page)
    page.save_revision(user=by).publish(user=by, skip_permission_checks=True)
    page.refresh_from_db()
    return page


def free_slug(wanted: str, parent: Page) -> str:
    """The slug that is wanted, or the first with a number behind it that no sister has."""
    slug, number = wanted, 1
    while not Page._slug_is_available(slug, parent):
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def translation_for(page: AnyPage, locale: Locale) -> Translation:
    """The record of wagtail-localize for a source page in a language, with the segments of today."""
    source, _made = TranslationSource.update_or_create_from_instance(page)
    translation, _made = Translation.objects.get_or_create(source=source, target_locale=locale)
    return translation


def write_words(translation: Translation, lines: Iterable[Line]) -> None:
    """Give wagtail-localize the words of lines that were accepted, under the names of who typed them."""
    rows = StringSegment.objects.filter(source=translation.source_id).select_related("string", "context")
    known = {(row.context.path, digest_of(tidy(row.string.data))): row for row in rows}
    for line in lines:
        row = known.get((line.segment.path, line.segment.words_digest))
        if row is None or line.own is None:
            continue
        rich = line.segment.is_rich
        actor = line.own.actor
        is_machine = line.own.origin == SegmentTranslation.Origin.MACHINE
        StringTranslation.objects.update_or_create(
            translation_of=row.string,
            context=row.context,
            locale=translation.target_locale,
            defaults={
                "data": line.own.text if rich else StringValue.from_plaintext(line.own.text).data,
                "translation_type": (
                    StringTranslation.TRANSLATION_TYPE_MACHINE
                    if is_machine
                    else StringTranslation.TRANSLATION_TYPE_MANUAL
                ),
                "tool_name": "",
                "last_translated_by": actor.user if actor is not None else None,
                "has_error": False,
                "field_error": "",
            },
        )


def put_together(translation: Translation, *, by: User) -> AnyPage:
    """Write the translated page from the words that there are, publish it in the workshop and keep account of it.

    A part of which words are lacking keeps its old words, where it had some; officers read these with a mark, and the
    original of today.
    """
    before = translation.get_target_instance() if _is_there(translation) else None
    old = basis_of_page(before) if before is not None else Basis({}, frozenset())
    page, _made = translation.source.create_or_update_translation(
        translation.target_locale, user=by, publish=False, fallback=True
    )
    page = type(page).objects.get(pk=page.pk)
    lacking = missing_parts(translation)
    kept = {part for part in old.parts if part in lacking}
    if before is not None and kept:
        _keep_words(page, before, kept)
    revision = page.save_revision(user=by, clean=False)
    revision.publish(user=by, skip_permission_checks=True)
    page = type(page).objects.get(pk=page.pk)
    basis = basis_if_published(page, translation, old)
    set_basis(page, basis.parts, basis.segments)
    return page


def is_ready(page: AnyPage, locale: Locale) -> bool:
    """Whether a source page has a page of its own in a language, on the air in the workshop."""
    return (
        type(page)
        .objects.filter(translation_key=page.translation_key, locale=locale, live=True, alias_of=None)
        .exists()
    )


def _is_there(translation: Translation) -> bool:
    page = translation.source.get_source_instance()
    return (
        type(page)
        .objects.filter(translation_key=page.translation_key, locale=translation.target_locale, alias_of=None)
        .exists()
    )


def _keep_words(page: AnyPage, before: AnyPage, parts: Iterable[str]) -> None:
    """Put the old words of some parts back into a page that was just put together."""
    wanted = set(parts)
    for part in wanted:
        if not part.startswith("body."):
            setattr(page, part, getattr(before, part))
    if not isinstance(page, LessonPage):
        return
    old = worded_blocks(before)
    raw = []
    for block in page.body.get_prep_value():
        part = block_part(block["id"])
        mine = old.get(part) if part in wanted else None
        if mine is not None and mine["type"] == block["type"]:
            neutral, words = split(block)
            block = join(neutral, words | {path: text for path, text in split(mine)[1].items() if path in words})
        raw.append(block)
    page.body = page.body.stream_block.to_python(raw)
