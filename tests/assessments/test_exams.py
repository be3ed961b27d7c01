"""Exams: a window, a ticket for each officer, perhaps a place; and what an invigilator sees."""

import datetime as dt
import re

import pytest
import time_machine
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import AuditEvent
from assessments import services
from assessments.answering.notes import notes_in_words
from assessments.exams import sittings
from assessments.models import Attempt, Exam, Ticket
from assessments.services.sittings import moment
from assessments.services.tickets import ticket_digest
from learning.models import Activity, Class, Enrolment
from learning.services import add_trainer, make_class
from tests.assessments.sitting import fail, ready, set_rules
from tests.cast import Cast, sign_in
from tests.factories import take_test

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def klass(cast, course, monkeypatch) -> Class:
    """A class of the course, taught by the trainer, whose final test is begun with a ticket."""
    set_rules(monkeypatch, "final-test", needs_ticket=True)
    klass = make_class(by=cast.rso, course=course.course, title="Spring class", starts_on=timezone.localdate())
    add_trainer(by=cast.rso, klass=klass, username="trainer", starts_on=timezone.localdate())
    return klass


@pytest.fixture
def enrolment(cast, course, klass) -> Enrolment:
    return put_in(cast.officer, klass)


def put_in(user, klass: Class) -> Enrolment:
    enrolment = ready(user, klass.course)
    enrolment.klass = klass
    enrolment.save()
    return enrolment


def final(klass: Class) -> Activity:
    return Activity.objects.get(course=klass.course, key="final-test")


def arrange(by, klass: Class, **fields) -> Exam:
    now = timezone.now()
    given = {"title": "Final exam", "opens_at": now - HOUR, "closes_at": now + HOUR, "time_zone": "Asia/Bangkok"}
    return services.arrange_exam(by=by, klass=klass, activity=final(klass).uuid, **(given | fields))


def code_for(cast: Cast, exam: Exam, enrolment: Enrolment) -> str:
    given = services.make_tickets(by=cast.trainer, exam=exam, again=True)
    return next(each.code for each in given if each.enrolment == enrolment)


def start(enrolment: Enrolment, ticket: str = "") -> Attempt:
    return services.start_attempt(
        by=enrolment.actor.user, enrolment=enrolment, key="final-test", language="en", ticket=ticket
    )


def press_start(client: Client, ticket: str, **more):
    address = reverse("assessments:start", args=["t1", "final-test"])
    return client.post(address, {"ticket": ticket}, follow=True, **more).content.decode()


# --- arranging


def test_a_trainer_of_the_class_and_whoever_manages_classes_arrange_an_exam_and_nobody_else(cast, klass):
    assert arrange(cast.trainer, klass).arranged_by.user == cast.trainer
    assert arrange(cast.rso, klass).arranged_by.user == cast.rso
    for other in (cast.officer, cast.coordinator, cast.foreign_coordinator, cast.admin, cast.nobody):
        with pytest.raises(Http404):
            arrange(other, klass)
    assert Exam.objects.count() == 2
    assert AuditEvent.objects.filter(action="exam.arranged").count() == 2


def test_a_trainer_arranges_nothing_for_a_class_of_others(cast, course, klass):
    other = make_class(by=cast.rso, course=course.course, title="Others", starts_on=timezone.localdate())
    with pytest.raises(Http404):
        arrange(cast.trainer, other)
    exam = arrange(cast.rso, other)
    client = cast.client(cast.trainer)
    assert client.get(reverse("exams:exam", args=[exam.uuid])).status_code == 404
    assert client.post(reverse("exams:tickets", args=[exam.uuid])).status_code == 404
    assert "Others" not in client.get(reverse("exams:list")).content.decode()
    for change in (services.cancel_exam, services.change_exam, services.make_tickets):
        with pytest.raises(Http404):
            change(by=cast.trainer, exam=exam, **({"reason": "No"} if change is services.cancel_exam else {}))


