"""Two tabs, two devices, a double press: everything at the same moment, on a real database with real transactions."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from assessments import services
from assessments.models import Attempt, EditionItem, Reopening, Response, Ticket
from certificates.models import Award
from learning.models import Activity, Enrolment
from learning.services import enrol, make_class
from tests.assessments.sitting import fail, set_rules
from tests.cast import make_cast
from tests.factories import finish_lessons, make_course, take_test
from xapi.models import Statement

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count, work):
    """Run `work(n)` in so many threads that start together; returns results and errors."""
    barrier = threading.Barrier(count)
    results, errors = [], []

    def run(number):
        try:
            barrier.wait(10)
            results.append(work(number))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results, errors


@pytest.fixture
def world(transactional_db):
    return make_cast(), make_course()


def test_pressing_enrol_many_times_at_once_gives_one_enrolment(world):
    cast, course = world
    results, errors = at_once(4, lambda n: enrol(by=User.objects.get(pk=cast.officer.pk), course=course.course).pk)
    assert not errors and len(set(results)) == 1
    assert Enrolment.objects.count() == Statement.objects.count() == 1


def test_starting_a_test_in_two_tabs_gives_one_paper(world):
    cast, course = world
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    results, errors = at_once(
        4,
        lambda n: services.start_attempt(by=cast.officer, enrolment=enrolment, key="final-test", language="en").pk,
    )
    assert not errors and len(set(results)) == 1
    assert Attempt.objects.count() == 1 and Response.objects.count() == 3


def test_handing_in_from_two_tabs_grades_once_and_certifies_once(world):
    cast, course = world
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    attempt = take_test(cast.officer, enrolment, hand_in=False)
    before = Statement.objects.count()
    results, errors = at_once(
        4, lambda n: services.submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en").right
    )
    assert not errors and results == [3] * 4
    recorded, errors = at_once(4, lambda n: services.record_attempt(attempt_pk=attempt.pk))
    assert not errors and sorted(recorded) == [False, False, False, True]
    assert Statement.objects.count() == before + 3 + 1 + 1, "three answers, the result, the completed course"
    assert Award.objects.count() == 1


def test_of_two_different_answers_at_once_one_is_saved_and_the_other_is_told(world):
    cast, course = world
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    attempt = services.start_attempt(by=cast.officer, enrolment=enrolment, key="pre-test", language="en")
    response = attempt.responses.select_related("version__item").get()
    content = EditionItem.objects.get(version=response.version).content_id

    def save(number):
        return services.save_answer(
            by=cast.officer,
            attempt_uuid=attempt.uuid,
            position=1,
            answer=[response.version.structure["options"][number]],
            seen=0,
            language="en",
            content=content,
        )

    results, errors = at_once(3, save)
    assert len(results) == 1
    assert [type(error) for error in errors] == [services.AnswerConflict] * 2
    response.refresh_from_db()
    assert response.edits == 1
    assert services.receipt_of(response).code == results[0].code


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock for all rows")
def test_saving_waits_for_handing_in_and_holds_nothing_that_handing_in_needs(world):
    """Each holding a row that the other needs, one of them would be broken off by the database."""
    cast, course = world
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    attempt = services.start_attempt(by=cast.officer, enrolment=enrolment, key="pre-test", language="en")
    response = attempt.responses.select_related("version__item").get()
    save = {"attempt_uuid": attempt.uuid, "position": 1, "answer": response.version.answer_key, "seen": 0}
    errors = []

    def work():
        try:
            services.save_answer(by=cast.officer, language="en", **save)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    with transaction.atomic():
        Attempt.objects.select_for_update().get(pk=attempt.pk)
        thread.start()
        _until_somebody_waits()
        Response.objects.select_for_update(nowait=True).get(pk=response.pk)
        services.submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en")
    thread.join(30)
    assert [type(error) for error in errors] == [services.AttemptClosed]


def _until_somebody_waits():
    end = timezone.now() + dt.timedelta(seconds=20)
    while timezone.now() < end:
        with connection.cursor() as cursor:
            # What this transaction reads of the activity of others is otherwise kept until it ends.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")


def test_two_coordinators_who_open_a_test_at_once_open_it_once(world):
    cast, course = world
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    activity = fail(enrolment, 3)[0].activity
    results, errors = at_once(
        4,
        lambda n: (
            services.reopen_test(
                by=User.objects.get(pk=cast.coordinator.pk), enrolment=enrolment, activity=activity.uuid, reason="Read"
            ).pk
        ),
    )
    assert not errors and len(set(results)) == 1
    assert Reopening.objects.count() == 1


def test_a_ticket_that_is_typed_on_two_devices_at_once_admits_once(world, monkeypatch):
    cast, course = world
    set_rules(monkeypatch, "final-test", needs_ticket=True)
    enrolment = enrol(by=cast.officer, course=course.course)
    finish_lessons(enrolment)
    enrolment.klass = make_class(by=cast.rso, course=course.course, title="Class", starts_on=timezone.localdate())
    enrolment.save()
    now = timezone.now()
    exam = services.arrange_exam(
        by=cast.rso,
        klass=enrolment.klass,
        activity=Activity.objects.get(course=course.course, key="final-test").uuid,
        title="Exam",
        opens_at=now - dt.timedelta(hours=1),
        closes_at=now + dt.timedelta(hours=1),
    )
    [ticket] = services.make_tickets(by=cast.rso, exam=exam)

    def begin(number):
        return services.start_attempt(
            by=cast.officer, enrolment=enrolment, key="final-test", language="en", ticket=ticket.code
        ).pk

    results, errors = at_once(4, begin)
    assert not errors and len(set(results)) == 1
    assert Attempt.objects.get().exam == exam and Ticket.objects.get().used_at is not None
