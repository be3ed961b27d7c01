"""Publishing asks: correction or new edition. What differs, what is refused, and nothing by half."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from accounts.permissions import Refused
from accounts.roles import Role
from assessments.services import save_item
from courses.pages.models import CoursePage, LessonPage, WaitingPage
from courses.pages.publication import follow
from courses.pages.rights import sync_groups
from courses.pages.services import MustBeNewEdition, StalePage, WrongDelta, publish_as_asked
from courses.pages.services.differences import differences_of
from learning.models import Activity, Delta, EditionRevision
from tests.cast import make_person
from tests.factories import make_item
from tests.learning.editions import edit, make_two_modules


@pytest.fixture
def small(db):
    return make_two_modules()


def now(small):
    return differences_of(CoursePage.objects.get(pk=small.page.pk))


def address(small) -> str:
    return reverse("course_editions", args=[small.page.pk])


def form(small, **more) -> dict:
    return {
        "seen": now(small).seen,
        "choice": "edition",
        "note": "A new law.",
        "refresher": "1",
        "lessons": ["m2-l1"],
        "questions": "2",
        "minutes": "",
    } | more


# --- what differs


def test_nothing_differs_right_after_publication_and_looking_writes_nothing(small):
    before = Activity.objects.count()
    found = now(small)
    assert found.is_same and found.seen == now(small).seen and Activity.objects.count() == before


def test_a_new_edition_is_chosen_already_where_a_page_waits_for_one(cast, small):
    edit("m1-l1", "Other words.")
    client = cast.client(cast.trainer)
    assert client.get(address(small)).context["form"]["choice"].value() == "correction"
    WaitingPage.objects.create(course=small.course, page=Page.objects.get(slug="m1-l1"))
    assert client.get(address(small)).context["form"]["choice"].value() == "edition"


def test_lessons_modules_questions_and_rules_are_named_as_added_changed_or_removed(small):
    edit("m1-l1", "Other words.")
    module = Page.objects.get(slug="m2").specific
    module.objectives = "say it twice"
    module.save()
    module.add_child(instance=LessonPage(title="Brand new", slug="new", key="m2-l2", body=[], locale=module.locale))
    LessonPage.objects.get(key="m1-l2").unpublish()
    make_item(small.course, "G9", "test", module="m2")
    version = small.course.banks.get().items.get(key="G2").versions.last()
    save_item(
        bank=small.course.banks.get(),
        key="G2",
        type="single",
        pool="test",
        structure=version.structure,
        answer_key=["b"],
        module="m2",
        source=version.source,
    )
    small.course.banks.get().items.filter(key="G3").update(retired_at="2026-01-01T00:00:00Z")
    CoursePage.objects.filter(pk=small.page.pk).update(pass_mark=90, summary="Another summary.")
    found = now(small)
    assert {(each.key, each.how) for each in found.lessons} == {
        ("m1-l1", "changed"),
        ("m2-l2", "added"),
        ("m1-l2", "removed"),
    }
    assert {(each.key, each.how) for each in found.modules} >= {("m2", "changed"), ("m1", "changed")}
    assert {(each.key, each.how) for each in found.questions} == {("G9", "added"), ("G2", "changed"), ("G3", "removed")}
    assert [each.key for each in found.course] == ["course"]
    assert [(each.before, each.after) for each in found.rules] == [("80", "90")] and found.asks_new_edition
    assert all(each.url for each in (*found.lessons, *found.course))
    assert {each.key for each in found.choices if each.is_changed} == {"m1-l1", "m2-l2"}


# --- the page


def test_a_trainer_publishes_a_new_edition_with_a_refresher_from_the_page(cast, small):
    edit("m2-l1", "The law of tomorrow.")
    client = cast.client(cast.trainer)
    text = client.get(address(small)).content.decode()
    assert "Lesson of two" in text and "changed" in text and "3 questions in the final test" in text
    assert 'value="m2-l1" checked' in text and 'value="m1-l1" checked' not in text
    answer = client.post(address(small), form(small), follow=True)
    assert "edition 2, revision 1" in answer.content.decode() and "A new law." in answer.content.decode()
    delta = Delta.objects.get()
    minutes = LessonPage.objects.get(key="m2-l1").minutes
    assert (delta.lessons, delta.questions, delta.minutes) == (["m2-l1"], 2, minutes + 2)
    revision = EditionRevision.objects.last()
    assert revision.note == "A new law." and revision.published_by.user == cast.trainer


def test_a_correction_asks_nothing_of_anybody_whatever_is_ticked(cast, small):
    edit("m2-l1", "Better words.")
    cast.client(cast.trainer).post(address(small), form(small, choice="correction"))
    last = EditionRevision.objects.last()
    assert (last.edition.number, last.number) == (1, 2) and not Delta.objects.exists()


def test_rules_that_differ_make_a_correction_impossible_and_the_page_says_so_before(cast, small):
    CoursePage.objects.filter(pk=small.page.pk).update(pass_mark=90)
    client = cast.client(cast.trainer)
    assert "this can only be a new edition" in client.get(address(small)).content.decode()
    answer = client.post(address(small), form(small, choice="correction"))
    assert answer.status_code == 422 and "can only be a new edition" in answer.content.decode()
    assert EditionRevision.objects.count() == 1
    client.post(address(small), form(small, refresher="0"))
    assert EditionRevision.objects.last().edition.number == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"lessons": []}, "at least one lesson"),
        ({"lessons": ["m9-l9"]}, "not one of the available choices"),
        ({"questions": ""}, "how many questions"),
        ({"questions": "0"}, "from 1 to 3"),
        ({"questions": "4"}, "from 1 to 3"),
        ({"questions": "two"}, "whole number"),
        ({"choice": ""}, "required"),
        ({"choice": "other"}, "not one of the available choices"),
        ({"note": "x" * 301}, "300"),
        ({"minutes": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_wrong_answer_is_said_and_publishes_nothing(cast, small, wrong, words):
    edit("m2-l1", "The law of tomorrow.")
    answer = cast.client(cast.trainer).post(address(small), form(small, **wrong))
    assert answer.status_code == 422 and words in answer.content.decode()
    assert EditionRevision.objects.count() == 1 and not Delta.objects.exists()


def test_of_two_who_press_at_the_same_moment_the_second_is_told_and_nothing_is_published_twice(cast, small):
    edit("m2-l1", "The law of tomorrow.")
    sent = form(small)
    cast.client(cast.trainer).post(address(small), sent)
    answer = cast.client(cast.admin).post(address(small), sent)
    assert answer.status_code == 409 and "after you opened this page" in answer.content.decode()
    assert "A new law." in answer.content.decode()
    assert EditionRevision.objects.count() == 2 and Delta.objects.count() == 1


def test_a_page_that_was_changed_since_one_looked_is_not_published_unseen(cast, small):
    edit("m2-l1", "The law of tomorrow.")
    seen = now(small).seen
    edit("m1-l1", "Somebody else's words.")
    with pytest.raises(StalePage):
        publish_as_asked(by=cast.trainer, page=small.page, seen=seen, as_new_edition=True)
    assert EditionRevision.objects.count() == 1


def test_what_fails_at_the_end_leaves_nothing_behind(cast, small, monkeypatch):
    edit("m2-l1", "The law of tomorrow.")

    def broken(*args):
        raise RuntimeError

    seen = now(small).seen
    monkeypatch.setattr("courses.pages.services.publishing.freeze_test", broken)
    with pytest.raises(RuntimeError):
        publish_as_asked(
            by=cast.trainer, page=small.page, seen=seen, as_new_edition=True, lessons=["m2-l1"], questions=2
        )
    assert EditionRevision.objects.count() == 1 and not Delta.objects.exists()


def test_authors_look_and_do_not_publish_and_services_refuse_them_too(cast, small):
    author = make_person("author", Role.AUTHOR)
    edit("m2-l1", "The law of tomorrow.")
    client = cast.client(author)
    text = client.get(address(small)).content.decode()
    assert "Lesson of two" in text and "Trainers publish courses" in text and 'name="choice"' not in text
    assert client.post(address(small), form(small)).status_code == 403
    for person in (author, cast.officer, cast.coordinator, cast.rso):
        with pytest.raises(Refused):
            publish_as_asked(by=person, page=small.page, seen=now(small).seen, as_new_edition=True)
    assert EditionRevision.objects.count() == 1


def test_a_refresher_asks_no_fewer_than_what_must_be_right_and_nothing_that_is_not_there(cast, small):
    make_item(small.course, "G4", "test", must=True, module="m2")
    with pytest.raises(MustBeNewEdition):
        publish_as_asked(by=cast.trainer, page=small.page, seen=now(small).seen, as_new_edition=False)
    for lessons, questions in ((["m2-l1"], 1), (["m2-l1"], 5), (["m9-l9"], 2)):
        with pytest.raises(WrongDelta):
            publish_as_asked(
                by=cast.trainer,
                page=small.page,
                seen=now(small).seen,
                as_new_edition=True,
                lessons=lessons,
                questions=questions,
            )
    assert EditionRevision.objects.count() == 1


def test_the_history_names_everything_that_was_published(cast, small):
    edit("m2-l1", "The law of tomorrow.")
    client = cast.client(cast.trainer)
    client.post(address(small), form(small))
    text = client.get(address(small)).content.decode()
    for words in ("2.1", "1.1", "A new law.", cast.trainer.full_name, "the site itself", "lessons m2-l1"):
        assert words in text
    assert "/courses/t1/as-it-was/1.1/en/course/" in text
    assert small.revision.digest[:12] in text


# --- in the editor


def editor_form(lesson: LessonPage, text: str, action: str) -> dict:
    """What Wagtail's editor sends for a lesson of one key point."""
    return {
        "title": lesson.title,
        "slug": lesson.slug,
        "minutes": lesson.minutes,
        "level": lesson.level,
        "body-count": 1,
        "body-0-deleted": "",
        "body-0-order": 0,
        "body-0-type": "key_point",
        "body-0-id": "kp-2",
        "body-0-value-text": text,
        "body-0-value-source": "L1 3(a)",
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
        "comments-MIN_NUM_FORMS": 0,
        "comments-MAX_NUM_FORMS": 1000,
        "action-publish": action,
    }