def test_only_a_test_whose_rules_ask_for_a_ticket_becomes_an_exam(cast, klass):
    pre_test = Activity.objects.get(course=klass.course, key="pre-test")
    now = timezone.now()
    with pytest.raises(services.NotAnExam):
        services.arrange_exam(
            by=cast.rso, klass=klass, activity=pre_test.uuid, title="Pre", opens_at=now, closes_at=now + HOUR
        )
    assert not Exam.objects.exists()


@pytest.mark.parametrize(
    ("opens", "closes"), [(1, 1), (2, 1), (-3, -1), (0, 24 * 8)], ids=["empty", "backwards", "over", "too long"]
)
def test_a_window_that_is_none_is_refused(cast, klass, opens, closes):
    now = timezone.now()
    with pytest.raises(services.WrongWindow):
        arrange(cast.rso, klass, opens_at=now + opens * HOUR, closes_at=now + closes * HOUR)
    assert not Exam.objects.exists()


def test_times_are_typed_in_a_named_zone_and_shown_in_utc_beside_the_own(cast, klass):
    client = cast.client(cast.trainer)
    page = reverse("exams:arrange", args=[klass.uuid])
    assert client.get(page).status_code == 200
    day = (timezone.localdate() + dt.timedelta(days=3)).isoformat()
    form = {
        "activity": str(final(klass).uuid),
        "title": "Final exam",
        "opens_at": f"{day}T09:00",
        "closes_at": f"{day}T11:30",
        "time_zone": "Asia/Kathmandu",
        "networks": "192.0.2.7/24 2001:db8::/32",
    }
    assert client.post(page, {**form, "networks": "the library"}).status_code == 422
    assert client.post(page, {**form, "closes_at": f"{day}T08:00"}).status_code == 422
    assert client.post(page, {**form, "activity": "none"}).status_code == 422
    assert not Exam.objects.exists()
    answer = client.post(page, form, follow=True)
    exam = Exam.objects.get()
    assert (exam.opens_at.strftime("%H:%M"), exam.closes_at.strftime("%H:%M")) == ("03:15", "05:45")
    assert exam.networks == ["192.0.2.0/24", "2001:db8::/32"]
    text = answer.content.decode()
    assert f"{day} 03:15 UTC" in text and "data-local" in text and "192.0.2.0/24" in text
    change = client.get(reverse("exams:change", args=[exam.uuid])).content.decode()
    assert f"{day}T09:00" in change, "as it was said, not in UTC"


def test_an_hour_that_no_clock_shows_is_refused_where_it_stands(cast, klass):
    client = cast.client(cast.rso)
    form = {
        "activity": str(final(klass).uuid),
        "title": "Final exam",
        "opens_at": "2027-10-03T02:30",  # in Sydney the clocks go from 2 to 3 on that day
        "closes_at": "2027-10-03T05:00",
        "time_zone": "Australia/Sydney",
    }
    answer = client.post(reverse("exams:arrange", args=[klass.uuid]), form)
    assert answer.status_code == 422 and "the clocks are put forward" in answer.content.decode()
    assert not Exam.objects.exists()


# --- tickets


def test_everybody_in_the_class_gets_a_ticket_once_and_only_its_digest_is_kept(cast, klass, enrolment):
    put_in(cast.colleague, klass)
    exam = arrange(cast.trainer, klass)
    given = services.make_tickets(by=cast.trainer, exam=exam)
    assert len(given) == len({each.code for each in given}) == 2
    assert all(re.fullmatch(r"[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}", each.code) for each in given)
    assert services.make_tickets(by=cast.trainer, exam=exam) == []
    kept = str(list(Ticket.objects.values())) + str(list(AuditEvent.objects.values("details")))
    assert not any(each.code in kept or each.code.replace("-", "") in kept for each in given)
    late = put_in(cast.outsider, klass)
    assert [each.enrolment for each in services.make_tickets(by=cast.trainer, exam=exam)] == [late]
    assert AuditEvent.objects.filter(action="exam.tickets_made").count() == 2


