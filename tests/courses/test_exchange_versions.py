"""An import and the versions of questions: what somebody was asked keeps its words, as after an edit on the site."""

import pytest

from assessments.models import ItemVersion
from assessments.wordings import basis_of
from courses.pages.exchange import apply_plan, export_course, plan_import, read_bundle
from learning.models import EditionRevision
from tests.courses.bundles import contents, edit, row_counts, small_bundle, write

pytestmark = pytest.mark.django_db


def import_(path):
    return apply_plan(plan_import(read_bundle(path)))


def test_other_words_of_a_question_that_was_asked_are_a_new_version(tmp_path):
    folder = write(small_bundle("en", "id"), tmp_path / "small-course")
    import_(folder)
    edit(folder / "en" / "questions.yaml", "Stem B1", "Another stem B1")
    result = import_(folder)
    assert [str(change) for change in result.changes] == ["change wording B1 (en): text"]
    first, second = ItemVersion.objects.filter(item__key="B1").order_by("number")
    assert "Another" not in first.wordings.get(language="en").text["stem"]
    assert "Another" in second.wordings.get(language="en").text["stem"]
    # the translation comes along, and is behind
    kept = second.wordings.get(language="id")
    assert kept.text == first.wordings.get(language="id").text and kept.translated_from == basis_of(
        first, first.wordings.get(language="en").text
    )
    assert ItemVersion.objects.filter(item__key="F1").count() == 1

    before = row_counts()
    assert import_(folder).changes == []
    assert row_counts() == before
    export_course("small-course", tmp_path / "out")
    import_(tmp_path / "out")
    export_course("small-course", tmp_path / "again")
    assert contents(tmp_path / "out") == contents(tmp_path / "again")
    assert row_counts() == before


def test_other_words_of_a_translation_make_no_version(tmp_path):
    folder = write(small_bundle("en", "id"), tmp_path / "small-course")
    import_(folder)
    edit(folder / "id" / "questions.yaml", "Stem B1", "Other stem B1")
    import_(folder)
    assert ItemVersion.objects.filter(item__key="B1").count() == 1


def test_words_that_nobody_was_shown_are_changed_in_place(settings, tmp_path):
    settings.REQUIRE_REVIEW = True
    folder = write(small_bundle(), tmp_path / "small-course")
    import_(folder)
    assert not EditionRevision.objects.exists()
    edit(folder / "en" / "questions.yaml", "Stem B1", "Another stem B1")
    import_(folder)
    assert ItemVersion.objects.filter(item__key="B1").count() == 1
