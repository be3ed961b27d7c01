"""The review of translations, and what a course bundle may claim: unsigned words reach nobody, signed ones stay."""

import io
import tempfile
from pathlib import Path

import pytest
from django.core.management import call_command
from wagtail.models import WorkflowState

from accounts.models import AuditEvent
from accounts.roles import Role
from courses.pages.exchange import apply_plan, export_course, plan_import, read_bundle
from courses.pages.gate import NotReviewed
from courses.pages.models import SignOff
from courses.pages.review_desk import find_unit, queue
from courses.pages.selectors import source_page_of
from courses.pages.services import publish_course
from courses.pages.services import reviewing as review
from learning.models import Course, EditionRevision, ManifestEntry
from tests.cast import make_person
from tests.courses.bundles import small_bundle, write
from tests.courses.translated import asked_in, change, html, lesson, translation, type_words
from tests.remembered import remembered

BLOCKING = {
    1: Role.LEGAL_REVIEWER,
    2: Role.SECURITY_REVIEWER,
    3: Role.PROTECTION_REVIEWER,
    4: Role.LANGUAGE_REVIEWER,
    5: Role.TRAUMA_REVIEWER,
}


@pytest.fixture
def reviewers(cast):
    return {number: make_person(role.value, role) for number, role in BLOCKING.items()}


@pytest.fixture
def folder(tmp_path):
    return write(small_bundle("en", "id", state="reviewed"), tmp_path / "reviewed")


def make_reviewed() -> Course:
    with tempfile.TemporaryDirectory() as own:
        folder = write(small_bundle("en", "id", state="reviewed"), Path(own) / "reviewed")
        call_command("import_course", str(folder), stdout=io.StringIO(), stderr=io.StringIO())
    return Course.objects.get(slug="small-course")


@pytest.fixture
def course(db, settings) -> Course:
    """A course in two languages, reviewed and published, on a site that requires review."""
    settings.REQUIRE_REVIEW = True
    return remembered(make_reviewed)


def languages(course: Course) -> set[tuple[str, str]]:
    """(activity, language) of what officers may read now."""
    revision = EditionRevision.objects.filter(edition__course=course).last()
    return set(ManifestEntry.objects.filter(revision=revision).values_list("activity__key", "language"))


def sign(course: Course, reviewers, language: str) -> None:
    for number in (1, 2, 3, 4, 5) if language == "en" else (1, 3, 4, 5):
        digest = find_unit(course, "m1", language).digest
        review.sign_check(
            by=reviewers[number], course=course, key="m1", language=language, number=number, digest=digest
        )


def test_the_command_takes_over_what_a_bundle_says_and_names_nobody(course):
    rows = SignOff.objects.all()
    assert {row.origin for row in rows} == {"bundle"} and {row.actor for row in rows} == {None}
    assert set(rows.filter(language="id").values_list("number", flat=True)) == {1, 3, 4, 5}
    assert AuditEvent.objects.get(action="review.taken_over").actor is None
    assert {("m1-l1", "en"), ("m1-l1", "id")} <= languages(course)


def test_the_same_import_again_signs_nothing_and_an_export_says_reviewed(course, folder, tmp_path):
    before = SignOff.objects.count()
    call_command("import_course", str(folder), stdout=io.StringIO(), stderr=io.StringIO())
    assert SignOff.objects.count() == before
    exported = export_course("small-course", tmp_path / "out").bundle
    assert {each.code: each.review_state for each in exported.languages} == {"en": "reviewed", "id": "reviewed"}


def test_a_bundle_that_comes_in_over_the_web_claims_nothing(cast, db, folder, settings):
    settings.REQUIRE_REVIEW = True
    result = apply_plan(plan_import(read_bundle(folder)), by=cast.trainer)
    assert "requires review" in result.held_back
    assert not SignOff.objects.exists() and not EditionRevision.objects.exists()


