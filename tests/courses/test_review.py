"""The do-no-harm review: nothing unsigned reaches officers by any way, and who may sign what."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment, TaskState, WorkflowState

from accounts.models import AuditEvent, Posting
from accounts.permissions import Refused
from accounts.roles import Role
from courses.pages.exchange import apply_plan, plan_import, read_bundle
from courses.pages.gate import NotReviewed, signatures_in
from courses.pages.models import DoNoHarmTask, LessonPage, ModulePage, ReviewedIn, ReviewNote, SignOff
from courses.pages.publication import follow
from courses.pages.review import CHECKS, required
from courses.pages.review_desk import find_unit, queue, states_of_checks
from courses.pages.services import publish_course
from courses.pages.services import reviewing as review
from learning.models import Course, EditionRevision, ManifestEntry
from learning.services import enrol
from tests.cast import make_person
from tests.courses.bundles import edit, small_bundle, write
from tests.factories import make_course

BLOCKING = {
    1: Role.LEGAL_REVIEWER,
    2: Role.SECURITY_REVIEWER,
    3: Role.PROTECTION_REVIEWER,
    4: Role.LANGUAGE_REVIEWER,
    5: Role.TRAUMA_REVIEWER,
}


@pytest.fixture
def reviewers(cast):
    """Check → somebody who may sign it and no other."""
    return {number: make_person(role.value, role) for number, role in BLOCKING.items()}


@pytest.fixture
def small(cast, settings):
    """A course that is reviewed and published, on a site that requires review."""
    made = make_course("T7", review_state="reviewed")
    settings.REQUIRE_REVIEW = True
    return made


def lesson(key: str = "m1-l1") -> LessonPage:
    return LessonPage.objects.get(key=key)


def draft(text: str, key: str = "m1-l1", by=None) -> None:
    """A draft in the editor."""
    page = lesson(key)
    page.body[0].value["text"] = text
    page.save_revision(user=by)


def unit(small, key: str = "m1", language: str = "en"):
    return find_unit(small.course, key, language)


def sign(small, by, number: int, key: str = "m1", language: str = "en", **more):
    more.setdefault("digest", unit(small, key, language).digest)
    return review.sign_check(by=by, course=small.course, key=key, language=language, number=number, **more)


def sign_all(small, reviewers, key: str = "m1", language: str = "en") -> None:
    for number in sorted(required(is_translation=language != "en")):
        sign(small, reviewers[number], number, key, language)


def served(cast, code: str = "t7", language: str = "en") -> str:
    return cast.client(cast.officer).get(f"/{language}/courses/{code}/m1-l1/").content.decode()


@pytest.fixture
def reader(cast, small):
    enrol(by=cast.officer, course=small.course)


# --- the table


def test_checks_one_to_five_hold_back_and_a_translation_needs_four_of_them_anew():
    assert [check.number for check in CHECKS] == list(range(1, 11))
    assert required(is_translation=False) == {1, 2, 3, 4, 5}
    assert required(is_translation=True) == {1, 3, 4, 5}


# --- every way to the shelf


def test_an_edit_that_is_published_in_the_editor_waits_for_the_signatures(
    cast, small, reader, django_capture_on_commit_callbacks
):
    client = cast.client(cast.trainer)
    with django_capture_on_commit_callbacks(execute=True):
        draft("Unsigned words.")
        lesson().get_latest_revision().publish(user=cast.trainer, skip_permission_checks=True)
    assert "Unsigned words." not in served(cast) and "Act, means, purpose." in served(cast)
    assert EditionRevision.objects.filter(edition__course=small.course).count() == 1
    with pytest.raises(NotReviewed) as refused:
        follow(lesson(), by=cast.trainer)
    assert "Module one" in str(refused.value) and "1 Law" in str(refused.value)
    assert client.get(reverse("review:course", args=["t7"])).status_code == 200


def test_bulk_publication_a_schedule_and_a_withdrawal_put_nothing_unsigned_on_the_shelf(
    cast, small, reader, django_capture_on_commit_callbacks
):
    for publish in ("bulk", "schedule", "withdraw"):
        page = lesson()
        page.body[0].value["text"] = f"Unsigned by {publish}."
        if publish == "schedule":
            page.go_live_at = timezone.now() - dt.timedelta(minutes=1)
        revision = page.save_revision(user=cast.trainer)
        with django_capture_on_commit_callbacks(execute=True):
            if publish == "withdraw":
                lesson("m1-l2").unpublish()
            else:
                revision.publish(user=cast.trainer, skip_permission_checks=True)
        assert "Unsigned" not in served(cast)
    assert EditionRevision.objects.filter(edition__course=small.course).count() == 1


def test_the_course_is_published_when_the_last_required_check_is_signed(
    cast, small, reader, reviewers, django_capture_on_commit_callbacks
):
    draft("Signed words.")
    review.submit_unit(by=cast.trainer, course=small.course, key="m1", language="en")
    for number in (1, 2, 3, 4):
        with django_capture_on_commit_callbacks(execute=True):
            sign(small, reviewers[number], number)
        assert "Signed words." not in served(cast)
    with django_capture_on_commit_callbacks(execute=True):
        sign(small, reviewers[5], 5)
    assert "Signed words." in served(cast)
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_APPROVED
    revision = EditionRevision.objects.filter(edition__course=small.course).last()
    stood_on = signatures_in(revision)[("m1", "en", unit(small).digest)]
    assert {number: row.actor.user for number, row in stood_on.items()} == reviewers
    assert set(ManifestEntry.objects.filter(revision=revision).values_list("review_state", flat=True)) == {"reviewed"}


def test_wagtail_itself_cannot_end_the_review(cast, small, reviewers):
    draft("Words.")
    review.submit_unit(by=cast.trainer, course=small.course, key="m1", language="en")
    state = TaskState.objects.get()
    task = state.task.specific
    assert isinstance(task, DoNoHarmTask) and task.get_actions(lesson(), cast.admin) == []
    with pytest.raises(PermissionDenied):
        task.on_action(state, cast.trainer, "approve")
    assert not task.locked_for_user(lesson(), cast.trainer)
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS


def test_what_an_author_submitted_waits_for_somebody_who_publishes(
    cast, small, reader, reviewers, django_capture_on_commit_callbacks
):
    author = make_person("author", Role.AUTHOR)
    draft("Signed words.", by=author)
    review.submit_unit(by=author, course=small.course, key="m1", language="en")
    with django_capture_on_commit_callbacks(execute=True):
        sign_all(small, reviewers)
    assert "Signed words." not in served(cast)
    with pytest.raises(Refused):
        review.publish_unit(by=author, course=small.course, key="m1", language="en")
    page = cast.client(cast.trainer).get(reverse("review:queue")).content.decode()
    assert "waits for somebody who publishes" in page
    with django_capture_on_commit_callbacks(execute=True):
        cast.client(cast.trainer).post(reverse("review:publish", args=["t7", "m1", "en"]))
    assert "Signed words." in served(cast)


def test_a_signature_is_not_told_what_came_of_somebody_elses_publication(
    cast, small, reviewers, django_capture_on_commit_callbacks
):
    """A server's thread takes one request after the other; what a bulk action left there is nobody's news."""
    with django_capture_on_commit_callbacks(execute=True):
        lesson().save_revision(user=cast.trainer).publish(user=cast.trainer, skip_permission_checks=True)
    draft("Words.")
    client, address = cast.client(reviewers[1]), reverse("review:sign", args=["t7", "m1", "en", 1])
    page = client.post(address, {"sign-1-digest": unit(small).digest}, follow=True).content.decode()
    assert "Signed." in page and "officers now read" not in page and "Officers do not see this yet" not in page


def test_a_publisher_cannot_publish_from_the_desk_what_lacks_signatures(cast, small, reviewers):
    draft("Words.")
    sign(small, reviewers[1], 1)
    with pytest.raises(review.NotSigned):
        review.publish_unit(by=cast.trainer, course=small.course, key="m1", language="en")
    assert lesson().body[0].value["text"] == "Act, means, purpose."


# --- what a signature is worth


def test_a_signature_of_the_old_text_is_worth_nothing_and_of_the_same_text_again_everything(cast, small, reviewers):
    draft("One.")
    old = unit(small).digest
    sign(small, reviewers[1], 1)
    draft("Two.")
    with pytest.raises(review.TextChanged):
        sign(small, reviewers[2], 2, digest=old)
    states = {state.check.number: state for state in states_of_checks(cast.trainer, unit(small))}
    assert not states[1].is_signed and states[1].is_edited and not states[2].is_signed
    draft("One.")
    assert [state.check.number for state in states_of_checks(cast.trainer, unit(small)) if state.is_signed] == [1]


def test_a_question_is_part_of_what_is_signed(cast, small, reviewers):
    from assessments.models import ItemWording
    from assessments.services import save_wording

    before = unit(small).digest
    wording = ItemWording.objects.select_related("version__item").get(version__item__key="F2", language="en")
    save_wording(version=wording.version, language="en", text={**wording.text, "feedback": "Other words."})
    assert unit(small).digest != before
    with pytest.raises(NotReviewed):
        publish_course(by=None, page=small.page)


def test_only_the_role_of_the_day_signs(cast, small, reviewers):
    draft("Words.")
    before = SignOff.objects.count()
    for person in (reviewers[2], cast.trainer, cast.admin, cast.rso, cast.officer, cast.nobody):
        with pytest.raises(Refused):
            sign(small, person, 1)
    Posting.objects.filter(user=reviewers[1]).update(
        starts_on=timezone.localdate() - dt.timedelta(days=9), ends_on=timezone.localdate() - dt.timedelta(days=1)
    )
    gone = type(cast.admin).objects.get(pk=reviewers[1].pk)
    with pytest.raises(Refused):
        sign(small, gone, 1)
    assert SignOff.objects.count() == before


def test_nobody_signs_the_own_text_and_somebody_elses_comma_changes_nothing(cast, small, reviewers):
    from accounts.services import post_person

    post_person(by=None, user=reviewers[1], role=Role.AUTHOR)
    writer = type(cast.admin).objects.get(pk=reviewers[1].pk)
    draft("All of this is mine.", by=writer)
    draft("All of this is mine,", by=cast.trainer)
    before = SignOff.objects.count()
    with pytest.raises(review.OwnText):
        sign(small, writer, 1)
    assert SignOff.objects.count() == before
    other = make_person("legal2", Role.LEGAL_REVIEWER)
    sign(small, other, 1)
    draft("Somebody else goes on.", by=cast.trainer)
    assert sign(small, writer, 1).verdict == "signed"


def test_nobody_signs_questions_that_the_same_person_brought_in_with_a_file(cast, reviewers, settings, tmp_path):
    from accounts.services import post_person

    made = apply_plan(plan_import(read_bundle(write(small_bundle(), tmp_path / "s"))))
    course = Course.objects.get(uuid=made.plan.bundle.id)
    settings.REQUIRE_REVIEW = True
    post_person(by=None, user=reviewers[1], role=Role.TRAINER)
    both = type(cast.admin).objects.get(pk=reviewers[1].pk)
    edit(tmp_path / "s" / "en" / "questions.yaml", "Because (en)", "Detain them all (en)")
    plan = plan_import(read_bundle(tmp_path / "s"), is_trusted=False)
    assert {change.kind for change in plan.changes} == {"wording"}
    assert apply_plan(plan, by=both).held_back
    now = find_unit(course, "m1", "en")
    more = {"course": course, "key": "m1", "language": "en", "number": 1, "digest": now.digest}
    with pytest.raises(review.OwnText):
        review.sign_check(by=both, **more)
    assert not SignOff.objects.filter(actor__user=both).exists()
    assert review.sign_check(by=make_person("legal2", Role.LEGAL_REVIEWER), **more).verdict == "signed"


def test_the_database_changes_and_deletes_no_signature(cast, small):
    for statement in (
        lambda: SignOff._base_manager.update(number=3),
        lambda: SignOff._base_manager.all()._raw_delete("default"),
        lambda: ReviewedIn._base_manager.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            statement()


def test_a_reviewer_takes_the_own_signature_back_until_it_is_published(
    cast, small, reviewers, django_capture_on_commit_callbacks
):
    draft("Words.")
    mine = sign(small, reviewers[1], 1)
    with pytest.raises(review.NotYours):
        review.take_back(by=reviewers[2], sign_off=mine)
    review.take_back(by=reviewers[1], sign_off=mine)
    assert not any(state.is_signed for state in states_of_checks(cast.trainer, unit(small)))
    with pytest.raises(review.NotYours):
        review.take_back(by=reviewers[1], sign_off=mine)
    review.submit_unit(by=cast.trainer, course=small.course, key="m1", language="en")
    with django_capture_on_commit_callbacks(execute=True):
        sign_all(small, reviewers)
    with pytest.raises(review.NotYours):
        review.take_back(by=reviewers[1], sign_off=SignOff.objects.filter(number=1).last())


def test_the_next_review_has_a_day_and_its_author_may_have_written_the_text(cast, small):
    draft("Words.", by=cast.trainer)
    with pytest.raises(review.NoDate):
        sign(small, cast.trainer, 10)
    due = timezone.localdate() + dt.timedelta(days=300)
    assert sign(small, cast.trainer, 10, review_due_on=due).review_due_on == due


def test_a_later_signature_of_the_same_text_is_added_to_the_published_revision(cast, small):
    inclusion = make_person("inclusion", Role.INCLUSION_REVIEWER)
    sign(small, inclusion, 7)
    publish_course(by=None, page=small.page)
    (revision,) = EditionRevision.objects.filter(edition__course=small.course)
    assert signatures_in(revision)[("m1", "en", unit(small).digest)][7].actor.user == inclusion


# --- returned


def test_a_returned_module_has_its_comments_beside_the_blocks(cast, small, reviewers):
    draft("Words.")
    review.submit_unit(by=cast.trainer, course=small.course, key="m1", language="en")
    address = reverse("review:return", args=["t7", "m1", "en"])
    client = cast.client(reviewers[3])
    page = client.get(reverse("review:unit", args=["t7", "m1", "en"]))
    form = page.context["return_form"]
    field = next(name for name, place in form.names.items() if place == "m1-l1/body.kp-1")
    sent = {"digest": unit(small).digest, "number": "3", field: "An officer may read this as leave to detain."}
    assert client.post(address, sent).status_code == 302
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_NEEDS_CHANGES
    comment = Comment.objects.get()
    assert (comment.page_id, comment.user) == (lesson().pk, reviewers[3])
    assert comment.contentpath == "body.kp-1.text", "where the editor shows it"
    assert ReviewNote.objects.get().place == "m1-l1/body.kp-1"
    assert (
        "leave to detain"
        in cast.client(cast.trainer).get(reverse("review:unit", args=["t7", "m1", "en"])).content.decode()
    )
    editor = cast.client(cast.trainer).get(reverse("wagtailadmin_pages:edit", args=[lesson().pk])).content.decode()
    assert "leave to detain" in editor
    assert AuditEvent.objects.filter(action="review.returned").count() == 1


def test_a_return_without_a_word_and_one_with_case_data_change_nothing(cast, small, reviewers):
    draft("Words.")
    client = cast.client(reviewers[3])
    address = reverse("review:return", args=["t7", "m1", "en"])
    sent = {"digest": unit(small).digest, "number": "3", "comment": ""}
    before = SignOff.objects.count()
    assert b"Say what should change" in client.post(address, sent).content
    answer = client.post(address, sent | {"comment": "As in case 123/2024 of last year"})
    assert answer.status_code == 422 and b"number of a case" in answer.content
    assert SignOff.objects.count() == before and not Comment.objects.exists()


def test_a_returned_module_is_submitted_again_and_goes_on(cast, small, reviewers):
    draft("Words.")
    review.submit_unit(by=cast.trainer, course=small.course, key="m1", language="en")
    review.return_unit(
        by=reviewers[1],
        course=small.course,
        key="m1",
        language="en",
        number=1,
        digest=unit(small).digest,
        comment="Article 4 is missing.",
        notes={},
    )
    assert queue(reviewers[1]) == []
    draft("Words, and article 4.")
    review.submit_unit(by=cast.trainer, course=small.course, key="m1", language="en")
    (waiting,) = queue(reviewers[1])
    assert [check.number for check in waiting.mine] == [1]
    assert sign(small, reviewers[1], 1)


# --- the editor


def test_a_module_is_submitted_by_wagtails_own_button_and_a_lesson_submits_its_module(cast, small, settings):
    client = cast.client(cast.trainer)
    client.post("/admin/", {})
    module = ModulePage.objects.get(key="m1")
    page = client.get(reverse("wagtailadmin_pages:edit", args=[module.pk])).content.decode()
    assert "Submit to Do-no-harm review" in page and "Open the review" in page
    page = client.get(reverse("wagtailadmin_pages:edit", args=[lesson().pk])).content.decode()
    assert "Submit the module to the review" in page and "Submit to" not in page


def test_reviewers_get_into_the_authors_side_and_edit_nothing(cast, small, reviewers):
    client = cast.client(reviewers[1])
    assert client.get("/admin/").status_code == 200
    before = lesson().latest_revision_id
    edit = reverse("wagtailadmin_pages:edit", args=[lesson().pk])
    assert client.get(edit).url == reverse("review:unit", args=["t7", "m1", "en"])
    assert client.post(edit, {"title": "Mine"}).status_code == 302
    assert lesson().latest_revision_id == before


def test_the_queue_is_in_the_menu_of_those_who_sign(cast, small, reviewers):
    assert reverse("review:queue") in cast.client(reviewers[1]).get("/en/courses/").content.decode()
    assert reverse("review:queue") not in cast.client(cast.officer).get("/en/courses/").content.decode()


def test_the_keys_of_test_questions_are_not_shown_to_authors(cast, small, reviewers):
    author = make_person("author", Role.AUTHOR)
    address = reverse("review:unit", args=["t7", "m1", "en"])
    assert "Feedback of F1" in cast.client(reviewers[1]).get(address).content.decode()
    shown = cast.client(author).get(address).content.decode()
    assert "Feedback of F1" not in shown and "Feedback of P1" in shown


def test_what_changed_since_the_last_signature_is_marked(cast, small, reviewers):
    draft("Other words.")
    page = cast.client(reviewers[1]).get(reverse("review:unit", args=["t7", "m1", "en"])).content.decode()
    assert page.count("changed since it was signed") == 1
    assert "Act, means, purpose." in page and "Other words." in page
    assert "1 change since it was signed last" in page


def test_a_branching_scenario_is_read_with_every_way_through_it(cast, small, reviewers):
    from tests.scenarios import block, night_bus

    page = lesson("m1-l2")
    raw = [*page.body.raw_data, block(night_bus())]
    page.body = LessonPage._meta.get_field("body").stream_block.to_python(raw)
    page.save_revision()
    shown = cast.client(reviewers[1]).get(reverse("review:unit", args=["t7", "m1", "en"])).content.decode()
    assert "scenario-graph" in shown and "The same in words" in shown


def test_a_prompt_in_its_standard_words_is_called_by_its_kind_and_a_field_as_officers_know_it(cast, small, reviewers):
    page = lesson("m1-l2")
    prompt = {"type": "care_prompt", "id": "care-1", "value": {"kind": "before", "text": ""}}
    page.body = LessonPage._meta.get_field("body").stream_block.to_python([*page.body.raw_data, prompt])
    page.save_revision()
    shown = cast.client(reviewers[1]).get(reverse("review:unit", args=["t7", "m1", "en"])).content.decode()
    assert "Self-care prompt" in shown and "body.care-1" not in shown
    assert "What you will be able to do" in shown
