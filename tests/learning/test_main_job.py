"""The spine, through services: enrol, learn, pass, be certified."""

import pytest

from assessments.services import record_attempt, submit_attempt
from certificates.models import Award
from courses.pages.services import publish_course
from learning.models import ActivityProgress, CourseProgress, Enrolment
from learning.projection import differences, rebuild
from learning.selectors import own_standings
from learning.services import NotOpen, enrol
from learning.tasks import complete_due
from tests.factories import complete, finish_lessons, take_test
from xapi.models import Statement


def test_an_officer_who_reads_everything_and_passes_is_certified_once(cast, course):
    enrolment = complete(cast.officer, course.course)
    award = Award.objects.get()
    assert award.enrolment == enrolment
    assert award.holder_name == cast.officer.full_name
    assert award.member == cast.home
    assert award.is_specimen, "the content is a draft"
    assert (award.edition, award.revision, award.language) == (1, 1, "en")
    assert award.content


def test_enrolling_twice_gives_one_enrolment_and_one_statement(cast, course):
    first = enrol(by=cast.officer, course=course.course)
    assert enrol(by=cast.officer, course=course.course) == first
    assert Enrolment.objects.count() == Statement.objects.count() == 1


def test_a_person_without_a_posting_is_not_enrolled(cast, course):
    with pytest.raises(NotOpen):
        enrol(by=cast.nobody, course=course.course)
    assert not Enrolment.objects.exists()


def test_a_course_for_listed_members_refuses_the_others(cast, course):
    course.course.access = "members"
    course.course.save()
    course.course.open_to.add(cast.home)
    assert enrol(by=cast.officer, course=course.course)
    with pytest.raises(NotOpen):
        enrol(by=cast.outsider, course=course.course)


def test_finishing_a_lesson_twice_counts_once(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment, ("m1-l1", "m1-l1"))
    assert Statement.objects.filter(verb__endswith="completed").count() == 1
    assert own_standings(cast.officer, "en")[0].done_count == 1


def test_progress_is_the_same_when_it_is_rebuilt_from_the_record(cast, course):
    enrolment = complete(cast.officer, course.course)
    assert differences(enrolment) == []
    ActivityProgress.objects.filter(enrolment=enrolment).delete()
    CourseProgress.objects.filter(enrolment=enrolment).delete()
    assert differences(enrolment)
    assert rebuild(enrolment)
    assert differences(enrolment) == []
    assert Award.objects.count() == 1


def test_a_failed_test_certifies_nobody_and_a_later_pass_does(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    failed = take_test(cast.officer, enrolment, wrong=("F1",))
    assert failed.passed is False, "F1 must be right"
    assert not Award.objects.exists()
    assert take_test(cast.officer, enrolment).passed
    assert Award.objects.count() == 1


@pytest.mark.logs_errors
def test_a_failed_projection_keeps_the_statement_and_is_mended_later(cast, course, monkeypatch):
    enrolment = enrol(by=cast.officer, course=course.course)

    def broken(statements):
        raise RuntimeError("broken")

    monkeypatch.setattr("learning.receivers.project", broken)
    finish_lessons(enrolment, ("m1-l1",))
    assert Statement.objects.count() == 2
    assert not ActivityProgress.objects.exists()
    monkeypatch.undo()
    assert rebuild(enrolment)
    assert ActivityProgress.objects.get().completed_at


@pytest.mark.logs_errors
def test_a_full_queue_costs_nobody_anything(cast, course, settings):
    settings.QUEUE_LIMIT = 0
    complete(cast.officer, course.course)
    assert Award.objects.count() == 1
    assert cast.client(None).get("/readyz").json()["queue"].startswith("full")


def test_a_correction_that_takes_away_the_last_lesson_completes_who_was_waiting(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    take_test(cast.officer, enrolment)
    assert Award.objects.count() == 1
    waiting = enrol(by=cast.colleague, course=course.course)
    finish_lessons(waiting)
    attempt = take_test(cast.colleague, waiting, hand_in=False)
    lesson = course.page.get_children().first().get_children().last()
    lesson.unpublish()
    publish_course(by=None, page=course.page)
    record_attempt(attempt_pk=submit_attempt(by=cast.colleague, attempt_uuid=attempt.uuid, language="en").pk)
    assert Award.objects.count() == 2
    assert differences(waiting) == []


def test_a_lesson_that_is_withdrawn_or_deleted_takes_no_progress_away(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    course.page.get_children().first().get_children().first().delete()
    publish_course(by=None, page=course.page)
    assert differences(enrolment) == []
    assert ActivityProgress.objects.filter(enrolment=enrolment, completed_at__isnull=False).count() == 2
    assert take_test(cast.officer, enrolment).passed


def test_who_waits_for_nothing_after_a_correction_is_completed_by_the_task(cast, course):
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment, ("m1-l1",))
    page = course.page
    page.final_draw = 0
    page.save()
    page.get_children().first().get_children().last().unpublish()
    revision, _new = publish_course(by=None, page=page)
    enrolment.edition = revision.edition
    enrolment.save()
    assert complete_due.func(revision.edition_id) == 1
    assert own_standings(cast.officer, "en")[0].is_complete
