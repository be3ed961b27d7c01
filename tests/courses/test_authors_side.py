"""The authors' side: whichever way a page is published, officers read an edition, and review follows the text."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from accounts.permissions import Refused
from courses.pages.models import LessonPage
from courses.pages.publication import follow
from courses.pages.rights import sync_groups
from courses.pages.services import publish_course
from learning.models import EditionRevision, ManifestEntry
from learning.services import UnreviewedContent, enrol
from tests.factories import make_course


@pytest.fixture
def lesson(course) -> LessonPage:
    return LessonPage.objects.get(key="m1-l1")


def edit(lesson: LessonPage, text: str) -> None:
    lesson.body[0].value["text"] = text
    lesson.save_revision().publish()


def read(cast) -> str:
    return cast.client(cast.officer).get("/en/courses/t1/m1-l1/").content.decode()


def test_officers_read_the_edition_until_a_page_is_published(cast, course, lesson, django_capture_on_commit_callbacks):
    enrol(by=cast.officer, course=course.course)
    lesson.body[0].value["text"] = "A draft of something else."
    lesson.save_revision()
    LessonPage.objects.filter(pk=lesson.pk).update(title="Changed behind the editor's back")
    assert "Act, means, purpose." in read(cast) and "behind" not in read(cast)
    with django_capture_on_commit_callbacks(execute=True):
        edit(LessonPage.objects.get(pk=lesson.pk), "Published words.")
    assert "Published words." in read(cast)
    assert EditionRevision.objects.last().number == 2


def test_the_same_course_published_again_changes_nothing(cast, course):
    revision, is_new = publish_course(by=None, page=course.page)
    assert revision == course.revision and not is_new


def test_a_rule_that_changes_makes_a_new_edition_and_nobody_is_moved(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    course.page.pass_mark = 90
    course.page.save()
    revision, _new = publish_course(by=None, page=course.page)
    assert (revision.edition.number, revision.number) == (2, 1)
    enrolment.refresh_from_db()
    assert enrolment.edition.number == 1
    assert enrol(by=cast.colleague, course=course.course).edition.number == 2


def test_an_edit_of_reviewed_text_is_a_draft_again_and_only_that(cast):
    small = make_course("T7", review_state="reviewed")
    states = ManifestEntry.objects.filter(revision=small.revision).values_list("review_state", flat=True)
    assert set(states) == {"reviewed"}
    edit(LessonPage.objects.get(key="m1-l1"), "Edited after the review.")
    revision = follow(small.page, by=None)
    drafts = ManifestEntry.objects.filter(revision=revision, review_state="draft")
    assert [entry.activity.key for entry in drafts] == ["m1-l1"]


def test_where_review_is_required_an_unreviewed_edit_reaches_nobody(cast, settings):
    small = make_course("T8", review_state="reviewed")
    settings.REQUIRE_REVIEW = True
    edit(LessonPage.objects.get(key="m1-l1"), "Not reviewed.")
    with pytest.raises(UnreviewedContent):
        follow(small.page, by=None)
    assert EditionRevision.objects.filter(edition__course=small.course).count() == 1


def test_a_trainer_edits_previews_and_publishes_in_the_editor(cast, course, lesson):
    sync_groups(cast.trainer)
    client = cast.client(cast.trainer)
    assert client.get("/admin/").status_code == 200
    page = client.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk]))
    assert page.status_code == 200 and "Act, means, purpose." in page.content.decode()
    preview = client.get(reverse("wagtailadmin_pages:view_draft", args=[lesson.pk]))
    assert preview.status_code == 200 and "nothing here is recorded" in preview.content.decode()


def test_a_new_lesson_gets_a_key_of_its_own_and_a_copied_one_too(cast, course, lesson):
    module = Page.objects.get(slug="m1").specific
    fresh = module.add_child(instance=LessonPage(title="Third", slug="third", body=[], locale=lesson.locale))
    copy = lesson.copy(update_attrs={"slug": "copy"})
    assert len({fresh.key, copy.key, lesson.key}) == 3


def test_an_officer_and_a_coordinator_do_not_get_to_the_authors_side(cast, course):
    for person in (cast.officer, cast.coordinator, cast.rso, cast.auditor):
        assert cast.client(person).get("/admin/").status_code == 403


def test_an_author_may_write_and_not_publish(cast, course):
    with pytest.raises(Refused):
        publish_course(by=cast.officer, page=course.page)
    assert publish_course(by=cast.trainer, page=course.page)
