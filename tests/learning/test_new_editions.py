"""From an edition to the next: refreshers for those who completed, moving forward for those who did not."""

import uuid

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from assessments.models import Attempt, EditionItem
from assessments.services import AlreadyTaken, NotReady, start_attempt
from certificates.models import Award
from certificates.selectors import public_award
from certificates.tasks import issue_missing_awards
from courses.pages.models import CoursePage
from courses.pages.services import publish_course
from learning.models import Delta, EditionMove, Enrolment, Refresher
from learning.projection import differences, rebuild
from learning.selectors import forward_offer, own_enrolment, refresher_offers, shown, standing
from learning.services import CannotMove, NoRefresher, begin_refresher, enrol, finish_lesson, move_forward
from tests.factories import finish_lessons, make_item, take_test
from tests.learning.editions import LESSONS, complete_all, edit, make_two_modules, new_edition, refresh
from xapi.models import Statement


@pytest.fixture
def small(db):
    return make_two_modules()


def offers(user):
    return refresher_offers(type(user).objects.get(pk=user.pk), "en")


# --- what is offered


def test_a_holder_is_offered_the_changed_lessons_and_a_few_questions(cast, small):
    complete_all(cast.officer, small)
    assert offers(cast.officer) == []
    new_edition(small, "m2-l1", questions=2, minutes=20)
    [offer] = offers(cast.officer)
    assert (offer.since, offer.number) == (1, 2)
    assert [node.key for node in offer.lessons] == ["m2-l1"]
    assert offer.questions == 2
    assert offers(cast.colleague) == []


def test_an_edition_without_a_delta_offers_nothing_and_changes_nothing_for_its_holders(cast, small):
    enrolment = complete_all(cast.officer, small)
    edit("m2-l1", "Something else.")
    publish_course(by=None, page=CoursePage.objects.get(pk=small.page.pk), as_new_edition=True)
    assert offers(cast.officer) == []
    assert shown(enrolment, "m2-l1", "en").revision.edition.number == 1
    assert "The law of today." in str(shown(enrolment, "m2-l1", "en").body)


def test_who_comes_from_further_back_is_offered_what_every_edition_since_asked(cast, small):
    complete_all(cast.officer, small)
    new_edition(small, "m1-l1", questions=1, minutes=10)
    new_edition(small, "m1-l1", "m2-l1", questions=2, minutes=20)
    [offer] = offers(cast.officer)
    assert [node.key for node in offer.lessons] == ["m1-l1", "m2-l1"]
    assert offer.questions == 3 and offer.number == 3


def test_an_edition_that_asks_nothing_passes_on_what_those_before_it_asked(cast, small):
    complete_all(cast.officer, small)
    new_edition(small, "m2-l1")
    new_edition(small)
    [offer] = offers(cast.officer)
    assert [node.key for node in offer.lessons] == ["m2-l1"] and offer.number == 3


def test_whose_certificate_was_revoked_is_offered_nothing(cast, small):
    complete_all(cast.officer, small)
    new_edition(small, "m2-l1")
    Award.objects.update(state=Award.State.REVOKED)
    assert offers(cast.officer) == []
    with pytest.raises(NoRefresher):
        begin_refresher(by=cast.officer, course=small.course)
    assert not Refresher.objects.exists() and Enrolment.objects.get().ended_at is None


def test_who_has_not_completed_is_offered_no_refresher(cast, small):
    enrol(by=cast.officer, course=small.course)
    new_edition(small, "m2-l1")
    assert offers(cast.officer) == []
    with pytest.raises(NoRefresher):
        begin_refresher(by=cast.officer, course=small.course)
    assert not Refresher.objects.exists()


# --- taking a refresher


