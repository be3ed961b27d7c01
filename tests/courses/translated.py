"""A small course in English and Indonesian, and what authors and translators do with it."""

import tempfile
from pathlib import Path

import pytest
from django.utils import timezone
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from assessments.models import EditionItem
from courses.pages.exchange import apply_plan, plan_import, read_bundle
from courses.pages.models import CoursePage, LessonPage, SegmentTranslation
from courses.pages.selectors import renderings, source_page_of, tree_of
from courses.pages.translating.segments import Segment, page_segments
from courses.pages.translation import State, part_of
from learning.models import Course, EditionRevision, ManifestEntry
from tests.courses.bundles import small_bundle, write
from tests.remembered import remembered


@pytest.fixture
def folder(tmp_path) -> Path:
    """What that course is imported from."""
    return write(small_bundle("en", "id"), tmp_path / "bundle")


def make_translated() -> Course:
    with tempfile.TemporaryDirectory() as own:
        apply_plan(plan_import(read_bundle(write(small_bundle("en", "id"), Path(own) / "bundle"))))
    return Course.objects.get(slug="small-course")


@pytest.fixture
def course(db) -> Course:
    """A small course in English and Indonesian, imported and published."""
    return remembered(make_translated)


def lesson(key: str, language: str) -> LessonPage:
    return LessonPage.objects.get(key=key, locale__language_code=language)


def change(page: LessonPage, block: str, user=None, **values: str) -> None:
    """Edit one block as an author does, and publish."""
    child = next(child for child in page.body if child.id == block)
    for name, value in values.items():
        child.value[name] = value
    page.save_revision(user=user).publish(user=user)


def states(course: Course, key: str, language: str = "id") -> dict[str, State]:
    source = source_page_of(course)
    other = source.get_translations().get(locale__language_code=language).specific
    return renderings(tree_of(source), tree_of(other)).all()[key].states


def read(course: Course, key: str, language: str) -> dict:
    """What is on the shelf now."""
    revision = EditionRevision.objects.filter(edition__course=course).last()
    return ManifestEntry.objects.get(revision=revision, activity__key=key, language=language).content.body


def html(course: Course, key: str, language: str) -> str:
    return "".join(part["html"] for part in read(course, key, language)["parts"] if part["type"] == "html")


def translation(page: LessonPage, language: str = "id") -> Translation:
    return Translation.objects.get(source__object_id=page.translation_key, target_locale__language_code=language)


def type_words(page: LessonPage, path: str, text: str, by) -> None:
    """What a translator's accepted words for one segment leave behind: at the desk, and with wagtail-localize."""
    accept(page, path, text)
    own = translation(page)
    segment = StringSegment.objects.get(source=own.source, context__path=path)
    StringTranslation.objects.update_or_create(
        translation_of=segment.string,
        context=segment.context,
        locale=own.target_locale,
        defaults={"data": text, "translation_type": "manual", "tool_name": "", "last_translated_by": by},
    )


def accept(page: LessonPage, path: str, text: str, language: str = "id") -> None:
    """A translator accepts the texts at a path of a page of the source language, and what else its block says."""
    for segment in page_segments(page):
        if segment.path in (path, f"{part_of(path)}~"):
            accept_segment(page, segment, text, language)


def accept_segment(page: LessonPage, segment: Segment, text: str, language: str = "id") -> SegmentTranslation:
    """A translator accepts one text, and hands it in."""
    row, _made = SegmentTranslation.objects.update_or_create(
        course=CoursePage.objects.ancestor_of(page, inclusive=True).get().course,
        language=language,
        place=segment.place,
        words_digest=segment.words_digest,
        defaults={
            "digest": segment.digest,
            "source": segment.source,
            "text": "" if segment.is_neutral else text,
            "accepted_at": timezone.now(),
            "handed_in_at": timezone.now(),
        },
    )
    return row


def asked_in(course: Course, key: str, language: str) -> bool:
    revision = EditionRevision.objects.filter(edition__course=course).last()
    return EditionItem.objects.filter(revision=revision, version__item__key=key, language=language).exists()
