"""One course, several languages: what is translated, what is behind, and who may change which words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from assessments.models import EditionItem, Item, ItemWording
from assessments.services import save_item, save_wording
from courses.pages.exchange import apply_plan, export_course, plan_import, read_bundle
from courses.pages.models import LessonPage, ModulePage, TranslationBasis
from courses.pages.publication import follow
from courses.pages.selectors import renderings, source_page_of, tree_of
from courses.pages.services import NotPublishable, publish_course
from courses.pages.translation import State, source_parts
from learning.models import Activity, Course, EditionRevision, Enrolment, ManifestEntry
from learning.services import enrol
from reports.selectors import certification_table
from tests.courses.bundles import edit, small_bundle, write
from tests.factories import make_course
from xapi.models import Statement


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


# --- the import makes translations that a translator can go on with


def test_an_imported_translation_is_complete_for_the_translators_editor(course):
    for page in LessonPage.objects.filter(locale__language_code="en"):
        own = translation(page)
        total, done = own.get_progress()
        assert total == done > 0
        assert own.enabled
    rich = StringTranslation.objects.get(context__path="body.para")
    assert rich.data == "Some <b>rich</b> text (id)"
    paths = set(StringSegment.objects.values_list("context__path", flat=True))
    assert "body.kp-1.text" in paths and "body.kp-1.source" not in paths and "slug" not in paths and "key" not in paths


def test_a_second_import_changes_no_row(course, folder):
    before = list(StringTranslation.objects.order_by("pk").values()), list(TranslationBasis.objects.values())
    result = apply_plan(plan_import(read_bundle(folder)))
    assert (result.changes, result.is_new, result.behind) == ([], False, {"id": []})
    assert before == (list(StringTranslation.objects.order_by("pk").values()), list(TranslationBasis.objects.values()))


def test_everything_is_current_after_an_import(course):
    for key in ("course", "m1", "m1-l1", "m1-l2"):
        assert set(states(course, key).values()) == {State.CURRENT}
    assert "behind" not in read(course, "m1-l1", "id") and "borrowed" not in read(course, "m1-l1", "id")


# --- the source changes


def test_an_edited_block_is_behind_in_the_other_language_and_nothing_else_is(
    course, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        change(lesson("m1-l1", "en"), "kp-1", text="A sharper point")
    assert {part for part, state in states(course, "m1-l1").items() if state == State.BEHIND} == {"body.kp-1"}
    total, done = translation(lesson("m1-l1", "en")).get_progress()
    assert total - done == 1, "the segment waits for the translator"
    assert "A sharper point" in html(course, "m1-l1", "en")
    indonesian = html(course, "m1-l1", "id")
    assert "A point (id)" in indonesian and indonesian.count('class="behind"') == 1
    assert '<div lang="en" dir="ltr"><p>A sharper point</p></div>' in indonesian
    assert read(course, "m1-l1", "id")["behind"] == ["body.kp-1"]
    assert read(course, "course", "id")["behind"] == ["m1-l1"]


def test_a_change_of_something_neutral_puts_a_translation_behind_too_and_reaches_it_at_once(
    course, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        change(lesson("m1-l1", "en"), "box", kind="harm")
    total, done = translation(lesson("m1-l1", "en")).get_progress()
    assert total == done, "wagtail-localize sees no change"
    assert states(course, "m1-l1")["body.box"] == State.BEHIND
    assert "note--harm" in html(course, "m1-l1", "id")


def test_the_editors_own_keys_of_paragraphs_are_no_change(course):
    page = lesson("m1-l1", "en")
    raw = page.body.get_prep_value()
    raw[1]["value"] = '<p data-block-key="abcde">Some <b>rich</b> text (en)</p>'
    page.body = raw
    page.save_revision().publish()
    assert states(course, "m1-l1")["body.para"] == State.CURRENT


def test_a_new_block_is_read_in_the_source_language_until_it_is_translated(course, django_capture_on_commit_callbacks):
    page = lesson("m1-l1", "en")
    page.body.append(("key_point", {"text": "A new warning", "source": ""}))
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    indonesian = html(course, "m1-l1", "id")
    assert '<div lang="en" dir="ltr">A new warning</div>' in indonesian and "A point (id)" in indonesian
    assert len(read(course, "m1-l1", "id")["borrowed"]) == 1


def test_a_removed_block_leaves_every_language_at_once(course, django_capture_on_commit_callbacks):
    page = lesson("m1-l1", "en")
    page.body = [child for child in page.body.get_prep_value() if child["id"] != "box"]
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert "In the box (id)" not in html(course, "m1-l1", "id")


def test_a_new_lesson_is_read_in_the_source_language_and_stands_in_every_outline(cast, course):
    enrol(by=cast.officer, course=course)
    module = lesson("m1-l1", "en").get_parent()
    page = LessonPage(title="Third", slug="third", key="m1-l3", locale=module.locale, body=[])
    page.body.append(("key_point", {"text": "Only in English", "source": ""}))
    module.add_child(instance=page)
    follow(page, by=None)
    assert not ManifestEntry.objects.filter(activity__key="m1-l3", language="id").exists()
    shown = cast.client(cast.officer).get("/id/courses/small-course/m1-l3/").content.decode()
    assert "Only in English" in shown and 'lang="en"' in shown
    third = Activity.objects.get(key="m1-l3")
    assert read(course, "course", "id")["titles"][str(third.uuid)] == "Third"


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
    assert plan.notes == ["lesson m1-l1 (id): body.box keeps the words of a translator"]
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
        assert plan.notes == ["lesson m1-l1 (id): body.kp-1 keeps the words of a translator"]
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
    assert set(drafts) == {("m1-l1", "en"), ("m1-l1", "id")}


def test_one_lesson_sent_to_translation_offers_no_course_in_that_language(
    cast, course, django_capture_on_commit_callbacks
):
    client = cast.client(cast.trainer)
    client.post("/admin/", {})
    page = lesson("m1-l1", "en")
    locale = Locale.objects.get_or_create(language_code="ur")[0]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/admin/localize/submit/page/{page.pk}/", {"locales": [locale.pk]})
    assert LessonPage.objects.filter(locale=locale).exists()
    revision, _new = publish_course(by=None, page=source_page_of(course))
    assert set(revision.entries.values_list("language", flat=True)) == {"en", "id"}
    other = lesson("m1-l1", "id")
    assert client.get(f"/admin/localize/submit/page/{other.pk}/").status_code == 403, "no translation of a translation"


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


# --- questions


def test_a_bundle_can_say_that_a_text_is_right_though_its_source_changed(course, folder):
    edit(folder / "en" / "questions.yaml", "Stem F1 (en)", "Stem F1, with a comma (en)")
    edit(folder / "en" / "m1-l1.yaml", "A point (en)", "A point, with a comma (en)")
    apply_plan(plan_import(read_bundle(folder)))
    assert not asked_in(course, "F1", "id") and states(course, "m1-l1")["body.kp-1"] == State.BEHIND
    path = folder / "id" / "course.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "confirmed: [F1, m1-l1/body.kp-1]\n", encoding="utf-8")
    plan = plan_import(read_bundle(folder))
    assert [(each.kind, each.key, each.details) for each in plan.changes] == [("wording", "F1", ("confirmed",))]
    apply_plan(plan)
    assert asked_in(course, "F1", "id") and states(course, "m1-l1")["body.kp-1"] == State.CURRENT
    assert plan_import(read_bundle(folder)).changes == []


def test_a_bundle_can_say_that_the_wording_of_a_question_is_behind(course, folder):
    path = folder / "id" / "course.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "behind: [F1]\n", encoding="utf-8")
    apply_plan(plan_import(read_bundle(folder)))
    assert not asked_in(course, "F1", "id") and asked_in(course, "F2", "id")
    assert plan_import(read_bundle(folder)).changes == []


def asked_in(course: Course, key: str, language: str) -> bool:
    revision = EditionRevision.objects.filter(edition__course=course).last()
    return EditionItem.objects.filter(revision=revision, version__item__key=key, language=language).exists()


def test_a_question_whose_source_changed_is_asked_in_the_source_language_only(course):
    assert asked_in(course, "F1", "id")
    version = Item.objects.get(key="F1").versions.last()
    text = version.wordings.get(language="en").text
    save_wording(version=version, language="en", text={**text, "stem": "A sharper stem"})
    publish_course(by=None, page=source_page_of(course))
    assert asked_in(course, "F1", "en") and not asked_in(course, "F1", "id")
    assert asked_in(course, "F2", "id")


def test_a_question_about_a_case_that_changed_is_asked_in_the_source_language_only(
    course, django_capture_on_commit_callbacks
):
    assert asked_in(course, "F3", "id")
    with django_capture_on_commit_callbacks(execute=True):
        change(lesson("m1-l2", "en"), "scenario", text="Another case")
    assert asked_in(course, "F3", "en") and not asked_in(course, "F3", "id")


def test_a_new_version_takes_its_wordings_along_and_a_changed_key_puts_them_behind(course):
    item = Item.objects.get(key="F1")
    old = item.versions.last()
    fields = {"module": old.module, "scenario": old.scenario, "source": "L2"}
    same_key = save_item(
        bank=item.bank, key="F1", type=item.type, pool=item.pool, structure=old.structure, answer_key=["a"], **fields
    )
    assert set(same_key.wordings.values_list("language", flat=True)) == {"en", "id"}
    publish_course(by=None, page=source_page_of(course))
    assert asked_in(course, "F1", "id"), "another citation is nothing to translate"
    save_item(
        bank=item.bank, key="F1", type=item.type, pool=item.pool, structure=old.structure, answer_key=["b"], **fields
    )
    publish_course(by=None, page=source_page_of(course))
    assert asked_in(course, "F1", "en") and not asked_in(course, "F1", "id")


def test_a_knowledge_check_that_is_behind_is_asked_in_the_source_language(course):
    version = Item.objects.get(key="P1").versions.last()
    text = version.wordings.get(language="en").text
    save_wording(version=version, language="en", text={**text, "stem": "A sharper stem"})
    publish_course(by=None, page=source_page_of(course))
    (check,) = [part for part in read(course, "m1-l1", "id")["parts"] if part["type"] == "check"]
    assert check["language"] == "en" and check["wording"]["stem"] == "A sharper stem"
    (check,) = [part for part in read(course, "m1-l1", "en")["parts"] if part["type"] == "check"]
    assert "language" not in check


def test_a_wording_imported_with_new_words_is_current_again(course, folder):
    edit(folder / "en" / "questions.yaml", "Stem F1 (en)", "Another stem F1 (en)")
    apply_plan(plan_import(read_bundle(folder)))
    assert not asked_in(course, "F1", "id")
    edit(folder / "id" / "questions.yaml", "Stem F1 (id)", "Soal F1 yang lain (id)")
    apply_plan(plan_import(read_bundle(folder)))
    assert asked_in(course, "F1", "id")
    assert ItemWording.objects.get(version__item__key="F1", language="id").text["stem"] == "Soal F1 yang lain (id)"


# --- one person, one record


def answers_of(enrolment: Enrolment) -> list:
    return list(
        enrolment.attempts.get(activity__key="pre-test").responses.values_list(
            "position", "answer", "language", "edits"
        )
    )


def post_answer(client, attempt, position: int, language: str, go: str = "on") -> None:
    address = f"/{language}/tests/{attempt.uuid}/{position}/"
    page = client.get(address)
    response = attempt.responses.get(position=position)
    form = {"token": page.context["token"], "seen": page.context["seen"], "go": go}
    assert client.post(address, form | {f"q{position}": response.version.answer_key}).status_code == 302


def test_a_change_of_language_in_the_middle_of_a_test_keeps_the_paper_and_every_answer(cast, course):
    enrolment = enrol(by=cast.officer, course=course)
    client = cast.client(cast.officer)
    client.post("/en/tests/start/small-course/pre-test/")
    attempt = enrolment.attempts.get()
    paper = list(attempt.responses.values_list("position", "version", "option_order"))
    assert "Stem B1 (en)" in client.get(f"/en/tests/{attempt.uuid}/1/").content.decode()
    post_answer(client, attempt, 1, "en", go="stay")
    page = client.get(f"/id/tests/{attempt.uuid}/1/")
    assert "Stem B1 (id)" in page.content.decode() and "checked" in page.content.decode()
    assert list(attempt.responses.values_list("position", "version", "option_order")) == paper
    assert answers_of(enrolment)[0][2:] == ("en", 1), "looking at it in another language changes no answer"
    client.post(f"/id/tests/{attempt.uuid}/hand-in/")
    attempt.refresh_from_db()
    assert (attempt.language, attempt.right, attempt.total) == ("id", 1, 1)


def test_a_correction_or_a_language_that_goes_away_does_not_disturb_a_running_test(
    cast, course, settings, django_capture_on_commit_callbacks
):
    enrolment = enrol(by=cast.officer, course=course)
    client = cast.client(cast.officer)
    client.post("/id/tests/start/small-course/pre-test/")
    attempt = enrolment.attempts.get()
    post_answer(client, attempt, 1, "id", go="stay")
    before = answers_of(enrolment)
    version = Item.objects.get(key="B1").versions.last()
    text = version.wordings.get(language="en").text
    save_wording(version=version, language="en", text={**text, "stem": "A sharper stem"})
    publish_course(by=None, page=source_page_of(course))
    assert "Stem B1 (id)" in client.get(f"/id/tests/{attempt.uuid}/1/").content.decode()
    settings.LANGUAGES = [("en", "English")]
    assert client.get(f"/id/tests/{attempt.uuid}/1/").status_code == 404
    assert "Stem B1 (en)" in client.get(f"/en/tests/{attempt.uuid}/1/").content.decode()
    assert answers_of(enrolment) == before
    client.post(f"/en/tests/{attempt.uuid}/hand-in/")
    attempt.refresh_from_db()
    assert attempt.right == 1


def test_a_person_who_learns_in_two_languages_is_counted_once(cast, course):
    enrolment = enrol(by=cast.officer, course=course)
    client = cast.client(cast.officer)
    client.post("/en/courses/small-course/m1-l1/done/")
    client.post("/id/courses/small-course/m1-l1/done/")
    client.post("/id/courses/small-course/m1-l2/done/")
    assert enrol(by=cast.officer, course=course) == enrolment
    assert Enrolment.objects.filter(course=course).count() == 1
    assert enrolment.activity_progress.filter(completed_at__isnull=False, activity__kind="lesson").count() == 2
    row = certification_table(cast.rso, "id").rows[
        [r.member for r in certification_table(cast.rso, "id").rows].index(cast.home)
    ]
    assert str(row.cells[0][0]) == "<5"
    assert Statement.objects.filter(registration=enrolment.uuid, verb__endswith="completed").count() == 2


# --- pages and languages that go away


def test_a_language_that_the_site_takes_away_keeps_progress_and_is_read_in_the_source_language(cast, course, settings):
    enrolment = enrol(by=cast.officer, course=course)
    client = cast.client(cast.officer)
    client.post("/id/courses/small-course/m1-l1/done/")
    settings.LANGUAGES = [("en", "English")]
    publish_course(by=None, page=source_page_of(course))
    revision = EditionRevision.objects.filter(edition__course=course).last()
    assert set(revision.entries.values_list("language", flat=True)) == {"en"}
    assert client.get("/id/courses/small-course/").status_code == 404
    page = client.get("/en/courses/small-course/")
    assert page.status_code == 200
    assert enrolment.activity_progress.get(activity__key="m1-l1").language == "id"


@pytest.mark.parametrize("what", ["rename", "move", "unpublish", "delete"])
def test_whatever_happens_to_a_page_progress_stays_and_no_page_breaks(
    cast, course, what, django_capture_on_commit_callbacks
):
    enrolment = enrol(by=cast.officer, course=course)
    client = cast.client(cast.officer)
    client.post("/id/courses/small-course/m1-l1/done/")
    page = lesson("m1-l1", "en")
    with django_capture_on_commit_callbacks(execute=True):
        if what == "rename":
            page.title, page.slug = "Renamed", "renamed"
            page.save_revision().publish()
        elif what == "move":
            Page.objects.get(pk=page.pk).move(page.get_parent(), pos="last-child")
        elif what == "unpublish":
            page.unpublish()
        else:
            page.delete()
    publish_course(by=None, page=source_page_of(course))
    for address in ("", "m1-l1/", "m1-l2/"):
        for language in ("en", "id"):
            answer = client.get(f"/{language}/courses/small-course/{address}")
            gone = what in ("unpublish", "delete") and address == "m1-l1/"
            assert answer.status_code == (404 if gone else 200), (language, address)
    assert enrolment.activity_progress.get(activity__key="m1-l1").completed_at
    assert Enrolment.objects.get(pk=enrolment.pk).ended_at is None


def test_what_translators_typed_outlives_a_deleted_page(cast, course):
    type_words(lesson("m1-l1", "en"), "body.box.text", "Kata penerjemah", cast.trainer)
    lesson("m1-l1", "id").delete()
    assert StringTranslation.objects.filter(data="Kata penerjemah").exists()


# --- the translators' tool keeps to the rights


def test_a_translation_cannot_be_stopped_or_made_an_alias(cast, course):
    client = cast.client(cast.trainer)
    own = translation(lesson("m1-l1", "en"))
    answer = client.post(f"/admin/localize/translate/{own.pk}/disable/", {"next": "/admin/"})
    own.refresh_from_db()
    assert answer.status_code == 403 and own.enabled
    page = lesson("m1-l1", "id")
    assert client.get(f"/admin/localize/page/{page.pk}/convert_to_alias/").status_code == 403
    assert client.put(f"/admin/localize/translate/{own.pk}/overrides/1/edit/").status_code == 403


def test_a_po_file_of_somebody_else_is_refused_in_words(cast, course):
    client = cast.client(cast.trainer)
    own = translation(lesson("m1-l1", "en"))
    stranger = SimpleUploadedFile("a.po", b'msgid ""\nmsgstr "Language: id\\n"\n')
    back = f"/admin/pages/{lesson('m1-l1', 'id').pk}/edit/"
    answer = client.post(f"/admin/localize/translate/{own.pk}/pofile/upload/", {"file": stranger, "next": back})
    assert (answer.status_code, answer.url) == (302, back)
    assert "was not downloaded from this page" in client.get(back).content.decode()


def test_a_lesson_is_not_moved_into_another_course(cast, course):
    page = lesson("m1-l2", "en")
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