def test_the_sheet_is_a_file_to_print_that_nobody_keeps(cast, klass, enrolment):
    exam = arrange(cast.trainer, klass)
    client = cast.client(cast.trainer)
    answer = client.post(reverse("exams:tickets", args=[exam.uuid]))
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert "no-store" in answer["Cache-Control"]
    again = client.post(reverse("exams:tickets", args=[exam.uuid]), follow=True).content.decode()
    assert "Everybody has a ticket" in again
    lost = client.post(reverse("exams:tickets", args=[exam.uuid]), {"again": "on"})
    assert lost.content.startswith(b"%PDF")
    one = client.post(reverse("exams:replace", args=[exam.uuid, enrolment.uuid]))
    assert one.content.startswith(b"%PDF")


def test_a_ticket_is_good_once_however_it_is_typed(cast, klass, enrolment):
    exam = arrange(cast.trainer, klass)
    code = code_for(cast, exam, enrolment)
    arabic = code.lower().replace("-", " ").translate({ord("0") + n: chr(0x6F0 + n) for n in range(10)})
    attempt = start(enrolment, f" {arabic} ")
    assert attempt.exam == exam and Ticket.objects.get().used_at is not None
    assert start(enrolment) == attempt, "who is in goes on without a ticket"
    assert start(enrolment, "wrong") == attempt
    services.submit_attempt(by=cast.officer, attempt_uuid=attempt.uuid, language="en")
    with pytest.raises(services.TicketNotRight):
        start(enrolment, code)


def test_without_a_ticket_nobody_begins_not_even_outside_a_class(cast, klass, enrolment):
    with pytest.raises(services.TicketNeeded, match="your trainer"):
        start(enrolment)
    alone = ready(cast.outsider, klass.course)
    with pytest.raises(services.TicketNeeded):
        start(alone)
    with pytest.raises(services.TicketNotRight):
        start(alone, "ABCD-2345")
    assert not Attempt.objects.exists()


def test_a_wrong_a_used_a_replaced_and_another_persons_ticket_are_refused_in_the_same_words(cast, klass, enrolment):
    other = put_in(cast.colleague, klass)
    exam = arrange(cast.trainer, klass)
    given = {each.enrolment: each.code for each in services.make_tickets(by=cast.trainer, exam=exam)}
    old = given[enrolment]
    services.replace_ticket(by=cast.trainer, exam=exam, enrolment=enrolment.uuid)
    start(other, given[other])
    said = set()
    for code in ("AAAA-2222", old, given[other]):
        with pytest.raises(services.TicketNotRight) as refusal:
            start(enrolment, code)
        said.add(str(refusal.value))
    assert len(said) == 1
    assert not Attempt.objects.filter(enrolment=enrolment).exists()


def test_a_ticket_that_was_used_is_not_replaced(cast, klass, enrolment):
    exam = arrange(cast.trainer, klass)
    start(enrolment, code_for(cast, exam, enrolment))
    with pytest.raises(services.TicketUsed):
        services.replace_ticket(by=cast.trainer, exam=exam, enrolment=enrolment.uuid)
    assert services.make_tickets(by=cast.trainer, exam=exam, again=True) == []
    with pytest.raises(Http404):
        outside = ready(cast.outsider, klass.course)
        services.replace_ticket(by=cast.trainer, exam=exam, enrolment=outside.uuid)
    assert Ticket.objects.count() == 1


def test_wrong_tickets_are_stopped_after_five_and_the_right_one_works_five_minutes_later(cast, klass, enrolment):
    exam = arrange(cast.trainer, klass)
    code = code_for(cast, exam, enrolment)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = cast.client(cast.officer)
        for _each in range(5):
            assert "This ticket is not right" in press_start(client, "AAAA-2222")
        assert "Wait five minutes" in press_start(client, code)
        assert not Attempt.objects.exists()
        clock.shift(dt.timedelta(minutes=5, seconds=1))
        press_start(client, code)
    assert Attempt.objects.get().exam == exam


