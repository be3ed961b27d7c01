"""Bundles that meet a course on the site: which edition comes of it, what is written over, and what review counts."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import AuditEvent
from accounts.permissions import Refused
from courses.pages.exchange import apply_plan, plan_import, read_bundle
from courses.pages.models import LastImport, LessonPage, SignOff
from learning.models import EditionRevision
from tests.courses.bundles import as_json, edit, row_counts, small_bundle, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of a course that is on the site."""
    folder = write(small_bundle(), tmp_path / "small-course")
    apply_plan(plan_import(read_bundle(folder)))
    return folder


def plan_of(folder: Path, **options):
    return plan_import(read_bundle(folder), **options)


def edited(**fields: str) -> None:
    page = LessonPage.objects.get(key="m1-l1")
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_before_the_first_import_the_plan_says_that_it_makes_the_first_edition():
    forecast = plan_import(small_bundle()).forecast
    assert (forecast.edition, forecast.makes) == (None, "edition")
    assert str(forecast) == "Nothing of this course is published on the site yet. The import makes edition 1."


def test_the_same_files_again_make_nothing(folder):
    assert plan_of(folder).forecast.makes == "nothing"


def test_other_words_make_a_correction_and_the_plan_says_which(folder):
    edit(folder / "en" / "m1-l1.yaml", "A point", "Another point")
    plan = plan_of(folder)
    assert (plan.forecast.edition, plan.forecast.revision, plan.forecast.makes) == (1, 1, "correction")
    assert "edition 1, revision 2" in plan.forecast.outcome
    result = apply_plan(plan)
    assert (result.edition, result.revision) == (1, 2)


def test_another_rule_makes_a_new_edition_and_the_plan_names_the_rule(folder):
    edit(folder / "course.yaml", "pass_mark: 80", "pass_mark: 90")
    plan = plan_of(folder)
    assert plan.forecast.makes == "edition" and "pass_mark" in str(plan.forecast)
    assert apply_plan(plan).edition == 2


def test_a_new_edition_can_be_asked_for_with_a_note(folder):
    edit(folder / "en" / "m1-l1.yaml", "A point", "Another point")
    out = io.StringIO()
    arguments = ["import_course", str(folder), "--new-edition", "--note", "The law changed.", "--json"]
    call_command(*arguments, "--plan", stdout=out, stderr=io.StringIO())
    (course,) = as_json(out.getvalue())["courses"]
    assert (course["makes"], course["site"]) == ("edition", {"edition": 1, "revision": 1})
    assert EditionRevision.objects.count() == 1
    call_command(*arguments, stdout=io.StringIO(), stderr=io.StringIO())
    latest = EditionRevision.objects.latest("pk")
    assert (latest.edition.number, latest.note) == (2, "The law changed.")


def test_where_review_is_required_the_plan_says_that_drafts_come_into_the_workshop_only(folder, settings):
    settings.REQUIRE_REVIEW = True
    edit(folder / "en" / "m1-l1.yaml", "A point", "Another point")
    assert plan_of(folder).forecast.makes == "workshop"


# --- work on the site


def test_older_files_over_newer_work_are_told_and_what_was_edited_is_named(folder):
    edited(title="Better on the site")
    plan = plan_of(folder)
    assert plan.edited == ["lesson/m1-l1/en"]
    assert "Edited on the site since the last import" in plan.notes[0] and "lesson/m1-l1/en" in plan.notes[0]
    assert "correction" in plan.forecast.outcome


def test_what_was_edited_on_the_site_and_is_not_touched_is_no_matter(folder):
    edited(title="Better on the site")
    edit(folder / "en" / "m1-l1.yaml", "title: Lesson one (en)", "title: Better on the site")
    plan = plan_of(folder)
    assert (plan.changes, plan.edited, plan.notes) == ([], [], [])


def test_what_only_the_files_change_is_no_newer_work(folder):
    edit(folder / "en" / "m1-l1.yaml", "A point", "Another point")
    assert plan_of(folder).edited == []


def test_after_an_import_the_site_and_the_files_are_at_peace_again(folder):
    edited(title="Better on the site")
    apply_plan(plan_of(folder))
    assert plan_of(folder).edited == []
    assert LastImport.objects.count() == 1


# --- what files say about review


def test_from_the_desk_the_files_never_claim_review(tmp_path):
    folder = write(small_bundle(state="reviewed"), tmp_path / "in")
    plan = plan_of(folder, is_trusted=False)
    assert "reviewed: en" in plan.notes[0]
    apply_plan(plan)
    assert not SignOff.objects.exists()


def test_from_a_command_they_do_and_an_upload_of_the_same_takes_nothing_back(tmp_path):
    folder = write(small_bundle(state="reviewed"), tmp_path / "in")
    apply_plan(plan_of(folder))
    signed = SignOff.objects.count()
    edit(folder / "course.yaml", "en: reviewed", "en: draft")
    plan = plan_of(folder, is_trusted=False)
    assert signed and plan.changes == []
    apply_plan(plan)
    assert SignOff.objects.count() == signed


# --- who


def test_an_author_who_may_not_publish_is_refused_and_nothing_is_stored(cast):
    before = row_counts()
    with pytest.raises(Refused):
        apply_plan(plan_import(small_bundle()), by=cast.officer)
    assert row_counts() == before


def test_an_import_is_in_the_audit_log(folder):
    event = AuditEvent.objects.get(action="course.imported")
    assert event.details["edition"] == 1 and event.actor is None


def test_an_import_over_a_course_keeps_the_keys_on_which_progress_hangs(folder):
    outline = EditionRevision.objects.get().outline
    bundle = read_bundle(folder)
    (module,) = bundle.modules
    apply_plan(plan_import(replace(bundle, modules=(replace(module, minutes=99),)), as_new_edition=True))
    keys = [EditionRevision.objects.latest("pk").outline, outline]
    assert keys[0] != keys[1]
    assert str(keys[0]).count("uuid") == str(keys[1]).count("uuid")
