"""Translators, trainers and imports: whose words stay, what reaches officers, and what the tools may not do."""

import pytest
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation

from courses.pages.exchange import apply_plan, export_course, plan_import, read_bundle
from courses.pages.models import LessonPage, ModulePage, TranslationBasis
from courses.pages.publication import follow
from courses.pages.selectors import source_page_of
from courses.pages.services import NotPublishable, publish_course
from courses.pages.translation import State, source_parts
from learning.models import Course, EditionRevision, ManifestEntry
from learning.services import enrol
from tests.courses.bundles import edit, small_bundle, write
from tests.courses.translated import (
    asked_in,
    change,
    course,
    folder,
    html,
    lesson,
    read,
    states,
    translation,
    type_words,
)
from tests.factories import make_course

__all__ = ["course", "folder"]


# --- translators


def test_typed_words_reach_officers_when_somebody_who_may_publishes_them(
    cast, course, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        change(lesson("m1-l1", "en"), "kp-1", text="A sharper point")
    type_words(lesson("m1-l1", "en"), "body.kp-1.text", "Butir yang lebih tajam", cast.trainer)
    assert "Butir" not in html(course, "m1-l1", "id")
    with django_capture_on_commit_callbacks(execute=True):
        translation(lesson("m1-l1", "en")).save_target(user=cast.trainer, publish=True)
    assert set(states(course, "m1-l1").values()) == {State.CURRENT}
    assert "Butir yang lebih tajam" in html(course, "m1-l1", "id")
    assert 'class="behind"' not in html(course, "m1-l1", "id")


def test_what_a_tool_makes_live_for_somebody_who_may_not_publish_reaches_nobody(
    cast, course, django_capture_on_commit_callbacks
):
    type_words(lesson("m1-l1", "en"), "body.kp-1.text", "Kata-kata tanpa izin", cast.officer)
    with django_capture_on_commit_callbacks(execute=True):
        translation(lesson("m1-l1", "en")).save_target(user=cast.officer, publish=True)
    assert "Kata-kata" in str(lesson("m1-l1", "id").body.get_prep_value()), "the live row has it"
    assert "Kata-kata" not in html(course, "m1-l1", "id")
    assert EditionRevision.objects.filter(edition__course=course).count() == 1


def test_a_half_translated_page_shows_the_source_where_words_are_missing_never_as_a_translation(
    cast, course, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        change(lesson("m1-l1", "en"), "kp-1", text="A sharper point")
    with django_capture_on_commit_callbacks(execute=True):
        translation(lesson("m1-l1", "en")).save_target(user=cast.trainer, publish=True)
    assert states(course, "m1-l1")["body.kp-1"] == State.MISSING
    assert '<div lang="en" dir="ltr">A sharper point</div>' in html(course, "m1-l1", "id")


def test_whatever_a_translated_page_says_about_neutral_things_is_not_heard(course):
    page = lesson("m1-l1", "id")
    change(page, "box", kind="warning", text="Teks kotak")
    change(lesson("m1-l1", "id"), "kp-1", source="L99")
    follow(page, by=None)
    indonesian = html(course, "m1-l1", "id")
    assert "note--info" in indonesian and "L1 3(a)" in indonesian and "L99" not in indonesian


def test_an_import_keeps_the_words_of_a_translator_and_says_so(cast, course, folder, capsys):
    type_words(lesson("m1-l1", "en"), "body.box.text", "Kata penerjemah", cast.trainer)
    translation(lesson("m1-l1", "en")).save_target(user=cast.trainer, publish=True)
    edit(folder / "id" / "m1-l1.yaml", "A point (id)", "Butir baru (id)")
    plan = plan_import(read_bundle(folder))
    assert "lesson m1-l1 (id): body.box keeps the words of a translator" in plan.notes
    apply_plan(plan)
    assert "Kata penerjemah" in html(course, "m1-l1", "id") and "Butir baru (id)" in html(course, "m1-l1", "id")
    again = plan_import(read_bundle(folder))
    assert again.changes == [] and len(again.notes) == 1


def test_an_import_of_a_changed_source_puts_what_was_not_translated_anew_behind(course, folder):
    edit(folder / "en" / "m1-l1.yaml", "A point (en)", "Another point (en)")
    edit(folder / "en" / "questions.yaml", "Stem F1 (en)", "Another stem F1 (en)")
    result = apply_plan(plan_import(read_bundle(folder)))
    assert result.behind == {"id": ["m1-l1/body.kp-1"]}
    assert states(course, "m1-l1")["body.kp-1"] == State.BEHIND


def test_what_is_behind_leaves_with_the_export_and_comes_in_behind_elsewhere(course, folder, tmp_path):
    edit(folder / "en" / "m1-l1.yaml", "A point (en)", "Another point (en)")
    edit(folder / "en" / "questions.yaml", "Stem F1 (en)", "Another stem F1 (en)")
    apply_plan(plan_import(read_bundle(folder)))
    first = export_course("small-course", tmp_path / "first")
    assert first.bundle.languages[1].behind == ("F1", "m1-l1/body.kp-1")
    assert plan_import(read_bundle(tmp_path / "first")).changes == []
    ManifestEntry.objects.all()  # a site that never had the course: the same bundle under another identity
    elsewhere = tmp_path / "first" / "course.yaml"
    edit(elsewhere, str(course.uuid), "11111111-1111-4111-8111-111111111111")
    edit(elsewhere, "code: S1", "code: S2")
    edit(elsewhere, "slug: small-course", "slug: other-course")
    apply_plan(plan_import(read_bundle(tmp_path / "first")))
    other = Course.objects.get(slug="other-course")
    assert states(other, "m1-l1")["body.kp-1"] == State.BEHIND
    assert not asked_in(other, "F1", "id") and asked_in(other, "F1", "en")


def test_a_correction_by_hand_after_an_import_takes_nothing_for_current_that_is_behind(
    course, folder, django_capture_on_commit_callbacks
):
    edit(folder / "en" / "m1-l1.yaml", "A point (en)", "Never do this (en)")
    apply_plan(plan_import(read_bundle(folder)))
    total, done = translation(lesson("m1-l1", "en")).get_progress()
    assert total - done == 1, "the import tells the translators' editor"
    type_words(lesson("m1-l1", "en"), "body.box.text", "Kata lain", None)
    with django_capture_on_commit_callbacks(execute=True):
        page = lesson("m1-l1", "id")
        page.save_revision().publish()
    assert states(course, "m1-l1")["body.kp-1"] == State.BEHIND


def test_publishing_an_old_revision_or_withdrawing_a_page_makes_nothing_current(
    cast, course, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        change(lesson("m1-l1", "en"), "kp-1", text="A sharper point")
    type_words(lesson("m1-l1", "en"), "body.kp-1.text", "Butir yang lebih tajam", cast.trainer)
    with django_capture_on_commit_callbacks(execute=True):
        lesson("m1-l1", "id").latest_revision.publish()
    assert states(course, "m1-l1")["body.kp-1"] == State.BEHIND, "the words that were typed are not on the page"
    with django_capture_on_commit_callbacks(execute=True):
        lesson("m1-l1", "id").unpublish()
    basis = TranslationBasis.objects.get(page=lesson("m1-l1", "id"))
    assert basis.parts["body.kp-1"] != source_parts(lesson("m1-l1", "en"))["body.kp-1"]


def test_the_course_page_keeps_account_too(cast, course, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = source_page_of(course)
        page.summary = "Another summary"
        page.save_revision().publish()
    assert states(course, "course")["summary"] == State.BEHIND
    assert read(course, "course", "id")["behind"] == ["course"]
    type_words(source_page_of(course), "summary", "Ringkasan lain", cast.trainer)
    with django_capture_on_commit_callbacks(execute=True):
        translation(source_page_of(course)).save_target(user=cast.trainer, publish=True)
    assert states(course, "course")["summary"] == State.CURRENT
    assert read(course, "course", "id")["summary"] == "Ringkasan lain"


@pytest.mark.parametrize(
    "typed",
    [
        "<!--><script>alert(1)</script>-->Teks",
        '<![CDATA[><meta http-equiv="refresh" content="0;url=https://evil.example">]]>Teks',
        'Teks <b onclick="alert(1)">tebal</b>',
    ],
)
def test_what_a_translator_types_into_rich_text_is_cleaned_before_an_officer_reads_it(
    cast, course, typed, django_capture_on_commit_callbacks
):
    type_words(lesson("m1-l1", "en"), "body.para", typed, cast.trainer)
    with django_capture_on_commit_callbacks(execute=True):
        translation(lesson("m1-l1", "en")).save_target(user=cast.trainer, publish=True)
    served = html(course, "m1-l1", "id")
    assert not any(bad in served for bad in ("<script", "<meta", "onclick", "<!--", "javascript:"))


def test_typed_words_survive_a_change_of_the_source_and_every_import_after_it(
    cast, course, folder, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        change(lesson("m1-l1", "en"), "kp-1", text="A sharper point")
    type_words(lesson("m1-l1", "en"), "body.kp-1.text", "Kata penerjemah", cast.trainer)
    with django_capture_on_commit_callbacks(execute=True):
        translation(lesson("m1-l1", "en")).save_target(user=cast.trainer, publish=True)
    for _time in range(3):
        plan = plan_import(read_bundle(folder))
        assert "lesson m1-l1 (id): body.kp-1 keeps the words of a translator" in plan.notes
        apply_plan(plan)
        assert "Kata penerjemah" in html(course, "m1-l1", "id")
    assert plan_import(read_bundle(folder)).changes == []


def test_a_language_is_reviewed_only_as_far_as_the_source_that_it_shows_is(db, tmp_path):
    folder = write(small_bundle("en", "id", state="reviewed"), tmp_path / "in")
    apply_plan(plan_import(read_bundle(folder)))
    course = Course.objects.get(slug="small-course")
    revision = EditionRevision.objects.last()
    assert set(revision.entries.values_list("review_state", flat=True)) == {"reviewed"}
    change(lesson("m1-l1", "en"), "box", kind="harm")
    revision, _new = publish_course(by=None, page=source_page_of(course))
    drafts = revision.entries.filter(review_state="draft").values_list("activity__key", "language")
    # The catalogue says in Indonesian that a lesson is behind, so its entry is another one too.
    assert set(drafts) == {("m1-l1", "en"), ("m1-l1", "id"), ("course", "id")}


def test_one_lesson_that_a_tool_translates_offers_no_course_in_that_language(
    cast, course, django_capture_on_commit_callbacks
):
    page = lesson("m1-l1", "en")
    locale = Locale.objects.get_or_create(language_code="ur")[0]
    own = Translation.objects.create(source=translation(page).source, target_locale=locale)
    with django_capture_on_commit_callbacks(execute=True):
        own.save_target(user=cast.trainer)
    assert LessonPage.objects.filter(locale=locale).exists()
    revision, _new = publish_course(by=None, page=source_page_of(course))
    assert set(revision.entries.values_list("language", flat=True)) == {"en", "id"}


def test_a_title_without_a_translation_says_in_which_language_it_is(cast, course, django_capture_on_commit_callbacks):
    enrol(by=cast.officer, course=course)
    page = lesson("m1-l1", "en")
    page.title = "A new title"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    client = cast.client(cast.officer)
    behind = client.get("/id/courses/small-course/m1-l1/").content.decode()
    assert "Lesson one (id)</h1>" in behind and "Judul pelajaran ini kedaluwarsa" in behind
    with django_capture_on_commit_callbacks(execute=True):
        translation(page).save_target(user=cast.trainer, publish=True)
    missing = client.get("/id/courses/small-course/m1-l1/").content.decode()
    assert '<h1 class="page-title" lang="en" dir="ltr">A new title</h1>' in missing
    assert '<span class="stop" lang="en" dir="ltr">A new title</span>' in missing


def test_a_question_that_must_be_right_is_never_lost_with_the_page_of_its_case(course, folder):
    edit(folder / "course.yaml", "must_be_right: [F1]", "must_be_right: [F1, F3]")
    apply_plan(plan_import(read_bundle(folder)))
    lesson("m1-l2", "en").unpublish()
    with pytest.raises(NotPublishable, match="F3"):
        publish_course(by=None, page=source_page_of(course))
    assert EditionRevision.objects.last().edition.rules["must_be_right"] == ["F1", "F3"]


# --- the workshop keeps a course together


def test_a_lesson_is_not_moved_into_another_course(cast, course):
    page = lesson("m1-l2", "en")
    page.slug = "a-slug-of-its-own"
    page.save()
    other = make_course("T5")
    module = ModulePage.objects.descendant_of(other.page).get()
    client = cast.client(cast.trainer)
    answer = client.post(f"/admin/pages/{page.pk}/move/{module.pk}/confirm/")
    assert answer.status_code == 302 and Page.objects.get(pk=page.pk).path == page.path
    assert "Copy it into the other course" in client.get(answer.url).content.decode()


def test_the_preview_can_be_framed_by_the_editor_and_by_nobody_else(cast, course):
    page = lesson("m1-l1", "en")
    answer = cast.client(cast.trainer).get(f"/admin/pages/{page.pk}/view_draft/")
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy and "script-src 'self';" in policy + ";"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