def test_pressing_too_early_costs_no_tries(cast, klass, enrolment):
    now = timezone.now()
    exam = arrange(cast.trainer, klass, opens_at=now + HOUR, closes_at=now + 2 * HOUR)
    code = code_for(cast, exam, enrolment)
    client = cast.client(cast.officer)
    for _each in range(7):
        assert "This exam is open from" in press_start(client, code)
    assert Ticket.objects.get().used_at is None


# --- the window and the place


def test_outside_the_window_it_says_when_and_the_ticket_stays_good(cast, klass, enrolment):
    now = timezone.now()
    exam = arrange(cast.trainer, klass, opens_at=now + HOUR, closes_at=now + 2 * HOUR)
    code = code_for(cast, exam, enrolment)
    with pytest.raises(services.OutsideWindow, match=f"{now + HOUR:%H:%M} UTC"):
        start(enrolment, code)
    with time_machine.travel(now + 2 * HOUR), pytest.raises(services.OutsideWindow):
        start(enrolment, code)
    assert not Attempt.objects.exists() and Ticket.objects.get().used_at is None
    with time_machine.travel(now + HOUR + dt.timedelta(seconds=1)):
        assert start(enrolment, code).exam == exam


def test_outside_the_place_it_says_so_without_the_ranges_and_inside_it_begins(cast, klass, enrolment):
    exam = arrange(cast.trainer, klass, networks=["192.0.2.0/24", "2001:db8::/32"])
    code = code_for(cast, exam, enrolment)
    client = cast.client(cast.officer)
    page = press_start(client, code, REMOTE_ADDR="198.51.100.7")
    assert "only at the place of the exam" in page and "192.0.2" not in page and "198.51" not in page
    forged = press_start(client, code, REMOTE_ADDR="198.51.100.7", headers={"x-forwarded-for": "192.0.2.9"})
    assert "only at the place of the exam" in forged, "a header of a stranger says nothing"
    assert not Attempt.objects.exists() and Ticket.objects.get().used_at is None
    press_start(client, code, REMOTE_ADDR="2001:db8::17")
    assert Attempt.objects.get().exam == exam


def test_the_page_before_an_exam_says_when_it_is_and_takes_the_ticket_when_it_is_open(cast, klass, enrolment):
    client = cast.client(cast.officer)
    door = reverse("courses:activity", args=["t1", "final-test"])
    page = client.get(door).content.decode()
    assert "This test is an exam" in page and 'name="ticket"' not in page
    now = timezone.now()
    exam = arrange(cast.trainer, klass, opens_at=now + HOUR, closes_at=now + 2 * HOUR)
    services.make_tickets(by=cast.trainer, exam=exam)
    page = client.get(door).content.decode()
    assert "The exam is not open yet" in page and f"{now + HOUR:%H:%M} UTC" in page and 'name="ticket"' not in page
    Exam.objects.update(opens_at=now - HOUR)
    assert 'name="ticket"' in client.get(door).content.decode()
    Exam.objects.update(opens_at=now - 2 * HOUR, closes_at=now - HOUR)
    page = client.get(door).content.decode()
    assert "The exam has closed" in page and 'name="ticket"' not in page


def test_whoever_comes_late_has_the_time_that_is_left(cast, klass, enrolment):
    now = timezone.now()
    exam = arrange(cast.trainer, klass, closes_at=now + HOUR / 2)
    attempt = start(enrolment, code_for(cast, exam, enrolment))
    assert attempt.deadline_at == exam.closes_at
    assert attempt.notes[-1]["rule"] == "window" and attempt.notes[-1]["closes"] == exam.closes_at.isoformat()