def test_a_refresher_asks_for_its_lessons_and_its_test_and_certifies_the_new_edition_under_the_same_number(cast, small):
    old = complete_all(cast.officer, small)
    first = Award.objects.get()
    new_edition(small, "m2-l1")
    enrolment = begin_refresher(by=cast.officer, course=small.course)
    now = standing(enrolment, "en")
    assert [node.key for node in now.course.outline.path] == ["m2-l1", "delta-test"]
    assert (now.done_count, now.required_count, now.since) == (0, 2, 1)
    with pytest.raises(NotReady):
        start_attempt(by=cast.officer, enrolment=enrolment, key="delta-test", language="en")
    finish_lessons(enrolment, ("m2-l1",))
    attempt = take_test(cast.officer, enrolment, "delta-test")
    assert attempt.passed and attempt.total == 2

    old.refresh_from_db()
    assert old.ended_at is not None and old.progress.completed_at is not None
    second = Award.objects.get(enrolment=enrolment)
    assert second.number == first.number and second.uuid != first.uuid
    assert (first.edition, second.edition) == (1, 2)
    assert Award.objects.get(pk=first.pk).state == Award.State.SUPERSEDED
    assert public_award(first.number).edition == 2
    assert public_award(str(first.uuid)).edition == 1
    assert offers(cast.officer) == []


def test_while_a_refresher_is_open_no_result_of_the_course_shows_a_key(cast, small):
    complete_all(cast.officer, small)
    passed = Attempt.objects.get(activity__key="final-test")
    url = reverse("assessments:result", args=[passed.uuid])
    browser = cast.client(cast.officer)
    assert "What was right, and why" in browser.get(url).content.decode()
    new_edition(small, "m2-l1")
    enrolment = begin_refresher(by=cast.officer, course=small.course)
    finish_lessons(enrolment, ("m2-l1",))
    start_attempt(by=cast.officer, enrolment=enrolment, key="delta-test", language="en")
    hidden = browser.get(url).content.decode()
    assert "What was right, and why" not in hidden and "Feedback of" not in hidden


def test_a_refresher_can_be_followed_by_another(cast, small):
    complete_all(cast.officer, small)
    new_edition(small, "m1-l1", questions=1)
    refresh(cast.officer, small, "m1-l1")
    new_edition(small, "m2-l1", questions=1)
    [offer] = offers(cast.officer)
    assert offer.since == 2 and [node.key for node in offer.lessons] == ["m2-l1"]
    refresh(cast.officer, small, "m2-l1")
    assert sorted(Award.objects.values_list("edition", flat=True)) == [1, 2, 3]
    assert Award.objects.values("number").distinct().count() == 1


def test_two_presses_make_one_refresher(cast, small):
    complete_all(cast.officer, small)
    new_edition(small, "m2-l1")
    first = begin_refresher(by=cast.officer, course=small.course)
    assert begin_refresher(by=cast.officer, course=small.course) == first
    assert Refresher.objects.count() == 1 and Enrolment.objects.filter(ended_at=None).count() == 1


