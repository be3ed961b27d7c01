"""A small course in English and Indonesian, and what authors and translators do with it."""

import pytest
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from assessments.models import EditionItem
from courses.pages.exchange import apply_plan, plan_import, read_bundle
from courses.pages.models import LessonPage
from courses.pages.selectors import renderings, source_page_of, tree_of
from courses.pages.translation import State
from learning.models import Course, EditionRevision, ManifestEntry
from tests.courses.bundles import small_bundle, write


@pytest.fixture
def folder(tmp_path):
    return write(small_bundle("en", "id"), tmp_path / "bundle")


@pytest.fixture
def course(db, folder) -> Course:
    """A small course in English and Indonesian, imported and published."""
    apply_plan(plan_import(read_bundle(folder)))
    return Course.objects.get(slug="small-course")


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
    """What a translator does in the editor: words for one segment."""
    own = translation(page)
    segment = StringSegment.objects.get(source=own.source, context__path=path)
    StringTranslation.objects.update_or_create(
        translation_of=segment.string,
        context=segment.context,
        locale=own.target_locale,
        defaults={"data": text, "translation_type": "manual", "tool_name": "", "last_translated_by": by},
    )


def asked_in(course: Course, key: str, language: str) -> bool:
    revision = EditionRevision.objects.filter(edition__course=course).last()
    return EditionItem.objects.filter(revision=revision, version__item__key=key, language=language).exists()