def test_the_own_time_of_a_test_ends_before_a_window_that_is_longer_extra_time_counted(cast, klass, enrolment):
    exam = arrange(cast.trainer, klass, closes_at=timezone.now() + 3 * HOUR)
    attempt = start(enrolment, code_for(cast, exam, enrolment))
    # As a test with a limit of 60 minutes is noted for somebody with 25 percent more.
    limit = {"rule": "time", "at": attempt.started_at.isoformat(), "minutes": 60, "extra": 25}
    Attempt.objects.update(notes=[limit])
    services.change_exam(by=cast.trainer, exam=exam, closes_at=exam.closes_at + HOUR)
    attempt.refresh_from_db()
    assert attempt.deadline_at == attempt.started_at + dt.timedelta(minutes=75)
    services.change_exam(by=cast.trainer, exam=exam, closes_at=attempt.started_at + dt.timedelta(minutes=40))
    attempt.refresh_from_db()
    assert attempt.deadline_at == attempt.started_at + dt.timedelta(minutes=40)
    assert [note["rule"] for note in attempt.notes] == ["time", "window", "window"]


def test_a_later_end_counts_for_everybody_who_is_in_and_for_nobody_who_handed_in(cast, klass, enrolment):
    other = put_in(cast.colleague, klass)
    exam = arrange(cast.trainer, klass)
    given = {each.enrolment: each.code for each in services.make_tickets(by=cast.trainer, exam=exam)}
    done, running = start(other, given[other]), start(enrolment, given[enrolment])
    services.submit_attempt(by=cast.colleague, attempt_uuid=done.uuid, language="en")
    later = exam.closes_at + HOUR
    services.change_exam(by=cast.trainer, exam=exam, closes_at=later)
    done.refresh_from_db(), running.refresh_from_db()
    assert running.deadline_at == later and done.deadline_at == exam.closes_at
    event = AuditEvent.objects.get(action="exam.changed")
    assert event.details["fields"] == ["closes_at"] and event.details["to"]["closes"] == later.isoformat()


def test_once_somebody_has_begun_it_is_neither_cancelled_nor_opened_anew(cast, klass, enrolment):
    exam = arrange(cast.trainer, klass)
    start(enrolment, code_for(cast, exam, enrolment))
    with pytest.raises(services.ExamBegun):
        services.cancel_exam(by=cast.trainer, exam=exam, reason="The power is gone.")
    with pytest.raises(services.ExamBegun):
        services.change_exam(by=cast.trainer, exam=exam, opens_at=exam.opens_at + HOUR)
    exam.refresh_from_db()
    assert exam.cancelled_at is None


def test_a_cancelled_exam_admits_nobody_and_changes_no_more(cast, klass, enrolment):
    exam = arrange(cast.trainer, klass)
    code = code_for(cast, exam, enrolment)
    client = cast.client(cast.trainer)
    address = reverse("exams:cancel", args=[exam.uuid])
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "The power is gone."}, follow=True).status_code == 200
    assert AuditEvent.objects.get(action="exam.cancelled").reason == "The power is gone."
    with pytest.raises(services.TicketNotRight):
        start(enrolment, code)
    with pytest.raises(services.ExamCancelled):
        services.change_exam(by=cast.trainer, exam=exam, title="Again")
    with pytest.raises(services.ExamCancelled):
        services.make_tickets(by=cast.trainer, exam=exam)
    assert not Attempt.objects.exists()


def test_attempts_and_pauses_count_in_exams_too(cast, klass, enrolment):
    exam = arrange(cast.trainer, klass)
    code = code_for(cast, exam, enrolment)
    fail(enrolment, 3)
    with pytest.raises(services.NoAttemptsLeft):
        start(enrolment, code)
    assert Ticket.objects.get().used_at is None


def test_another_test_of_the_course_needs_no_ticket(cast, klass, enrolment):
    assert take_test(cast.officer, enrolment, "pre-test").exam is None


def test_a_code_of_one_exam_opens_no_other(cast, klass, enrolment):
    first, second = arrange(cast.trainer, klass), arrange(cast.trainer, klass, title="Second")
    assert ticket_digest(first, enrolment, "ABCD-2345") != ticket_digest(second, enrolment, "ABCD-2345")
    code = code_for(cast, second, enrolment)
    code_for(cast, first, enrolment)
    assert start(enrolment, code).exam == second


# --- what is seen