def test_the_database_keeps_one_refresher_for_a_completed_enrolment_and_never_changes_it(cast, small):
    old = complete_all(cast.officer, small)
    new_edition(small, "m2-l1")
    begin_refresher(by=cast.officer, course=small.course)
    another = Enrolment.objects.create(
        actor=old.actor, course=small.course, edition=old.edition, ended_at=old.enrolled_at
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        Refresher.objects.create(enrolment=another, before=old, since=1)
    row = Refresher.objects.get()
    row.since = 7
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()
    delta = Delta.objects.get()
    delta.questions = 0
    with pytest.raises(DatabaseError), transaction.atomic():
        delta.save()


def test_the_test_of_a_refresher_asks_final_test_questions_of_the_changed_modules_only(cast, small):
    complete_all(cast.officer, small)
    make_item(small.course, "P9", "practice", module="m2")
    new_edition(small, "m2-l1", questions=3)
    enrolment = begin_refresher(by=cast.officer, course=small.course)
    finish_lessons(enrolment, ("m2-l1",))
    attempt = start_attempt(by=cast.officer, enrolment=enrolment, key="delta-test", language="en")
    asked = [row.version for row in attempt.responses.select_related("version__item")]
    assert {version.item.key for version in asked} == {"G1", "G2", "G3"}
    assert {version.item.pool for version in asked} == {"test"}
    frozen = EditionItem.objects.filter(activity__key="delta-test")
    assert set(frozen.values_list("version__item__pool", flat=True)) == {"test"}


def test_what_must_be_right_is_asked_in_a_refresher_too_and_fails_it_alone(cast, small):
    complete_all(cast.officer, small)
    new_edition(small, "m2-l1", questions=1)
    enrolment = begin_refresher(by=cast.officer, course=small.course)
    finish_lessons(enrolment, ("m2-l1",))
    attempt = take_test(cast.officer, enrolment, "delta-test", wrong=("G1",))
    assert attempt.passed is False
    assert Award.objects.count() == 1
    assert take_test(cast.officer, enrolment, "delta-test").passed
    assert Award.objects.count() == 2
    with pytest.raises(AlreadyTaken):
        start_attempt(by=cast.officer, enrolment=enrolment, key="delta-test", language="en")


def test_other_tests_are_not_open_in_a_refresher_and_its_test_not_in_the_course(cast, small):
    old = complete_all(cast.officer, small)
    new_edition(small, "m2-l1")
    fresh = enrol(by=cast.colleague, course=small.course)
    with pytest.raises(Http404):
        shown(fresh, "delta-test", "en")
    enrolment = begin_refresher(by=cast.officer, course=small.course)
    for key in ("final-test", "pre-test"):
        with pytest.raises(Http404):
            start_attempt(by=cast.officer, enrolment=enrolment, key=key, language="en")
    assert shown(enrolment, "m1-l1", "en").node.key == "m1-l1", "every lesson can be read again"
    assert old.pk != enrolment.pk


def test_a_failed_projection_of_a_refresher_is_rebuilt_from_the_record(cast, small):
    complete_all(cast.officer, small)
    new_edition(small, "m2-l1")
    enrolment = refresh(cast.officer, small, "m2-l1")
    assert differences(enrolment) == []
    enrolment.activity_progress.all().delete()
    enrolment.progress.delete()
    assert rebuild(Enrolment.objects.get(pk=enrolment.pk))
    again = Enrolment.objects.get(pk=enrolment.pk)
    assert differences(again) == [] and standing(again, "en").is_complete


def test_a_certificate_that_is_revoked_while_its_refresher_is_under_way_gets_no_new_period(cast, small):
    complete_all(cast.officer, small)
    new_edition(small, "m2-l1")
    enrolment = begin_refresher(by=cast.officer, course=small.course)
    Award.objects.update(state=Award.State.REVOKED)
    finish_lessons(enrolment, ("m2-l1",))
    take_test(cast.officer, enrolment, "delta-test")
    assert issue_missing_awards.func() == 0
    assert Award.objects.get().state == Award.State.REVOKED


def test_the_paper_of_an_officer_who_has_only_one_of_two_changed_modules_to_take_asks_nothing_of_the_other(cast, small):
    complete_all(cast.officer, small)
    new_edition(small, "m1-l1", questions=1)
    refresh(cast.officer, small, "m1-l1")
    new_edition(small, "m2-l1", questions=3)
    enrolment = begin_refresher(by=cast.officer, course=small.course)
    finish_lessons(enrolment, ("m2-l1",))
    attempt = start_attempt(by=cast.officer, enrolment=enrolment, key="delta-test", language="en")
    assert set(attempt.responses.values_list("version__module", flat=True)) == {"m2"}


# --- moving forward


def test_moving_forward_keeps_what_is_the_same_and_asks_for_what_changed(cast, small):
    enrolment = enrol(by=cast.officer, course=small.course)
    finish_lessons(enrolment, ("m1-l1", "m2-l1"))
    new_edition(small, "m2-l1")
    offer = forward_offer(own_enrolment(cast.officer, "t1"), "en")
    assert offer.kept == 1 and [node.key for node in offer.anew] == ["m2-l1"]
    before = Statement.objects.count()
    moved = move_forward(by=cast.officer, course=small.course)
    assert moved.pk == enrolment.pk and moved.edition.number == 2
    now = standing(moved, "en")
    assert [node.key for node in now.course.outline.path if node.uuid in now.done] == ["m1-l1"]
    assert Statement.objects.count() == before and differences(moved) == []
    assert "Changed for edition 2" in str(shown(moved, "m2-l1", "en").body)
    finish_lessons(moved, ("m1-l2", "m2-l1"))
    take_test(cast.officer, moved)
    assert Award.objects.get().edition == 2
    assert differences(Enrolment.objects.get(pk=moved.pk)) == []


def test_nobody_moves_back_or_twice_and_nobody_moves_who_has_completed(cast, small):
    complete_all(cast.officer, small)
    enrol(by=cast.colleague, course=small.course)
    with pytest.raises(CannotMove):
        move_forward(by=cast.colleague, course=small.course)
    new_edition(small, "m2-l1")
    move_forward(by=cast.colleague, course=small.course)
    for person in (cast.officer, cast.colleague, cast.outsider):
        with pytest.raises(CannotMove):
            move_forward(by=person, course=small.course)
    assert EditionMove.objects.count() == 1
    assert Enrolment.objects.get(actor__user=cast.officer).edition.number == 1


def test_an_open_test_is_handed_in_before_one_moves_and_no_attempt_is_lost(cast, small):
    enrolment = enrol(by=cast.officer, course=small.course)
    finish_lessons(enrolment, LESSONS)
    take_test(cast.officer, enrolment, wrong=("F1",))
    open_one = start_attempt(by=cast.officer, enrolment=enrolment, key="final-test", language="en")
    new_edition(small, "m2-l1")
    with pytest.raises(CannotMove, match="open"):
        move_forward(by=cast.officer, course=small.course)
    assert Enrolment.objects.get().edition.number == 1
    Attempt.objects.filter(pk=open_one.pk).update(submitted_at=open_one.started_at, right=0, passed=False)
    moved = move_forward(by=cast.officer, course=small.course)
    assert Attempt.objects.filter(enrolment=moved).count() == 2


def test_what_was_done_offline_before_the_move_does_not_count_for_what_changed(cast, small):
    enrolment = enrol(by=cast.officer, course=small.course)
    read = shown(enrolment, "m2-l1", "en")
    new_edition(small, "m2-l1")
    moved = move_forward(by=cast.officer, course=small.course)
    finish_lesson(
        enrolment=moved,
        revision=read.revision,
        activity_uuid=uuid.UUID(read.node.uuid),
        language="en",
        content=read.content,
    )
    assert read.node.uuid not in standing(moved, "en").done
    assert differences(moved) == []


def test_a_running_refresher_moves_forward_too_and_keeps_what_did_not_change(cast, small):
    complete_all(cast.officer, small)
    new_edition(small, "m1-l1", "m2-l1", questions=2)
    enrolment = begin_refresher(by=cast.officer, course=small.course)
    finish_lessons(enrolment, ("m1-l1", "m2-l1"))
    new_edition(small, "m2-l1", questions=2)
    moved = move_forward(by=cast.officer, course=small.course)
    assert moved == enrolment
    now = standing(moved, "en")
    assert [node.key for node in now.course.outline.path] == ["m1-l1", "m2-l1", "delta-test"]
    assert now.done_count == 1
    finish_lessons(moved, ("m2-l1",))
    take_test(cast.officer, moved, "delta-test")
    assert sorted(Award.objects.values_list("edition", flat=True)) == [1, 3]


def test_an_officer_of_the_old_edition_is_not_touched_by_the_new_one(cast, small):
    enrolment = enrol(by=cast.officer, course=small.course)
    finish_lessons(enrolment, ("m1-l1",))
    new_edition(small, "m1-l1", "m2-l1")
    finish_lessons(enrolment, ("m1-l2", "m2-l1"))
    take_test(cast.officer, enrolment)
    award = Award.objects.get()
    assert award.edition == 1 and award.valid_until > timezone.localdate()
    assert [offer.number for offer in offers(cast.officer)] == [2]


def test_a_correction_after_the_delta_reaches_those_who_take_it(cast, small):
    complete_all(cast.officer, small)
    new_edition(small, "m2-l1")
    enrolment = begin_refresher(by=cast.officer, course=small.course)
    edit("m2-l1", "Corrected words.")
    revision, is_new = publish_course(by=None, page=CoursePage.objects.get(pk=small.page.pk))
    assert is_new and (revision.edition.number, revision.number) == (2, 2)
    assert not publish_course(by=None, page=CoursePage.objects.get(pk=small.page.pk))[1]
    assert "Corrected words." in str(shown(enrolment, "m2-l1", "en").body)
    finish_lessons(enrolment, ("m2-l1",))
    take_test(cast.officer, enrolment, "delta-test")
    assert Award.objects.get(enrolment=enrolment).revision == 2
