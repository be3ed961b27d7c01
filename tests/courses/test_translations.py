"""One course, several languages: what is translated, what is behind, and who may change which words."""

import pytest
from wagtail.models import Page
from wagtail_localize.models import StringSegment, StringTranslation

from assessments.models import Item, ItemWording
from assessments.services import save_item, save_wording
from courses.pages.exchange import apply_plan, plan_import, read_bundle
from courses.pages.models import LessonPage, TranslationBasis
from courses.pages.publication import follow
from courses.pages.selectors import source_page_of
from courses.pages.services import publish_course
from courses.pages.translation import State
from learning.models import Activity, EditionRevision, Enrolment, ManifestEntry
from learning.services import enrol
from reports.selectors import certification_table
from tests.courses.bundles import edit
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
from xapi.models import Statement

__all__ = ["course", "folder"]


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
    words = ItemWording.objects.filter(version__item__key="F1", language="id").order_by("version__number")
    assert [each.version.number for each in words] == [1, 2], "it was asked, so other words are another version"
    assert words[1].text["stem"] == "Soal F1 yang lain (id)"


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
    client.post(f"/id/tests/{attempt.uuid}/hand-in/", follow=True)
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
    client.post(f"/en/tests/{attempt.uuid}/hand-in/", follow=True)
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