def test_an_invigilator_sees_who_is_in_and_what_was_saved_last_and_no_answer_score_or_deadline(cast, klass, enrolment):
    put_in(cast.colleague, klass)
    exam = arrange(cast.trainer, klass)
    attempt = start(enrolment, code_for(cast, exam, enrolment))
    attempt.responses.filter(position=1).update(answered_at=timezone.now())
    client = cast.client(cast.trainer)
    page = client.get(reverse("exams:exam", args=[exam.uuid]))
    rows = {row.enrolment: row for row in page.context["rows"]}
    assert rows[enrolment].is_in and rows[enrolment].is_used and rows[enrolment].saved_at
    assert [row.is_used for row in rows.values()].count(False) == 1
    text = page.content.decode()
    assert "Is in" in text and "Not begun" in text and "Officer Example" not in text, "home shares no names"
    assert cast.officer.learner_code in text and "Option" not in text and "deadline" not in text
    event = AuditEvent.objects.filter(action="officers.seen").last()
    assert event.target == f"assessments.exam:{exam.uuid}" and str(cast.officer.uuid) in event.details["people"]


def test_the_live_list_asks_a_fixed_number_of_queries(cast, klass, enrolment, django_assert_max_num_queries):
    exam = arrange(cast.trainer, klass)
    for user in (cast.colleague, cast.outsider, cast.verifier):
        put_in(user, klass)
    for each in services.make_tickets(by=cast.trainer, exam=exam):
        start(each.enrolment, each.code)
    with django_assert_max_num_queries(10):
        assert len(sittings.sitters(cast.trainer, exam)) == 4


def test_an_exam_keeps_the_name_of_its_test_when_the_rules_ask_for_no_ticket_any_more(cast, klass, monkeypatch):
    exam = arrange(cast.trainer, klass)
    monkeypatch.undo()
    assert sittings.exam_tests(klass.course) == []
    assert sittings.name_of_exam_test(exam) == "Final test"


def test_whoever_teaches_or_manages_classes_finds_exams_in_the_menu(cast, klass):
    assert reverse("exams:list") in cast.client(cast.trainer).get(reverse("portal:home")).content.decode()
    assert "Spring class" in cast.client(cast.rso).get(reverse("exams:list")).content.decode()
    assert reverse("exams:list") not in cast.client(cast.officer).get(reverse("portal:home")).content.decode()


def test_results_wait_until_nobody_can_sit_the_exam_any_more(cast, klass, enrolment):
    exam = arrange(cast.trainer, klass)
    attempt = start(enrolment, code_for(cast, exam, enrolment))
    assert not sittings.is_closed_for_all(attempt)
    with time_machine.travel(exam.closes_at + dt.timedelta(seconds=30)):
        assert not sittings.is_closed_for_all(attempt), "the grace for slow links"
    with time_machine.travel(exam.closes_at + dt.timedelta(seconds=61)):
        assert sittings.is_closed_for_all(attempt)
    alone = fail(ready(cast.outsider, klass.course))[0]
    assert sittings.is_closed_for_all(alone)


def test_who_signed_in_a_moment_ago_on_another_device_goes_on_without_a_ticket(cast, klass, enrolment):
    exam = arrange(cast.trainer, klass)
    attempt = start(enrolment, code_for(cast, exam, enrolment))
    other = Client()
    sign_in(other, cast.officer)
    page = other.get(reverse("courses:activity", args=["t1", "final-test"])).content.decode()
    assert "Go on with the test" in page and 'name="ticket"' not in page
    press_start(other, "")
    assert Attempt.objects.get() == attempt


def test_a_day_and_hour_in_a_sentence_from_right_to_left_keep_their_own_order():
    """Behind Arabic letters the parts of an ISO date change places unless they are isolated."""
    closes = dt.datetime(2026, 11, 27, 14, 58, tzinfo=dt.UTC)
    note = {"rule": "window", "at": closes.isoformat(), "closes": closes.isoformat()}
    with translation.override("ur"):
        assert moment(closes) == "\u20682026-11-27, 14:58 UTC\u2069"
        [said] = notes_in_words(Attempt(notes=[note]))
    assert "\u20682026-11-27 14:58\u2069" in said.text
