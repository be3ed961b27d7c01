"""Authors side by side: whatever happens to a page, nobody's text is lost without a word, and nothing that an officer
did is lost at all."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision
from wagtail.test.utils.form_data import nested_form_data, streamfield

from accounts.models import Posting
from accounts.roles import Role
from assessments.models import Attempt, Response
from courses.pages.gate import signatures_of
from courses.pages.models import CoursePage, LessonPage, ModulePage
from courses.pages.publication import follow
from courses.pages.rights import sync_groups
from courses.pages.services import publish_course
from courses.pages.services.reviewing import take_over_review
from courses.tasks import publish_what_is_due
from learning.models import ActivityProgress, CourseProgress, EditionRevision, Enrolment
from learning.selectors import latest_revision, outline_of, own_standings
from learning.services import enrol
from lms.queue import periodic_tasks
from tests.cast import make_person
from tests.factories import complete, finish_lessons, take_test
from xapi.models import Statement

pytestmark = pytest.mark.django_db


def evidence() -> dict[str, list]:
    """All that officers did, as it is stored; a later publication must leave every row as it is."""
    return {
        "statements": list(Statement.objects.order_by("pk").values_list("pk", "statement")),
        "attempts": list(Attempt.objects.order_by("pk").values_list("pk", "right", "total", "passed", "digest")),
        "answers": list(Response.objects.order_by("pk").values_list("pk", "answer", "is_right", "content")),
        "progress": list(
            ActivityProgress.objects.order_by("pk").values_list(
                "pk", "activity__key", "completed_at", "passed", "score"
            )
        ),
        "courses": list(
            CourseProgress.objects.exclude(completed_at=None).order_by("pk").values_list("pk", "completed_at")
        ),
        "enrolments": list(Enrolment.objects.order_by("pk").values_list("pk", "edition", "ended_at")),
    }


def keys(revision: EditionRevision) -> list[str]:
    return [node.key for node in outline_of(revision).walk()]


def lesson(key: str = "m1-l1") -> LessonPage:
    return LessonPage.objects.get(key=key)


@pytest.fixture
def begun(cast, course) -> Enrolment:
    """One officer in the middle: first lesson read, its check answered, the final test not open yet."""
    enrolment = enrol(by=cast.officer, course=course.course)
    client = cast.client(cast.officer)
    page = client.get("/en/courses/t1/m1-l1/").content.decode()
    form_id = page.split('name="form_id" value="')[1].split('"')[0]
    client.post("/en/courses/t1/m1-l1/check-1/", {"q-check-1": ["a", "b"], "form_id": form_id})
    finish_lessons(enrolment, ("m1-l1",))
    return enrolment


@pytest.fixture
def kept(begun):
    """What was there before is there after, and the record says the same as what is stored."""
    before = evidence()
    yield
    after = evidence()
    for name, rows in before.items():
        assert [row for row in rows if row not in after[name]] == [], f"{name}: lost or changed"
    call_command("rebuild_progress", check=True)


@pytest.fixture(autouse=True)
def _trainer_may_publish(cast):
    sync_groups(cast.trainer)


@pytest.fixture
def author(cast, course):
    return cast.client(cast.trainer)


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


# --- two authors on one page


def form_of(page: LessonPage, title: str, **more: str) -> dict[str, str]:
    body = streamfield([("key_point", {"text": "A point.", "source": ""})])
    data = nested_form_data({"title": title, "slug": page.slug, "minutes": "8", "level": "W0", "body": body})
    return {**data, "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "comments-MAX_NUM_FORMS": "", **more}


def opened(page: Page) -> dict[str, str]:
    """What the form of the editor says about the version that it was opened with."""
    revision = Page.objects.get(pk=page.pk).latest_revision
    return {"loaded_revision_id": str(revision.pk), "loaded_revision_created_at": revision.created_at.isoformat()}


def test_the_second_of_two_authors_is_told_who_and_when_and_nothing_is_lost(cast, course, author):
    page = lesson()
    page.save_revision(user=cast.trainer)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    second = make_person("second", Role.TRAINER, full_name="Second Author")
    sync_groups(second)
    stale = opened(page)
    first_answer = cast.client(second).post(address, form_of(page, "By the first", **stale))
    assert first_answer.status_code == 302
    newest = Page.objects.get(pk=page.pk).latest_revision_id

    refused = author.post(address, form_of(page, "By the second", **stale))
    text = refused.content.decode()
    assert refused.status_code == 200 and "Not saved yet: Second Author saved this page at" in text
    assert "By the second" in text, "what was typed stays in the form"
    assert reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, stale["loaded_revision_id"], newest]) in text
    assert Page.objects.get(pk=page.pk).latest_revision_id == newest
    assert lesson().get_latest_revision_as_object().title == "By the first"

    meant = author.post(address, form_of(page, "By the second", **opened(page)))
    assert meant.status_code == 302
    titles = [revision.content["title"] for revision in page.revisions.order_by("pk")]
    assert titles[-2:] == ["By the first", "By the second"], "both are in the history"


def test_publishing_over_an_unseen_version_is_asked_about_too(cast, course, author, kept):
    page = lesson()
    page.save_revision()
    stale = opened(page)
    page.title = "Saved in between"
    page.save_revision()
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    answer = author.post(address, form_of(page, "Published blindly", **stale, **{"action-publish": "1"}))
    assert "Not saved yet" in answer.content.decode()
    assert lesson().title == "First lesson"
    assert EditionRevision.objects.count() == 1


def test_a_save_by_itself_stops_at_a_conflict_and_changes_nothing(cast, course, author):
    """Wagtail saves drafts by itself; it answers a conflict without saving, and the editor shows it."""
    page = lesson()
    page.save_revision()
    stale = opened(page)
    page.save_revision()
    before = Revision.objects.count()
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    answer = author.post(address, form_of(page, "Saved by itself", **stale), headers={"Accept": "application/json"})
    assert answer.status_code == 400 and answer.json()["error_code"] == "invalid_revision"
    assert Revision.objects.count() == before


# --- a scheduled publication


def schedule(page: LessonPage, by, **times) -> None:
    if page.live_revision is None:  # as every page of a site is that was imported or made in the editor
        title, page.title = page.title, LessonPage.objects.get(pk=page.pk).title
        page.save_revision(user=by).publish(user=by)
        page = LessonPage.objects.get(pk=page.pk)
        page.title = title
    for name, value in times.items():
        setattr(page, name, value)
    page.save_revision(user=by).publish(user=by)


def when_due() -> None:
    """Its time has come."""
    past = timezone.now() - dt.timedelta(minutes=1)
    for revision in Revision.objects.filter(approved_go_live_at__isnull=False):
        revision.content["go_live_at"] = past.isoformat()
        revision.approved_go_live_at = past
        revision.save()
    Page.objects.filter(expire_at__isnull=False).update(expire_at=past)


def test_a_scheduled_publication_reaches_the_shelf_as_a_correction(cast, course, kept, commits):
    page = lesson()
    page.title = "From tomorrow on"
    with commits():
        schedule(page, cast.trainer, go_live_at=timezone.now() + dt.timedelta(days=1))
    assert EditionRevision.objects.count() == 1, "not before its time"
    when_due()
    with commits():
        publish_what_is_due.func()
    newest = EditionRevision.objects.order_by("pk").last()
    assert (newest.edition.number, newest.number) == (1, 2)
    assert newest.published_by.user == cast.trainer
    assert "From tomorrow on" in cast.client(cast.officer).get("/en/courses/t1/m1-l1/").content.decode()
    publish_what_is_due.func()
    assert EditionRevision.objects.count() == 2, "twice is once"


def test_a_publication_that_was_scheduled_by_somebody_who_may_no_longer_publish_stays_off_the_shelf(
    cast, course, kept, commits
):
    page = lesson()
    page.title = "Too late"
    schedule(page, cast.trainer, go_live_at=timezone.now() + dt.timedelta(days=1))
    today = timezone.localdate()
    Posting.objects.filter(user=cast.trainer).update(
        starts_on=today - dt.timedelta(days=9), ends_on=today - dt.timedelta(days=1)
    )
    when_due()
    with commits():
        publish_what_is_due.func()
    assert EditionRevision.objects.count() == 1


def test_a_scheduled_withdrawal_takes_a_lesson_off_the_shelf_and_leaves_what_was_done(cast, course, kept, commits):
    with commits():
        schedule(lesson(), cast.trainer, expire_at=timezone.now() + dt.timedelta(days=1))
    when_due()
    with commits():
        publish_what_is_due.func()
    newest = EditionRevision.objects.order_by("pk").last()
    assert "m1-l1" not in keys(newest) and "m1-l2" in keys(newest)
    assert newest.published_by.user == cast.trainer


def test_the_scheduler_knows_of_what_authors_schedule():
    every = periodic_tasks()[publish_what_is_due.module_path][1]
    assert every <= dt.timedelta(minutes=5)


def test_an_author_who_schedules_is_told_when_and_not_that_officers_read_it_now(cast, course, author):
    page = lesson()
    page.save_revision()
    later = (timezone.now() + dt.timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    form = form_of(page, "Tomorrow", **opened(page), **{"action-publish": "1", "go_live_at": later})
    answer = author.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form, follow=True).content.decode()
    assert "Officers get this from" in answer and "Officers now read" not in answer


# --- a rollback


def test_an_older_version_of_a_lesson_that_is_published_again_is_a_correction(cast, course, kept, commits):
    page = lesson()
    old = page.save_revision(user=cast.trainer)
    with commits():
        old.publish(user=cast.trainer)
    page = lesson()
    page.title = "A change that was none"
    with commits():
        page.save_revision(user=cast.trainer).publish(user=cast.trainer)
    with commits():
        old.publish(user=cast.trainer, previous_revision=old)
    newest = EditionRevision.objects.order_by("pk").last()
    assert newest.edition.number == 1 and newest.number > 1
    assert "First lesson" in cast.client(cast.officer).get("/en/courses/t1/m1-l1/").content.decode()


def test_a_rule_that_is_rolled_back_makes_a_new_edition_and_moves_nobody(cast, course, kept, commits):
    page = CoursePage.objects.get(pk=course.page.pk)
    old = page.save_revision(user=cast.trainer)
    page.pass_mark = 90
    with commits():
        page.save_revision(user=cast.trainer).publish(user=cast.trainer)
    with commits():
        old.publish(user=cast.trainer)
    newest = EditionRevision.objects.order_by("pk").last()
    assert (newest.edition.number, newest.edition.rules["pass_mark"]) == (3, 80)
    assert Enrolment.objects.get().edition.number == 1


def test_rolling_a_course_page_back_brings_no_review_back_that_was_withdrawn(course):
    page = CoursePage.objects.get(pk=course.page.pk)
    take_over_review(source=page, languages=["en"])
    old = CoursePage.objects.get(pk=page.pk).save_revision()
    take_over_review(source=page, languages=[])
    Revision.objects.get(pk=old.pk).publish()
    assert not any(signatures_of(course.course).values())


# --- moving and renaming


def test_a_module_that_is_renamed_keeps_everything(cast, course, begun, kept, commits):
    module = ModulePage.objects.get(key="m1")
    module.title, module.slug = "Another name", "another-name"
    with commits():
        module.save_revision(user=cast.trainer).publish(user=cast.trainer)
    assert "m1" in keys(latest_revision(begun.edition_id))
    assert own_standings(cast.officer, "en")[0].done_count == 1
    assert "Another name" in cast.client(cast.officer).get("/en/courses/t1/").content.decode()


def test_modules_change_places_and_a_lesson_changes_its_module(cast, course, begun, kept, commits):
    first = ModulePage.objects.get(key="m1")
    second = course.page.add_child(
        instance=ModulePage(title="Module two", slug="m2", key="m2", objectives="x", locale=first.locale)
    )
    second.move(ModulePage.objects.get(key="m1"), pos="left")
    lesson().move(ModulePage.objects.get(key="m2"), pos="last-child")
    publish_course(by=cast.trainer, page=CoursePage.objects.get(pk=course.page.pk))
    outline = outline_of(latest_revision(begun.edition_id))
    assert [node.key for node in outline.modules] == ["m2", "m1"]
    assert outline.module_of("m1-l1").key == "m2"
    assert own_standings(cast.officer, "en")[0].done_count == 1
    assert "is-done" in cast.client(cast.officer).get("/en/courses/t1/m1-l2/").content.decode()


# --- removing


def test_a_check_that_is_removed_takes_nothing_of_those_who_answered_it(cast, course, begun, kept, commits):
    page = lesson()
    page.body = [raw for raw in page.body.raw_data if raw["id"] != "check-1"]
    with commits():
        page.save_revision(user=cast.trainer).publish(user=cast.trainer)
    newest = latest_revision(begun.edition_id)
    assert "m1-l1/check-1" not in keys(newest) and newest.number == 2
    assert ActivityProgress.objects.filter(enrolment=begun, activity__key="m1-l1/check-1", passed=True).exists()
    client = cast.client(cast.officer)
    assert "Knowledge check" not in client.get("/en/courses/t1/m1-l1/").content.decode()
    assert client.post("/en/courses/t1/m1-l1/check-1/", {"q-check-1": ["a"]}).status_code == 404


def test_a_lesson_that_is_withdrawn_mid_course_leaves_the_rest_of_the_way_open(cast, course, begun, kept, commits):
    with commits():
        lesson().save_revision(user=cast.trainer).publish(user=cast.trainer)
    with commits():
        lesson().unpublish(user=cast.trainer)
    assert "m1-l1" not in keys(latest_revision(begun.edition_id))
    assert cast.client(cast.officer).get("/en/courses/t1/m1-l1/").status_code == 404
    finish_lessons(begun, ("m1-l2",))
    take_test(cast.officer, begun)
    assert own_standings(cast.officer, "en")[0].is_complete
    with commits():
        lesson().save_revision(user=cast.trainer).publish(user=cast.trainer)
    assert own_standings(cast.officer, "en")[0].is_complete, "what comes back takes nothing away"


def test_a_lesson_that_is_the_only_thing_left_completes_the_course_when_it_goes(cast, course, commits):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    attempt = take_test(cast.officer, enrolment)
    assert attempt.passed
    before = evidence()
    with commits():
        lesson("m1-l1").save_revision(user=cast.trainer).publish(user=cast.trainer)
    with commits():
        lesson("m1-l1").unpublish(user=cast.trainer)
    assert all(row in evidence()["progress"] for row in before["progress"])
    assert own_standings(cast.officer, "en")[0].is_complete
    call_command("rebuild_progress", check=True)


def test_an_open_test_goes_on_with_its_paper_whatever_is_published(cast, course, commits):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    attempt = take_test(cast.officer, enrolment, hand_in=False)
    paper = list(attempt.responses.values_list("version", "content", "answer"))
    page = lesson()
    page.title = "Published in the middle of a test"
    with commits():
        page.save_revision(user=cast.trainer).publish(user=cast.trainer)
    assert list(attempt.responses.values_list("version", "content", "answer")) == paper
    client = cast.client(cast.officer)
    assert client.get(f"/en/tests/{attempt.uuid}/1/").status_code == 200
    client.post(f"/en/tests/{attempt.uuid}/hand-in/", follow=True)
    assert Attempt.objects.get().passed and own_standings(cast.officer, "en")[0].is_complete
    call_command("rebuild_progress", check=True)


def test_a_page_with_progress_is_not_deleted_but_can_be_withdrawn(cast, course, author, kept):
    page = Page.objects.get(slug="m1-l1")
    address = reverse("wagtailadmin_pages:delete", args=[page.pk])
    for answer in (author.get(address, follow=True), author.post(address, follow=True)):
        text = answer.content.decode()
        assert answer.status_code == 200 and "has been in" in text and "Unpublish it instead" in text
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    author.post(f"{bulk}?id={page.pk}", follow=True)
    # Wagtail lets nobody of ours delete a page with pages below it.
    module = Page.objects.get(slug="m1")
    author.post(reverse("wagtailadmin_pages:delete", args=[module.pk]), follow=True)
    assert Page.objects.filter(pk__in=[page.pk, module.pk]).count() == 2
    assert EditionRevision.objects.count() == 1


def test_the_page_that_a_course_is_made_from_is_not_deleted(course, author):
    for page in (course.page, Page.objects.get(slug="courses")):
        author.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
        assert Page.objects.filter(pk=page.pk).exists()


def test_a_page_in_which_nobody_was_is_deleted_and_leaves_the_shelf(cast, course, author, commits):
    page = lesson("m1-l1")
    with commits():
        author.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert not LessonPage.objects.filter(key="m1-l1").exists()
    assert "m1-l1" not in keys(EditionRevision.objects.order_by("pk").last())


# --- copies


def ids(page: LessonPage) -> list[str]:
    return [raw["id"] for raw in page.body.raw_data]


def test_a_copy_has_another_key_and_blocks_of_its_own_in_every_version(course, kept):
    page = lesson()
    page.save_revision().publish()
    page = lesson()
    copied = page.copy(update_attrs={"slug": "copy", "title": "Copy"})
    copied = LessonPage.objects.get(pk=copied.pk)
    assert copied.key != page.key and copied.translation_key != page.translation_key
    assert not set(ids(copied)) & set(ids(page)) and len(ids(copied)) == len(ids(page))
    for revision in copied.revisions.all():
        draft = revision.as_object()
        assert draft.key == copied.key
        assert ids(draft) == ids(copied)
    assert ids(lesson()) == ids(page), "the original stays as it is"


def test_a_module_that_is_copied_in_the_editor_can_be_published_beside_the_first(cast, course, author, kept, commits):
    for each in (lesson("m1-l1"), lesson("m1-l2")):
        each.save_revision(user=cast.trainer).publish(user=cast.trainer)
    module = ModulePage.objects.get(key="m1")
    form = {
        "new_title": "Module one again",
        "new_slug": "m1-again",
        "new_parent_page": str(course.page.pk),
        "copy_subpages": "on",
        "publish_copies": "on",
    }
    with commits():
        author.post(reverse("wagtailadmin_pages:copy", args=[module.pk]), form)
    copied = ModulePage.objects.get(slug="m1-again")
    lessons = list(LessonPage.objects.child_of(copied).order_by("path"))
    assert len(lessons) == 2 and not set(ids(lessons[0])) & set(ids(lesson()))
    newest = keys(EditionRevision.objects.order_by("pk").last())
    assert copied.key in newest and "m1" in newest
    assert f"{lessons[0].key}/{ids(lessons[0])[-1]}" in newest


def test_no_alias_of_a_lesson_is_made_because_it_would_have_the_key_of_the_first(cast, course, author):
    address = reverse("wagtailadmin_pages:copy", args=[lesson().pk])
    assert 'name="alias"' not in author.get(address).content.decode()
    form = {"new_title": "Again", "new_slug": "again", "new_parent_page": str(lesson().get_parent().pk), "alias": "on"}
    author.post(address, form)
    copied = LessonPage.objects.get(slug="again")
    assert copied.alias_of_id is None and copied.key != lesson().key


def test_what_an_officer_completed_stays_complete_whatever_is_added(cast, course, commits):
    complete(cast.officer, course.course)
    before = evidence()
    module = ModulePage.objects.get(key="m1")
    fresh = LessonPage(title="Added", slug="added", key="added", body=[], locale=module.locale)
    module.add_child(instance=fresh)
    follow(course.page, by=cast.trainer)
    assert evidence() == before
    assert own_standings(cast.officer, "en")[0].is_complete