@pytest.fixture
def editor(cast, small):
    sync_groups(cast.trainer)
    return cast.client(cast.trainer)


def press(client, text: str, action: str, run):
    lesson = LessonPage.objects.get(key="m2-l1")
    with run(execute=True):
        return client.post(reverse("wagtailadmin_pages:edit", args=[lesson.pk]), editor_form(lesson, text, action))


def test_the_editor_offers_two_ways_once_officers_read_the_course(editor, small):
    text = editor.get(
        reverse("wagtailadmin_pages:edit", args=[LessonPage.objects.get(key="m2-l1").pk])
    ).content.decode()
    assert "Publish as a correction" in text and "Publish for a new edition…" in text
    assert address(small) in text


def test_publishing_as_a_correction_reaches_officers_at_once(editor, small, django_capture_on_commit_callbacks):
    press(editor, "Corrected words.", "action-publish", django_capture_on_commit_callbacks)
    last = EditionRevision.objects.last()
    assert (last.edition.number, last.number) == (1, 2) and not WaitingPage.objects.exists()


def test_publishing_for_a_new_edition_leads_to_the_editions_and_leaves_the_shelf_as_it_is(
    editor, small, django_capture_on_commit_callbacks
):
    answer = press(editor, "The law of tomorrow.", "new-edition", django_capture_on_commit_callbacks)
    assert answer.status_code == 302 and answer.url == address(small)
    assert "tomorrow" in str(LessonPage.objects.get(key="m2-l1").body.raw_data)
    assert EditionRevision.objects.count() == 1
    assert WaitingPage.objects.get().page.specific.key == "m2-l1"
    # A correction of another page would carry the change along, so it waits.
    with pytest.raises(Exception, match="waits for a new edition"):
        follow(LessonPage.objects.get(key="m1-l1"), by=None)
    assert EditionRevision.objects.count() == 1
    text = editor.get(address(small)).content.decode()
    assert "published for a new edition" in text
    editor.post(address(small), form(small))
    assert EditionRevision.objects.last().edition.number == 2 and not WaitingPage.objects.exists()


def test_a_page_that_waits_and_is_published_as_a_correction_after_all_waits_no_longer(
    editor, small, django_capture_on_commit_callbacks
):
    press(editor, "The law of tomorrow.", "new-edition", django_capture_on_commit_callbacks)
    press(editor, "The law of today, in better words.", "action-publish", django_capture_on_commit_callbacks)
    assert not WaitingPage.objects.exists()
    assert EditionRevision.objects.last().number == 2 and EditionRevision.objects.last().edition.number == 1