def test_a_later_bundle_that_says_draft_takes_its_own_claim_back_and_no_signature_of_a_person(
    course, reviewers, tmp_path
):
    digest = find_unit(course, "m1", "en").digest
    review.sign_check(by=reviewers[1], course=course, key="m1", language="en", number=1, digest=digest)
    draft = write(small_bundle("en", "id"), tmp_path / "draft")
    call_command("import_course", str(draft), stdout=io.StringIO(), stderr=io.StringIO())
    newest = {row.number: row for row in SignOff.objects.filter(unit="m1", language="en")}
    assert newest[1].verdict == "signed" and newest[1].origin == "site"
    assert newest[2].verdict == "withdrawn"
    assert ("m1-l1", "en") in languages(course), "what is published stays"


def test_an_unsigned_translation_does_not_hold_its_source_back_and_is_read_in_the_source_language(
    cast, course, reviewers, django_capture_on_commit_callbacks
):
    change(lesson("m1-l1", "en"), "kp-1", text="A sharper point")
    with pytest.raises(NotReviewed) as refused:
        publish_course(by=None, page=source_page_of(course))
    assert [(unit.key, unit.language) for unit, _checks in refused.value.units] == [("m1", "en")]
    sign(course, reviewers, "en")
    publish_course(by=None, page=source_page_of(course))
    shown = languages(course)
    assert ("m1-l1", "en") in shown and ("m1-l1", "id") not in shown and ("m1-l2", "id") not in shown
    assert ("course", "id") in shown, "the catalogue was signed and did not change"
    assert asked_in(course, "F1", "en") and not asked_in(course, "F1", "id")
    sign(course, reviewers, "id")
    publish_course(by=None, page=source_page_of(course))
    assert ("m1-l1", "id") in languages(course) and asked_in(course, "F1", "id")


def test_a_translation_that_nobody_changed_stays_though_a_signature_is_returned(course, reviewers):
    before = html(course, "m1-l1", "id")
    review.return_unit(
        by=reviewers[4],
        course=course,
        key="m1",
        language="id",
        number=4,
        digest=find_unit(course, "m1", "id").digest,
        comment="One word is harsh.",
        notes={},
    )
    publish_course(by=None, page=source_page_of(course))
    assert html(course, "m1-l1", "id") == before


def test_what_a_translators_tool_publishes_waits_for_its_signatures(
    cast, course, reviewers, django_capture_on_commit_callbacks
):
    type_words(lesson("m1-l1", "en"), "body.kp-1.text", "Kata yang belum ditandatangani", cast.trainer)
    with django_capture_on_commit_callbacks(execute=True):
        translation(lesson("m1-l1", "en")).save_target(user=cast.trainer, publish=True)
    assert ("m1-l1", "id") not in languages(course) or "belum" not in html(course, "m1-l1", "id")
    (waiting,) = queue(reviewers[4])
    assert (waiting.unit.key, waiting.unit.language) == ("m1", "id")
    assert [check.number for check in waiting.lacks] == [1, 3, 4, 5]
    with django_capture_on_commit_callbacks(execute=True):
        sign(course, reviewers, "id")
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_APPROVED
    assert "belum ditandatangani" in html(course, "m1-l1", "id")


def test_whoever_typed_the_words_of_a_translation_does_not_sign_them(cast, course, reviewers):
    type_words(lesson("m1-l1", "en"), "body.kp-1.text", "Kata sendiri", reviewers[4])
    translation(lesson("m1-l1", "en")).save_target(user=cast.trainer, publish=True)
    with pytest.raises(review.OwnText):
        review.sign_check(
            by=reviewers[4],
            course=course,
            key="m1",
            language="id",
            number=4,
            digest=find_unit(course, "m1", "id").digest,
        )


def test_security_is_not_asked_again_of_a_translation(cast, course, reviewers):
    with pytest.raises(review.Refused):
        review.sign_check(
            by=reviewers[2],
            course=course,
            key="m1",
            language="id",
            number=2,
            digest=find_unit(course, "m1", "id").digest,
        )
